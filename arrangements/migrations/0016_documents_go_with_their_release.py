"""Discarding a release deletes the documents of its figures too, in the database, as it does all other frozen rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("arrangements", "0015_documents_of_figures")]

    operations = [
        migrations.RunSQL(
            sql="""
                ALTER TABLE arrangements_releaseddocument ADD CONSTRAINT releaseddocument_goes_with_its_release
                FOREIGN KEY (release_id) REFERENCES arrangements_release (id) ON DELETE CASCADE
            """,
            reverse_sql="ALTER TABLE arrangements_releaseddocument DROP CONSTRAINT releaseddocument_goes_with_its_release",
        )
    ]
