"""The API's manners: validators that are right and cheap, limits that are told and generous, origins, compression."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext

from arrangements.public.changed import MODELS
from arrangements.public.register_files import listing
from arrangements.register.models import Arrangement, FormerName, Partnership, Service, ServiceCategory
from arrangements.releases.actions import approve, prepare, publish
from arrangements.returns.models import FinancialYear
from arrangements.tests.builders import accept_all, make_analyst, make_publisher
from arrangements.tests.world import TODAY
from councils.models import Council, CouncilName, FormerCode, PartnerBody, Region, Succession
from councils.tests.builders import make_council
from sharedservices.common import throttle
from sharedservices.common.public_state import public_state
from sharedservices.common.today import now
from sharedservices.tests.house import API_LISTS, FUTURE, RELEASE, HouseTestCase

# What the register reads besides its own tables, and frozen rows, which never change.
NOT_WATCHED = re.compile(r"public_state|pg_.*|arrangements_released\w+")


def tables_read(captured: CaptureQueriesContext) -> set[str]:
    return {name for query in captured for name in re.findall(r'(?:FROM|JOIN) "?(\w+)"?', query["sql"])}


@pytest.mark.xdist_group("house")
@override_settings(REGISTER_TODAY=TODAY)
class MannersTests(HouseTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.addresses = [*API_LISTS, *cls.house.api_items()]

    def etag(self, address: str = "/api/v1/arrangements/") -> str:
        return self.client.get(address)["ETag"]

    def test_every_answer_has_a_strong_validator_of_its_own(self):
        found = [self.etag(address) for address in self.addresses]
        assert all(re.fullmatch(r'"(\d+-)?[0-9a-f]{32}"', etag) for etag in found)
        assert len(set(found)) == len(set(self.addresses))
        assert self.etag("/api/v1/councils/?limit=5") != self.etag("/api/v1/councils/?limit=6")
        kinds = ("application/json", "text/csv", "application/jsonl")
        found += [self.client.get("/api/v1/councils/", headers={"accept": kind})["ETag"] for kind in kinds]
        assert len(set(found)) == len(found)

    def test_asked_again_it_is_304_and_no_table_of_the_register_is_read(self):
        for address in [*self.addresses, "/api/v1/councils.csv", "/api/v1/arrangements/?year=2013-14&region=london"]:
            etag = self.etag(address)
            with self.subTest(address=address), CaptureQueriesContext(connection) as captured:
                again = self.client.get(address, headers={"if-none-match": f'"other", {etag}'})
                assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
                assert again["Access-Control-Allow-Origin"] == "*"
                assert tables_read(captured) <= {"public_state"}
                assert len(captured) <= 1
            assert self.client.get(address, headers={"if-none-match": '"other"'}).status_code == 200
            assert self.client.head(address, headers={"if-none-match": etag}).status_code == 304

    def test_every_table_that_the_api_reads_moves_the_state(self):
        read = set()
        for address in [*self.addresses, "/api/v1/arrangements/?year=2013-14&q=shared&region=london&role=lead&county=none"]:
            with CaptureQueriesContext(connection) as captured:
                self.client.get(address)
            read |= tables_read(captured)
        with connection.cursor() as cursor:
            cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'public_state_moves'")
            watched = {name for (name,) in cursor.fetchall()}
        kept_by_triggers = {"arrangements_searchtext", "arrangements_searchword", "councils_knownname", "pghistory_context"}
        kept_by_triggers |= {model.pgh_event_model._meta.db_table for model in MODELS}  # written with the rows they tell of
        assert {name for name in read - watched - kept_by_triggers if not NOT_WATCHED.fullmatch(name)} == set()
        assert len(read & watched) > 10

    def test_whatever_is_written_moves_it_raw_sql_and_bulk_included(self):
        arrangement = Arrangement.objects.earliest("pk")
        region = Region.objects.earliest("pk")

        def raw() -> None:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE arrangements_arrangement SET summary = 'x' WHERE id = %s", [arrangement.pk])

        new = Arrangement(name="New", main_service=arrangement.main_service, start_precision="unknown")
        deeds = [
            raw,
            lambda: Arrangement.objects.bulk_create([new]),
            lambda: Arrangement.objects.latest("pk").delete(),
            lambda: arrangement.replaces.add(Arrangement.objects.latest("pk")),
            lambda: arrangement.other_services.through.objects.all().delete(),
            lambda: FormerName.objects.create(arrangement=arrangement, name="Before"),
            lambda: Partnership.objects.latest("pk").delete(),
            lambda: Service.objects.filter(slug="ict").update(name="Computers"),
            lambda: ServiceCategory.objects.create(slug="new", name="New"),
            lambda: Region.objects.filter(pk=region.pk).update(name="Renamed"),
            lambda: make_council("New Council", region=region),
            lambda: CouncilName.objects.create(council=Council.objects.latest("pk"), name="Newer", kind="alias"),
            lambda: FormerCode.objects.create(council=Council.objects.latest("pk"), code="E07899999", ended_on=TODAY),
            lambda: Succession.objects.create(predecessor=Council.objects.earliest("pk"), successor=Council.objects.latest("pk")),
            lambda: PartnerBody.objects.update(kind="other"),
            lambda: FinancialYear.objects.update(opens_on=None, closes_on=None),
        ]
        states = [public_state()]
        for deed in deeds:
            deed()
            states.append(public_state())
        assert len(set(states)) == len(deeds) + 1

    def test_it_moves_when_a_release_becomes_public_and_not_before(self):
        before = self.etag(), self.etag("/api/v1/savings/")
        year = self.house.world.years["2012-13"]
        accept_all(year)
        publisher = make_publisher()
        release = prepare(year=year, user=make_analyst(), public_note="A late return.")
        release = approve(release=release, digest=release.digest, user=publisher)
        publish(release=release, at=now() + timedelta(days=40), user=publisher)
        assert (self.etag(), self.etag("/api/v1/savings/")) == before
        with override_settings(REGISTER_TODAY=TODAY + timedelta(days=41)):
            assert not {self.etag(), self.etag("/api/v1/savings/")} & set(before)

    def test_frozen_lists_keep_theirs_whatever_is_edited_and_may_be_kept_for_a_year(self):
        addresses = [f"/api/v1/releases/{RELEASE}/arrangements/", f"/api/v1/savings/?release={RELEASE}&limit=7"]
        before = {address: self.etag(address) for address in addresses}
        Arrangement.objects.update(summary="Edited")
        for address in addresses:
            answer = self.client.get(address)
            assert answer["ETag"] == before[address]
            assert answer["Cache-Control"] == "public, max-age=31536000"
        assert self.client.get("/api/v1/savings/")["Cache-Control"] == "public, no-cache"
        assert self.client.get("/api/v1/councils/E99/")["Cache-Control"] == "no-store"

    def test_the_log_folds_into_one_row_and_the_state_stays(self):
        with connection.cursor() as cursor:
            for _ in range(2):
                cursor.execute("UPDATE councils_region SET name = name")
            state = public_state()
            cursor.execute("SELECT sum(weight), count(*) FROM public_state WHERE from_moment IS NULL")
            total, rows = cursor.fetchone()
            assert rows > 1
            cursor.execute("SELECT setseed(0)")
            for _ in range(400):
                cursor.execute("UPDATE councils_region SET name = name WHERE false")
            cursor.execute("SELECT sum(weight) > %s, count(*) FROM public_state WHERE from_moment IS NULL", [total])
            grown, rows = cursor.fetchone()
        assert grown
        assert rows < 400
        assert public_state() != state

    def test_the_limit_is_told_counted_for_each_address_and_not_for_304(self):
        address = "/api/v1/regions/"
        with override_settings(API_READS_A_MINUTE=5):
            throttle.READS = throttle.READS.__class__()
            self.addCleanup(setattr, throttle, "READS", throttle.READS)
            client = Client(REMOTE_ADDR="192.0.2.7")
            etag = client.get(address)["ETag"]
            for _ in range(20):
                assert client.get(address, headers={"if-none-match": etag}).status_code == 304
            answers = [client.get(address) for _ in range(6)]
            assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429, 429]
            assert [re.search(r"r=(\d+)", answer["RateLimit"])[1] for answer in answers] == ["3", "2", "1", "0", "0", "0"]
            refused = answers[-1]
            assert refused["RateLimit-Policy"] == '"reads";q=5;w=60'
            assert 0 < int(refused["Retry-After"]) <= 60
            assert refused["Content-Type"] == "application/problem+json"
            assert "Retry-After" in refused.json()["detail"]
            assert client.get(address, headers={"if-none-match": etag}).status_code == 304, "still free"
            assert Client(REMOTE_ADDR="192.0.2.8").get(address).status_code == 200, "others aren't held up"
            for free in (
                "/data/files.json",
                f"/releases/{RELEASE}/files/arrangements.csv",
                f"/data/register/{listing()['id']}/regions.csv",
            ):
                assert client.get(free).status_code == 200, "files are never limited"
                assert "RateLimit" not in client.get(free)

    def test_one_network_of_the_sixth_version_counts_as_one_and_proxies_count_as_told(self):
        def counted(**meta: str) -> str:
            return throttle.address_of(RequestFactory().get("/", **meta))

        assert counted(REMOTE_ADDR="2001:db8:1:2:3::1") == counted(REMOTE_ADDR="2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
        assert counted(REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="198.51.100.1") == "192.0.2.1"
        with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1):
            assert counted(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 198.51.100.1") == "198.51.100.1"

    def test_a_preflight_is_answered_for_a_day_without_asking_the_database(self):
        with CaptureQueriesContext(connection) as captured:
            answer = self.client.options(
                "/api/v1/councils/", headers={"origin": "https://example.org", "access-control-request-method": "GET"}
            )
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Allow"] == "GET, HEAD, OPTIONS, POST"
        assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS", "a script of another origin only reads"
        assert "Authorization" not in answer["Access-Control-Allow-Headers"]
        assert "If-None-Match" in answer["Access-Control-Allow-Headers"]
        assert answer["Access-Control-Max-Age"] == "86400"
        assert "ETag" in answer["Access-Control-Expose-Headers"]
        assert len(captured) == 0

    def test_a_cookie_changes_nothing_and_is_not_read(self):
        for address in ("/api/v1/", *API_LISTS):
            with_cookie = self.client.get(address, headers={"cookie": "sessionid=abc; csrftoken=def"})
            assert with_cookie.content == Client().get(address).content
            assert "Cookie" not in with_cookie["Vary"]
            assert not with_cookie.cookies

    def test_answers_are_compressed_for_whoever_takes_it_and_their_validator_stays_strong(self):
        for address in (
            "/api/v1/councils/",
            "/api/v1/savings.csv",
            "/data/files.json",
            f"/releases/{RELEASE}/files/figures.json",
        ):
            plain = self.client.get(address)
            packed = self.client.get(address, headers={"accept-encoding": "br, gzip"})
            with self.subTest(address=address):
                assert "Content-Encoding" not in plain
                assert packed["Content-Encoding"] == "gzip"
                assert gzip.decompress(packed.content) == plain.content
                assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 2
                assert "Accept-Encoding" in packed["Vary"]
                assert self.client.get(address, headers={"accept-encoding": "gzip;q=0"}).content == plain.content
                assert self.client.get(address, headers={"accept-encoding": "gzip"}).content == packed.content
                if "ETag" in plain:
                    assert packed["ETag"] == plain["ETag"][:-1] + '-gzip"'
                    again = self.client.get(address, headers={"accept-encoding": "gzip", "if-none-match": packed["ETag"]})
                    assert (again.status_code, again["ETag"]) == (304, packed["ETag"])

    def test_what_is_not_public_yet_is_in_no_form_and_no_file(self):
        caches["files"].clear()
        for address in (f"/api/v1/releases/{FUTURE}/arrangements.csv", f"/api/v1/savings.csv?release={FUTURE}"):
            assert self.client.get(address).status_code in (400, 404)
        assert FUTURE not in self.client.get("/data/files.json").content.decode()
        assert FUTURE not in self.client.get("/api/v1/years.jsonl").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_write_that_is_not_stored_moves_nothing_and_one_that_is_moves_it_at_once():
    before = public_state()
    with transaction.atomic():
        Region.objects.create(name="Nowhere", slug="nowhere", gss_code="E12000099")
        transaction.set_rollback(True)
    assert public_state() == before
    Region.objects.create(name="Nowhere", slug="nowhere", gss_code="E12000099")
    assert public_state() != before
