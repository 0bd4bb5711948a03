"""Every list and form of the admin: twelve queries at most, as many with many rows as with ten.

With LONG=1 also with a hundred thousand, by each column both ways, and within the time that somebody waits;
`--log-cli-level=INFO` shows how long each takes.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from arrangements.desk.tests.many import DIFFERS, furnish, multiply
from councils.tests.builders import make_user
from sharedservices.common.tests.amount import MANY
from sharedservices.tests.house import client_of

MOST = 12
FEW = 10
LONG = bool(os.environ.get("LONG"))
COUNTS = [MANY, 100_000] if LONG else [MANY]
# Seconds that nobody at a desk waits for, on a machine with other things to do.
TOO_LONG = 10
LOG = logging.getLogger(__name__)
MODELS = list(admin.site._registry)


def addresses(model: Any, model_admin: Any, request: Any) -> Iterator[str]:
    """The list as it opens, turned over, searched, filtered and ordered by each column; the forms to add and to change."""
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    yield base
    yield f"{base}?p=2"
    if model_admin.get_search_fields(request):
        yield from (f"{base}?q={text}" for text in (("shared", "ash", "birhc", "xyzzyq") if LONG else ("birhc",)))
    columns = [number for number, name in enumerate(model_admin.get_list_display(request), 1) if name != "action_checkbox"]
    yield from (f"{base}?o={sign}{number}" for number in columns[:: 1 if LONG else 6] for sign in (["", "-"] if LONG else ["-"]))
    if model_admin.has_add_permission(request):
        yield f"{base}add/"
    yield f"{base}{model._base_manager.order_by('pk')[0].pk}/change/"


class Asking:
    """A request, as far as an admin looks at it to say what it offers."""

    method, GET, POST = "GET", {}, {}

    def __init__(self, user: Any) -> None:
        self.user = user


@pytest.mark.xdist_group("queries")
@override_settings(REGISTER_TODAY=date(2015, 4, 20))
class EveryListTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        furnish()
        everything = Group.objects.create(name="everything")
        everything.permissions.set(Permission.objects.all())
        cls.person = make_user("person@example.org", staff=True, groups=["everything"])

    def asked(self, model: Any, count: int) -> dict[str, int]:
        """How many queries each address takes with so many rows more; the rows are gone afterwards."""
        with transaction.atomic():
            made = multiply(model, count)
            assert model._base_manager.count() >= made
            found = self.queries(model)
            transaction.set_rollback(True)
        return found

    def queries(self, model: Any) -> dict[str, int]:
        client, found = client_of(self.person), {}
        client.get("/admin/")
        for address in addresses(model, admin.site._registry[model], Asking(self.person)):
            begun = time.perf_counter()
            with CaptureQueriesContext(connection) as captured:
                response = client.get(address)
            seconds = time.perf_counter() - begun
            LOG.info("%-70s %3d queries %7.0f ms", address, len(captured), seconds * 1000)
            # Some lead to the page on which their row is dealt with.
            assert response.status_code in (200, 302), (address, response.status_code)
            assert not LONG or seconds < TOO_LONG, (address, seconds)
            found[address] = len(captured)
        return found

    def test_every_model_of_the_admin_can_be_made_many(self):
        missing = {model._meta.label for model in MODELS} - set(DIFFERS)
        assert not missing, f"say in many.py what differs from row to row of {missing}"

    def test_twelve_at_most_and_no_more_with_many_rows_than_with_ten(self):
        for model in MODELS:
            with self.subTest(model._meta.label):
                few = self.asked(model, FEW)
                for count in COUNTS:
                    many = self.asked(model, count)
                    assert {address: queries for address, queries in many.items() if queries > MOST} == {}
                    more = {address: (few[address], many[address]) for address in few if few[address] < many[address]}
                    assert more == {}
