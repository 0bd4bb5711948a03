"""The deed: councils, partnerships and the trail, all or nothing."""

from datetime import date

import pghistory.models
import pytest
from django.apps import apps
from django.test import TestCase

from arrangements.register.models import BodyPartnership, Partnership
from arrangements.register.vocabulary import EndReason, Role
from arrangements.register.wholes import Choice
from arrangements.returns.reorganising.actions import PlanMoved
from arrangements.returns.reorganising.facts import Act, read
from arrangements.returns.reorganising.plan import Plan
from arrangements.returns.reorganising.tests.county import EVE, FIRST_DAY, Fellshire, parts_of
from arrangements.tests.builders import make_arrangement, make_partnership
from councils.models import Council, Succession
from councils.tests.builders import make_body
from sharedservices.common.errors import RuleBroken

ALL = ["councils.Council", "councils.Succession", "arrangements.Arrangement", "arrangements.Partnership"]


def everything() -> list[list[dict]]:
    """Every row that a reorganisation may write."""
    return [list(apps.get_model(label).objects.order_by("pk").values()) for label in ALL]


class ReorganiseTests(TestCase):
    def setUp(self):
        self.fells = Fellshire()

    def refused(self, *args, **asked) -> list[str]:
        before = everything()
        with pytest.raises(RuleBroken) as refusal:
            self.fells.reorganise(*args, **asked)
        assert everything() == before, "something was written"
        return refusal.value.messages

    # Councils

    def test_councils_end_on_the_eve_begin_on_the_first_day_and_the_successions_are_recorded(self):
        fells = self.fells
        fells.reorganise()
        ended = Council.objects.filter(ended_on=EVE)
        assert set(ended) == {fells.county, fells.alder, fells.birch, fells.cedar, fells.elm}
        assert set(Council.objects.filter(started_on=FIRST_DAY).values_list("short_name", flat=True)) == {
            "East Fells",
            "West Fells",
        }
        recorded = {(str(each.predecessor.short_name), each.successor.short_name) for each in Succession.objects.all()}
        assert recorded == {
            ("Fellshire County", "East Fells"),
            ("Fellshire County", "West Fells"),
            ("Alder", "East Fells"),
            ("Birch", "East Fells"),
            ("Cedar", "West Fells"),
            ("Elm", "West Fells"),
        }

    def test_where_the_council_file_holds_all_of_it_only_the_partnerships_pass_on(self):
        fells = self.fells
        shared = make_arrangement(fells.alder, fells.outside)
        for new in (fells.east, fells.west):
            new.started_on = FIRST_DAY
            new.save()
        for council, followers in fells.predecessors().items():
            Council.objects.filter(pk=council.pk).update(ended_on=EVE)
            for follower in followers:
                Succession.objects.create(predecessor=council, successor=follower)
        councils = list(Council.objects.order_by("pk").values())
        fells.reorganise()
        assert list(Council.objects.order_by("pk").values()) == councils
        assert Succession.objects.count() == 6
        assert parts_of(shared) == [
            ("Alder", "lead", True, None, EVE),
            ("East Fells", "lead", True, FIRST_DAY, None),
            ("Outside", "partner", False, None, None),
        ]

    def test_a_date_that_the_register_holds_otherwise_is_refused_with_both(self):
        fells = self.fells
        Council.objects.filter(pk=fells.alder.pk).update(ended_on=date(2022, 3, 31))
        (message,) = self.refused()
        assert (
            "The last day of Alder District Council is 31 March 2022 in the register; here it would be 31 March 2023." in message
        )
        Council.objects.filter(pk=fells.alder.pk).update(ended_on=None)
        fells.east.started_on = date(2024, 4, 1)
        fells.east.save()
        (message,) = self.refused()
        assert "The first day of East Fells Council is 1 April 2024 in the register; here it would be 1 April 2023." in message

    def test_successors_that_the_register_holds_otherwise_are_refused_with_both(self):
        fells = self.fells
        Council.objects.filter(pk=fells.alder.pk).update(ended_on=EVE)
        fells.west.started_on = FIRST_DAY
        fells.west.save()
        Succession.objects.create(predecessor=fells.alder, successor=fells.west)
        (message,) = self.refused()
        assert (
            "The register has West Fells Council as following Alder District Council; here it is East Fells Council." in message
        )

    def test_a_county_does_not_end_without_its_districts(self):
        predecessors = self.fells.predecessors()
        del predecessors[self.fells.elm]
        (message,) = self.refused(predecessors=predecessors)
        assert message.startswith("Elm District Council is a district of Fellshire County Council and would be left without")

    def test_a_council_that_goes_on_may_take_over_others(self):
        fells = self.fells
        shared = make_arrangement(fells.outside, fells.alder, fells.other)
        fells.reorganise(predecessors={fells.alder: [fells.outside]}, successors=[fells.outside])
        assert parts_of(shared) == [
            ("Alder", "partner", False, None, EVE),
            ("Other", "partner", False, None, None),
            ("Outside", "lead", True, None, None),
        ]

    def test_nobody_both_ends_and_follows_and_nobody_follows_for_nothing(self):
        fells = self.fells
        messages = self.refused(
            predecessors={fells.alder: [fells.birch], fells.birch: [fells.outside]}, successors=[fells.birch, fells.outside]
        )
        assert any("Birch District Council can't both end and follow." in message for message in messages)
        (message,) = self.refused(predecessors={fells.alder: [fells.outside]}, successors=[fells.outside, fells.other])
        assert message == "Other Council takes over from nobody."
        messages = self.refused(predecessors={fells.alder: []}, successors=[])
        assert messages == ["Alder District Council ends, and no council follows it. Name one that takes over from it."]

    def test_a_new_council_is_checked_by_all_its_rules(self):
        self.fells.east.gss_code = self.fells.outside.gss_code[:3] + "12"
        (message,) = self.refused()
        assert "A council's code is E06 to E10 and six digits." in message

    # Partnerships

    def test_two_that_merge_hold_one_partnership_and_the_past_stays(self):
        fells = self.fells
        shared = make_arrangement(fells.alder, fells.birch, fells.outside)
        fells.reorganise()
        assert parts_of(shared) == [
            ("Alder", "lead", True, None, EVE),
            ("Birch", "partner", False, None, EVE),
            ("East Fells", "lead", True, FIRST_DAY, None),
            ("Outside", "partner", False, None, None),
        ]

    def test_an_arrangement_whose_partners_merge_ends_as_such(self):
        fells = self.fells
        shared = make_arrangement(fells.alder, fells.birch, ended_on=date(2030, 3, 31), end_reason=EndReason.EXPIRED)
        with_police = make_arrangement(fells.alder, fells.birch, bodies=[make_body()])
        fells.reorganise()
        shared.refresh_from_db()
        assert (shared.ended_on, shared.end_reason) == (EVE, EndReason.PARTNERS_MERGED)
        assert parts_of(shared) == [("Alder", "lead", True, None, None), ("Birch", "partner", False, None, None)]
        with_police.refresh_from_db()
        assert with_police.ended_on is None

    def test_one_that_would_only_begin_between_them_never_does(self):
        fells = self.fells
        planned = make_arrangement(fells.alder, fells.birch, started_on=date(2023, 9, 1))
        fells.reorganise()
        planned.refresh_from_db()
        assert (planned.started_on, planned.start_precision, planned.ended_on) == (None, "unknown", EVE)

    def test_what_has_no_known_start_and_what_begins_later_pass_on(self):
        fells = self.fells
        unknown = make_arrangement(fells.alder, fells.outside, started_on=None, start_precision="unknown")
        later = make_arrangement(fells.outside, fells.other)
        make_partnership(later, fells.alder, joined_on=date(2024, 1, 1))
        fells.reorganise()
        assert ("East Fells", "lead", True, FIRST_DAY, None) in parts_of(unknown)
        assert parts_of(later) == [
            ("East Fells", "partner", False, date(2024, 1, 1), None),
            ("Other", "partner", False, None, None),
            ("Outside", "lead", True, None, None),
        ]

    def test_a_body_that_would_join_an_arrangement_after_it_ended_does_not(self):
        shared = make_arrangement(self.fells.alder, self.fells.birch)
        BodyPartnership.objects.create(arrangement=shared, body=make_body(), joined_on=date(2024, 1, 1))
        self.fells.reorganise()
        shared.refresh_from_db()
        assert shared.ended_on == EVE
        assert not shared.body_partnerships.exists()

    def test_what_has_ended_before_is_left_alone(self):
        fells = self.fells
        ended = make_arrangement(fells.alder, fells.outside, ended_on=EVE, end_reason=EndReason.EXPIRED)
        left = make_arrangement(fells.outside, fells.other)
        make_partnership(left, fells.alder, left_on=date(2022, 1, 1))
        before = everything()[2:]
        fells.reorganise()
        assert everything()[2:] == before
        assert (ended.partnerships.count(), left.partnerships.count()) == (2, 3)

    def test_a_county_followed_by_two_needs_a_choice(self):
        fells = self.fells
        shared = make_arrangement(fells.county, fells.outside)
        (message,) = self.refused()
        assert message == (
            f"{shared.reference} {shared}: East Fells Council and West Fells Council follow Fellshire County Council. Choose"
            " which of them take its part on: one, several or none."
        )
        held = shared.partnerships.get(council=fells.county)
        codes = fells.east.gss_code, fells.west.gss_code
        fells.reorganise({held: Choice(codes, codes[1])})
        assert parts_of(shared) == [
            ("East Fells", "partner", False, FIRST_DAY, None),
            ("Fellshire County", "lead", True, None, EVE),
            ("Outside", "partner", False, None, None),
            ("West Fells", "lead", True, FIRST_DAY, None),
        ]

    def test_none_may_take_a_part_on_and_another_then_answers(self):
        fells = self.fells
        shared = make_arrangement(fells.county, fells.outside, fells.other)
        held = shared.partnerships.get(council=fells.county)
        (message,) = self.refused({held: Choice()})
        assert "nobody would from 1 April 2023" in message
        fells.reorganise({held: Choice((), fells.outside.gss_code)})
        assert parts_of(shared) == [
            ("Fellshire County", "lead", True, None, EVE),
            ("Other", "partner", False, None, None),
            ("Outside", "partner", False, None, EVE),
            ("Outside", "partner", True, FIRST_DAY, None),
        ]

    # The deed as a whole

    def test_every_event_bears_one_act_one_reason_one_door_and_who(self):
        fells = self.fells
        make_arrangement(fells.alder, fells.outside)
        make_arrangement(fells.cedar, fells.elm)
        began = pghistory.models.Context.objects.count()
        done = fells.reorganise(reason="The Fellshire (Structural Changes) Order 2022", door="shell")
        context = pghistory.models.Context.objects.get(pk=done.act)
        assert pghistory.models.Context.objects.count() == began + 1
        assert context.metadata == {
            "user": fells.analyst.pk,
            "door": "shell",
            "reason": "The Fellshire (Structural Changes) Order 2022",
        }
        written = {label: apps.get_model(label).pgh_event_model.objects.filter(pgh_context=context).count() for label in ALL}
        assert written == {
            "councils.Council": 7,
            "councils.Succession": 6,
            "arrangements.Arrangement": 1,
            "arrangements.Partnership": 2,
        }

    def test_without_words_of_one_s_own_the_reason_says_what_it_was(self):
        done = self.fells.reorganise()
        assert pghistory.models.Context.objects.get(pk=done.act).metadata["reason"] == (
            "Reorganisation on 1 April 2023: Fellshire County, Alder, Birch, Cedar, Elm → East Fells, West Fells"
        )

    def test_what_breaks_a_rule_in_the_last_row_takes_everything_back(self):
        """A row that was wrong before, and can't be stored again as it is."""
        fells = self.fells
        make_arrangement(fells.alder, fells.outside)
        wrong = make_arrangement(fells.elm, fells.outside)
        Partnership.objects.filter(arrangement=wrong, council=fells.elm).update(joined_on=date(2000, 1, 1))
        wrong_too = make_arrangement(fells.cedar, fells.outside)
        Partnership.objects.filter(arrangement=wrong_too, council=fells.cedar).update(joined_on=date(2000, 1, 1))
        message, other = sorted(self.refused())
        assert other.startswith(f"{wrong_too.reference} Cedar District Council in {wrong_too}: Joined on 1 January 2000, before")
        assert message.startswith(f"{wrong.reference} Elm District Council in {wrong}: Joined on 1 January 2000, before")

    def test_the_plan_that_was_confirmed_is_the_one_that_is_done(self):
        fells = self.fells
        shared = make_arrangement(fells.alder, fells.outside)
        follows = {one.gss_code: tuple(each.gss_code for each in some) for one, some in fells.predecessors().items()}
        act = Act(FIRST_DAY, follows, {each.gss_code: each for each in (fells.east, fells.west)})
        for new in act.new.values():
            new.started_on = FIRST_DAY
        fingerprint = Plan(read(act), {}).fingerprint
        assert Plan(read(act), {}).fingerprint == fingerprint
        make_partnership(shared, fells.birch, role=Role.CLIENT)
        before = everything()
        with pytest.raises(PlanMoved) as moved:
            fells.reorganise(fingerprint=fingerprint)
        assert everything() == before
        fells.reorganise(fingerprint=moved.value.plan.fingerprint)
        assert ("East Fells", "lead", True, FIRST_DAY, None) in parts_of(shared)

    def test_a_second_time_there_is_nothing_left_to_do(self):
        fells = self.fells
        make_arrangement(fells.alder, fells.outside)
        fells.reorganise()
        before = everything()
        fells.reorganise()
        assert everything() == before
