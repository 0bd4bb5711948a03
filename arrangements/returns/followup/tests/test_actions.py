"""Flag, assign, comment, close, waive: what each stores, refuses and leaves in the trail; and the rules underneath."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import TestCase, override_settings

from arrangements.returns.followup.actions import assign, close, comment, flag, waive
from arrangements.returns.followup.models import Flag, FlagComment
from arrangements.returns.followup.tests.made import MOMENT, make_comment, make_flag
from arrangements.returns.followup.vocabulary import FlaggedField, FlagState
from arrangements.tests.builders import make_analyst, make_arrangement, make_publisher, make_return, make_year
from councils.tests.builders import make_council, make_user
from sharedservices.common.errors import RuleBroken

REASON = "The council has sent its ledger."


@override_settings(REGISTER_TODAY=date(2015, 4, 20))
class FlagTestCase(TestCase):
    def setUp(self):
        self.council = make_council("Willow Council")
        self.annual_return = make_return(self.council, make_year(2014))
        self.line = make_arrangement(self.council, make_council(), name="ICT together")
        self.analyst, self.publisher = make_analyst(), make_publisher()

    def flag(self, text: str = "May be gross.", **more: Any) -> Flag:
        return flag(annual_return=self.annual_return, text=text, user=self.analyst, **more)


class ActionTests(FlagTestCase):
    def test_a_field_a_line_or_a_whole_return_is_flagged(self):
        field = self.flag(arrangement=self.line, field=FlaggedField.AMOUNT, assigned_to=self.publisher)
        line, whole = self.flag(arrangement=self.line), self.flag()
        assert [one.about for one in (field, line, whole)] == [
            "Willow Council, 2014/15: ICT together (amount)", "Willow Council, 2014/15: ICT together", "Willow Council, 2014/15",
        ]  # fmt: skip
        assert (field.state, field.raised_by, field.assigned_to) == (FlagState.OPEN, self.analyst, self.publisher)
        assert field.raised_at.date() == date(2015, 4, 20)
        assert list(Flag.objects.open()) == [whole, line, field]

    def test_it_needs_words_and_a_line_of_this_return_and_staff_to_assign_to(self):
        elsewhere = make_arrangement(make_council(), self.council, name="Theirs")
        with pytest.raises(RuleBroken, match="Write what is to be looked at, and why."):
            self.flag(text=" \n")
        with pytest.raises(RuleBroken, match="Theirs is not a line of Willow Council, 2014/15."):
            self.flag(arrangement=elsewhere)
        with pytest.raises(ValidationError, match="is not LGA staff and can't see the flag"):
            self.flag(assigned_to=make_user(councils=[self.council]))
        with pytest.raises(ValidationError, match="Only a line has an outcome, an amount and a note"):
            self.flag(field=FlaggedField.AMOUNT)
        with pytest.raises(ValidationError):
            self.flag(arrangement=self.line, field="colour")
        with pytest.raises(RuleBroken, match="Write 2,000 letters at most; these are 2,001."):
            self.flag(text="x" * 2_001)
        assert not Flag.objects.exists()

    def test_the_same_is_flagged_once_at_one_place_while_it_is_open(self):
        first = self.flag(arrangement=self.line)
        with pytest.raises(RuleBroken, match="“May be gross.” is flagged there already. Add a comment to that flag."):
            self.flag(arrangement=self.line)
        self.flag(arrangement=self.line, field=FlaggedField.NOTE)
        close(flagged=first, reason="Net.", user=self.analyst)
        self.flag(arrangement=self.line)
        assert Flag.objects.count() == 3

    def test_it_is_assigned_to_somebody_else_and_to_nobody(self):
        flagged = self.flag(assigned_to=self.analyst)
        for to in (self.publisher, None):
            assign(flagged=flagged, to=to, user=self.analyst)
            assert Flag.objects.get().assigned_to == to
        with pytest.raises(ValidationError):
            assign(flagged=flagged, to=make_user(), user=self.analyst)

    def test_it_is_discussed_in_the_order_in_which_things_are_said(self):
        flagged = self.flag()
        for user, text in [(self.analyst, "Asked them."), (self.publisher, "And?"), (self.analyst, "Asked them.")]:
            comment(flagged=flagged, text=text, user=user)
        assert [(each.said_by, each.text) for each in flagged.comments.all()] == [
            (self.analyst, "Asked them."), (self.publisher, "And?"), (self.analyst, "Asked them."),
        ]  # fmt: skip
        with pytest.raises(RuleBroken, match="You have just said the same."):
            comment(flagged=flagged, text=" Asked them. ", user=self.analyst)
        with pytest.raises(RuleBroken, match="Write the comment before adding it."):
            comment(flagged=flagged, text="", user=self.analyst)

    def test_it_is_closed_with_what_came_of_it(self):
        flagged = self.flag()
        with pytest.raises(RuleBroken, match="Say what came of it before closing the flag."):
            close(flagged=flagged, reason=" ", user=self.publisher)
        close(flagged=flagged, reason="Net.", user=self.publisher)
        closed = Flag.objects.get()
        assert (closed.state, closed.reason, closed.settled_by) == (FlagState.CLOSED, "Net.", self.publisher)
        assert closed.settled_at.date() == date(2015, 4, 20)

    def test_waiving_needs_a_reason_of_ten_letters_and_nine_are_too_few(self):
        flagged = self.flag()
        for reason in ("", "123456789", "  123456789  "):
            with pytest.raises(RuleBroken, match="Give a reason of 10 letters or more for waiving the flag"):
                waive(flagged=flagged, reason=reason, user=self.publisher)
        waive(flagged=flagged, reason="1234567890", user=self.publisher)
        assert (Flag.objects.get().state, Flag.objects.get().reason) == (FlagState.WAIVED, "1234567890")

    def test_a_settled_flag_takes_nothing_more(self):
        for settle in (close, waive):
            flagged = self.flag(text=settle.__name__)
            settle(flagged=flagged, reason=REASON, user=self.publisher)
            again = [
                lambda flagged=flagged: close(flagged=flagged, reason=REASON, user=self.analyst),
                lambda flagged=flagged: waive(flagged=flagged, reason=REASON, user=self.analyst),
                lambda flagged=flagged: comment(flagged=flagged, text="Late.", user=self.analyst),
                lambda flagged=flagged: assign(flagged=flagged, to=None, user=self.analyst),
            ]
            for deed in again:
                with pytest.raises(RuleBroken, match=f"by {self.publisher} on 20 April 2015. Raise a new one."):
                    deed()

    def test_the_trail_tells_who_did_what_and_why(self):
        flagged = self.flag()
        waive(flagged=flagged, reason=REASON, user=self.publisher)
        events = Flag.pgh_event_model.objects.filter(pgh_obj=flagged).order_by("pgh_id")
        told = [(event.state, event.pgh_context.metadata["user"], event.pgh_context.metadata["reason"]) for event in events]
        assert told == [("open", self.analyst.pk, "May be gross."), ("waived", self.publisher.pk, REASON)]


class RuleTests(FlagTestCase):
    def breaks(self, name: str, row: Any, **fields: Any) -> None:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**fields)

    def test_state_and_field_are_of_their_lists(self):
        self.breaks("state_is_of_its_list", make_flag(self.annual_return, state="closed"), state="lost")
        self.breaks("a_flagged_field_is_of_its_list", make_flag(self.annual_return, self.line), field="colour")

    def test_a_flagged_field_belongs_to_a_line(self):
        self.breaks("a_flagged_field_belongs_to_a_line", make_flag(self.annual_return), field="amount")

    def test_who_settled_it_and_when_stand_together(self):
        self.breaks("settled_by_with_settled_at", make_flag(self.annual_return), settled_by=self.analyst)

    def test_a_settled_flag_says_when_and_why_and_an_open_one_does_not(self):
        closed, open_one = make_flag(self.annual_return, state="closed"), make_flag(self.annual_return)
        self.breaks("a_settled_flag_says_when_and_why", closed, reason="")
        self.breaks("a_settled_flag_says_when_and_why", closed, settled_by=None, settled_at=None)
        self.breaks("a_settled_flag_says_when_and_why", open_one, reason=REASON)
        self.breaks("a_settled_flag_says_when_and_why", open_one, settled_by=self.analyst, settled_at=MOMENT)

    def test_a_waived_flag_has_a_reason_of_ten_letters_and_a_closed_one_needs_fewer(self):
        waived, closed = make_flag(self.annual_return, state="waived"), make_flag(self.annual_return, state="closed")
        for reason in ("123456789", " 123456789 "):
            self.breaks("a_waived_flag_has_a_reason_of_ten_letters", waived, reason=reason)
        Flag.objects.filter(pk=waived.pk).update(reason="1234567890")
        Flag.objects.filter(pk=closed.pk).update(reason="Net.")

    def test_a_comment_says_something(self):
        self.breaks("a_comment_says_something", make_comment(make_flag(self.annual_return)), text="")

    def test_every_write_leaves_an_event_raw_sql_too(self):
        flagged = make_flag(self.annual_return)
        said = make_comment(flagged)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE arrangements_flag SET text = 'Other'")
            cursor.execute("UPDATE arrangements_flagcomment SET text = 'Other'")
        for row in (flagged, said):
            events = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
            assert [event.text == "Other" for event in events] == [False, True]
        flagged.refresh_from_db()
        assert flagged.version == 2

    def test_staff_see_flags_and_comments_and_officers_none_about_their_own_council(self):
        flagged = make_flag(self.annual_return)
        make_comment(flagged)
        for model in (Flag, FlagComment):
            assert model.objects.visible_to(self.analyst).count() == 1
            assert not model.objects.visible_to(make_user(councils=[self.council])).exists()
