"""Who may open what: every address as each role, by a table that fails where an address has no row."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import override_settings
from django.urls import URLPattern, get_resolver

from arrangements.public.register_files import listing
from arrangements.tests.world import TODAY
from sharedservices.tests.house import FUTURE, RELEASE, ROLES, HouseTestCase, client_of

Statuses = tuple[int, int, int, int, int]  # one for each of ROLES

EVERYONE: Statuses = (200, 200, 200, 200, 200)
NOBODY: Statuses = (404, 404, 404, 404, 404)
STAFF: Statuses = (404, 404, 404, 200, 200)
SIGNED_IN: Statuses = (302, 200, 200, 200, 200)
ELSEWHERE: Statuses = (302, 302, 302, 302, 302)
# The API reads no cookie, so that whoever is signed in here is nobody there: test_write_matrix.py has those with tokens.
NO_TOKEN: Statuses = (401, 401, 401, 401, 401)
OWN: Statuses = (302, 200, 404, 404, 404)
WRITES = ("post", "put", "patch", "delete")
# Where an officer answers; who may, and what comes of it: arrangements/public/tests/test_officers.py.
WRITTEN_TO = {("/my-council/willow/queries/{query}/", "post")}


def of_release(below: str) -> list[tuple[str, Statuses]]:
    """A page below a release: everyone's once it is public; staff's while it isn't."""
    return [
        (f"/releases/{RELEASE}/{below}", EVERYONE),
        (f"/releases/{FUTURE}/{below}", STAFF),
        (f"/releases/2013-14.r2/{below}", NOBODY),
    ]


def of_topic(topic: str, chart: str) -> list[tuple[str, Statuses]]:
    """The files of a page's charts; it has no other, and a page that isn't there has none."""
    nowhere = f"{topic.partition('/')[0]}/atlantis"
    return [(f"/{topic}/{chart}.csv", EVERYONE), (f"/{topic}/moon.csv", NOBODY), (f"/{nowhere}/{chart}.csv", NOBODY)]


def of_a_council(below: str) -> list[tuple[str, Statuses]]:
    """A page for one council's officers, and nobody else's."""
    return [
        (f"/my-council/willow/{below}", OWN),
        (f"/my-council/oakham/{below}", (302, 404, 200, 404, 404)),
        (f"/my-council/atlantis/{below}", (302, 404, 404, 404, 404)),
    ]


def of_api_release(below: str) -> list[tuple[str, Statuses]]:
    """The API knows nobody: what isn't public isn't there, whoever is signed in."""
    return [(f"/api/v1/releases/{RELEASE}/{below}", EVERYONE), (f"/api/v1/releases/{FUTURE}/{below}", NOBODY)]


FILES_OF_A_LIST = ("csv", "xlsx", "json")

# Route of the resolver -> addresses that it answers, each with the status of a GET for each role.
PAGES: dict[str, list[tuple[str, Statuses]]] = {
    "": [("/", EVERYONE)],
    "healthz": [("/healthz", EVERYONE)],
    "readyz": [("/readyz", EVERYONE)],
    "councils/": [("/councils/", EVERYONE)],
    **{f"councils.{ending}": [(f"/councils.{ending}", EVERYONE)] for ending in FILES_OF_A_LIST},
    "find-your-council/": [("/find-your-council/", EVERYONE)],
    "map/": [("/map/", EVERYONE)],
    "arrangements/": [("/arrangements/", EVERYONE)],
    **{f"arrangements.{ending}": [(f"/arrangements.{ending}", EVERYONE)] for ending in FILES_OF_A_LIST},
    "arrangements/<str:reference>/": [("/arrangements/{reference}/", EVERYONE), ("/arrangements/SSR-999999/", NOBODY)],
    "arrangements/<str:reference>/<slug:key>.csv": [
        ("/arrangements/{reference}/savings.csv", EVERYONE),
        ("/arrangements/{reference}/moon.csv", NOBODY),
        ("/arrangements/SSR-999999/savings.csv", NOBODY),
    ],
    "councils/<slug:slug>/": [("/councils/willow/", EVERYONE), ("/councils/atlantis/", NOBODY)],
    "councils/<slug:slug>/<slug:key>.csv": [
        ("/councils/willow/arrangements.csv", EVERYONE),
        ("/councils/willow/outcomes.csv", EVERYONE),
        ("/councils/willow/moon.csv", NOBODY),
        ("/councils/atlantis/arrangements.csv", NOBODY),
    ],
    "services/<slug:slug>/": [("/services/ict/", EVERYONE), ("/services/alchemy/", NOBODY)],
    "services/<slug:slug>/<slug:key>.csv": of_topic("services/ict", "arrangements"),
    "categories/<slug:slug>/": [("/categories/back-office/", EVERYONE), ("/categories/alchemy/", NOBODY)],
    "categories/<slug:slug>/<slug:key>.csv": of_topic("categories/back-office", "savings"),
    "regions/<slug:slug>/": [("/regions/london/", EVERYONE), ("/regions/atlantis/", NOBODY)],
    "regions/<slug:slug>/<slug:key>.csv": of_topic("regions/london", "savings"),
    "data/": [("/data/", EVERYONE)],
    "data/files.json": [("/data/files.json", EVERYONE)],
    "data/register/<slug:files_id>/<str:name>": [
        ("/data/register/{files}/arrangements.csv", EVERYONE),
        ("/data/register/{files}/passwords.csv", NOBODY),
        ("/data/register/0123456789abcdef/arrangements.csv", NOBODY),
    ],
    "data/dictionary/": [("/data/dictionary/", EVERYONE)],
    "coverage/": [("/coverage/", EVERYONE)],
    "accessibility/": [("/accessibility/", EVERYONE)],
    "privacy/": [("/privacy/", EVERYONE)],
    "licence/": [("/licence/", EVERYONE)],
    "cite/": [("/cite/", EVERYONE)],
    "find-a-partner/": [("/find-a-partner/", EVERYONE), ("/find-a-partner/?council=atlantis&service=ict", (400,) * 5)],
    "my-council/": [("/my-council/", SIGNED_IN)],
    "my-council/<slug:slug>/": of_a_council(""),
    "my-council/<slug:slug>/queries/<int:key>/": [("/my-council/willow/queries/{query}/", OWN)],
    "my-council/<slug:slug>/preview/": of_a_council("preview/"),
    "my-council/<slug:slug>/board-paper/": of_a_council("board-paper/"),
    "my-council/<slug:slug>/board-paper.csv": of_a_council("board-paper.csv"),
    "my-council/<slug:slug>/board-paper.xlsx": of_a_council("board-paper.xlsx"),
    "releases/": [("/releases/", EVERYONE)],
    "releases/<str:slug>/": of_release(""),
    "releases/<str:slug>/arrangements/": of_release("arrangements/"),
    **{f"releases/<str:slug>/arrangements.{ending}": of_release(f"arrangements.{ending}") for ending in FILES_OF_A_LIST},
    "releases/<str:slug>/councils/": of_release("councils/"),
    **{f"releases/<str:slug>/councils.{ending}": of_release(f"councils.{ending}") for ending in FILES_OF_A_LIST},
    "releases/<str:slug>/figures/<str:key>/": [
        *of_release("figures/savings-total/"),
        (f"/releases/{RELEASE}/figures/savings-of-the-moon/", NOBODY),
    ],
    "releases/<str:slug>/files/<str:name>": [
        *of_release("files/arrangements.csv"),
        (f"/releases/{RELEASE}/files/passwords.csv", NOBODY),
    ],
    "releases/<str:slug>/press/": of_release("press/"),
    "releases/<str:slug>/press.txt": of_release("press.txt"),
    "^releases/(?P<slug>[^/]+)/figures/(?P<name>[^/]+\\.(?:html|json))$": [
        *of_release("figures/savings-total.json"),
        *of_release("figures/savings-total.html"),
        (f"/releases/{RELEASE}/figures/savings-of-the-moon.json", NOBODY),
    ],
    "releases/<str:slug>/SHA256SUMS": of_release("SHA256SUMS"),
    "releases/<str:slug>/changes/": of_release("changes/"),
    "releases/<str:slug>/changes.atom": of_release("changes.atom"),
    "releases/<str:slug>/changes.json": of_release("changes.json"),
    "changes/": [("/changes/", EVERYONE), ("/changes/?before=yesterday", (400,) * 5)],
    "changes.atom": [("/changes.atom", EVERYONE)],
    "methodology/": [("/methodology/", EVERYONE)],
    "published-figures/": [("/published-figures/", EVERYONE)],
    "published-figures.csv": [("/published-figures.csv", EVERYONE)],
    "releases/<str:slug>/bridge/": of_release("bridge/"),
    "releases/<str:slug>/bridge.csv": of_release("bridge.csv"),
    "releases/<str:slug>/charts/<slug:key>.csv": [
        *of_release("charts/savings-by-category.csv"),
        (f"/releases/{RELEASE}/charts/moon.csv", NOBODY),
    ],
    "years/": [("/years/", EVERYONE)],
    "years/<slug:key>.csv": [
        ("/years/savings.csv", EVERYONE),
        ("/years/arrangements.csv", EVERYONE),
        ("/years/moon.csv", NOBODY),
    ],
    "years/<slug:slug>/": [("/years/2013-14/", EVERYONE), ("/years/2014-15/", EVERYONE), ("/years/1999-00/", NOBODY)],
    "years/<slug:slug>/press/": [("/years/2013-14/press/", EVERYONE), ("/years/2014-15/press/", NOBODY)],
    "years/<slug:slug>/press.txt": [("/years/2013-14/press.txt", EVERYONE), ("/years/2014-15/press.txt", NOBODY)],
    "api/v1/docs/": [("/api/v1/docs/", EVERYONE)],
    "after-sign-in/": [("/after-sign-in/", ELSEWHERE)],
}
OF_RETURN = "returns/(?P<year>[0-9-]{7})/(?P<council>[A-Za-z0-9]+)"
# Lists that come in three forms, each by its ending.
FORMS = r"\.(?P<format>csv|jsonl|json)$"
WHOLE = (
    "councils",
    "regions",
    "bodies",
    "services",
    "categories",
    "years",
    "arrangements",
    "partnerships",
    "body-partnerships",
    "releases",
    "savings",
    "figures",
)
API: dict[str, list[tuple[str, Statuses]]] = {
    "api/v1/": [("/api/v1/", EVERYONE)],
    "api/v1/openapi.json": [("/api/v1/openapi.json", EVERYONE)],
    "api/v1/^councils/$": [("/api/v1/councils/", EVERYONE)],
    "api/v1/^councils/(?P<gss_code>[A-Za-z0-9]+)/$": [
        ("/api/v1/councils/{code}/", EVERYONE),
        ("/api/v1/councils/E99999999/", NOBODY),
    ],
    "api/v1/^arrangements/$": [("/api/v1/arrangements/", EVERYONE)],
    "api/v1/^arrangements/(?P<reference>[^/.]+)/$": [
        ("/api/v1/arrangements/{reference}/", EVERYONE),
        ("/api/v1/arrangements/SSR-999999/", NOBODY),
    ],
    "api/v1/^partnerships/$": [("/api/v1/partnerships/", EVERYONE)],
    "api/v1/^partnerships/(?P<id>[0-9]{1,18})/$": [
        ("/api/v1/partnerships/{partnership}/", EVERYONE),
        ("/api/v1/partnerships/999999999999999999/", NOBODY),
    ],
    "api/v1/^body-partnerships/$": [("/api/v1/body-partnerships/", EVERYONE)],
    "api/v1/^body-partnerships/(?P<id>[0-9]{1,18})/$": [
        ("/api/v1/body-partnerships/{body_partnership}/", EVERYONE),
        ("/api/v1/body-partnerships/999999999999999999/", NOBODY),
    ],
    "api/v1/changes/": [("/api/v1/changes/", EVERYONE)],
    "api/v1/^releases/$": [("/api/v1/releases/", EVERYONE)],
    "api/v1/^releases/(?P<slug>[0-9a-z.-]+)/$": of_api_release(""),
    "api/v1/^releases/(?P<release>[0-9a-z.-]+)/arrangements/$": of_api_release("arrangements/"),
    "api/v1/^releases/(?P<release>[0-9a-z.-]+)/arrangements/(?P<reference>[^/.]+)/$": of_api_release("arrangements/{reference}/"),
    "api/v1/^releases/(?P<release>[0-9a-z.-]+)/councils/$": of_api_release("councils/"),
    "api/v1/^releases/(?P<release>[0-9a-z.-]+)/councils/(?P<gss_code>[^/.]+)/$": of_api_release("councils/{code}/"),
    "api/v1/^releases/(?P<release>[0-9a-z.-]+)/figures/$": of_api_release("figures/"),
    "api/v1/^releases/(?P<release>[0-9a-z.-]+)/figures/(?P<key>[a-z0-9:_-]+)/$": of_api_release("figures/savings-total/"),
    "api/v1/^regions/$": [("/api/v1/regions/", EVERYONE)],
    "api/v1/^regions/(?P<slug>[a-z0-9-]+)/$": [("/api/v1/regions/london/", EVERYONE), ("/api/v1/regions/wales/", NOBODY)],
    "api/v1/^bodies/$": [("/api/v1/bodies/", EVERYONE)],
    "api/v1/^bodies/(?P<slug>[a-z0-9-]+)/$": [("/api/v1/bodies/mid-clinical-group/", EVERYONE), ("/api/v1/bodies/x/", NOBODY)],
    "api/v1/^services/$": [("/api/v1/services/", EVERYONE)],
    "api/v1/^services/(?P<slug>[a-z0-9-]+)/$": [("/api/v1/services/ict/", EVERYONE), ("/api/v1/services/x/", NOBODY)],
    "api/v1/^categories/$": [("/api/v1/categories/", EVERYONE)],
    "api/v1/^categories/(?P<slug>[a-z0-9-]+)/$": [
        ("/api/v1/categories/back-office/", EVERYONE),
        ("/api/v1/categories/x/", NOBODY),
    ],
    "api/v1/^years/$": [("/api/v1/years/", EVERYONE)],
    "api/v1/^years/(?P<slug>[0-9-]+)/$": [("/api/v1/years/2014-15/", EVERYONE), ("/api/v1/years/1999-00/", NOBODY)],
    "api/v1/^figures/(?P<key>[a-z0-9:_-]+)/$": [
        ("/api/v1/figures/savings-total/", EVERYONE),
        ("/api/v1/figures/savings-of-the-moon/", NOBODY),
    ],
    "api/v1/^figures/(?P<key>[a-z0-9:_-]+)/inputs/$": [("/api/v1/figures/savings-total/inputs/", EVERYONE)],
    "api/v1/^releases/(?P<release>[0-9a-z.-]+)/figures/(?P<key>[a-z0-9:_-]+)/inputs/$": of_api_release(
        "figures/savings-total/inputs/"
    ),
    **{
        f"api/v1/^{name}{FORMS}": [(f"/api/v1/{name}{ending}", EVERYONE) for ending in (".csv", ".jsonl", ".json")]
        for name in WHOLE
    },
    **{
        f"api/v1/^releases/(?P<release>[0-9a-z.-]+)/{name}{FORMS}": of_api_release(f"{name}.csv")
        for name in ("arrangements", "councils", "figures")
    },
    f"api/v1/^returns{FORMS}": [(f"/api/v1/returns{ending}", NO_TOKEN) for ending in (".csv", ".jsonl", ".json")],
    "api/v1/returns/": [("/api/v1/returns/", NO_TOKEN)],
    "api/v1/returns/bulk/": [("/api/v1/returns/bulk/", NO_TOKEN)],
    f"api/v1/^{OF_RETURN}/$": [("/api/v1/returns/2014-15/{code}/", NO_TOKEN)],
    f"api/v1/^{OF_RETURN}/answers/(?P<reference>[A-Za-z0-9-]+)/$": [
        ("/api/v1/returns/2014-15/{code}/answers/{reference}/", NO_TOKEN)
    ],
    **{
        f"api/v1/^{OF_RETURN}/{deed}/$": [(f"/api/v1/returns/2014-15/{{code}}/{deed}/", NO_TOKEN)]
        for deed in ("submit", "query", "accept", "reopen")
    },
    "api/v1/savings/": [("/api/v1/savings/", EVERYONE)],
    "api/v1/figures/": [("/api/v1/figures/", EVERYONE)],
}
ACCOUNTS: dict[str, list[tuple[str, Statuses]]] = {
    # Closed: nobody signs up or changes the address that staff gave the account.
    "accounts/email/": [("/accounts/email/", NOBODY)],
    "accounts/signup/": [("/accounts/signup/", NOBODY)],
    "accounts/^confirm-email/": [("/accounts/confirm-email/", NOBODY)],
    "accounts/confirm-email/": [("/accounts/confirm-email/", NOBODY)],
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": [("/accounts/confirm-email/abc/", NOBODY)],
    "accounts/login/": [("/accounts/login/", (200, 302, 302, 302, 302))],
    "accounts/logout/": [("/accounts/logout/", SIGNED_IN)],
    "accounts/inactive/": [("/accounts/inactive/", EVERYONE)],
    "accounts/reauthenticate/": [("/accounts/reauthenticate/", SIGNED_IN)],
    "accounts/login/code/confirm/": [("/accounts/login/code/confirm/", ELSEWHERE)],
    "accounts/password/change/": [("/accounts/password/change/", SIGNED_IN)],
    "accounts/password/set/": [("/accounts/password/set/", ELSEWHERE)],
    "accounts/password/reset/": [("/accounts/password/reset/", EVERYONE)],
    "accounts/password/reset/done/": [("/accounts/password/reset/done/", EVERYONE)],
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": [("/accounts/password/reset/key/1-abc/", EVERYONE)],
    "accounts/password/reset/key/done/": [("/accounts/password/reset/key/done/", EVERYONE)],
    "accounts/2fa/": [("/accounts/2fa/", SIGNED_IN)],
    "accounts/2fa/authenticate/": [("/accounts/2fa/authenticate/", ELSEWHERE)],
    "accounts/2fa/reauthenticate/": [("/accounts/2fa/reauthenticate/", ELSEWHERE)],
    "accounts/2fa/totp/activate/": [("/accounts/2fa/totp/activate/", SIGNED_IN)],
    "accounts/2fa/totp/deactivate/": [("/accounts/2fa/totp/deactivate/", (302, 404, 404, 404, 404))],
    "accounts/2fa/recovery-codes/": [("/accounts/2fa/recovery-codes/", (302, 404, 404, 404, 404))],
    "accounts/2fa/recovery-codes/generate/": [("/accounts/2fa/recovery-codes/generate/", SIGNED_IN)],
    "accounts/2fa/recovery-codes/download/": [("/accounts/2fa/recovery-codes/download/", (302, 404, 404, 404, 404))],
}
# Where anybody may send something.
REPORTING: dict[str, list[tuple[str, Statuses]]] = {
    "arrangements/<str:reference>/mistake/": [
        ("/arrangements/{reference}/mistake/", EVERYONE),
        ("/arrangements/SSR-999999/mistake/", NOBODY),
    ],
    "councils/<slug:slug>/mistake/": [("/councils/willow/mistake/", EVERYONE), ("/councils/atlantis/mistake/", NOBODY)],
}
TABLE = {**PAGES, **API, **ACCOUNTS, **REPORTING}
ADMIN = "admin/"


def routes(patterns: list, above: str = "") -> Iterator[str]:
    """Every address pattern of the resolver, as its pieces are written."""
    for each in patterns:
        route = above + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route
        else:
            yield from routes(each.url_patterns, route)


def all_routes() -> list[str]:
    return list(routes(get_resolver().url_patterns))


def test_every_address_has_its_row_and_every_row_its_address():
    found = {route for route in all_routes() if not route.startswith(ADMIN)}
    assert found - set(TABLE) == set(), "these addresses have no row: say who may open them"
    assert set(TABLE) - found == set(), "these rows have no address any more"


def without_count(response) -> dict[str, str]:
    """The headers, less how many requests are left."""
    return {name: value for name, value in response.headers.items() if name != "RateLimit"}


@pytest.mark.xdist_group("house")
@override_settings(REGISTER_TODAY=TODAY)
class RoleTests(HouseTestCase):
    def setUp(self):
        cache.clear()  # wrong passwords and reset letters are counted
        self.clients = {role: client_of(self.house.people.get(role)) for role in ROLES}

    def address(self, pattern: str) -> str:
        house = self.house
        return pattern.format(
            reference=house.reference,
            code=house.council.gss_code,
            partnership=house.partnership,
            body_partnership=house.body_partnership,
            files=listing()["id"],
            query=house.query,
        )

    def rows(self, table):
        """Each address of the table with its status for each role."""
        for cases in table.values():
            for pattern, statuses in cases:
                yield self.address(pattern), dict(zip(ROLES, statuses, strict=True))

    def test_each_role_gets_what_the_table_says(self):
        for address, statuses in self.rows(TABLE):
            for role, status in statuses.items():
                if role != "anonymous" and address.startswith("/api/"):
                    continue  # it gives each role the same bytes, as the test below claims
                with self.subTest(address=address, role=role):
                    response = self.clients[role].get(address)
                    assert response.status_code == status
                    if status == 302 and role == "anonymous" and "after" not in address:
                        assert "/accounts/login/" in response["Location"] or response["Location"] == "/"

    def test_asking_for_the_head_is_answered_like_asking_for_all(self):
        for address, statuses in self.rows({**PAGES, **API}):
            with self.subTest(address=address):
                response = self.clients["anonymous"].head(address)
                assert response.status_code == statuses["anonymous"]
                assert response.content == b""

    def test_pages_are_only_read_by_whomever(self):
        written_to = {(self.address(address), method) for address, method in WRITTEN_TO}
        for address, statuses in self.rows(PAGES):
            for role in ("anonymous", "publisher"):
                for method in WRITES:
                    expected = statuses[role] if (address, method) in written_to else 405
                    with self.subTest(address=address, role=role, method=method):
                        assert getattr(self.clients[role], method)(address).status_code == expected

    def test_the_api_asks_writers_for_credentials_and_a_browser_s_sign_in_is_none(self):
        for address, _ in self.rows(API):
            for role in ("anonymous", "publisher"):
                for method in WRITES:
                    with self.subTest(address=address, role=role, method=method):
                        response = getattr(self.clients[role], method)(address, data="{}", content_type="application/json")
                        assert response.status_code == 401
                        assert response["WWW-Authenticate"] == 'Bearer realm="register"'
                        assert response["Content-Type"] == "application/problem+json"

    def test_the_api_answers_each_role_the_same_bytes(self):
        for address, _ in self.rows(API):
            with self.subTest(address=address):
                answers = [self.clients[role].get(address) for role in ("anonymous", "officer", "publisher")]
                assert len({(answer.status_code, answer.content) for answer in answers}) == 1

    def test_the_admin_is_for_staff(self):
        """Every address of it, whatever stands in the place of its keys."""
        found = {
            re.sub(r"<[^>]+>|\(\?P[^)]*\)|[\^$]", lambda hole: "1" if len(hole[0]) > 1 else "", route)
            for route in all_routes()
            if route.startswith(ADMIN)
        }
        assert len(found) > 50
        for address in sorted(found):
            for role in ("anonymous", "officer"):
                with self.subTest(address=address, role=role):
                    response = self.clients[role].get(f"/{address}", follow=False)
                    assert response.status_code in (302, 403, 404)
                    assert response.status_code != 302 or re.search("/(login|password|admin)/", response["Location"])
        for role in ("analyst", "publisher"):
            assert self.clients[role].get("/admin/").status_code == 200

    def test_an_officer_who_is_led_to_the_admin_is_told_that_it_is_closed(self):
        response = self.clients["officer"].get("/admin/", follow=True)
        assert response.status_code == 403

    def test_a_password_alone_opens_no_page_and_the_api_cares_for_neither(self):
        half = client_of(self.house.people["analyst"], second_factor=False)
        for address, _ in self.rows(PAGES):
            with self.subTest(address=address):
                response = half.get(address)
                assert response.status_code == 302
                assert response["Location"].startswith("/accounts/2fa/totp/activate/")
        for address, statuses in self.rows(API):
            with self.subTest(address=address):
                assert half.get(address).status_code == statuses["anonymous"]

    def test_after_signing_in_each_goes_where_their_work_is(self):
        landings = [self.clients[role].get("/after-sign-in/")["Location"] for role in ROLES]
        assert landings == ["/", "/my-council/", "/my-council/", "/admin/", "/admin/"]

    def test_what_is_not_public_yet_and_what_never_was_look_alike(self):
        """The same words, so that nobody learns from an error that a release waits."""
        for below in ("", "arrangements/", "arrangements.csv", "councils/", "figures/savings-total/", "files/arrangements.csv"):
            for base in ("/releases", "/api/v1/releases"):
                waiting = self.clients["anonymous"].get(f"{base}/{FUTURE}/{below}")
                never = self.clients["anonymous"].get(f"{base}/2013-14.r9/{below}")
                with self.subTest(below=below, base=base):
                    assert waiting.status_code == never.status_code == 404
                    assert waiting.content == never.content
                    assert without_count(waiting) == without_count(never)

    def test_a_release_becomes_public_at_its_moment_and_not_before(self):
        moment = self.house.future.published_at
        address = f"/releases/{FUTURE}/"
        with override_settings(REGISTER_TODAY=moment.date().replace(day=moment.day - 1)):
            assert self.clients["anonymous"].get(address).status_code == 404
        with override_settings(REGISTER_TODAY=moment.date().replace(day=moment.day + 1)):
            assert self.clients["anonymous"].get(address).status_code == 200
            assert self.clients["anonymous"].get(f"/api/v1{address}").status_code == 200

    def test_a_signed_in_officer_whose_account_is_closed_sees_what_everyone_sees(self):
        officer = self.house.people["officer"]
        officer.is_active = False
        officer.save()
        assert self.clients["officer"].get("/my-council/willow/").status_code == 302
