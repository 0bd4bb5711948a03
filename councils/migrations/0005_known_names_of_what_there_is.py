"""The known names of the councils that were there before."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("councils", "0004_the_database_keeps_known_names")]

    operations = [migrations.RunSQL("SELECT known_names_refresh(ARRAY(SELECT id FROM councils_council))", migrations.RunSQL.noop)]
