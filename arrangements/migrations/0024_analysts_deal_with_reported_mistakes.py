"""Analysts and publishers read reported mistakes, and say what came of them."""

from typing import Any

from django.apps import apps as installed_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations


def grant(apps: Any, schema_editor: Any) -> None:
    """Give both groups the permissions, which Django would otherwise create only after all migrations."""
    create_permissions(installed_apps.get_app_config("arrangements"), verbosity=0, apps=apps)
    wanted = [f"{deed}_mistakereport" for deed in ("view", "change")]
    found = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="arrangements", codename__in=wanted)
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["analyst", "publisher"]):
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [("arrangements", "0023_readers_report_mistakes")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
