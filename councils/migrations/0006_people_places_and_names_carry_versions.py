"""Every row that a form of the admin changes carries a version; an account's rises with its councils and rights too."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("councils", "0005_known_names_of_what_there_is"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="councilname",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="councilname",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="councilname",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="formercode",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="formercode",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="formercode",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="region",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="region",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="region",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="succession",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="succession",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="succession",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="user",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="user",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="user",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="councilname",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="councilnameevent",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="formercode",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="formercodeevent",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="region",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="regionevent",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="succession",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="successionevent",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="user",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="userevent",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="councilname",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="f5d041aeb3a66e6128907e213515353602ecc26b",
                    operation="UPDATE",
                    pgid="pgtrigger_version_rises_d066f",
                    table="councils_councilname",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="councilname",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "councils_councilnameevent" ("council_id", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "used_from", "used_until", "version") VALUES (NEW."council_id", NEW."id", NEW."kind", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."used_from", NEW."used_until", NEW."version"); RETURN NULL;',
                    hash="4f3f5aef8b51fef88c15e4a6b5574f26354c3e81",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_dfe2f",
                    table="councils_councilname",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="councilname",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "councils_councilnameevent" ("council_id", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "used_from", "used_until", "version") VALUES (NEW."council_id", NEW."id", NEW."kind", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."used_from", NEW."used_until", NEW."version"); RETURN NULL;',
                    hash="448202fb380ce01ba220d43b5210c56a40b1afc1",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d99c3",
                    table="councils_councilname",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="councilname",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "councils_councilnameevent" ("council_id", "id", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "used_from", "used_until", "version") VALUES (OLD."council_id", OLD."id", OLD."kind", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."used_from", OLD."used_until", OLD."version"); RETURN NULL;',
                    hash="e5bf1df360bd9e1adf51e31a7d276c823716cd8f",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_f58ab",
                    table="councils_councilname",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formercode",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="56373d013424c99c4cc6975b1491055a1acdd38f",
                    operation="UPDATE",
                    pgid="pgtrigger_version_rises_eb719",
                    table="councils_formercode",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formercode",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "councils_formercodeevent" ("code", "council_id", "ended_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."code", NEW."council_id", NEW."ended_on", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."version"); RETURN NULL;',
                    hash="c5fcc4a420694db0b59c080e038596f7e37e660d",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_c9b49",
                    table="councils_formercode",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formercode",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "councils_formercodeevent" ("code", "council_id", "ended_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."code", NEW."council_id", NEW."ended_on", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."version"); RETURN NULL;',
                    hash="8d15eeb50bcba2bbeb6ffd30eda4d67ebd176f24",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_69a63",
                    table="councils_formercode",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formercode",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "councils_formercodeevent" ("code", "council_id", "ended_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (OLD."code", OLD."council_id", OLD."ended_on", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."version"); RETURN NULL;',
                    hash="8de9bad9022d42f06a7d8470c95e2d582d7a05dd",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_de838",
                    table="councils_formercode",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupmember",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises_when_made",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='UPDATE "councils_user" SET version = version + 1 WHERE id = NEW."user_id"; RETURN NULL;',
                    hash="d8bfddfd41d32ad38ef4ed82acf4b447401f6ae2",
                    operation="INSERT",
                    pgid="pgtrigger_version_rises_when_made_67e52",
                    table="councils_user_groups",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupmember",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises_when_moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='UPDATE "councils_user" SET version = version + 1 WHERE id = OLD."user_id"; UPDATE "councils_user" SET version = version + 1 WHERE id = NEW."user_id"; RETURN NULL;',
                    hash="1af6f385b7b01641338b7f0601a3f8c151cd8e0b",
                    operation="UPDATE",
                    pgid="pgtrigger_version_rises_when_moved_8bfe0",
                    table="councils_user_groups",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="groupmember",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises_when_broken",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='UPDATE "councils_user" SET version = version + 1 WHERE id = OLD."user_id"; RETURN NULL;',
                    hash="57b1b748c25907cc0da715549ec327fee036fadd",
                    operation="DELETE",
                    pgid="pgtrigger_version_rises_when_broken_5e738",
                    table="councils_user_groups",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officercouncil",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises_when_made",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='UPDATE "councils_user" SET version = version + 1 WHERE id = NEW."user_id"; RETURN NULL;',
                    hash="8d4c61bb6cfc3d233a4638e8a5e9909121341709",
                    operation="INSERT",
                    pgid="pgtrigger_version_rises_when_made_f9c9e",
                    table="councils_user_councils",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officercouncil",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises_when_moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='UPDATE "councils_user" SET version = version + 1 WHERE id = OLD."user_id"; UPDATE "councils_user" SET version = version + 1 WHERE id = NEW."user_id"; RETURN NULL;',
                    hash="0d66fe5c0b3e80173ad1f837fd14db45e0008c46",
                    operation="UPDATE",
                    pgid="pgtrigger_version_rises_when_moved_9e3f7",
                    table="councils_user_councils",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officercouncil",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises_when_broken",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='UPDATE "councils_user" SET version = version + 1 WHERE id = OLD."user_id"; RETURN NULL;',
                    hash="797277c3b034357ac98024c302c0c5aa3b48a75e",
                    operation="DELETE",
                    pgid="pgtrigger_version_rises_when_broken_f1048",
                    table="councils_user_councils",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ownpermission",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises_when_made",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='UPDATE "councils_user" SET version = version + 1 WHERE id = NEW."user_id"; RETURN NULL;',
                    hash="ed52d5010758f6b155bea7722cfd5ff4c7c45a55",
                    operation="INSERT",
                    pgid="pgtrigger_version_rises_when_made_3e1d7",
                    table="councils_user_user_permissions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ownpermission",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises_when_moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='UPDATE "councils_user" SET version = version + 1 WHERE id = OLD."user_id"; UPDATE "councils_user" SET version = version + 1 WHERE id = NEW."user_id"; RETURN NULL;',
                    hash="007841d8e25b173e0ca6fed8ba957258148a4b83",
                    operation="UPDATE",
                    pgid="pgtrigger_version_rises_when_moved_05e73",
                    table="councils_user_user_permissions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ownpermission",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises_when_broken",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='UPDATE "councils_user" SET version = version + 1 WHERE id = OLD."user_id"; RETURN NULL;',
                    hash="5d9c7146376bee59d2d138343e6bf4273aa98e69",
                    operation="DELETE",
                    pgid="pgtrigger_version_rises_when_broken_e4c03",
                    table="councils_user_user_permissions",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="region",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="2bcd86e09014df15965063c2c72134b5a6707725",
                    operation="UPDATE",
                    pgid="pgtrigger_version_rises_59fa1",
                    table="councils_region",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="region",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "councils_regionevent" ("gss_code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "version") VALUES (NEW."gss_code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."slug", NEW."version"); RETURN NULL;',
                    hash="e6c0b2ff222fca044c747073446553790f389e28",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d3216",
                    table="councils_region",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="region",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "councils_regionevent" ("gss_code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "version") VALUES (NEW."gss_code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."slug", NEW."version"); RETURN NULL;',
                    hash="ec575ca99f93f47d8edaf53e9aa96324ff8ee143",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c2fb7",
                    table="councils_region",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="region",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "councils_regionevent" ("gss_code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "version") VALUES (OLD."gss_code", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."slug", OLD."version"); RETURN NULL;',
                    hash="4253785f232667c2be0fa56070e3f6960104fff4",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_bd0b3",
                    table="councils_region",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="succession",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="a1a51a0245aafab6bf9a4dc8858b2da1f3333d7e",
                    operation="UPDATE",
                    pgid="pgtrigger_version_rises_2a81c",
                    table="councils_succession",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="succession",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "councils_successionevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "predecessor_id", "successor_id", "version") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."predecessor_id", NEW."successor_id", NEW."version"); RETURN NULL;',
                    hash="389c2ba3fc013f9299429c781d4987e6edbc8a4d",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ed993",
                    table="councils_succession",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="succession",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "councils_successionevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "predecessor_id", "successor_id", "version") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."predecessor_id", NEW."successor_id", NEW."version"); RETURN NULL;',
                    hash="49b0b0b15a500e3bbee02f928551d6bcad393208",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0afec",
                    table="councils_succession",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="succession",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "councils_successionevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "predecessor_id", "successor_id", "version") VALUES (OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."predecessor_id", OLD."successor_id", OLD."version"); RETURN NULL;',
                    hash="da6b40cf884268b4fa4e2da37b3987463ac926fe",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_f27d2",
                    table="councils_succession",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="011f08f7d3eb2262273688d43fec5a63ad676e49",
                    operation="UPDATE",
                    pgid="pgtrigger_version_rises_d353d",
                    table="councils_user",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "councils_userevent" ("email", "id", "is_active", "is_staff", "is_superuser", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."email", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."version"); RETURN NULL;',
                    hash="ff469e05bf103ebee395bb814f45c800386cb51c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_7e97a",
                    table="councils_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "councils_userevent" ("email", "id", "is_active", "is_staff", "is_superuser", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."email", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."version"); RETURN NULL;',
                    hash="037ce632665210dfd994feb9c1a54221b96d0833",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4d335",
                    table="councils_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "councils_userevent" ("email", "id", "is_active", "is_staff", "is_superuser", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (OLD."email", OLD."id", OLD."is_active", OLD."is_staff", OLD."is_superuser", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."version"); RETURN NULL;',
                    hash="5250fa51b88536c7407160ac95930f801e2903b8",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a6e1f",
                    table="councils_user",
                    when="AFTER",
                ),
            ),
        ),
    ]
