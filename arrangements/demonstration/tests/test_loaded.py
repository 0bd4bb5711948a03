"""The demonstration once loaded: honest about what is made up, and kept when loaded again."""

import csv
import io
import re
from collections import Counter
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from arrangements.demonstration.load import load
from arrangements.demonstration.tests.test_press import sentences
from arrangements.register.models import Arrangement, Partnership
from arrangements.releases.actions import approve, prepare, publish
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedFigure
from arrangements.releases.tests.stored import stored
from arrangements.returns.actions import accept, reopen, submit
from arrangements.returns.answering import Answer, record_answers
from arrangements.returns.models import AnnualReturn, FinancialYear, ReportedSaving
from arrangements.tests.builders import settle_all
from councils.models import Council, User
from sharedservices.common.errors import RuleBroken
from sharedservices.common.today import now

RELEASES = ["2012-13.r1", "2012-13.r2", "2013-14.r1"]
FILES = ["arrangements.csv", "councils.csv", "figures.csv", "figures.json"]
MARK = "(illustrative)"

pytestmark = pytest.mark.usefixtures("demonstration")


def read(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file, by its header."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


class TestWhatIsMadeUp:
    def test_every_illustrative_arrangement_says_so_in_its_name_and_no_other_does(self):
        for arrangement in Arrangement.objects.all():
            assert (MARK in arrangement.name) == arrangement.is_illustrative, arrangement.name
        assert Arrangement.objects.filter(is_illustrative=True).count() > 100
        assert Arrangement.objects.filter(is_illustrative=False).count() > 50

    def test_every_page_of_the_list_marks_exactly_them(self, client: Client):
        number, seen = 1, 0
        while True:
            answer = client.get(f"/arrangements/?page={number}")
            rows = list(answer.context["rows"])
            shown = re.findall(r"<tr.*?</tr>", answer.content.decode().partition("<tbody")[2], re.DOTALL)
            assert [row.is_illustrative for row in rows] == ["illustrative" in row.lower() for row in shown]
            seen += len(rows)
            if not answer.context["page_obj"].has_next():
                break
            number += 1
        assert seen == Arrangement.objects.count()

    def test_a_page_of_its_own_marks_it_and_a_real_ones_does_not(self, client: Client):
        for is_illustrative in (True, False):
            for arrangement in Arrangement.objects.filter(is_illustrative=is_illustrative)[:5]:
                page = client.get(arrangement.get_absolute_url()).content.decode()
                assert ("register-tag--illustrative" in page) == is_illustrative, arrangement.name

    def test_every_row_of_the_api_and_of_each_file_says_so(self, client: Client):
        made_up = set(Arrangement.objects.filter(is_illustrative=True).values_list("reference", flat=True))
        for address in ("/api/v1/arrangements/", *(f"/api/v1/releases/{slug}/arrangements/" for slug in RELEASES)):
            rows = client.get(f"{address}?limit=1000").json()["data"]
            assert {row["reference"] for row in rows if row["illustrative"]} == made_up & {row["reference"] for row in rows}, (
                address
            )
        files = ["/arrangements.csv", *(f"/releases/{slug}/files/arrangements.csv" for slug in RELEASES)]
        for address in files:
            rows = read(client.get(address).content)
            assert {row["reference"] for row in rows if row["illustrative"] == "yes"} == made_up & {
                row["reference"] for row in rows
            }, address

    def test_the_banner_is_on_the_home_page(self, client: Client):
        assert "emonstration" in client.get("/").content.decode()

    def test_no_saving_is_held_for_a_real_arrangement(self):
        assert not ReportedSaving.objects.filter(arrangement__is_illustrative=False).exists()
        real = ReleasedArrangement.objects.filter(is_illustrative=False)
        assert real.count() > 100
        assert set(real.values_list("outcome", "amount")) == {("not_returned", None)}

    def test_no_real_arrangement_stands_among_the_savings_of_the_api(self, client: Client):
        rows = client.get("/api/v1/savings/?year=2013-14&limit=1000").json()["data"]
        assert len(rows) == 383
        assert {(row["outcome"], row["saving"]) for row in rows if not row["illustrative"]} == {("not_returned", None)}

    def test_a_real_arrangements_source_is_an_address(self):
        assert all(
            address.startswith("http")
            for address in Arrangement.objects.filter(is_illustrative=False).values_list("source_url", flat=True)
        )


class TestWhatStands:
    def test_three_years_three_releases_by_two_people_and_three_accounts(self):
        assert [year.slug for year in FinancialYear.objects.order_by("starts_on")] == ["2012-13", "2013-14", "2014-15"]
        assert sorted(Release.objects.published().values_list("slug", flat=True)) == RELEASES
        assert all(release.prepared_by != release.approved_by for release in Release.objects.all())
        assert sorted(User.objects.values_list("email", flat=True)) == [
            "analyst@example.org", "officer@example.org", "publisher@example.org",
        ]  # fmt: skip

    def test_each_release_was_prepared_approved_and_published_in_that_order(self):
        for release in Release.objects.all():
            assert release.prepared_at < release.approved_at <= release.published_at

    def test_2014_15_is_open_with_returns_in_every_state_and_nothing_published(self):
        year = FinancialYear.objects.get(slug="2014-15")
        states = Counter(AnnualReturn.objects.filter(year=year).values_list("state", flat=True))
        assert sum(states.values()) == 351
        assert set(states) == {"not_started", "in_progress", "submitted", "queried", "accepted"}
        assert not Release.objects.of_year(year).exists()

    def test_351_were_asked_each_year_and_the_city_and_scilly_were_not(self):
        for year in FinancialYear.objects.all():
            assert year.returns.count() == 351
            assert not year.returns.filter(council__kind__in=["city_of_london", "isles_of_scilly"]).exists()

    def test_what_loading_says_names_each_release_with_its_total(self, demonstration: list[str]):
        assert "365 councils" in demonstration[0]
        assert [line for line in demonstration if "published" in line] == [
            "2012/13, revision 1: £278 million, published 21 May 2013",
            "2012/13, revision 2: £274 million, published 18 March 2014",
            "2013/14, revision 1: £357 million, published 20 May 2014",
        ]

    def test_the_public_saw_each_release_from_its_day_on(self, client: Client):
        def latest(day: str) -> str | None:
            return client.get(f"/api/v1/figures/?as_of={day}&limit=1").json()["meta"]["release"]

        assert [latest(day) for day in ("2013-05-20", "2013-05-21", "2014-03-17", "2014-03-18", "2014-05-19", "2014-05-20")] == [
            None, "2012-13.r1", "2012-13.r1", "2012-13.r2", "2012-13.r2", "2013-14.r1",
        ]  # fmt: skip

    def test_the_planner_knows_that_there_are_rows(self):
        """Else, after a load that was broken off, freezing a year takes an hour instead of a second."""
        counted = (Arrangement, Partnership, AnnualReturn, ReportedSaving, ReleasedArrangement, ReleasedFigure)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, reltuples FROM pg_class WHERE relname = ANY(%s)",
                [[model._meta.db_table for model in counted]],
            )
            believed = dict(cursor.fetchall())
        assert believed == {model._meta.db_table: model.objects.count() for model in counted}

    def test_every_page_of_the_demonstration_answers_within_its_queries(self, client: Client, django_assert_max_num_queries: Any):
        for address in ("/", "/arrangements/", "/releases/", "/releases/2013-14.r1/", "/years/2013-14/"):
            with django_assert_max_num_queries(12):
                assert client.get(address).status_code == 200


class TestLoadingAgain:
    def test_loading_again_keeps_everything_and_prints_the_accounts(self):
        changed = Arrangement.objects.order_by("pk").first()
        changed.summary = "Changed by hand."
        changed.save()
        counted = [model.objects.count() for model in (Arrangement, Release, ReportedSaving, AnnualReturn, User, Council)]
        rows = [stored(release) for release in Release.objects.order_by("slug")]
        out = io.StringIO()
        call_command("load_demonstration", stdout=out)
        assert "its data are kept" in out.getvalue()
        for email in ("analyst@example.org", "publisher@example.org", "officer@example.org"):
            assert email in out.getvalue()
        assert [model.objects.count() for model in (Arrangement, Release, ReportedSaving, AnnualReturn, User, Council)] == counted
        assert [stored(release) for release in Release.objects.order_by("slug")] == rows
        changed.refresh_from_db()
        assert changed.summary == "Changed by hand."

    def test_the_loader_itself_refuses_to_load_over_it(self):
        with pytest.raises(RuleBroken, match="This database holds returns"):
            load(lambda line: None)


class TestChangingOneSaving:
    """Reopen a return, change one saving, accept, prepare, approve, publish: the sentence changes, revision 1 does not."""

    MORE = 1_250_000

    def release_again(self) -> Release:
        """Revision 2 of 2013/14, in which one illustrative back-office saving is £1.25 million higher."""
        analyst, publisher = User.objects.get(email="analyst@example.org"), User.objects.get(email="publisher@example.org")
        saving = self.saving()
        annual_return = AnnualReturn.objects.get(
            year=saving.year, council=saving.arrangement.partnerships.get(answers=True, left_on=None).council
        )
        reopen(annual_return=annual_return, reason="A second contract was left out", user=analyst)
        more = saving.amount + self.MORE
        answer = Answer(saving.arrangement_id, "figure", more, "Ledger", saving.version, "With the second contract")
        assert record_answers(annual_return=annual_return, answers=[answer], user=analyst) == 1
        with pytest.raises(RuleBroken, match="reopened since the last release"):
            prepare(year=saving.year, user=analyst, public_note="Corrected.")
        settle_all(annual_return, analyst)
        submit(annual_return=annual_return, user=analyst)
        accept(annual_return=annual_return, user=analyst)
        release = prepare(year=saving.year, user=analyst, public_note="A second contract was left out.")
        approve(release=release, digest=release.digest, user=publisher)
        return publish(release=release, at=now(), user=publisher)

    def saving(self) -> ReportedSaving:
        """The answer to change: of the back office, on an accepted return."""
        year = FinancialYear.objects.get(slug="2013-14")
        of_back_office = ReportedSaving.objects.on_accepted_returns(year).figures()
        return of_back_office.filter(arrangement__main_service__category__slug="back-office").order_by("pk").first()

    def values(self, client: Client, query: str) -> dict[str, int | None]:
        return {each["id"]: each["value"] for each in client.get(f"/api/v1/figures/?{query}&limit=1000").json()["data"]}

    def of_first(self, client: Client) -> dict[str, Any]:
        """All that the public gets of revision 1, but its pages."""
        first = Release.objects.get(slug="2013-14.r1")
        gets = {name: client.get(f"/releases/2013-14.r1/files/{name}").content for name in FILES}
        gets |= {
            name: client.get(f"/api/v1/releases/2013-14.r1/{name}/?limit=1000").json()["data"] for name in ("figures", "councils")
        }
        gets["list"] = client.get("/releases/2013-14.r1/arrangements.csv").content
        return {**gets, "digest": first.digest, "rows": stored(first)}

    def test_the_total_moves_by_that_much_on_the_home_page_and_in_the_api(self, client: Client):
        before = self.values(client, "year=2013-14")
        assert "£357 million" in client.get("/").content.decode()
        said = sentences(client)
        release = self.release_again()
        assert release.slug == "2013-14.r2"
        page = client.get("/").content.decode()
        assert "£358.3 million" in page
        assert "£84.3 million" in page, "the change from the year before"
        after = self.values(client, "year=2013-14")
        assert after["savings-total"] - before["savings-total"] == self.MORE
        assert after["savings-change"] - before["savings-change"] == self.MORE
        assert after["savings-category:back-office"] - before["savings-category:back-office"] == self.MORE
        assert after["arrangements"] == before["arrangements"] == 383
        moved = {key.partition(":")[0] for key in after if after[key] != before[key]}
        assert moved <= {
            "savings-total", "savings-change", "savings-change-percent",
            "savings-category", "savings-category-share", "savings-region",
        }  # fmt: skip
        said_now = sentences(client)
        assert {key for key in said_now if said_now[key] != said[key]} == {
            "savings-total", "savings-change", "savings-category-back-office",
            "savings-category-environment-waste-transport",  # 23 per cent of the larger total
        }, "the sentences of the press page that this saving makes, and no others"  # fmt: skip

    def test_revision_1_is_the_same_to_the_byte_and_its_page_says_it_is_superseded(self, client: Client):
        before = self.of_first(client)
        page_before = client.get("/releases/2013-14.r1/").content.decode()
        self.release_again()
        assert self.of_first(client) == before
        page = client.get("/releases/2013-14.r1/").content.decode()
        assert "superseded" in page
        assert "£357 million" in page
        kept = [line for line in page_before.splitlines() if "<dd" in line or "<td" in line or "<th" in line]
        assert kept
        assert [line for line in kept if line not in page] == []
        assert self.values(client, "release=2013-14.r1")["savings-total"] == 357_000_000

    def test_before_it_is_accepted_and_published_nothing_public_moves(self, client: Client):
        before = self.values(client, "year=2013-14")
        saving = self.saving()
        ReportedSaving.objects.filter(pk=saving.pk).update(amount=saving.amount + self.MORE)
        prepare(year=saving.year, user=User.objects.get(email="analyst@example.org"), public_note="Being prepared.")
        assert self.values(client, "year=2013-14") == before
        assert "£357 million" in client.get("/").content.decode()
        assert client.get("/releases/2013-14.r2/").status_code == 404
