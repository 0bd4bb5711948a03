"""A reorganisation and another deed at the same moment, each on a connection of its own."""

from __future__ import annotations

import time
from datetime import date
from threading import Event
from typing import Any

import pytest
from django.db import transaction

from arrangements.register.models import Partnership
from arrangements.returns.actions import open_collection
from arrangements.returns.answering import Answer, record_answers
from arrangements.returns.models import AnnualReturn, ReportedSaving
from arrangements.returns.reorganising.actions import PlanMoved, Reorganised
from arrangements.returns.reorganising.facts import Act, read
from arrangements.returns.reorganising.plan import Plan
from arrangements.returns.reorganising.tests.county import FIRST_DAY, Fellshire, parts_of
from arrangements.returns.tests.test_races import at_once
from arrangements.tests.builders import make_arrangement, make_return, make_year
from councils.models import Council, Succession

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fells(settings) -> Fellshire:
    settings.REGISTER_TODAY = date(2024, 5, 1)
    return Fellshire()


def fingerprint(fells: Fellshire) -> str:
    follows = {one.gss_code: tuple(each.gss_code for each in some) for one, some in fells.predecessors().items()}
    for new in (fells.east, fells.west):
        new.started_on = FIRST_DAY
    return Plan(read(Act(FIRST_DAY, follows, {each.gss_code: each for each in (fells.east, fells.west)})), {}).fingerprint


def kinds(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_of_two_who_confirm_the_same_plan_one_does_it_and_the_other_is_shown_it_anew(fells):
    shared = make_arrangement(fells.alder, fells.outside)
    seen = fingerprint(fells)
    other = Fellshire.__new__(Fellshire)
    other.__dict__ = {**fells.__dict__, "east": fells.to_come("East Fells"), "west": fells.to_come("West Fells")}
    other.east.gss_code, other.west.gss_code = fells.east.gss_code, fells.west.gss_code
    results = at_once(lambda: fells.reorganise(fingerprint=seen), lambda: other.reorganise(fingerprint=seen))
    assert kinds(results) == ["PlanMoved", "Reorganised"], results
    moved = next(result for result in results if isinstance(result, PlanMoved))
    assert not any(council.ended_on is None for council in moved.plan.facts.succeeding.ending()), "it shows what stands now"
    assert Succession.objects.count() == 6
    assert len(parts_of(shared)) == 3


def test_a_partnership_that_is_being_added_is_waited_for_and_makes_the_plan_anew(fells):
    shared = make_arrangement(fells.outside, fells.other)
    seen, added_it = fingerprint(fells), Event()

    def add() -> None:
        with transaction.atomic():
            Partnership.objects.create(arrangement=shared, council=fells.alder)
            added_it.set()
            time.sleep(0.7)

    def confirm() -> Reorganised:
        assert added_it.wait(20)
        return fells.reorganise(fingerprint=seen)

    added, refused = at_once(add, confirm)
    assert added is None
    assert isinstance(refused, PlanMoved)
    assert not Succession.objects.exists()
    fells.reorganise(fingerprint=refused.plan.fingerprint)
    assert ("East Fells", "partner", False, FIRST_DAY, None) in parts_of(shared)


@pytest.mark.parametrize("late", [0.0, 0.05])
def test_a_collection_that_opens_at_the_same_moment_asks_the_successors_and_no_council_that_ended(fells, late):
    year = make_year(2023)
    make_arrangement(fells.alder, fells.outside)

    def open_it() -> int:
        time.sleep(late)
        return open_collection(year=year, user=fells.analyst)

    results = at_once(open_it, fells.reorganise)
    assert kinds(results) == ["Reorganised", "int"], results
    asked = set(AnnualReturn.objects.values_list("council__short_name", flat=True))
    assert asked == {"East Fells", "West Fells", "Outside", "Other"}


@pytest.mark.parametrize(("late", "later"), [(0.0, 0.0), (0.3, 0.0), (0.0, 0.3)])
def test_an_answer_given_at_the_same_moment_is_kept_and_counted_once(fells, late, later):
    year = make_year(2023)
    shared = make_arrangement(fells.alder, fells.outside)
    annual_return = make_return(fells.alder, year)

    def answer() -> int:
        time.sleep(late)
        return record_answers(
            annual_return=annual_return,
            answers=[Answer(shared.pk, "figure", 70_000, "Council return of 3 May")],
            user=fells.analyst,
        )

    def confirm() -> Reorganised:
        time.sleep(later)
        return fells.reorganise()

    answered, done = at_once(answer, confirm)
    assert isinstance(done, Reorganised), done
    by_name = {each.council.short_name: each for each in AnnualReturn.objects.select_related("council", "year")}
    assert set(by_name) == {"East Fells", "West Fells"}
    kept = ReportedSaving.objects.filter(arrangement__in=by_name["East Fells"].lines(), year=year)
    if isinstance(answered, AnnualReturn.DoesNotExist):
        assert not kept.exists(), "the return was gone, and so was whatever it might have been told"
    else:
        assert answered == 1
        assert kept.get().amount == 70_000
        assert by_name["East Fells"].state == "in_progress"


def test_a_council_s_page_saved_at_the_same_moment_leaves_no_half_of_either(fells):
    """The page of a council has it in hand; the reorganisation waits and then finds its day set otherwise."""
    in_hand = Event()

    def save() -> None:
        with transaction.atomic():
            Council.objects.select_for_update().get(pk=fells.alder.pk)
            in_hand.set()
            time.sleep(0.7)
            Council.objects.filter(pk=fells.alder.pk).update(ended_on=date(2022, 3, 31))

    def confirm() -> Reorganised:
        assert in_hand.wait(20)
        return fells.reorganise()

    _, refused = at_once(save, confirm)
    assert "31 March 2022" in str(refused)
    assert not Succession.objects.exists()
    assert Council.objects.filter(ended_on__isnull=False).count() == 1
