"""The database keeps every name by which a council is found beside its telling words, by whatever door names change."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

REFRESH = r"""
CREATE FUNCTION known_names_refresh(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(cardinality(ids), 0) = 0 THEN
        RETURN;
    END IF;
    -- Whoever is changing one of these councils' names has ended before the next statements look at anything.
    PERFORM 1 FROM councils_council WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM councils_knownname WHERE council_id = ANY (ids);
    INSERT INTO councils_knownname (council_id, name, telling)
    SELECT council_id, name, regexp_replace(btrim(regexp_replace(regexp_replace(
        translate(replace(lower(name), '&', ' and '), '-/,', '   '), '[^a-z0-9 ]+', '', 'g'),
        '\m(london borough|royal borough|metropolitan|borough|district|unitary|city|county|councils|council|corporation'
        '|of|the|and|ua|lb|rb|mbc|mdc|bc|dc|cc)\M', '', 'g')), '\s+', ' ', 'g')
    FROM (
        SELECT id AS council_id, name FROM councils_council WHERE id = ANY (ids)
        UNION SELECT id, short_name FROM councils_council WHERE id = ANY (ids)
        UNION SELECT council_id, name FROM councils_councilname WHERE council_id = ANY (ids)
    ) AS names;
END
$$
"""

GOES_WITH_ITS_COUNCIL = """
ALTER TABLE councils_knownname ADD CONSTRAINT known_name_goes_with_its_council
FOREIGN KEY (council_id) REFERENCES councils_council (id) ON DELETE CASCADE
"""


class Migration(migrations.Migration):
    dependencies = [
        ("councils", "0003_regions_and_rights_are_recorded"),
    ]

    operations = [
        migrations.CreateModel(
            name="KnownName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField()),
                ("telling", models.TextField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="council",
            trigger=pgtrigger.compiler.Trigger(
                name="known_names_after_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM known_names_refresh(ARRAY(SELECT id FROM new_rows)); RETURN NULL;",
                    hash="490e4bf9d084b5dc4066c98febc1a22bc59178e3",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_known_names_after_insert_65a5d",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="councils_council",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="council",
            trigger=pgtrigger.compiler.Trigger(
                name="known_names_after_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM known_names_refresh(ARRAY(SELECT id FROM (SELECT id, name, short_name FROM new_rows EXCEPT SELECT id, name, short_name FROM old_rows) AS changed)); RETURN NULL;",
                    hash="a25a0ec1e34e8c5aabb995fb6cb9694924866948",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_known_names_after_update_6673b",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="councils_council",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="councilname",
            trigger=pgtrigger.compiler.Trigger(
                name="known_names_after_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM known_names_refresh(ARRAY(SELECT council_id FROM new_rows)); RETURN NULL;",
                    hash="0d82143267a50b089d68634012248dd6de86a42e",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_known_names_after_insert_88c36",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="councils_councilname",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="councilname",
            trigger=pgtrigger.compiler.Trigger(
                name="known_names_after_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM known_names_refresh(ARRAY(SELECT council_id FROM old_rows UNION SELECT council_id FROM new_rows)); RETURN NULL;",
                    hash="4d7455ff7eb39c10dadb6af9ace72e2e58ab0c09",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_known_names_after_update_7524e",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="councils_councilname",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="councilname",
            trigger=pgtrigger.compiler.Trigger(
                name="known_names_after_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM known_names_refresh(ARRAY(SELECT council_id FROM old_rows)); RETURN NULL;",
                    hash="9f731ceff86cb067df411f4c04d8e26c5ae6db59",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_known_names_after_delete_237d0",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="councils_councilname",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="councilname",
            trigger=pgtrigger.compiler.Trigger(
                name="known_names_after_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM known_names_refresh(ARRAY(SELECT id FROM councils_council)); RETURN NULL;",
                    hash="f75a02d1921fcf9ff1b15bd3ed0be82c3a23c987",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_known_names_after_truncate_7ae72",
                    table="councils_councilname",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="knownname",
            name="council",
            field=models.ForeignKey(
                db_constraint=False,
                editable=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="known_names",
                to="councils.council",
            ),
        ),
        migrations.RunSQL(GOES_WITH_ITS_COUNCIL, migrations.RunSQL.noop),
        migrations.RunSQL(REFRESH, "DROP FUNCTION known_names_refresh(bigint[])"),
    ]
