"""The article's sixteen claims, as the press page prints them from the demonstration's rows; one changed cell changes them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.utils.html import strip_tags

from arrangements.register.models import Service
from arrangements.releases.figures import compute
from arrangements.releases.models import Release
from arrangements.releases.press.reading import figures_of, names_of, sharing_row
from arrangements.releases.press.sentences import Figures
from arrangements.releases.press.sharing import Shared
from arrangements.releases.press.told import told
from arrangements.releases.rows import rows_of
from arrangements.releases.tests.stored import behind_the_triggers
from councils.models import User

pytestmark = pytest.mark.usefixtures("demonstration")

# Each claim of the article, and the words of the page that make it, sentence by sentence.
CLAIMS = {
    "the total and the year": ["Councils reported savings of £357 million from sharing services in the financial year 2013/14."],
    "back office: amount, share and rank": [
        "Savings in back office came to £75 million in 2013/14: 21 per cent of the total,"
        " the second largest of the eight categories.",
    ],
    "environment, waste and transport: amount and rank": [
        "Savings in environment, waste and transport came to £84 million in 2013/14: 24 per cent of the total,"
        " the largest of the eight categories.",
    ],
    "the rise": ["Reported savings rose by £83 million (30 per cent), from £274 million in 2012/13 to £357 million in 2013/14."],
    "the share of councils": [
        "96 per cent of councils shared services with other councils and public bodies in 2013/14: 337 of the 351 asked;"
        " 14 did not.",
    ],
    "councils and arrangements": ["337 councils were involved in 383 different arrangements to share services in 2013/14."],
    "London and the South East": [
        "Between 2012/13 and 2013/14 the number of arrangements grew most in the South East, by 37 (88 per cent, from 42 to 79),"
        " and in London, by 26 (76 per cent, from 34 to 60).",
    ],
    "areas that share ICT": ["the East Midlands (3)", "Yorkshire and The Humber (2)", "Devon (1)", "Essex (1)", "Kent (3)"],
    "councils that share ICT": [
        "In London these councils shared ICT in 2013/14: ", "Kingston upon Thames and Sutton",
        "Hammersmith and Fulham, Kensington and Chelsea, and Westminster",
    ],
    "partners outside local government": [
        "32 of the 383 arrangements of 2013/14 had partners outside local government: police in 21, fire and rescue in 16 and the"
        " NHS in 1.",
    ],
}  # fmt: skip


def sentences(client: Client, address: str = "/years/2013-14/press/") -> dict[str, str]:
    """The sentences of the page by their anchors."""
    page = client.get(address)
    assert page.status_code == 200
    found = re.findall(r'<p class="[^"]*register-sentence__words" id="(\S+)-words">(.*?)</p>', page.content.decode(), re.DOTALL)
    return {anchor: " ".join(unescape(strip_tags(words)).split()) for anchor, words in found}


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_page_makes_the_article_s_claims(client: Client, claim: str):
    page = "\n".join(sentences(client).values())
    for words in CLAIMS[claim]:
        assert words in page


def test_each_claim_s_numbers_open_as_many_rows(client: Client):
    lists = {
        "councils/?involved=yes&asked=yes": 337, "councils/?asked=yes": 351, "councils/?asked=yes&involved=no": 14,
        "arrangements/": 383, "arrangements/?region=london": 60, "arrangements/?region=south-east": 79,
        "arrangements/?service=ict&county=kent": 3, "arrangements/?partner_kind=nhs": 1,
    }  # fmt: skip
    page = unescape(client.get("/years/2013-14/press/").content.decode())
    for below, rows in lists.items():
        address = f"/releases/2013-14.r1/{below}"
        assert f'href="{address}"' in page
        assert client.get(address).context["page_obj"].paginator.count == rows


def test_96_per_cent_opens_the_337_the_351_and_the_fourteen_between(client: Client):
    part, whole, between, frozen, register = client.get("/releases/2013-14.r1/figures/councils-share/").context["lists"]
    assert [each.count for each in (part, whole, between, frozen)] == [337, 351, 14, 353]
    for each in (part, whole, between, frozen):
        assert client.get(each.address).context["page_obj"].paginator.count == each.count
    assert client.get(register.address).context["page_obj"].paginator.count == 353


def test_the_question_of_the_journalist_is_answered_from_frozen_rows(client: Client):
    client.force_login(User.objects.get(email="analyst@example.org"))
    draft = client.get("/admin/press/2013-14.r1/list/?service=ict&county=kent").context["draft"]
    assert draft.question == "What did arrangements sharing ICT in Kent save in 2013/14, and is that more than the year before?"
    assert draft.answer.startswith(
        "3 arrangements sharing ICT in Kent operated in 2013/14. No saving in pounds was reported for any of them:"
        " 1 too early to say and 2 not returned."
    )


def test_one_row_changed_in_the_database_changes_the_sentences_that_it_makes_and_no_others(client: Client):
    """The frozen rows themselves, behind the triggers: the sentences about sharing are read from them."""
    release = Release.objects.get(slug="2013-14.r1")
    before = sentences(client)
    kingston = release.arrangements.get(name__startswith="Kingston and Sutton")
    with behind_the_triggers():
        release.arrangements.filter(pk=kingston.pk).update(services=["legal"])
        after = sentences(client)
    changed = {key for key in before | after if before.get(key) != after.get(key)}
    assert changed == {"regions-ict", "together-ict-london"}
    assert "Kingston upon Thames and Sutton" not in after["together-ict-london"]
    assert sentences(client) == before


def test_the_stored_figures_and_those_computed_again_make_the_same_sentences(client: Client):
    release = Release.objects.get(slug="2013-14.r1")
    computed = {figure.key: figure for figure in compute(rows_of(release), rows_of(release.compared_with))}
    rows = [sharing_row(row) for row in release.arrangements.order_by("reference")]
    stored, again = (
        told(figures, rows, names_of(release), Shared("ict", "ICT"))
        for figures in (figures_of(release), Figures(release.slug, str(release.year), computed))
    )
    assert stored == again
    assert {sentence.anchor: sentence.text for section in stored for sentence in section.sentences} == sentences(client)


def test_every_service_has_a_page(client: Client):
    for service in Service.objects.all()[:6]:
        assert any(f"regions-{service.slug}" == key for key in sentences(client, f"/years/2013-14/press/?service={service.slug}"))
