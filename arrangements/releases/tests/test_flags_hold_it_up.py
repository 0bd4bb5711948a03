"""An open flag on a return of the year holds up its release, until it is closed, or waived with a reason."""

from __future__ import annotations

import pytest
from django.test import TestCase

from arrangements.releases.actions import prepare
from arrangements.releases.models import Release
from arrangements.releases.tests.small_year import make_small_year
from arrangements.releases.tests.stored import count_of_everything
from arrangements.returns.followup.actions import close, waive
from arrangements.returns.followup.tests.made import make_flag
from arrangements.tests.builders import make_analyst, make_return, make_year
from sharedservices.common.errors import RuleBroken


class OpenFlagTests(TestCase):
    def setUp(self):
        self.small, self.analyst = make_small_year(), make_analyst()
        self.year = self.small.year
        self.annual_return = self.year.returns.select_related("year", "council").get(council=self.small.kent)

    def refusal(self) -> str:
        before = count_of_everything()
        with pytest.raises(RuleBroken) as refused:
            prepare(year=self.year, user=self.analyst)
        assert count_of_everything() == before
        return " ".join(refused.value.messages)

    def test_the_refusal_names_the_flag_and_says_what_to_do(self):
        make_flag(self.annual_return, self.small.ict, field="amount")
        assert self.refusal() == (
            "Open flags (1): Kent County Council, ICT service (amount): Is the cost of setting up taken off."
            " Close each flag on its return’s page, or waive it there with a reason."
        )

    def test_of_many_the_first_five_are_named(self):
        for number in range(6):
            make_flag(self.annual_return, text=f"Number {number}")
        refusal = self.refusal()
        assert refusal.startswith("Open flags (6): Kent County Council: Number 0; Kent County Council: ")
        assert refusal.count("Kent County Council") == 5
        assert "…" in refusal

    def test_one_that_is_closed_or_waived_holds_up_nothing(self):
        closed, waived = make_flag(self.annual_return, self.small.ict), make_flag(self.annual_return)
        close(flagged=closed, reason="Net.", user=self.analyst)
        assert "(1)" in self.refusal()
        waive(flagged=waived, reason="Too small to matter.", user=self.analyst)
        assert prepare(year=self.year, user=self.analyst).revision == 1

    def test_one_on_another_year_holds_up_nothing(self):
        make_flag(make_return(self.small.kent, make_year(2012)))
        assert prepare(year=self.year, user=self.analyst).revision == 1

    def test_a_flag_raised_after_preparing_changes_no_row_and_holds_up_the_next_revision(self):
        release = prepare(year=self.year, user=self.analyst)
        make_flag(self.annual_return)
        assert Release.objects.get().digest == release.digest
        release.delete()
        assert "Open flags" in self.refusal()
