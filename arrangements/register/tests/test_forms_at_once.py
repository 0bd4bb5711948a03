"""Two people press Save at the same moment, each on a connection of their own: one is stored, the other compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from arrangements.register.models import Arrangement, Service
from arrangements.returns.tests.test_races import at_once
from arrangements.tests.builders import make_analyst, make_arrangement, make_service
from sharedservices.common.tests.admin_forms import as_read, compared

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _settings(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    settings.ZEAL_RAISE = False


@pytest.fixture
def arrangement() -> Arrangement:
    return make_arrangement(name="Shared ICT", service=make_service("ict"))


def somebody() -> Client:
    client = Client()
    client.force_login(make_analyst())
    return client


def saving(arrangement: Arrangement, **fields: Any) -> Callable[[], Any]:
    """Somebody who has the form open, and presses Save."""
    client, page = somebody(), reverse("admin:arrangements_arrangement_change", args=[arrangement.pk])
    sent = {**as_read(client.get(page)), **fields}

    def press() -> Any:
        response = client.post(page, sent)
        return "stored" if response.status_code == 302 else compared(response)

    return press


def changing_many(arrangement: Arrangement, governance: str) -> Callable[[], Any]:
    """Somebody who has ticked it in the list, and presses the button."""
    client, the_list = somebody(), reverse("admin:arrangements_arrangement_changelist")
    ticked = {"action": "bulk-set-governance", "_selected_action": [arrangement.pk], "index": "0"}
    page = client.post(the_list, ticked)
    sent = {"rows": page.context["rows"], "governance": governance, "reason": "As they wrote to us", "if_some_fail": "none"}

    def press() -> Any:
        response = client.post(page.context["address"], sent)
        return "stored" if response.status_code == 302 else response.context["refused"]

    return press


def test_of_two_forms_one_is_stored_and_the_other_compared(arrangement):
    results = at_once(saving(arrangement, name="One"), saving(arrangement, name="Other"))
    assert results.count("stored") == 1, results
    winner = results.index("stored")
    name, other = ("One", "Other") if winner == 0 else ("Other", "One")
    assert Arrangement.objects.get().name == name
    assert results[1 - winner] == [("Name", "Shared ICT", name, other)]


def test_of_a_form_and_a_change_to_many_one_is_stored(arrangement):
    results = at_once(saving(arrangement, governance="informal"), changing_many(arrangement, "other"))
    assert results.count("stored") == 1, results
    assert Arrangement.objects.get().governance == ("informal" if results[0] == "stored" else "other")


def test_a_link_made_at_the_same_moment_is_not_lost(arrangement):
    """Its own row is another table's: what it raises is the version of the row that the form holds."""
    legal = make_service("legal")
    page = reverse("admin:arrangements_arrangement_change", args=[arrangement.pk])
    client = somebody()
    sent = {**as_read(client.get(page)), "name": "Mine"}

    def link() -> None:
        Arrangement.objects.get(pk=arrangement.pk).other_services.add(Service.objects.get(pk=legal.pk))

    at_once(lambda: client.post(page, sent), link)
    assert list(arrangement.other_services.all()) == [legal]
