"""The gates of a year: computed, open for what is behind them, waived for a reason that is frozen and published."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from arrangements.releases.actions import discard, prepare
from arrangements.releases.digest import digest_of
from arrangements.releases.figures import compute
from arrangements.releases.gate_facts import read_facts
from arrangements.releases.gates import Gate, gates_of
from arrangements.releases.models import ReleasedNote, Waiver
from arrangements.releases.tests.made_rows import make_row, make_rows
from arrangements.releases.tests.small_year import make_small_year
from arrangements.releases.tests.stored import count_of_everything
from arrangements.releases.verifying import agreement
from arrangements.releases.vocabulary import WAIVABLE, GateName
from arrangements.releases.waiving import waive, withdraw
from arrangements.returns.actions import reopen, submit
from arrangements.returns.followup.tests.made import make_flag
from arrangements.returns.models import AnnualReturn
from arrangements.returns.querying import answer_query, query, settle_query
from arrangements.tests.builders import make_analyst, make_arrangement, make_release, waive_all
from councils.models import Council
from councils.tests.builders import make_council, make_user
from sharedservices.common.errors import RuleBroken

REASON = "They answer after the summer, as every year."


class GatesTestCase(TestCase):
    def setUp(self):
        self.small, self.analyst = make_small_year(), make_analyst()
        self.year = self.small.year

    def gate(self, name: str) -> Gate:
        gates = {gate.name: gate for gate in gates_of(self.year, self.year.releases.order_by("-revision").first())}
        assert list(gates) == list(GateName)
        return gates[name]

    def states(self) -> dict[str, str]:
        return {gate.name: gate.state for gate in gates_of(self.year, None) if gate.state != "passed"}

    def return_of(self, council: Council) -> AnnualReturn:
        return AnnualReturn.objects.get(year=self.year, council=council)

    def reopen(self, *councils: Council) -> None:
        for council in councils:
            reopen(annual_return=self.return_of(council), reason="A nought too many", user=self.analyst)

    def waive(self, name: str, reason: str = REASON, seen: str | None = None) -> Waiver:
        seen = self.gate(name).fingerprint if seen is None else seen
        return waive(year=self.year, gate=name, reason=reason, seen=seen, user=self.analyst)

    def refused(self, words: str) -> None:
        before = count_of_everything()
        with pytest.raises(RuleBroken, match=words):
            prepare(year=self.year, user=self.analyst)
        assert count_of_everything() == before


class ComputedTests(GatesTestCase):
    def test_a_year_with_everything_accepted_and_settled_passes_every_gate_and_is_prepared(self):
        assert self.states() == {}
        assert "agree with an independent recount" in self.gate("verification").passed
        assert prepare(year=self.year, user=self.analyst).notes.count() == 0

    def test_a_return_that_was_not_made_is_outstanding_with_its_state_its_lines_and_its_page(self):
        self.reopen(self.small.kent)
        gate = self.gate("returns")
        (item,) = gate.items
        assert item.said == "Kent County Council, in progress, 1 of 1 lines answered"
        assert item.url == f"/admin/arrangements/annualreturn/{self.return_of(self.small.kent).pk}/change/"
        self.refused(r"Returns outstanding \(1\): Kent County Council, in progress, 1 of 1 lines answered\. Chase these councils")

    def test_a_return_that_was_made_waits_to_be_accepted(self):
        self.reopen(self.small.kent)
        submit(annual_return=self.return_of(self.small.kent), user=self.analyst)
        assert self.states() == {"accepting": "open"}
        self.refused(r"Returns to be accepted \(1\): Kent County Council, submitted")

    def test_a_query_holds_it_up_until_it_is_settled_and_its_return_waits_at_no_other_gate(self):
        self.reopen(self.small.kent)
        submit(annual_return=self.return_of(self.small.kent), user=self.analyst)
        asked = query(
            annual_return=self.return_of(self.small.kent),
            arrangement=self.small.ict,
            text="Is it net of costs?",
            user=self.analyst,
        )
        assert self.states() == {"queries": "open"}
        (item,) = self.gate("queries").items
        assert item.said == "Kent County Council, ICT service, waits for the council: Is it net of costs?"
        assert item.url.endswith(f"/change/#line-{self.small.ict.pk}")
        settle_query(question=asked, decision="It is net, they say", user=self.analyst)
        assert self.states() == {"accepting": "open"}

    def test_a_flag_leads_to_its_line_and_is_waived_there_alone(self):
        make_flag(self.return_of(self.small.kent), self.small.ict)
        assert self.gate("flags").items[0].url.endswith(f"/change/#line-{self.small.ict.pk}")
        with pytest.raises(RuleBroken, match="“flags” can’t be waived"):
            self.waive("flags")

    def test_a_return_that_the_last_release_used_and_that_was_reopened_stands_at_that_gate_alone(self):
        make_release(self.year)
        self.reopen(self.small.kent)
        gates = {gate.name: gate.count for gate in gates_of(self.year, self.year.releases.get()) if gate.is_open}
        assert gates == {"reopened": 1}

    def test_a_broken_rule_leads_to_its_arrangement(self):
        self.small.ict.partnerships.update(answers=False)
        (item,) = self.gate("register").items
        assert "has no answering council on 31 March 2014" in item.said
        assert item.url == f"/admin/arrangements/arrangement/{self.small.ict.pk}/change/"

    def test_the_gates_take_five_queries_with_few_rows_and_with_many(self):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                gates_of(self.year, None)
            return len(captured)

        few = queries()
        for number in range(20):
            make_arrangement(make_council(f"Further {number} Council"), self.small.kent)
        assert few == queries() == 5

    def test_the_figures_that_the_page_shows_are_those_that_are_frozen(self):
        shown = {figure.key: figure.value for figure in read_facts(self.year, None).figures}
        assert dict(prepare(year=self.year, user=self.analyst).figures.values_list("key", "value")) == shown


def test_a_figure_that_its_rows_do_not_bear_out_opens_the_gate():
    rows = make_rows(make_row("SSR-0001", 5_000), make_row("SSR-0002", -300, regions=("london", "east"), has_bodies=True))
    figures = compute(rows)
    assert agreement(rows, figures) == []
    for figure in figures:
        wrong = [replace(each, value=(each.value or 0) + 1) if each is figure else each for each in figures]
        assert any(said.startswith(f"{figure.key}: published as") for said in agreement(rows, wrong)), figure.key


class WaivingTests(GatesTestCase):
    def setUp(self):
        super().setUp()
        self.reopen(self.small.kent, self.small.camden)

    def test_with_a_reason_the_year_is_prepared_and_the_reason_is_frozen_with_it(self):
        self.waive("returns")
        assert self.states() == {"returns": "waived"}
        release = prepare(year=self.year, user=self.analyst)
        note = release.notes.get()
        assert (note.gate, note.count, note.said, note.reason) == ("returns", 2, "2 councils asked had made no return.", REASON)
        assert digest_of(release) == release.digest
        document = json.loads(bytes(release.files.get(name="figures.json").content))
        assert document["notes"] == [{"gate": "returns", "count": 2, "said": note.said, "reason": REASON}]

    def test_another_reason_makes_another_digest(self):
        self.waive("returns")
        release = prepare(year=self.year, user=self.analyst)
        discard(release=release, user=self.analyst)
        assert not ReleasedNote.objects.exists()
        self.waive("returns", reason="Another reason than before.")
        assert prepare(year=self.year, user=self.analyst).digest != release.digest

    def test_a_waiver_of_two_does_not_cover_a_third(self):
        self.waive("returns")
        self.reopen(self.small.sutton)
        gate = self.gate("returns")
        assert (gate.state, gate.count, len(gate.not_covered)) == ("open", 3, 1)
        self.refused(r"Returns outstanding \(1 since it was waived\): London Borough of Sutton")

    def test_it_covers_those_that_are_left_when_one_is_settled(self):
        self.waive("returns")
        self.return_of(self.small.kent).delete()
        assert (self.gate("returns").state, self.gate("returns").count) == ("waived", 1)
        assert prepare(year=self.year, user=self.analyst).notes.get().said == "1 council asked had made no return."

    def test_what_has_moved_on_since_opens_a_gate_again(self):
        self.waive("returns")
        submit(annual_return=self.return_of(self.small.kent), user=self.analyst)
        assert self.states() == {"returns": "waived", "accepting": "open"}
        asked = query(
            annual_return=self.return_of(self.small.kent),
            arrangement=self.small.ict,
            text="Is it net of costs?",
            user=self.analyst,
        )
        self.waive("queries")
        assert self.states() == {"returns": "waived", "queries": "waived"}
        answer_query(question=asked, answer="It is gross of costs.", user=self.analyst)
        assert self.states() == {"returns": "waived", "queries": "open"}

    def test_nobody_waives_what_they_have_not_seen(self):
        seen = self.gate("returns").fingerprint
        self.reopen(self.small.sutton)
        with pytest.raises(RuleBroken, match=r"has changed since you read it \(3 now\)\. Look at it again"):
            self.waive("returns", seen=seen)
        assert not Waiver.objects.exists()

    def test_a_reason_says_something(self):
        for reason in ["", "   ", "Too late.", "a        b"]:
            with pytest.raises(RuleBroken, match="give a reason of 10 letters or more for waiving it; it is published"):
                self.waive("returns", reason=reason)
        with pytest.raises(RuleBroken, match=r"2,000 letters at most; this one has 2,001"):
            self.waive("returns", reason="x" * 2_001)

    def test_waiving_again_takes_the_place_of_the_first_and_both_are_in_the_trail(self):
        first = self.waive("returns")
        self.waive("returns", reason="Another reason than before.")
        assert Waiver.objects.get().reason == "Another reason than before."
        told = first.recorded_events.order_by("pgh_id").values_list("pgh_label", "reason", "pgh_context__metadata__user")
        assert list(told) == [
            ("insert", REASON, self.analyst.pk), ("update", "Another reason than before.", self.analyst.pk),
        ]  # fmt: skip

    def test_withdrawn_it_holds_up_the_year_again_and_what_was_released_with_it_stays(self):
        waive_all(self.year, self.analyst)
        release = make_release(self.year)
        withdraw(year=self.year, gate="returns", user=self.analyst)
        assert self.gate("returns").state == "open"
        assert release.notes.count() == 1
        with pytest.raises(RuleBroken, match="isn’t waived: there is nothing to withdraw"):
            withdraw(year=self.year, gate="returns", user=self.analyst)

    def test_nothing_is_waived_where_nothing_is_open(self):
        with pytest.raises(RuleBroken, match="nothing is behind this gate of 2013/14 any more"):
            self.waive("queries", seen="")

    def test_only_who_may_prepare_waives_and_withdraws(self):
        for user in (make_user(staff=True), make_user(councils=[self.small.kent])):
            with pytest.raises(PermissionDenied):
                waive(year=self.year, gate="returns", reason=REASON, seen=self.gate("returns").fingerprint, user=user)
            with pytest.raises(PermissionDenied):
                withdraw(year=self.year, gate="returns", user=user)

    def test_the_database_keeps_reasons_coverage_and_the_gates_that_may_be_waived(self):
        made = {"year": self.year, "reason": REASON, "covers": ["return:1:not_started"], "waived_by": self.analyst}
        made["waived_at"] = self.year.releases.model._meta.get_field("prepared_at").to_python("2014-05-20T12:00:00Z")
        for wrong, rule in [
            ({"gate": "flags"}, "only_some_gates_may_be_waived"),
            ({"gate": "returns", "reason": "Too late.  "}, "says_why"),
            ({"gate": "returns", "covers": []}, "a_waiver_covers_something"),
        ]:
            with pytest.raises(IntegrityError, match=rule), transaction.atomic():
                Waiver.objects.create(**{**made, **wrong})
        Waiver.objects.create(gate="returns", **made)
        with pytest.raises(IntegrityError, match="a_gate_is_waived_once_a_year"), transaction.atomic():
            Waiver.objects.create(gate="returns", **made)

    def test_every_gate_that_may_be_waived_has_its_public_words(self):
        for name in WAIVABLE:
            assert Gate(name, ()).note.endswith(".")
