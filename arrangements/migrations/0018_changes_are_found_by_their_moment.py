"""The page of what changed reads the trail from the latest event back; a row's own events are found by its key already."""

from django.db import migrations

TABLES = [
    "servicecategoryevent",
    "serviceevent",
    "arrangementevent",
    "partnershipevent",
    "bodypartnershipevent",
    "formernameevent",
    "otherserviceevent",
    "replacementevent",
]


class Migration(migrations.Migration):
    dependencies = [("arrangements", "0017_the_series_that_the_lga_published")]

    operations = [
        migrations.RunSQL(
            sql=f"CREATE INDEX {table}_by_moment ON arrangements_{table} (pgh_created_at DESC, pgh_id DESC)",
            reverse_sql=f"DROP INDEX {table}_by_moment",
        )
        for table in TABLES
    ]
