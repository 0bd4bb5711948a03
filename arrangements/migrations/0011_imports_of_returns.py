import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import sharedservices.common.history


class Migration(migrations.Migration):
    dependencies = [
        ("arrangements", "0010_services_and_former_names_carry_versions"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReturnImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("rows", models.PositiveIntegerField(help_text="Rows of the file under its headings.")),
                ("new", models.PositiveIntegerField(help_text="Answers that it gave.")),
                ("changed", models.PositiveIntegerField(help_text="Answers that it changed.")),
                ("left_out", models.PositiveIntegerField(help_text="Rows that were left out.")),
                ("imported_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("decisions", models.JSONField(default=dict, help_text="What was decided about rows, by their numbers.")),
                (
                    "started",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, help_text="Returns that it started.", size=None
                    ),
                ),
                (
                    "raised",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, help_text="Queries that it raised.", size=None
                    ),
                ),
                ("settled", models.JSONField(default=dict, help_text="Queries that it closed: how each stood before.")),
                (
                    "imported_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="imports", to="arrangements.financialyear"
                    ),
                ),
            ],
            options={
                "verbose_name": "import of returns",
                "verbose_name_plural": "imports of returns",
                "ordering": ["-imported_at"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ImportedAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField()),
                (
                    "outcome_before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("figure", "Figure"),
                            ("not_calculated", "Not calculated"),
                            ("not_aimed", "Not aimed at savings"),
                            ("too_early", "Too early to say"),
                            ("withheld", "Withheld"),
                        ],
                        max_length=16,
                    ),
                ),
                ("amount_before", models.BigIntegerField(null=True)),
                ("note_before", models.TextField(blank=True)),
                (
                    "outcome_after",
                    models.CharField(
                        choices=[
                            ("figure", "Figure"),
                            ("not_calculated", "Not calculated"),
                            ("not_aimed", "Not aimed at savings"),
                            ("too_early", "Too early to say"),
                            ("withheld", "Withheld"),
                        ],
                        max_length=16,
                    ),
                ),
                ("amount_after", models.BigIntegerField(null=True)),
                ("note_after", models.TextField(blank=True)),
                ("version_after", models.PositiveIntegerField()),
                ("is_undone", models.BooleanField(default=False)),
                (
                    "arrangement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="arrangements.arrangement"
                    ),
                ),
                (
                    "the_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="arrangements.returnimport"
                    ),
                ),
            ],
            options={
                "ordering": ["the_import", "row"],
            },
        ),
        migrations.CreateModel(
            name="ReturnImportEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_role",
                    models.TextField(
                        db_default=sharedservices.common.history.SessionUser(), editable=False, verbose_name="database role"
                    ),
                ),
                ("id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("rows", models.PositiveIntegerField(help_text="Rows of the file under its headings.")),
                ("new", models.PositiveIntegerField(help_text="Answers that it gave.")),
                ("changed", models.PositiveIntegerField(help_text="Answers that it changed.")),
                ("left_out", models.PositiveIntegerField(help_text="Rows that were left out.")),
                ("imported_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "imported_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="recorded_events",
                        to="arrangements.returnimport",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "year",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="arrangements.financialyear",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="returnimport",
            index=models.Index(fields=["sha256"], name="import_by_file"),
        ),
        migrations.AddConstraint(
            model_name="returnimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at__isnull", True), ("undone_by__isnull", True)),
                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="arrangements_returnimport_undone_by_with_undone_at",
                violation_error_message="Give both undone by and undone at, or neither.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="returnimport",
            trigger=pgtrigger.compiler.Trigger(
                name="version_rises",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                    hash="32d6c19e9b557400da4761209b44454f8a3f94d4",
                    operation="UPDATE",
                    pgid="pgtrigger_version_rises_4cebe",
                    table="arrangements_returnimport",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="returnimport",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "arrangements_returnimportevent" ("changed", "file_name", "id", "imported_at", "imported_by_id", "left_out", "new", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rows", "sha256", "undone_at", "undone_by_id", "version", "year_id") VALUES (NEW."changed", NEW."file_name", NEW."id", NEW."imported_at", NEW."imported_by_id", NEW."left_out", NEW."new", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rows", NEW."sha256", NEW."undone_at", NEW."undone_by_id", NEW."version", NEW."year_id"); RETURN NULL;',
                    hash="2fc212de65fee939bbe806ff3b673b55a37ba4b4",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_56e5e",
                    table="arrangements_returnimport",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="returnimport",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."changed" IS DISTINCT FROM (NEW."changed") OR OLD."file_name" IS DISTINCT FROM (NEW."file_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."imported_at" IS DISTINCT FROM (NEW."imported_at") OR OLD."imported_by_id" IS DISTINCT FROM (NEW."imported_by_id") OR OLD."left_out" IS DISTINCT FROM (NEW."left_out") OR OLD."new" IS DISTINCT FROM (NEW."new") OR OLD."rows" IS DISTINCT FROM (NEW."rows") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."undone_at" IS DISTINCT FROM (NEW."undone_at") OR OLD."undone_by_id" IS DISTINCT FROM (NEW."undone_by_id") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."year_id" IS DISTINCT FROM (NEW."year_id"))',
                    func='INSERT INTO "arrangements_returnimportevent" ("changed", "file_name", "id", "imported_at", "imported_by_id", "left_out", "new", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rows", "sha256", "undone_at", "undone_by_id", "version", "year_id") VALUES (NEW."changed", NEW."file_name", NEW."id", NEW."imported_at", NEW."imported_by_id", NEW."left_out", NEW."new", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rows", NEW."sha256", NEW."undone_at", NEW."undone_by_id", NEW."version", NEW."year_id"); RETURN NULL;',
                    hash="e5e140e1892bf263674a7fffe32178a2b9ad645c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_366c3",
                    table="arrangements_returnimport",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="returnimport",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "arrangements_returnimportevent" ("changed", "file_name", "id", "imported_at", "imported_by_id", "left_out", "new", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rows", "sha256", "undone_at", "undone_by_id", "version", "year_id") VALUES (OLD."changed", OLD."file_name", OLD."id", OLD."imported_at", OLD."imported_by_id", OLD."left_out", OLD."new", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."rows", OLD."sha256", OLD."undone_at", OLD."undone_by_id", OLD."version", OLD."year_id"); RETURN NULL;',
                    hash="eeb794c03a800217e066de01305a2390f48e94d7",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_f6dd7",
                    table="arrangements_returnimport",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="importedanswer",
            constraint=models.UniqueConstraint(
                fields=("the_import", "arrangement"), name="an_import_stores_one_answer_an_arrangement"
            ),
        ),
        migrations.AddConstraint(
            model_name="importedanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_before__isnull", False), ("outcome_before", "figure")),
                    models.Q(models.Q(("outcome_before", "figure"), _negated=True), ("amount_before__isnull", True)),
                    _connector="OR",
                ),
                name="an_imported_answer_was_whole_before",
            ),
        ),
        migrations.AddConstraint(
            model_name="importedanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_after__isnull", False), ("outcome_after", "figure")),
                    models.Q(models.Q(("outcome_after", "figure"), _negated=True), ("amount_after__isnull", True)),
                    _connector="OR",
                ),
                name="an_imported_answer_is_whole_after",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="returnimportevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="40b80a6e10732411909e49ed0632de30d1716537",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_fbba3",
                    table="arrangements_returnimportevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
