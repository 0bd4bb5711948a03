"""Completeness: in every world each row's parts add up to what was expected, and every cut adds up to the total.

The worlds are made at random, the same in every run, and counted a second time line by line.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import date
from random import Random

from django.db import transaction
from django.test import TestCase, override_settings

from arrangements.register.models import Arrangement
from arrangements.register.vocabulary import EndReason, Role, StartPrecision
from arrangements.returns.chasing.completeness import OUTSTANDING, Completeness, Cut, Row, completeness_of
from arrangements.returns.models import AnnualReturn, FinancialYear, ReportedSaving
from arrangements.returns.vocabulary import Outcome, ReturnState
from arrangements.tests.builders import (
    make_analyst,
    make_arrangement,
    make_partnership,
    make_return,
    make_saving,
    make_service,
    make_year,
)
from councils.models import Council, CouncilKind
from councils.tests.builders import make_council, make_region
from sharedservices.common.tests.amount import MANY

WORLDS = 100 if os.environ.get("LONG") else 12
STARTS = [date(2010, 4, 1), date(2014, 3, 31), date(2015, 3, 31), date(2015, 4, 1), None]
ENDS = [None, None, None, date(2015, 3, 30), date(2015, 3, 31)]


def make_random_world(seed: int) -> FinancialYear:
    """Councils, returns, arrangements and answers on both sides of every edge; some councils aren't asked."""
    rng = Random(seed)
    year, other_year = make_year(2014), make_year(2013)
    regions = [make_region(name) for name in ("London", "South East", "North West")]
    services = [make_service(slug, category) for slug, category in [("ict", "back-office"), ("waste", "environment")]]
    kinds = [*CouncilKind.values[:5], CouncilKind.CITY_OF_LONDON]
    councils = [make_council(kind=rng.choice(kinds), region=rng.choice(regions)) for _ in range(rng.randint(2, 9))]
    analyst = make_analyst()
    for council in councils:
        if rng.random() < 0.8:
            state = rng.choice(ReturnState.values)
            moment = {"submitted_by": analyst, "submitted_at": "2015-04-10T12:00Z"}
            accepted = {"accepted_by": analyst, "accepted_at": "2015-04-11T12:00Z"} if state == ReturnState.ACCEPTED else {}
            make_return(council, year, state, **moment, **accepted)
        if rng.random() < 0.5:
            make_return(council, other_year)
    for _ in range(rng.randint(0, 14)):
        _make_line(rng, councils, services, [year, other_year])
    return year


def _make_line(rng: Random, councils: list[Council], services: list, years: list[FinancialYear]) -> None:
    """An arrangement that two answer for one after the other, or one, or nobody."""
    first, second = rng.sample(councils, 2)
    start, end = rng.choice(STARTS), rng.choice(ENDS)
    if start and end and end < start:
        end = None
    arrangement = Arrangement.objects.create(
        name="Line",
        main_service=rng.choice(services),
        started_on=start,
        start_precision=StartPrecision.DAY if start else StartPrecision.UNKNOWN,
        ended_on=end,
        end_reason=EndReason.DISSOLVED if end else "",
    )
    handed_over = rng.random() < 0.3
    left = rng.choice([date(2015, 3, 30), date(2015, 3, 31)]) if handed_over else None
    make_partnership(arrangement, first, Role.PARTNER, answers=rng.random() < 0.9, left_on=left)
    if handed_over:
        make_partnership(arrangement, second, Role.PARTNER, answers=True, joined_on=date(2015, 4, 1))
    for year in years:
        if rng.random() < 0.6:
            make_saving(arrangement, year, outcome=rng.choice(Outcome.values))


def counted_line_by_line(year: FinancialYear) -> dict[str, Counter]:
    """For each cut and key, how many lines of each part: from the lines of each return, as its page lists them."""
    found: dict[str, Counter] = {}
    for annual_return in AnnualReturn.objects.filter(year=year).select_related("council__region", "year"):
        for line in annual_return.lines().select_related("main_service__category"):
            answer = ReportedSaving.objects.filter(year=year, arrangement=line).first()
            part = answer.outcome if answer else OUTSTANDING
            for key in (
                "England",
                f"region {annual_return.council.region.slug}",
                f"kind {annual_return.council.kind}",
                f" {line.main_service.category.slug}",
            ):
                found.setdefault(key, Counter())[part] += 1
    return found


def rows_of(found: Completeness) -> list[tuple[Row, Cut | None]]:
    """Every row of both tables, with its cut if it isn't the total."""
    tables = (found.councils, found.lines)
    return [(table.total, None) for table in tables] + [(row, cut) for table in tables for cut in table.cuts for row in cut.rows]


@override_settings(REGISTER_TODAY=date(2015, 4, 20), ZEAL_ALLOWLIST=[{"model": "*"}])
class RandomWorldTests(TestCase):
    def test_every_row_and_every_cut_reconciles_in_every_world(self):
        seen = Counter()
        for seed in range(WORLDS):
            with self.subTest(seed=seed):
                before = transaction.savepoint()
                year = make_random_world(seed)
                found = completeness_of(year)
                for row, cut in rows_of(found):
                    assert row.expected == sum(number for _, number in row.parts), (seed, row, cut)
                for table in (found.councils, found.lines):
                    for cut in table.cuts:
                        assert sum(row.expected for row in cut.rows) == table.total.expected, (seed, cut)
                        for at, (part, number) in enumerate(table.total.parts):
                            assert sum(row.parts[at][1] for row in cut.rows) == number, (seed, cut, part)
                self.agrees_with_a_count_line_by_line(year, found)
                operating = Arrangement.objects.operating_in(year).count()
                assert found.lines.total.expected + found.unasked == operating
                seen.update(dict(found.lines.total.parts), unasked=found.unasked)
                transaction.savepoint_rollback(before)
        assert all(seen[part] for part in (*Outcome.values, OUTSTANDING, "unasked")), "the worlds hold every case"

    def agrees_with_a_count_line_by_line(self, year: FinancialYear, found: Completeness) -> None:
        counted = counted_line_by_line(year)
        assert found.councils.total.expected == AnnualReturn.objects.filter(year=year).count()
        told = {"England": found.lines.total}
        told |= {f"{cut.filter} {row.key}": row for cut in found.lines.cuts for row in cut.rows}
        for key, row in told.items():
            assert {part: number for part, number in row.parts if number} == dict(counted.pop(key, Counter())), key
        assert counted == {}


@override_settings(REGISTER_TODAY=date(2015, 4, 20), REQUIRE_SECOND_FACTOR=False)
class CompletenessPageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year = make_random_world(3)

    def setUp(self):
        self.client.force_login(make_analyst())

    def test_each_number_of_councils_leads_to_a_list_of_that_many(self):
        response = self.client.get("/admin/chasing/completeness/")
        found = response.context["found"].councils
        page = response.content.decode()
        links = 0
        for row, cut in [(found.total, None), *((row, each) for each in found.cuts for row in each.rows)]:
            narrowed = f"&amp;{cut.filter}={row.key}" if cut else ""
            for part, number in [("", row.expected), *row.parts]:
                address = f"/admin/chasing/?year=2014-15{narrowed}{f'&amp;state={part}' if part else ''}"
                assert (f'<a href="{address}">{number}</a>' in page) == bool(number), address
                if number:
                    assert self.client.get(address.replace("&amp;", "&")).context["listed"] == number, address
                    links += 1
        assert links > 10

    def test_the_year_is_chosen_in_the_address_and_the_open_one_otherwise(self):
        assert self.client.get("/admin/chasing/completeness/").context["year"].slug == "2014-15"
        assert self.client.get("/admin/chasing/completeness/?year=2013-14").context["year"].slug == "2013-14"
        refused = self.client.get("/admin/chasing/completeness/?year=banana")
        self.assertContains(refused, "“banana” is not one of its values.", status_code=400)

    def test_it_takes_as_many_queries_with_many_lines_as_with_ten(self):
        def queries() -> int:
            with self.assertNumQueries(11):
                return self.client.get("/admin/chasing/completeness/").context["found"].lines.total.expected

        before = queries()
        council = make_council()
        make_return(council, self.year)
        for _ in range(MANY):
            make_arrangement(council, make_council())
        assert queries() == before + MANY

    @override_settings(REGISTER_TODAY=date(2010, 1, 1))
    def test_before_any_collection_has_opened_it_says_so(self):
        self.assertContains(self.client.get("/admin/chasing/completeness/"), "No collection has opened yet.")
        self.assertContains(self.client.get("/admin/chasing/"), "No collection has opened yet.")
