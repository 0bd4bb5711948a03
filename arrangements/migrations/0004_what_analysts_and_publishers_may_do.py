"""Analysts keep the register and the returns and prepare releases; publishers also approve and publish them."""

from typing import Any

from django.apps import apps as installed_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

KEPT_BY_ANALYSTS = [
    "servicecategory",
    "service",
    "arrangement",
    "formername",
    "partnership",
    "bodypartnership",
    "financialyear",
    "annualreturn",
    "reportedsaving",
    "query",
]
SEEN_BY_ANALYSTS = ["release"]
COUNCILS_KEPT = ["council", "councilname", "formercode", "succession", "partnerbody"]
COUNCILS_SEEN = ["region"]


def grant(apps: Any, schema_editor: Any) -> None:
    """Give each group its permissions, which Django would otherwise create only after all migrations."""
    for label in ("councils", "arrangements"):
        create_permissions(installed_apps.get_app_config(label), verbosity=0, apps=apps)
    permission, group = apps.get_model("auth", "Permission"), apps.get_model("auth", "Group")
    wanted = [
        *(f"{deed}_{model}" for deed in ("view", "add", "change") for model in [*KEPT_BY_ANALYSTS, *COUNCILS_KEPT]),
        *(f"delete_{model}" for model in ("formername", "partnership", "bodypartnership", "councilname")),
        *(f"view_{model}" for model in [*SEEN_BY_ANALYSTS, *COUNCILS_SEEN]),
        "prepare_release",
    ]
    of_analysts = permission.objects.filter(content_type__app_label__in=["councils", "arrangements"], codename__in=wanted)
    group.objects.get(name="analyst").permissions.add(*of_analysts)
    of_publishers = permission.objects.filter(content_type__app_label="arrangements", codename="approve_release")
    group.objects.get(name="publisher").permissions.add(*of_analysts, *of_publishers)


class Migration(migrations.Migration):
    dependencies = [
        ("arrangements", "0003_frozen_rows_go_with_their_release"),
        ("councils", "0002_analysts_and_publishers"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
