"""Discarding a release deletes its notes in the database, with all its other frozen rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("arrangements", "0019_waivers_of_gates")]

    operations = [
        migrations.RunSQL(
            sql="""
                ALTER TABLE arrangements_releasednote ADD CONSTRAINT releasednote_goes_with_its_release
                FOREIGN KEY (release_id) REFERENCES arrangements_release (id) ON DELETE CASCADE
            """,
            reverse_sql="ALTER TABLE arrangements_releasednote DROP CONSTRAINT releasednote_goes_with_its_release",
        )
    ]
