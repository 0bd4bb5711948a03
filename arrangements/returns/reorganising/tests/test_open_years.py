"""Returns of a year already open when the reorganisation is recorded: asked anew, nothing lost, nothing silently accepted."""

from datetime import date

import pytest
from django.db.models import Sum
from django.test import TestCase, override_settings

from arrangements.register.wholes import Choice
from arrangements.releases.actions import prepare
from arrangements.returns import actions, querying
from arrangements.returns.answering import Answer, record_answers
from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.reorganising import related
from arrangements.returns.reorganising.open_years import merged_state
from arrangements.returns.reorganising.tests.county import Fellshire
from arrangements.returns.vocabulary import ReturnState
from arrangements.tests.builders import (
    accept_all,
    make_analyst,
    make_arrangement,
    make_publisher,
    make_release,
    make_return,
    make_saving,
    make_year,
)
from councils.models import Council
from councils.tests.builders import make_council, make_user
from sharedservices.common.errors import RuleBroken
from sharedservices.common.today import now

RECORDED_LATE = date(2024, 6, 3)


def on_returns(year) -> dict[str, int]:
    """The pounds on the lines of each council's return."""
    found = {}
    for each in AnnualReturn.objects.filter(year=year).select_related("council", "year"):
        savings = ReportedSaving.objects.filter(year=year, arrangement__in=each.lines())
        found[each.council.short_name] = savings.aggregate(total=Sum("amount"))["total"] or 0
    return found


@override_settings(REGISTER_TODAY=RECORDED_LATE)
class RecordedLateTests(TestCase):
    """1 April 2023 is recorded in June 2024, when all councils, the old ones too, are asked for 2023/24."""

    def setUp(self):
        self.fells = Fellshire()
        self.year = make_year(2023)

    def asked(self, **states: str) -> None:
        """Returns of the councils by short name."""
        for name, state in states.items():
            make_return(getattr(self.fells, name), self.year, state)

    def states(self) -> dict[str, str]:
        return {each.council.short_name: each.state for each in self.year.returns.select_related("council")}

    def refused(self, *args, **asked) -> list[str]:
        before = list(AnnualReturn.objects.order_by("pk").values())
        with pytest.raises(RuleBroken) as refusal:
            self.fells.reorganise(*args, **asked)
        assert list(AnnualReturn.objects.order_by("pk").values()) == before
        return refusal.value.messages

    def test_the_successors_are_asked_instead_and_every_pound_stays_on_one_line(self):
        fells = self.fells
        first, second = make_arrangement(fells.alder, fells.outside), make_arrangement(fells.cedar, fells.alder, fells.outside)
        third = make_arrangement(fells.outside, fells.birch)
        for arrangement, amount in [(first, 100), (second, 20), (third, 3)]:
            make_saving(arrangement, self.year, amount)
        self.asked(
            alder="in_progress",
            birch="not_started",
            cedar="submitted",
            elm="not_started",
            county="not_started",
            outside="submitted",
        )
        assert on_returns(self.year) == {"Alder": 100, "Birch": 0, "Cedar": 20, "Elm": 0, "Fellshire County": 0, "Outside": 3}
        fells.reorganise()
        assert on_returns(self.year) == {"East Fells": 100, "West Fells": 20, "Outside": 3}
        assert self.states() == {"East Fells": "in_progress", "West Fells": "in_progress", "Outside": "submitted"}

    def test_queries_move_with_their_arrangement(self):
        fells = self.fells
        of_alder, of_cedar = make_arrangement(fells.alder, fells.outside), make_arrangement(fells.cedar, fells.outside)
        for arrangement in (of_alder, of_cedar):
            make_saving(arrangement, self.year, 7)
        self.asked(alder="submitted", birch="submitted", cedar="submitted", elm="submitted", county="submitted")
        for arrangement, council in [(of_alder, fells.alder), (of_cedar, fells.cedar)]:
            querying.query(
                annual_return=self.year.returns.get(council=council),
                arrangement=arrangement,
                text="Why is it seven pounds?",
                user=make_analyst(),
            )
        answered = Query.objects.get(arrangement=of_cedar)
        querying.settle_query(question=answered, decision="It is what it is.", user=make_analyst())
        fells.reorganise()
        homes = {each.arrangement: each.annual_return.council.short_name for each in Query.objects.all()}
        assert homes == {of_alder: "East Fells", of_cedar: "West Fells"}
        assert self.states() == {"East Fells": "queried", "West Fells": "submitted"}

    def test_all_accepted_and_nothing_changed_stays_accepted_by_who_accepted_last(self):
        fells = self.fells
        shared = make_arrangement(fells.alder, fells.outside)
        make_saving(shared, self.year, 7)
        self.asked(alder="accepted", birch="accepted", cedar="accepted", elm="in_progress", county="accepted")
        last = make_analyst()
        self.year.returns.filter(council=fells.birch).update(accepted_by=last, accepted_at=now())
        fells.reorganise()
        assert self.states() == {"East Fells": "accepted", "West Fells": "in_progress"}
        assert self.year.returns.get(council__short_name="East Fells").accepted_by == last
        assert list(ReportedSaving.objects.on_accepted_returns(self.year)) == [shared.reported_savings.get()]

    def test_accepted_returns_of_which_an_arrangement_falls_out_are_to_be_accepted_again(self):
        """Alder and Birch shared between themselves: that ended, and its answer with it."""
        fells = self.fells
        make_saving(make_arrangement(fells.alder, fells.birch), self.year, 7)
        self.asked(alder="accepted", birch="accepted", cedar="accepted", elm="accepted", county="accepted")
        done = fells.reorganise()
        assert self.states() == {"East Fells": "submitted", "West Fells": "accepted"}
        (effect,) = done.plan.years
        assert len(effect.fallen_out) == 1
        assert ReportedSaving.objects.get().amount == 7, "what was said is kept, and counts in no return"

    def test_a_partner_that_comes_to_answer_takes_the_line_and_the_query_on(self):
        fells = self.fells
        shared = make_arrangement(fells.county, fells.outside, fells.other)
        make_saving(shared, self.year, 7)
        self.asked(
            county="submitted",
            outside="accepted",
            alder="not_started",
            birch="not_started",
            cedar="not_started",
            elm="not_started",
        )
        asked = querying.query(
            annual_return=self.year.returns.get(council=fells.county),
            arrangement=shared,
            text="Why seven pounds?",
            user=fells.analyst,
        )
        held = shared.partnerships.get(council=fells.county)
        fells.reorganise({held: Choice((), fells.outside.gss_code)})
        asked.refresh_from_db()
        assert asked.annual_return.council == fells.outside
        assert self.states() == {"Outside": "queried", "East Fells": "in_progress", "West Fells": "in_progress"}
        assert on_returns(self.year) == {"Outside": 7, "East Fells": 0, "West Fells": 0}

    def test_a_query_about_an_arrangement_that_ended_goes_to_the_first_heir(self):
        fells = self.fells
        shared = make_arrangement(fells.alder, fells.birch)
        make_saving(shared, self.year, 7)
        self.asked(alder="submitted", birch="submitted", cedar="submitted", elm="submitted", county="submitted")
        querying.query(
            annual_return=self.year.returns.get(council=fells.alder),
            arrangement=shared,
            text="Why seven pounds?",
            user=fells.analyst,
        )
        fells.reorganise()
        assert Query.objects.get().annual_return.council.short_name == "East Fells"

    def test_a_return_that_a_release_used_is_not_touched_and_the_refusal_says_what_to_do(self):
        fells = self.fells
        make_saving(make_arrangement(fells.alder, fells.outside), self.year, 7)
        accept_all(self.year)
        make_release(self.year)
        messages = self.refused()
        assert (
            "A release of 2023/24 used the accepted return of Fellshire County Council, so it isn't changed here. Reopen that"
            " return with the reason first; the next revision then says what moved."
        ) in messages
        assert len(messages) == 5
        for each in self.year.returns.filter(council__in=fells.predecessors()):
            actions.reopen(annual_return=each, reason="It had ended before 31 March", user=fells.analyst)
        fells.reorganise()
        assert self.states()["East Fells"] == "in_progress"

    def test_the_next_revision_waits_until_the_successors_of_a_used_return_are_accepted(self):
        fells = self.fells
        make_saving(make_arrangement(fells.alder, fells.outside), self.year, 7)
        accept_all(self.year)
        make_release(self.year)
        for each in self.year.returns.filter(council__in=fells.predecessors()):
            actions.reopen(annual_return=each, reason="It had ended before 31 March", user=fells.analyst)
        fells.reorganise()
        with pytest.raises(RuleBroken, match="reopened since .*: East Fells Council, .*; West Fells Council, "):
            prepare(year=self.year, user=make_publisher(), public_note="Fellshire had ended.")
        for each in self.year.returns.exclude(state=ReturnState.ACCEPTED):
            actions.submit(annual_return=each, user=fells.analyst)
            actions.accept(annual_return=each, user=fells.analyst)
        revised = prepare(year=self.year, user=make_publisher(), public_note="Fellshire had ended.")
        assert revised.figures.get(key="savings-total").value == 7
        assert not revised.councils.filter(name__in=["Alder District Council", "Fellshire County Council"]).exists()

    def test_rows_of_a_relation_that_nobody_thought_of_are_never_lost(self):
        fells = self.fells
        shared = make_arrangement(fells.alder, fells.outside)
        make_saving(shared, self.year, 7)
        self.asked(alder="submitted", birch="submitted", cedar="submitted", elm="submitted", county="submitted")
        querying.query(
            annual_return=self.year.returns.get(council=fells.alder),
            arrangement=shared,
            text="Why seven pounds?",
            user=fells.analyst,
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("arrangements.returns.reorganising.plan.FOLLOWING", {})
            messages = self.refused()
        assert messages == [
            "Rows of arrangements.Query.annual_return hang on returns that would change, and the register doesn't know how"
            " they follow."
        ]
        assert Query.objects.get().annual_return.council == fells.alder

    def test_every_relation_to_a_return_has_been_thought_of(self):
        """A new one fails here: say in FOLLOWING how its rows follow when a council is reorganised."""
        assert set(related.relations()) == set(related.FOLLOWING)
        for name, field in related.relations().items():
            about = related.FOLLOWING[name].arrangement
            names = {each.name for each in field.model._meta.get_fields()}
            assert about in names or (about is None and "arrangement" not in names), name

    def test_years_that_were_over_before_stay_as_they_are(self):
        fells = self.fells
        before = make_year(2022)
        shared = make_arrangement(fells.alder, fells.birch)
        make_saving(shared, before, 7)
        asked = make_return(fells.alder, before, ReturnState.SUBMITTED)
        fells.reorganise()
        asked.refresh_from_db()
        assert (asked.state, asked.version, list(asked.lines())) == ("submitted", 1, [shared])


class AfterTheLastDayTests(TestCase):
    def test_the_successor_s_officer_sees_the_return_that_the_analyst_answers_under_its_old_name(self):
        """Abolished on 31 March 2023; the collection of 2022/23 opens the next day."""
        with override_settings(REGISTER_TODAY=date(2023, 4, 20)):
            fells = Fellshire()
            year = make_year(2022)
            shared = make_arrangement(fells.alder, fells.birch, fells.outside)
            fells.reorganise()
            officer = make_user(councils=[Council.objects.get(short_name="East Fells")])
            stranger = make_user(councils=[Council.objects.get(short_name="West Fells")])
            actions.open_collection(year=year, user=fells.analyst)
            asked = AnnualReturn.objects.visible_to(officer)
            assert {str(each) for each in asked} == {
                "Alder District Council, 2022/23",
                "Birch District Council, 2022/23",
                "Fellshire County Council, 2022/23",
            }
            assert not AnnualReturn.objects.visible_to(stranger).filter(council=fells.alder).exists()
            annual_return = asked.get(council=fells.alder)
            assert list(annual_return.lines()) == [shared]
            answer = Answer(shared.pk, "figure", 100_000, "By letter of East Fells")
            record_answers(annual_return=annual_return, answers=[answer], user=fells.analyst)
            actions.submit(annual_return=annual_return, user=fells.analyst)
            actions.accept(annual_return=annual_return, user=fells.analyst)
            assert ReportedSaving.objects.visible_to(officer).get().amount == 100_000
            release = make_release(year)
            frozen = release.councils.get(gss_code=fells.alder.gss_code)
            assert (frozen.name, frozen.state) == ("Alder District Council", "accepted")
            assert not release.councils.filter(short_name="East Fells").exists()


@pytest.mark.parametrize(
    ("states", "unchanged", "asks", "state"),
    [
        ([], True, False, "not_started"),
        (["not_started", "not_started"], True, False, "not_started"),
        (["not_started", "submitted"], True, False, "in_progress"),
        (["in_progress", "accepted"], True, False, "in_progress"),
        (["accepted", "accepted"], True, False, "accepted"),
        (["accepted", "accepted"], False, False, "submitted"),
        (["accepted", "submitted"], True, False, "submitted"),
        (["queried", "submitted"], True, True, "queried"),
        (["queried", "submitted"], True, False, "submitted"),
        (["queried", "in_progress"], True, True, "in_progress"),
    ],
)
def test_the_state_of_several_returns_in_one(states, unchanged, asks, state):
    assert merged_state(states, unchanged, asks) == state


def test_a_council_of_a_kind_that_is_not_asked_takes_no_return_over(db):
    fells = Fellshire()
    with override_settings(REGISTER_TODAY=RECORDED_LATE):
        year = make_year(2023)
        city = make_council("City of London", "city_of_london", started_on=None)
        shared = make_arrangement(fells.other, fells.outside)
        make_saving(shared, year, 7)
        make_return(fells.other, year, ReturnState.SUBMITTED)
        querying.query(annual_return=year.returns.get(), arrangement=shared, text="Why seven pounds?", user=fells.analyst)
        with pytest.raises(RuleBroken, match="no successor is asked for 2023/24 to take it over"):
            fells.reorganise(predecessors={fells.other: [city]}, successors=[city])
