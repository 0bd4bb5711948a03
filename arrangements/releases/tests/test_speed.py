"""Figures are computed once and stored: recomputing costs the same for each row however many, and no page ever does it."""

from __future__ import annotations

import re
import sys
import time
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from arrangements.releases import figures
from arrangements.releases.figures import compute, per_cent
from arrangements.releases.models import ReleasedArrangement, ReleasedFigure
from arrangements.releases.tests.stored import behind_the_triggers
from arrangements.tests.world import TODAY
from bench.figures import made
from sharedservices.tests.house import API_LISTS, PAGES, RELEASE, HouseTestCase

# The bridge is the one reckoning made when it is asked for: of any two releases and any cut (docs/decisions.md).
RECKONED = {f"/releases/{RELEASE}/bridge/", f"/releases/{RELEASE}/bridge.csv"}
# These tell of the API itself.
OF_THE_API = {"/api/v1/docs/", "/api/v1/openapi.json"}


def seconds_a_row(count: int) -> float:
    """The least CPU time for each row, of five reckonings."""
    rows, earlier = made(count), made(count, 2012)
    times = []
    for _ in range(5):
        begun = time.process_time()
        compute(rows, earlier)
        times.append(time.process_time() - begun)
    return min(times) / count


def test_a_row_costs_no_more_among_ten_times_as_many():
    # Ten times as many would make a square ten times as slow; three leaves room for a busy machine.
    assert seconds_a_row(20_000) < 3 * seconds_a_row(2_000)


@pytest.mark.xdist_group("house")
@override_settings(REGISTER_TODAY=TODAY)
class StoredTests(HouseTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.addresses = [each for each in [*PAGES, *API_LISTS, *cls.house.api_items()] if each not in RECKONED | OF_THE_API]

    def test_no_public_answer_computes_a_figure_or_has_the_database_sum(self):
        own = [each for each in vars(figures).values() if getattr(each, "__module__", "") == figures.__name__]
        computing = {each.__code__ for each in own if hasattr(each, "__code__")} - {per_cent.__code__}  # of two stored numbers
        assert compute.__code__ in computing
        called: list[str] = []

        def watch(frame: Any, event: str, arg: Any) -> None:
            if event == "call" and frame.f_code in computing:
                called.append(frame.f_code.co_name)

        for address in self.addresses:
            with CaptureQueriesContext(connection) as captured:
                sys.setprofile(watch)
                try:
                    assert self.client.get(address).status_code == 200, address
                finally:
                    sys.setprofile(None)
            assert called == [], address
            asked = [query["sql"] for query in captured if "FROM public_state" not in query["sql"]]
            summing = [sql for sql in asked if re.search(r"\b(SUM|AVG)\(", sql, re.IGNORECASE)]
            assert summing == [], address

    def test_pages_show_what_is_stored_even_where_the_rows_would_give_another_sum(self):
        addresses = ["/", "/releases/", f"/releases/{RELEASE}/", "/years/2013-14/", f"/releases/{RELEASE}/figures/savings-total/"]
        total = ReleasedFigure.objects.get(release__slug=RELEASE, key="savings-total")
        with behind_the_triggers():
            ReleasedArrangement.objects.exclude(amount=None).update(amount=1)
            for address in addresses:
                assert total.display in self.client.get(address).content.decode(), address
            ReleasedFigure.objects.filter(pk=total.pk).update(display="£7 and sixpence")
            for address in addresses:
                assert "£7 and sixpence" in self.client.get(address).content.decode(), address
