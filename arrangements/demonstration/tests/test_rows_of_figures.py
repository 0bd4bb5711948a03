"""Every published figure of the demonstration opens to exactly the frozen rows that make it."""

import csv
import io
import os

import pytest
from django.test import Client

from arrangements.releases.digest import digest_of
from arrangements.releases.figures import compute
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedFigure
from arrangements.releases.rows import rows_of

pytestmark = pytest.mark.usefixtures("demonstration")

RELEASES = ["2012-13.r1", "2012-13.r2", "2013-14.r1"]
# A page takes a tenth of a second, its download a hundredth, and both are one list.
PAGES_OPENED = RELEASES if os.environ.get("LONG") else RELEASES[-1:]


def codes_in(text: str) -> list[str]:
    """The references, or GSS codes, of a downloaded list."""
    return [row.get("reference") or row["gss_code"] for row in csv.DictReader(io.StringIO(text))]


@pytest.mark.parametrize("slug", RELEASES)
def test_each_figures_rows_are_exactly_its_inputs(client: Client, slug: str):
    figures = ReleasedFigure.objects.filter(release__slug=slug)
    assert figures.count() > 60
    for address in sorted({figure.rows for figure in figures})[:: 1 if os.environ.get("LONG") else 3]:
        file = client.get(f"/releases/{slug}/{address.replace('/', '.csv', 1)}").content.decode("utf-8-sig")
        shown = codes_in(file)
        if slug in PAGES_OPENED:
            page = client.get(f"/releases/{slug}/{address}")
            assert page.status_code == 200, address
            assert page.context["page_obj"].paginator.count == len(shown), address
        for figure in figures:
            if figure.rows == address:
                assert len(shown) == figure.row_count, figure.key
                inputs = figure.inputs.get("arrangements") or figure.inputs.get("councils")
                if inputs is None and "minuend" in figure.inputs:
                    inputs = figures.get(key=figure.inputs["minuend"]["figure"]).inputs["arrangements"]
                assert sorted(shown) == sorted(inputs or []), figure.key


@pytest.mark.parametrize("slug", RELEASES)
def test_the_money_of_a_figure_is_the_money_of_its_rows(slug: str):
    release = Release.objects.get(slug=slug)
    amounts = dict(ReleasedArrangement.objects.of(release).values_list("reference", "amount"))
    for figure in release.figures.filter(unit="pounds").exclude(measure__endswith="change"):
        assert figure.value == sum(amounts[reference] for reference in figure.inputs["arrangements"]), figure.key


@pytest.mark.parametrize("slug", RELEASES)
def test_the_stored_rows_give_the_stored_figures_and_digest_again(slug: str):
    release = Release.objects.get(slug=slug)
    earlier = rows_of(release.compared_with) if release.compared_with else None
    again = {figure.key: (figure.value, figure.display, figure.inputs) for figure in compute(rows_of(release), earlier)}
    stored = {figure.key: (figure.value, figure.display, figure.inputs) for figure in release.figures.all()}
    assert again == stored
    assert digest_of(release) == release.digest


def test_a_changes_two_terms_are_published_figures(client: Client):
    for figure in ReleasedFigure.objects.filter(release__slug="2013-14.r1", inputs__has_key="minuend"):
        terms = [figure.inputs["minuend"], figure.inputs["subtrahend"]]
        for term in terms:
            published = ReleasedFigure.objects.get(release__slug=term["release"], key=term["figure"])
            assert published.value == term["value"]
        if figure.unit != "per_cent":
            assert figure.value == terms[0]["value"] - terms[1]["value"]


def test_every_rows_link_of_the_api_opens_to_as_many_rows(client: Client):
    for figure in client.get("/api/v1/figures/?year=2013-14&limit=1000").json()["data"]:
        if figure["unit"] != "rank":
            address = figure["rows"] + ("&" if "?" in figure["rows"] else "?") + "limit=1"
            assert client.get(address).json()["meta"]["count"] == figure["row_count"], figure["id"]
