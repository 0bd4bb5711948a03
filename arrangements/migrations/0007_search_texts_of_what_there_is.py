"""The search texts of the arrangements that were there before."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("arrangements", "0006_the_database_keeps_search_texts")]

    operations = [
        migrations.RunSQL("SELECT search_refresh(ARRAY(SELECT id FROM arrangements_arrangement))", migrations.RunSQL.noop)
    ]
