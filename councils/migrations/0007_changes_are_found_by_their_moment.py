"""The page of what changed reads the trail from the latest event back; a row's own events are found by its key already."""

from django.db import migrations

TABLES = ["councilevent", "councilnameevent", "formercodeevent", "successionevent", "partnerbodyevent"]


class Migration(migrations.Migration):
    dependencies = [("councils", "0006_people_places_and_names_carry_versions")]

    operations = [
        migrations.RunSQL(
            sql=f"CREATE INDEX {table}_by_moment ON councils_{table} (pgh_created_at DESC, pgh_id DESC)",
            reverse_sql=f"DROP INDEX {table}_by_moment",
        )
        for table in TABLES
    ]
