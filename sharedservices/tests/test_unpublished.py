"""What isn't published changes no public answer by a single byte: no page, file, list, order, count or error."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client, override_settings

from arrangements.register.models import Arrangement
from arrangements.releases.actions import approve, discard, prepare, publish
from arrangements.returns.actions import accept, reopen, submit
from arrangements.returns.answering import Answer, record_answers
from arrangements.returns.models import AnnualReturn, ReportedSaving
from arrangements.returns.querying import query
from arrangements.returns.vocabulary import Outcome, ReturnState
from arrangements.tests.builders import make_publisher, settle_all
from arrangements.tests.standing import WorldTestCase
from arrangements.tests.world import TODAY
from sharedservices.tests.house import API_LISTS, LISTS, PAGES, RELEASE

QUESTIONS = [
    "order=-saving",
    "outcome=figure&order=saving",
    "saving_min=1&saving_max=900000",
    "outcome=not_returned&outcome=none",
]
OF_THE_OPEN_YEAR = [
    "year=2014-15",
    "year=2014-15&order=-saving",
    "year=2014-15&outcome=figure",
    "year=2014-15&outcome=none&status=ended",
]
ERRORS = [
    "/arrangements/?year=banana",
    "/arrangements/?outcome=in_progress",
    "/api/v1/arrangements/?year=2099-00",
    "/api/v1/savings/?release=2014-15.r1",
    "/api/v1/savings/?release=2013-14.r2",
    "/api/v1/figures/?id=savings-totl",
    "/api/v1/figures/?measure=secret",
    "/releases/2014-15.r1/",
    "/releases/2013-14.r2/arrangements.csv",
    "/releases/2013-14.r2/files/arrangements.csv",
    "/api/v1/releases/2014-15.r1/",
    "/api/v1/releases/2013-14.r2/figures/",
    f"/releases/{RELEASE}/figures/savings-category:unheard-of/",
    "/my-council/willow/",
]


def public_addresses() -> list[str]:
    """Every page, the lists by several questions, the API's lists and items, and errors that might tell."""
    references = Arrangement.objects.order_by("pk").values_list("reference", flat=True)[:2]
    items = [f"{base}/{reference}/" for base in ("/arrangements", "/api/v1/arrangements") for reference in references]
    questions = [f"/arrangements.csv?{question}" for question in [*QUESTIONS, *OF_THE_OPEN_YEAR]]
    questions += [
        f"{address}?{question}" for address in ("/arrangements/", "/api/v1/arrangements/") for question in OF_THE_OPEN_YEAR[:2]
    ]
    savings = [f"/api/v1/savings/?{question}" for question in [*QUESTIONS, "year=2014-15", "as_of=2999-01-01"]]
    others = [
        "/councils/alder/",
        "/api/v1/",
        f"/api/v1/releases/{RELEASE}/",
        "/api/v1/figures/?year=2014-15",
        "/api/v1/openapi.json",
    ]
    return list(dict.fromkeys([*PAGES, *LISTS, *API_LISTS, *items, *questions, *savings, *others, *ERRORS]))


def answers(addresses: list[str]) -> dict[str, tuple[int, bytes, tuple]]:
    """What a stranger gets at each: status, body, headers."""
    client = Client()
    found = {}
    for address in addresses:
        response = client.get(address)
        response.headers.pop("RateLimit", None)  # how many requests are left, which each one lessens
        found[address] = (response.status_code, response.content, tuple(sorted(response.headers.items())))
    return found


@pytest.mark.xdist_group("world")
@override_settings(REGISTER_TODAY=TODAY)
class UnpublishedTests(WorldTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.addresses = public_addresses()
        cls.analyst, cls.publisher = make_publisher(), make_publisher()
        cls.before = answers(cls.addresses)

    def assert_nothing_shows(self):
        after = answers(self.addresses)
        assert [address for address in self.addresses if after[address] != self.before[address]] == []

    def lines_of(self, state: str, year: str) -> tuple[AnnualReturn, list[Arrangement]]:
        """A return in the state that has lines, and these."""
        for annual_return in AnnualReturn.objects.filter(year__slug=year, state=state).order_by("pk"):
            if lines := list(annual_return.lines()):
                return annual_return, lines
        raise AssertionError("no such return")

    def test_the_answers_are_the_same_each_time_they_are_asked_for(self):
        """No token, cookie or clock is in them; otherwise the rest would claim nothing."""
        self.assert_nothing_shows()

    def test_the_work_of_an_open_year_shows_nowhere(self):
        annual_return, lines = self.lines_of(ReturnState.NOT_STARTED, "2014-15")
        standing = dict(ReportedSaving.objects.filter(year=annual_return.year).values_list("arrangement", "version"))
        asked = [
            Answer(line.pk, Outcome.FIGURE, 9_999_999, "Ledger", standing.get(line.pk), "So the ledger says") for line in lines
        ]
        record_answers(annual_return=annual_return, answers=asked, user=self.analyst)
        submit(annual_return=annual_return, user=self.analyst)
        question = query(annual_return=annual_return, arrangement=lines[0], text="Is this really so much?", user=self.analyst)
        question.delete()
        settle_all(annual_return, self.analyst)
        annual_return.refresh_from_db()
        accept(annual_return=annual_return, user=self.analyst)
        assert ReportedSaving.objects.filter(year=annual_return.year, amount=9_999_999).count() == len(lines)
        self.assert_nothing_shows()

    def test_a_published_answer_reopened_and_changed_shows_nowhere(self):
        annual_return, lines = self.lines_of(ReturnState.ACCEPTED, "2013-14")
        reopen(annual_return=annual_return, reason="The council found a mistake.", user=self.analyst)
        standing = dict(ReportedSaving.objects.filter(year=annual_return.year).values_list("arrangement", "version"))
        asked = [Answer(line.pk, Outcome.FIGURE, 7, "Ledger", standing.get(line.pk), "So the ledger says") for line in lines]
        assert record_answers(annual_return=annual_return, answers=asked, user=self.analyst)
        self.assert_nothing_shows()

    def test_a_release_shows_nowhere_until_its_moment_and_a_discarded_one_never_did(self):
        year = self.world.years["2014-15"]
        year.returns.update(state=ReturnState.ACCEPTED, accepted_by=self.analyst, accepted_at=datetime(2015, 4, 19, tzinfo=UTC))
        release = prepare(year=year, user=self.analyst)
        self.assert_nothing_shows()
        discard(release=release, user=self.analyst)
        release = prepare(year=year, user=self.analyst)
        approve(release=release, digest=release.digest, user=self.publisher)
        publish(release=release, at=datetime(2015, 5, 20, 9, 30, tzinfo=UTC), user=self.publisher)
        self.assert_nothing_shows()
        with override_settings(REGISTER_TODAY=date(2015, 5, 21)):
            after = answers(self.addresses)
        changed = {address for address in self.addresses if after[address] != self.before[address]}
        must = {
            "/",
            "/releases/",
            "/arrangements/",
            "/arrangements.csv",
            "/years/2014-15/",
            "/releases/2014-15.r1/",
            "/api/v1/",
            "/api/v1/savings/",
        }
        assert must < changed, "once it is public, it shows"
        still = {
            address
            for address in self.addresses
            if address.startswith((f"/releases/{RELEASE}/files", f"/api/v1/releases/{RELEASE}/"))
            # Its own item says whether it is superseded: asked again, it has to be looked at.
            and address != f"/api/v1/releases/{RELEASE}/"
        }
        assert still & changed == set(), "and the files and rows of earlier releases stay as they are"

    def test_the_next_revision_of_a_published_year_shows_nowhere_until_its_moment(self):
        annual_return, lines = self.lines_of(ReturnState.ACCEPTED, "2013-14")
        ReportedSaving.objects.filter(year=annual_return.year, arrangement=lines[0]).delete()
        release = prepare(year=annual_return.year, user=self.analyst, public_note="One answer was taken back.")
        assert release.slug == "2013-14.r2"
        approve(release=release, digest=release.digest, user=self.publisher)
        publish(release=release, at=datetime(2015, 4, 21, tzinfo=UTC), user=self.publisher)
        self.assert_nothing_shows()

    def test_the_register_s_own_facts_do_show(self):
        """The other side: these answers are read from the register now, and from nowhere else."""
        arrangement = Arrangement.objects.earliest("pk")
        arrangement.name = "Named otherwise"
        arrangement.save()
        live, frozen = "/arrangements/", f"/releases/{RELEASE}/arrangements/"
        after = answers([live, frozen])
        assert after[live] != self.before[live]
        assert after[frozen] == self.before[frozen]
