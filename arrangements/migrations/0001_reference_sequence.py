"""References come from a sequence, SSR-0001 onwards, and are never given twice."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("councils", "0001_councils_and_people")]

    operations = [
        migrations.RunSQL(
            sql=[
                "CREATE SEQUENCE arrangement_reference",
                """
                CREATE FUNCTION next_arrangement_reference() RETURNS varchar LANGUAGE sql VOLATILE AS $$
                    SELECT 'SSR-' || CASE WHEN number < 10000 THEN lpad(number::text, 4, '0') ELSE number::text END
                    FROM nextval('arrangement_reference') AS number
                $$
                """,
            ],
            reverse_sql=["DROP FUNCTION next_arrangement_reference()", "DROP SEQUENCE arrangement_reference"],
        )
    ]
