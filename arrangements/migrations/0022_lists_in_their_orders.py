"""Lists of arrangements in the orders of their names and amounts."""

import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("arrangements", "0021_the_register_moves_the_public_state"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="arrangement",
            index=models.Index(
                django.db.models.functions.comparison.Collate(django.db.models.functions.text.Lower("name"), "C"),
                models.F("reference"),
                name="arrangements_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="releasedarrangement",
            index=models.Index(
                models.F("release"),
                django.db.models.functions.comparison.Collate(django.db.models.functions.text.Lower("name"), "C"),
                models.F("reference"),
                name="released_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="releasedarrangement",
            index=models.Index(
                models.F("release"),
                models.OrderBy(models.F("amount"), descending=True, nulls_last=True),
                models.F("reference"),
                name="released_by_amount",
            ),
        ),
    ]
