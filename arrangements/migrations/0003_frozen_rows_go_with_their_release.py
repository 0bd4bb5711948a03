"""Discarding a release deletes its frozen rows in the database, all of them in one deed; nothing else can delete one."""

from django.db import migrations

TABLES = ["releasedarrangement", "releasedcouncil", "releasedfigure", "releasedfile"]


class Migration(migrations.Migration):
    dependencies = [("arrangements", "0002_register_returns_and_releases")]

    operations = [
        migrations.RunSQL(
            sql=f"""
                ALTER TABLE arrangements_{table} ADD CONSTRAINT {table}_goes_with_its_release
                FOREIGN KEY (release_id) REFERENCES arrangements_release (id) ON DELETE CASCADE
            """,
            reverse_sql=f"ALTER TABLE arrangements_{table} DROP CONSTRAINT {table}_goes_with_its_release",
        )
        for table in TABLES
    ]
