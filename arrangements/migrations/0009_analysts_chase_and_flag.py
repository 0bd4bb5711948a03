"""Analysts and publishers keep contacts, chase councils and flag what is to be followed up."""

from typing import Any

from django.apps import apps as installed_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

KEPT = ["councilcontact", "reminder", "contactmade", "flag", "flagcomment"]


def grant(apps: Any, schema_editor: Any) -> None:
    """Give both groups the permissions, which Django would otherwise create only after all migrations."""
    create_permissions(installed_apps.get_app_config("arrangements"), verbosity=0, apps=apps)
    wanted = [f"{deed}_{model}" for deed in ("view", "add", "change") for model in KEPT]
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="arrangements", codename__in=wanted)
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["analyst", "publisher"]):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [("arrangements", "0008_contacts_reminders_and_flags")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
