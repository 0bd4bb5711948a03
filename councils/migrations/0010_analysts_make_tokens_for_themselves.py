"""Analysts and publishers make and revoke tokens: their own, unless they look after accounts."""

from typing import Any

from django.apps import apps as installed_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations


def grant(apps: Any, schema_editor: Any) -> None:
    """Give both groups the permissions, which Django would otherwise create only after all migrations."""
    create_permissions(installed_apps.get_app_config("councils"), verbosity=0, apps=apps)
    wanted = [f"{deed}_apitoken" for deed in ("view", "add", "change")]
    found = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="councils", codename__in=wanted)
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["analyst", "publisher"]):
        group.permissions.add(*found)


class Migration(migrations.Migration):
    dependencies = [("councils", "0009_tokens_for_programs")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
