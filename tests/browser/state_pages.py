"""Which addresses are looked at in which state of the register, and as whom. What has to be done first is in `state_deeds`."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from arrangements.register.models import Arrangement, Service
from arrangements.releases.models import Release
from arrangements.returns.models import AnnualReturn, FinancialYear, Query
from councils.models import Council
from tests.browser.accounts import ANALYST, OFFICER, PUBLISHER
from tests.browser.worlds import EMPTY, FULL, VERY_LONG

NOBODY = ""
WORD = "Highwaysandwinterservice" * 10
Place = tuple[str, str, int]

# What stands in every register, the empty one too.
EVERYWHERE = [
    "/", "/arrangements/", "/arrangements/?year=2014-15&status=operating", "/arrangements/?q=nothingiscalledthis", "/councils/",
    "/councils/sutton/", "/councils/sutton/mistake/", "/find-your-council/", "/find-your-council/?q=o", "/map/",
    "/map/?tier=counties&show=partners", "/services/ict/", "/categories/back-office/", "/regions/london/", "/years/",
    "/years/2014-15/", "/releases/", "/changes/", "/changes/?about=releases", "/methodology/", "/published-figures/", "/data/",
    "/data/dictionary/", "/coverage/", "/accessibility/", "/privacy/", "/licence/", "/cite/", "/find-a-partner/",
    "/find-a-partner/?council=sutton&service=ict", "/api/v1/docs/", "/accounts/login/", "/accounts/password/reset/",
    "/accounts/password/reset/done/", "/accounts/password/reset/key/done/", "/accounts/inactive/",
]  # fmt: skip
# What needs an arrangement or a release.
OF_ROWS = [
    "/arrangements/{reference}/", "/arrangements/{reference}/mistake/", "/arrangements/?q={reference}",
    "/arrangements/?year=2013-14&order=-saving", "/map/?council=sutton&show=savings&year=2013-14", "/years/2013-14/",
    "/years/2013-14/press/", "/releases/2013-14.r1/", "/releases/2013-14.r1/arrangements/", "/releases/2013-14.r1/councils/",
    "/releases/2013-14.r1/arrangements/?q=nothingiscalledthis", "/releases/2013-14.r1/figures/savings-total/",
    "/releases/2013-14.r1/figures/savings-total.html", "/releases/2013-14.r1/changes/", "/releases/2013-14.r1/bridge/",
    "/releases/2013-14.r1/press/",
]  # fmt: skip
# What needs more rows than one.
OF_MANY = [
    "/arrangements/?year=2013-14&category=back-office&region=london&council=sutton&order=-saving&page=1",
    "/councils/folkestone-and-hythe/", "/councils/cumberland/", "/councils/carlisle/",
    "/map/?council=kent&tier=counties&show=savings&order=-common", "/releases/2012-13.r1/", "/releases/2012-13.r2/",
    "/releases/2012-13.r2/changes/", "/releases/2012-13.r2/bridge/", "/releases/2013-14.r1/figures/savings-change/",
    "/releases/2013-14.r1/figures/councils-share/", "/releases/2013-14.r1/arrangements/?region=london&service=ict",
    "/find-a-partner/?council=ford&service=ict",
]  # fmt: skip
OFFICERS = ["/my-council/", "/my-council/sutton/", "/my-council/sutton/preview/", "/my-council/sutton/board-paper/"]
OFFICERS_OF_ROWS = ["/my-council/{asked}/", "/my-council/{asked}/preview/", "/my-council/{asked}/queries/{query}/"]

ADMIN_LISTS = [
    *(f"/admin/arrangements/{model}/" for model in (
        "annualreturn", "arrangement", "contactmade", "councilcontact", "financialyear", "flag", "mistakereport", "pressanswer",
        "query", "release", "reminder", "returnimport", "service", "servicecategory",
    )),
    *(f"/admin/councils/{model}/" for model in ("apitoken", "council", "partnerbody", "region")),
]  # fmt: skip
DESK = [
    "/admin/", "/admin/find/", "/admin/find/?q=sutton", "/admin/chasing/", "/admin/chasing/completeness/", "/admin/import/",
    "/admin/import/rules/", "/admin/reorganise/", "/admin/arrangements/release/add/", "/admin/councils/apitoken/add/",
    "/admin/arrangements/annualreturn/of/{to begin}/2014-15/", "/admin/arrangements/arrangement/add/",
    "/admin/councils/council/add/", "/admin/arrangements/service/{service}/change/", "/admin/councils/council/{sutton}/change/",
    *ADMIN_LISTS,
]  # fmt: skip
DESK_OF_ROWS = [
    "/admin/arrangements/annualreturn/{return}/change/", "/admin/arrangements/annualreturn/{return}/history/",
    "/admin/chasing/{return}/", "/admin/arrangements/release/{release}/change/", "/admin/arrangements/query/{question}/change/",
    "/admin/press/2013-14.r1/list/?region=london", "/admin/press/2013-14.r1/figure/savings-total/",
    "/admin/arrangements/arrangement/{arrangement}/change/", "/admin/arrangements/arrangement/{arrangement}/history/",
]  # fmt: skip

# What is refused, each with its answer.
REFUSED = [
    (NOBODY, "/councils/atlantis/", 404), (NOBODY, f"/councils/{WORD}/", 404), (NOBODY, "/arrangements/?year=banana", 400),
    (NOBODY, f"/arrangements/?year={WORD}", 400), (NOBODY, f"/arrangements/?{WORD}=1", 400),
    (NOBODY, f"/arrangements/?q={WORD}", 400), (NOBODY, "/councils/?page=0", 400), (NOBODY, "/map/?show=banana", 400),
    (NOBODY, "/releases/2013-14.r1/arrangements/?saving_min=much", 400), (NOBODY, "/releases/2019-20.r1/", 404),
    (NOBODY, "/find-a-partner/?council=atlantis&service=ict", 400), (NOBODY, f"/find-a-partner/?council={WORD}&service=ict", 400),
    (NOBODY, f"/find-your-council/?q={WORD}", 400), (NOBODY, "/arrangements/?" + "&".join(["q=a"] * 1_001), 400),
    (NOBODY, "/changes/?about=banana", 400), (OFFICER, "/my-council/westminster/", 404), (OFFICER, "/admin/", 403),
    (ANALYST, "/admin/chasing/?region=atlantis", 400), (ANALYST, "/admin/import/not-mine/", 404),
    (ANALYST, "/admin/press/2013-14.r1/list/?region=atlantis", 400), (ANALYST, f"/admin/find/?q={WORD}", 200),
]  # fmt: skip


def places(state: str) -> Iterator[Place]:
    """As whom, where and with which answer: all that is looked at in the state, as the register in use has it."""
    has_rows, has_many = state != EMPTY, state in (FULL, VERY_LONG)
    names = _names(state)
    for who, wanted, addresses in [
        (NOBODY, True, EVERYWHERE),
        (NOBODY, has_rows, OF_ROWS),
        (NOBODY, has_many, OF_MANY),
        (OFFICER, True, OFFICERS),
        (OFFICER, has_many, OFFICERS_OF_ROWS),
        (ANALYST, True, DESK),
        (ANALYST, has_rows, DESK_OF_ROWS),
        (PUBLISHER, has_rows, ["/admin/", "/admin/arrangements/release/{release}/change/"]),
    ]:
        for address in addresses if wanted else []:
            yield who, address.format(**names), 200
    if has_many:
        yield from _more_returns()


def _names(state: str) -> dict[str, object]:
    """What the addresses call by a number that differs between registers."""
    names: dict[str, object] = {
        "to begin": Council.objects.filter(slug__in=["cumberland", "sutton"]).order_by("slug")[0].pk,
        "sutton": Council.objects.get(slug="sutton").pk,
        "service": Service.objects.get(slug="ict").pk,
    }
    if state == EMPTY:
        return names
    query = Query.objects.filter(annual_return__year__slug="2014-15", annual_return__council__slug__in=["redbridge", "sutton"])
    question = query.select_related("annual_return__council").earliest("pk")
    arrangement = Arrangement.objects.get(pk=question.arrangement_id)
    return {
        **names,
        "reference": arrangement.reference,
        "arrangement": arrangement.pk,
        "asked": question.annual_return.council.slug,
        "query": question.pk,
        "question": question.pk,
        "return": question.annual_return_id,
        "release": Release.objects.latest().pk,
    }


def _more_returns() -> Iterator[Place]:
    """A return in each of its states, with lines."""
    year = FinancialYear.objects.get(slug="2014-15")
    seen = set()
    for each in AnnualReturn.objects.with_progress().filter(year=year, lines__gte=1).order_by("pk"):
        if each.state not in seen:
            seen.add(each.state)
            yield ANALYST, reverse("admin:arrangements_annualreturn_change", args=[each.pk]), 200
