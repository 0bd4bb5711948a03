"""Later edits of the register change no byte of what was released."""

import json
import os
from datetime import date
from random import Random
from typing import Any

from django.test import TestCase

from arrangements.register.models import Arrangement, BodyPartnership, Partnership, Service, ServiceCategory
from arrangements.releases.actions import prepare
from arrangements.releases.digest import digest_of
from arrangements.releases.figures import compute
from arrangements.releases.models import Release
from arrangements.releases.rows import rows_of
from arrangements.releases.tests.edits import EDITS
from arrangements.releases.tests.small_year import make_small_year
from arrangements.releases.tests.stored import stored
from arrangements.returns.models import AnnualReturn, ReportedSaving
from arrangements.returns.reorganising.actions import reorganise
from arrangements.tests.builders import make_analyst, make_arrangement, make_release
from councils.models import Council, PartnerBody
from councils.tests.builders import make_council, make_region, make_user

FILES = ["arrangements.csv", "councils.csv", "figures.csv", "figures.json"]
LISTS = ["arrangements/", "councils/", "figures/"]


class LaterEditsTests(TestCase):
    def setUp(self):
        self.small = make_small_year()
        self.release = make_release(self.small.year)
        self.rows, self.answers = stored(self.release), self.public_answers()

    def public_answers(self) -> dict[str, Any]:
        """What the public gets of the release by file, CSV and API."""
        base, api = "/releases/2013-14.r1/", "/api/v1/releases/2013-14.r1/"
        files = {name: self.client.get(f"{base}files/{name}").content for name in FILES}
        lists = {name: self.client.get(f"{base}{name}").content for name in ("arrangements.csv", "councils.csv")}
        rows = {name: self.client.get(api + name).json()["data"] for name in LISTS}
        return {**files, **{f"list {name}": content for name, content in lists.items()}, **rows}

    def promised(self) -> dict[str, bytes]:
        """Every figure's documents and what the API answers of it, and the list of digests."""
        base, api = "/releases/2013-14.r1/", "/api/v1/releases/2013-14.r1/"
        documents = {name: self.client.get(f"{base}figures/{name}").content for name in self.documents}
        of_the_api = {f"API {key}": self.client.get(f"{api}figures/{key}/").content for key in self.keys}
        return {**documents, **of_the_api, "SHA256SUMS": self.client.get(f"{base}SHA256SUMS").content}

    def assert_nothing_moved(self) -> None:
        release = Release.objects.get(slug="2013-14.r1")
        assert stored(release) == self.rows
        assert self.public_answers() == self.answers
        assert digest_of(release) == release.digest == self.release.digest

    def test_everything_in_the_register_may_change_and_the_release_stays(self):
        Arrangement.objects.update(name="Renamed", started_on=date(2001, 1, 1), ended_on=date(2013, 4, 1), end_reason="other")
        Partnership.objects.filter(answers=False).delete()
        BodyPartnership.objects.all().delete()
        PartnerBody.objects.update(kind="fire")
        Council.objects.update(region=make_region("North West"))
        for council in Council.objects.all():
            council.name, council.short_name = f"New {council.name}", f"New {council.short_name}"
            council.ended_on = date(2013, 4, 1)
            council.save()
        ReportedSaving.objects.update(outcome="withheld", amount=None, note="Taken back")
        AnnualReturn.objects.update(state="not_started", submitted_by=None, submitted_at=None, accepted_by=None, accepted_at=None)
        make_arrangement()
        self.assert_nothing_moved()

    def test_after_edits_of_every_kind_a_merger_and_a_new_revision_each_byte_is_the_same(self):
        self.documents = list(self.release.documents.order_by("name").values_list("name", flat=True))
        self.keys = list(self.release.figures.order_by("position").values_list("key", flat=True))
        promised = self.promised()
        assert len(self.documents) == 2 * len(self.keys) == 50
        self.new_revision()
        self.merge()
        rng = Random(20140331)
        edits = [*EDITS, *rng.choices(EDITS, k=1_000 - len(EDITS) if os.environ.get("LONG") else 0)]
        for edit in edits:
            edit(rng)
        assert self.promised() == promised
        self.assert_nothing_moved()

    def new_revision(self) -> None:
        ReportedSaving.objects.filter(arrangement=self.small.ict).update(amount=299_999)
        make_release(self.small.year, note="A pound too many.")
        assert self.client.get("/api/v1/releases/2013-14.r2/figures/savings-total/").json()["data"]["value"] == 279_999

    def merge(self) -> None:
        merged = Council(
            gss_code="E09000099", slug="merged", name="Merged Council", short_name="Merged", kind="london_borough",
            region=self.small.camden.region, started_on=date(2015, 4, 1),
        )  # fmt: skip
        into: dict[Council, list[Council]] = {self.small.camden: [merged], self.small.sutton: [merged]}
        reorganise(
            predecessors=into, successors=[merged], first_day=date(2015, 4, 1), choices={}, user=make_user(is_superuser=True)
        )
        assert Council.objects.get(slug="sutton").ended_on == date(2015, 3, 31)

    def test_renaming_a_category_and_a_service_changes_no_stored_word(self):
        ServiceCategory.objects.filter(slug="back-office").update(name="Renamed category")
        Service.objects.update(category=ServiceCategory.objects.get(slug="back-office"))
        self.assert_nothing_moved()

    def test_a_new_council_and_arrangement_enter_the_next_revision_only(self):
        make_arrangement(make_council("New Council"), self.small.kent)
        second = prepare(year=self.small.year, user=make_analyst(), public_note="One more arrangement.")
        assert second.arrangements.count() == 4
        self.assert_nothing_moved()

    def test_the_frozen_values_alone_give_the_figures_again(self):
        ReportedSaving.objects.update(amount=None, outcome="withheld")
        Arrangement.objects.update(started_on=None, start_precision="unknown")
        again = {figure.key: figure.value for figure in compute(rows_of(self.release))}
        assert again == dict(self.release.figures.values_list("key", "value"))

    def test_the_page_keeps_every_figure_and_may_only_gain_a_notice(self):
        before = self.client.get("/releases/2013-14.r1/").content.decode()
        ReportedSaving.objects.filter(arrangement=self.small.ict).update(amount=1)
        make_release(self.small.year, note="A nought too many.")
        after = self.client.get("/releases/2013-14.r1/").content.decode()
        kept = [line for line in before.splitlines() if "csrf" not in line]
        assert [line for line in kept if line not in after] == []
        document = json.loads(self.client.get("/releases/2013-14.r1/files/figures.json").content)
        total = next(figure for figure in document["figures"] if figure["id"] == "savings-total")
        assert total["value"] == 280_000
