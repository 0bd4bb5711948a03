"""Two writers at once: whoever ends last leaves a text that knows what both wrote."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from arrangements.register.models import Arrangement, FormerName, OtherService, Partnership, Service, ServiceCategory
from arrangements.register.tests.test_search_texts import must_be_fresh
from arrangements.tests.builders import make_arrangement, make_partnership, make_service
from councils.models import Council, CouncilName
from councils.tests.builders import make_council

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 20


class Writer(Thread):
    """Does a deed in a transaction of its own, on a connection of its own, and ends it only when told."""

    def __init__(self, deed: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.deed, self.wrote, self.may_end = deed, Event(), Event()
        self.failed: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            with transaction.atomic():
                self.deed()
                self.wrote.set()
                assert self.may_end.wait(PATIENCE)
        except Exception as error:
            self.failed = error
        finally:
            self.wrote.set()
            connection.close()

    def end(self) -> None:
        self.may_end.set()
        self.join(PATIENCE)
        assert self.failed is None, self.failed


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


def one_within_the_other(first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """The second begins when the first has written but not ended, and ends after it, waiting for it where it must."""
    one = Writer(first)
    assert one.wrote.wait(PATIENCE)
    other = Writer(second)
    until = time.monotonic() + PATIENCE
    while not other.wrote.is_set() and not somebody_waits():
        assert time.monotonic() < until
        time.sleep(0.01)
    one.end()
    assert other.wrote.wait(PATIENCE)
    other.end()


@pytest.fixture
def world() -> dict[str, Any]:
    """One arrangement, and things that it may be linked with."""
    council = make_council("Sutton Council")
    arrangement = make_arrangement(council, make_council("Merton Council"), name="One team")
    return {"arrangement": arrangement, "council": make_council("Ely Council"), "service": make_service("waste", "streets")}


DEEDS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "two links of one arrangement": (
        lambda w: FormerName.objects.create(arrangement=w["arrangement"], name="Zebra"),
        lambda w: make_partnership(w["arrangement"], w["council"]),
    ),
    "a new partner is renamed": (
        lambda w: make_partnership(w["arrangement"], w["council"]),
        lambda w: Council.objects.filter(pk=w["council"].pk).update(name="Zebra Council", short_name="Zebra"),
    ),
    "a new partner gets another name": (
        lambda w: make_partnership(w["arrangement"], w["council"]),
        lambda w: CouncilName.objects.create(council=w["council"], name="Zebra", kind="alias"),
    ),
    "a new service is renamed": (
        lambda w: OtherService.objects.create(arrangement=w["arrangement"], service=w["service"]),
        lambda w: Service.objects.filter(pk=w["service"].pk).update(name="Zebra"),
    ),
    "the category of a new main service is renamed": (
        lambda w: Arrangement.objects.filter(pk=w["arrangement"].pk).update(main_service=w["service"]),
        lambda w: ServiceCategory.objects.filter(slug="streets").update(name="Zebra"),
    ),
}


@pytest.mark.parametrize("turned", [False, True], ids=["as told", "the other way round"])
@pytest.mark.parametrize("name", DEEDS)
def test_the_text_knows_what_both_wrote(world, name, turned):
    first, second = DEEDS[name][::-1] if turned else DEEDS[name]
    one_within_the_other(lambda: first(world), lambda: second(world))
    must_be_fresh()
    assert Arrangement.objects.found_by("zebra").get() == world["arrangement"]
    assert Partnership.objects.filter(council=world["council"]).exists() == ("partner" in name or "links" in name)
