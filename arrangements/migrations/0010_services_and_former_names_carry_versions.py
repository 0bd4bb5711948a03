"""Services, their categories and former names carry versions; an arrangement's rises with its links too."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("arrangements", "0009_analysts_chase_and_flag"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="formername",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="formername",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="formername",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="service",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="service",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="service",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="servicecategory",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="servicecategory",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="servicecategory",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="formername",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="formernameevent",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="service",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="servicecategory",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="servicecategoryevent",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="serviceevent",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formername",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="0708ccaa0adb29ae6a402e825cd4ef5c80facf43",
                    operation="UPDATE",
                    pgid="pgtrigger_version_rises_b5e93",
                    table="arrangements_formername",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formername",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "arrangements_formernameevent" ("arrangement_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."arrangement_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."version"); RETURN NULL;',
                    hash="de4dfc5b4a43a6ce4f32f7f83dba60eb3cfc148f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_9690c",
                    table="arrangements_formername",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formername",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "arrangements_formernameevent" ("arrangement_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."arrangement_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."version"); RETURN NULL;',
                    hash="0bc6b53705a0fd43b6bb258abf76c0d131c227f6",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c4beb",
                    table="arrangements_formername",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formername",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "arrangements_formernameevent" ("arrangement_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (OLD."arrangement_id", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."version"); RETURN NULL;',
                    hash="e032ecdce4c6c99a25493f257c1ce385d96acc59",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_ebd37",
                    table="arrangements_formername",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="otherservice",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises_when_made",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='UPDATE "arrangements_arrangement" SET version = version + 1 WHERE id = NEW."arrangement_id"; RETURN NULL;',
                    hash="7fc5ca0a299f98f3e12a5519741e0098a61bc72c",
                    operation="INSERT",
                    pgid="pgtrigger_version_rises_when_made_7c987",
                    table="arrangements_arrangement_other_services",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="otherservice",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises_when_moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='UPDATE "arrangements_arrangement" SET version = version + 1 WHERE id = OLD."arrangement_id"; UPDATE "arrangements_arrangement" SET version = version + 1 WHERE id = NEW."arrangement_id"; RETURN NULL;',
                    hash="9e6b352ef8c13caf9ed6a0eaff477ebae5c3faeb",
                    operation="UPDATE",
                    pgid="pgtrigger_version_rises_when_moved_9f6fa",
                    table="arrangements_arrangement_other_services",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="otherservice",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises_when_broken",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='UPDATE "arrangements_arrangement" SET version = version + 1 WHERE id = OLD."arrangement_id"; RETURN NULL;',
                    hash="768cd575fb3ff8d34460f7b48e189d10be788d2b",
                    operation="DELETE",
                    pgid="pgtrigger_version_rises_when_broken_186d8",
                    table="arrangements_arrangement_other_services",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="replacement",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises_when_made",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='UPDATE "arrangements_arrangement" SET version = version + 1 WHERE id = NEW."from_arrangement_id"; RETURN NULL;',
                    hash="0deb836456667f6f070e9592c97261d8111f106c",
                    operation="INSERT",
                    pgid="pgtrigger_version_rises_when_made_02dde",
                    table="arrangements_arrangement_replaces",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="replacement",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises_when_moved",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='UPDATE "arrangements_arrangement" SET version = version + 1 WHERE id = OLD."from_arrangement_id"; UPDATE "arrangements_arrangement" SET version = version + 1 WHERE id = NEW."from_arrangement_id"; RETURN NULL;',
                    hash="74a56a3465c1cf1e94c30c8ef7be0c16c6cf5246",
                    operation="UPDATE",
                    pgid="pgtrigger_version_rises_when_moved_32465",
                    table="arrangements_arrangement_replaces",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="replacement",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises_when_broken",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='UPDATE "arrangements_arrangement" SET version = version + 1 WHERE id = OLD."from_arrangement_id"; RETURN NULL;',
                    hash="1dbab2b0cffbe6fe0853230bd0a27a71506a93aa",
                    operation="DELETE",
                    pgid="pgtrigger_version_rises_when_broken_c78e4",
                    table="arrangements_arrangement_replaces",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="service",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="f25a19d5d04d5f356c47de686b45138275643efc",
                    operation="UPDATE",
                    pgid="pgtrigger_version_rises_d82d6",
                    table="arrangements_service",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="service",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "arrangements_serviceevent" ("category_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "version") VALUES (NEW."category_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."slug", NEW."version"); RETURN NULL;',
                    hash="cefe05aabeae97cc484be7b343967a7fa1120c89",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_37f1b",
                    table="arrangements_service",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="service",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "arrangements_serviceevent" ("category_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "version") VALUES (NEW."category_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."slug", NEW."version"); RETURN NULL;',
                    hash="0188df6d56bd31bf70aefd246a53a383c8d008d3",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_2c638",
                    table="arrangements_service",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="service",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "arrangements_serviceevent" ("category_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "version") VALUES (OLD."category_id", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."slug", OLD."version"); RETURN NULL;',
                    hash="8c6cc61cff8ec9da354708173e5b7ac5f2065670",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_96339",
                    table="arrangements_service",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="servicecategory",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="1b343ea067223533c89ba1320fc7301347c0356f",
                    operation="UPDATE",
                    pgid="pgtrigger_version_rises_ea728",
                    table="arrangements_servicecategory",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="servicecategory",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "arrangements_servicecategoryevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "version") VALUES (NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."slug", NEW."version"); RETURN NULL;',
                    hash="6ec4dc1b09662030d2935b23d757338650857a2d",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2eeae",
                    table="arrangements_servicecategory",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="servicecategory",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "arrangements_servicecategoryevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "version") VALUES (NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."slug", NEW."version"); RETURN NULL;',
                    hash="4ed257254e297e3e587492ec72ad3beb9967b1b9",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0c11a",
                    table="arrangements_servicecategory",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="servicecategory",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "arrangements_servicecategoryevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slug", "version") VALUES (OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."slug", OLD."version"); RETURN NULL;',
                    hash="f54db89a335f1c6251b571ff5b29bca20791b75f",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_b45ac",
                    table="arrangements_servicecategory",
                    when="AFTER",
                ),
            ),
        ),
    ]
