"""Preparing copies the register and the accepted returns as they stood on 31 March, as values."""

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from arrangements.register.models import Arrangement, FormerName
from arrangements.releases.freezing import freeze_rows
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil
from arrangements.returns.models import AnnualReturn
from arrangements.returns.vocabulary import NOT_RETURNED, Outcome, ReturnState
from arrangements.tests.builders import (
    accept_all,
    make_analyst,
    make_arrangement,
    make_partnership,
    make_release,
    make_return,
    make_saving,
    make_service,
    make_year,
)
from councils.models import Council, CouncilName, FormerCode
from councils.tests.builders import make_body, make_council, make_region
from sharedservices.common.today import now

LAST_DAY = date(2014, 3, 31)
DAY_BEFORE = date(2014, 3, 30)
DAY_AFTER = date(2014, 4, 1)


def frozen(arrangement: Arrangement, release: Release) -> ReleasedArrangement:
    """The release's row of the arrangement."""
    return ReleasedArrangement.objects.of(release).get(reference=arrangement.reference)


def frozen_council(council: Council, release: Release) -> ReleasedCouncil:
    """The release's row of the council."""
    return ReleasedCouncil.objects.of(release).get(council=council)


class FreezingTests(TestCase):
    def setUp(self):
        self.year = make_year(2013)

    def released(self) -> Release:
        """The year with every return accepted, prepared."""
        accept_all(self.year)
        return make_release(self.year, public=False)

    # Which arrangements

    def test_exactly_those_in_force_on_31_march_are_frozen(self):
        kept = [
            make_arrangement(),
            make_arrangement(started_on=LAST_DAY),
            make_arrangement(ended_on=LAST_DAY, end_reason="dissolved"),
        ]
        make_arrangement(started_on=DAY_AFTER)
        make_arrangement(ended_on=DAY_BEFORE, end_reason="dissolved")
        make_arrangement(started_on=None, start_precision="unknown")
        references = ReleasedArrangement.objects.of(self.released()).values_list("reference", flat=True)
        assert list(references) == sorted(arrangement.reference for arrangement in kept)

    def test_its_own_words_and_dates_are_copied(self):
        arrangement = make_arrangement(
            name="Shared ICT",
            governance="joint_committee",
            started_on=date(2011, 4, 1),
            start_precision="year",
            is_illustrative=True,
        )
        FormerName.objects.create(arrangement=arrangement, name="Old computing partnership")
        row = frozen(arrangement, self.released())
        assert (row.name, row.governance, row.started_on, row.start_precision) == (
            "Shared ICT",
            "joint_committee",
            date(2011, 4, 1),
            "year",
        )
        assert row.is_illustrative
        assert "Old computing partnership" in row.search

    def test_the_category_is_the_main_services_and_the_other_services_follow_it(self):
        waste, legal, audit = (
            make_service("waste", "environment-waste-transport"),
            make_service("legal"),
            make_service("audit"),
        )
        arrangement = make_arrangement(service=waste)
        arrangement.other_services.set([legal, audit])
        row = frozen(arrangement, self.released())
        assert (row.category, row.category_name) == ("environment-waste-transport", "Environment waste transport")
        assert (row.main_service, row.main_service_name) == ("waste", "Waste")
        assert row.services == ["waste", "audit", "legal"]

    # Who takes part

    def test_partners_are_frozen_with_their_roles_and_clients_stand_apart(self):
        lead, partner, client = make_council("Lead Council"), make_council("Partner Council"), make_council("Client Council")
        row = frozen(make_arrangement(lead, partner, clients=[client]), self.released())
        assert {each["gss_code"]: each["role"] for each in row.partners} == {
            lead.gss_code: "lead",
            partner.gss_code: "partner",
            client.gss_code: "client",
        }
        assert (row.leads, row.partners_only, row.clients) == ([lead.gss_code], [partner.gss_code], [client.gss_code])
        assert sorted(row.involved) == sorted([lead.gss_code, partner.gss_code])
        assert row.answering == lead.gss_code
        assert row.party_count == 2

    def test_a_clients_region_county_and_kind_do_not_touch(self):
        county = make_council(kind="county", region=make_region("South West"))
        client = make_council(kind="district", county=county, region=county.region)
        row = frozen(make_arrangement(clients=[client]), self.released())
        assert (row.regions, row.counties, row.partner_kinds) == (["south-east"], [], ["unitary"])

    def test_regions_counties_and_kinds_are_those_of_lead_and_partner_councils_and_bodies(self):
        kent = make_council("Kent County Council", kind="county")
        essex = make_council("Essex County Council", kind="county", region=make_region("East of England"))
        harlow = make_council("Harlow District Council", kind="district", county=essex, region=essex.region)
        fire = make_body("Kent Fire", kind="fire")
        row = frozen(make_arrangement(kent, harlow, bodies=[fire]), self.released())
        assert row.regions == ["east-of-england", "south-east"]
        assert row.counties == sorted([kent.gss_code, essex.gss_code])
        assert row.partner_kinds == ["county", "district", "fire"]
        assert row.bodies == [{"slug": fire.slug, "name": "Kent Fire", "kind": "fire"}]
        assert row.party_count == 3

    def test_who_belonged_on_31_march_is_frozen_both_ends_counting(self):
        lead, stays, joins, leaves, gone, later = (make_council() for _ in range(6))
        arrangement = make_arrangement(lead, stays)
        make_partnership(arrangement, joins, joined_on=LAST_DAY)
        make_partnership(arrangement, leaves, left_on=LAST_DAY)
        make_partnership(arrangement, gone, left_on=DAY_BEFORE)
        make_partnership(arrangement, later, joined_on=DAY_AFTER)
        row = frozen(arrangement, self.released())
        assert sorted(row.involved) == sorted(council.gss_code for council in (lead, stays, joins, leaves))

    def test_a_body_that_left_the_day_before_is_not_frozen(self):
        stays, gone = make_body("Staying Police"), make_body("Gone Police")
        arrangement = make_arrangement(bodies=[stays])
        arrangement.body_partnerships.create(body=gone, left_on=DAY_BEFORE)
        assert [body["name"] for body in frozen(arrangement, self.released()).bodies] == ["Staying Police"]

    # The names and codes of the year

    def test_a_council_renamed_later_bears_the_name_of_its_year(self):
        shepway = make_council("Folkestone and Hythe District Council", kind="district", short_name="Folkestone and Hythe")
        for name, kind in (("Shepway District Council", "official"), ("Shepway", "short")):
            CouncilName.objects.create(council=shepway, name=name, kind=kind, used_until=date(2018, 3, 31))
        arrangement = make_arrangement(shepway, make_council())
        release = self.released()
        row, council = frozen(arrangement, release), frozen_council(shepway, release)
        assert (council.name, council.short_name) == ("Shepway District Council", "Shepway")
        assert council.slug == shepway.slug
        assert "Shepway District Council" in [each["name"] for each in row.partners]
        assert "Folkestone" in row.search, "a reader may type the present name"

    def test_a_name_and_a_code_hold_through_their_last_day(self):
        kept, given_up = make_council("Kept New Council"), make_council("Given up New Council")
        for council, until, old in ((kept, LAST_DAY, "E06000801"), (given_up, DAY_BEFORE, "E06000802")):
            CouncilName.objects.create(council=council, name=f"{old} Old Council", kind="official", used_until=until)
            FormerCode.objects.create(council=council, code=old, ended_on=until)
        arrangement = make_arrangement(kept, given_up)
        release = self.released()
        assert (frozen_council(kept, release).name, frozen_council(kept, release).gss_code) == (
            "E06000801 Old Council",
            "E06000801",
        )
        assert frozen_council(given_up, release).gss_code == given_up.gss_code
        assert frozen_council(given_up, release).name == "Given up New Council"
        row = frozen(arrangement, release)
        assert row.leads == ["E06000801"]
        assert row.answering == "E06000801"
        assert frozen_council(kept, release).arrangements == 1

    def test_a_countys_code_of_the_year_stands_for_it_and_its_districts_alike(self):
        county = make_council("Old County Council", kind="county")
        FormerCode.objects.create(council=county, code="E10000801", ended_on=LAST_DAY)
        district = make_council(kind="district", county=county)
        arrangement = make_arrangement(district, make_council())
        with_county = make_arrangement(county, make_council())
        release = self.released()
        assert frozen(with_county, release).counties == ["E10000801"]
        assert frozen(arrangement, release).counties == ["E10000801"]
        assert frozen_council(district, release).county == "E10000801"
        shown = self.public_list(release, county=county.slug)
        assert shown == sorted([arrangement.reference, with_county.reference])

    def public_list(self, release: Release, **filters: str) -> list[str]:
        """The references on the frozen list, as staff see it before publication."""
        with self.settings(REQUIRE_SECOND_FACTOR=False):
            self.client.force_login(make_analyst())
            answer = self.client.get(f"/releases/{release.slug}/arrangements/", {"order": "reference", **filters})
        return [row.reference for row in answer.context["rows"]]

    # Councils

    def test_every_council_in_force_on_31_march_is_frozen_asked_or_not(self):
        asked = make_council("Asked Council")
        city = make_council("City of London Corporation", kind="city_of_london", started_on=None)
        scilly = make_council("Council of the Isles of Scilly", kind="isles_of_scilly")
        last_day = make_council("Last Day Council", ended_on=LAST_DAY)
        make_council("Gone Council", ended_on=DAY_BEFORE)
        make_council("Later Council", started_on=DAY_AFTER)
        arrangement = make_arrangement(asked, city)
        rows = ReleasedCouncil.objects.of(self.released())
        assert set(rows.values_list("name", "asked", "state", "arrangements", "answered_for")) == {
            ("Asked Council", True, "accepted", 1, 1),
            ("City of London Corporation", False, "", 1, 0),
            (scilly.name, False, "", 0, 0),
            (last_day.name, True, "accepted", 0, 0),
        }
        assert arrangement.partnerships.count() == 2

    def test_a_council_counts_the_arrangements_it_leads_or_is_partner_in_not_those_it_buys_from(self):
        busy, client = make_council("Busy Council"), make_council("Client Council")
        make_arrangement(busy, make_council(), clients=[client])
        make_arrangement(make_council(), busy)
        release = self.released()
        row = frozen_council(busy, release)
        assert (row.arrangements, row.answered_for, row.is_involved) == (2, 1, True)
        row = frozen_council(client, release)
        assert (row.arrangements, row.answered_for, row.is_involved) == (0, 0, False)

    # Outcomes

    def test_each_outcome_on_an_accepted_return_is_frozen_as_answered(self):
        by_outcome = {outcome: make_arrangement() for outcome in Outcome.values}
        for outcome, arrangement in by_outcome.items():
            make_saving(arrangement, self.year, 75_000, outcome=outcome)
        release = self.released()
        for outcome, arrangement in by_outcome.items():
            row = frozen(arrangement, release)
            assert (row.outcome, row.amount) == (outcome, 75_000 if outcome == Outcome.FIGURE else None)

    def test_zero_a_loss_and_more_than_two_to_the_31_stay_what_they_are(self):
        amounts = [0, -1, 2**31, 3 * 2**31 + 1, 99_999_999_999]
        arrangements = [make_arrangement() for _ in amounts]
        for arrangement, amount in zip(arrangements, amounts, strict=True):
            make_saving(arrangement, self.year, amount)
        release = self.released()
        assert [frozen(arrangement, release).amount for arrangement in arrangements] == amounts
        assert release.figures.get(key="savings-total").value == sum(amounts)

    def test_only_answers_on_accepted_returns_enter(self):
        by_state: dict[str, Any] = {state: make_arrangement() for state in ReturnState.values}
        for state, arrangement in by_state.items():
            make_saving(arrangement, self.year, 10_000)
            council = arrangement.partnerships.get(answers=True).council
            make_return(council, self.year, state)
        release = make_release(self.year, public=False)
        for state, arrangement in by_state.items():
            expected = ("figure", 10_000) if state == ReturnState.ACCEPTED else (NOT_RETURNED, None)
            row = frozen(arrangement, release)
            assert (row.outcome, row.amount) == expected, state
        assert release.figures.get(key="savings-total").value == 10_000
        assert release.figures.get(key="savings-total").inputs["left_out"] == {NOT_RETURNED: 4}

    def test_it_is_the_answering_councils_return_that_counts(self):
        answering, partner = make_council(), make_council()
        arrangement = make_arrangement(answering, partner)
        make_saving(arrangement, self.year)
        make_return(answering, self.year, ReturnState.SUBMITTED)
        make_return(partner, self.year, ReturnState.ACCEPTED)
        assert frozen(arrangement, make_release(self.year, public=False)).outcome == NOT_RETURNED

    def test_a_line_without_an_answer_and_a_council_that_was_not_asked_give_not_returned(self):
        silent = make_arrangement()
        city = make_council("City of London Corporation", kind="city_of_london", started_on=None)
        of_the_city = make_arrangement(city, make_council())
        make_saving(of_the_city, self.year)
        release = self.released()
        assert not AnnualReturn.objects.filter(council=city).exists()
        assert [frozen(each, release).outcome for each in (silent, of_the_city)] == [NOT_RETURNED, NOT_RETURNED]

    def test_another_years_answer_does_not_enter(self):
        arrangement = make_arrangement()
        make_saving(arrangement, make_year(2012), 1)
        assert frozen(arrangement, self.released()).outcome == NOT_RETURNED

    # Cost

    def test_freezing_takes_as_many_queries_for_twelve_arrangements_as_for_one(self):
        make_arrangement(bodies=[make_body()], clients=[make_council()])
        few = self.queries_of_freezing()
        for _ in range(11):
            make_arrangement(bodies=[make_body()], clients=[make_council()])
        assert self.queries_of_freezing() == few <= 20

    def queries_of_freezing(self) -> int:
        """How many queries freezing the year takes; the rows don't stay."""
        with transaction.atomic():
            release = Release.objects.create(
                year=self.year, revision=1, slug="trial", prepared_by=make_analyst(), prepared_at=now()
            )
            with CaptureQueriesContext(connection) as queries:
                freeze_rows(release)
            transaction.set_rollback(True)
        return len(queries)
