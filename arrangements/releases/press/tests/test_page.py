"""The press page: its numbers open their rows, it can be copied and read as plain text, and it shows nothing before its time."""

from __future__ import annotations

import re

import pytest

from arrangements.releases.press.tests.furnished import correct, links_of, main_of, many_rows, words_of
from arrangements.tests.builders import accept_all, make_release, make_year

NUMBERS = {"one": 1, "no": 0, "none": 0}


def sentences(response):
    """The sentences as they are shown, each with its links."""
    found = re.findall(r'<p class="[^"]*register-sentence__words"[^>]*>(.*?)</p>', main_of(response), re.DOTALL)
    return [(" ".join(re.sub(r"<[^>]+>", "", each).split()), links_of(each)) for each in found]


@pytest.mark.usefixtures("furnished")
class TestThePage:
    def test_every_number_opens_the_rows_behind_it_as_many_as_it_says(self, client):
        page = client.get("/years/2013-14/press/")
        counted, lists = 0, 0
        for text, links in sentences(page):
            assert links, text
            for address, words in links:
                opened = client.get(address)
                assert opened.status_code == 200, address
                if "page_obj" not in opened.context:
                    assert "/figures/" in address, f"{words} leads to {address}"
                    continue
                lists += 1
                number = re.match(r"(?:.*\()?([\d,]+|one|no|none)\b", words.lower())
                if number and "£" not in words:
                    counted += 1
                    said = number[1].replace(",", "")
                    assert opened.context["page_obj"].paginator.count == NUMBERS.get(said, said.isdigit() and int(said)), text
        assert counted > 20
        assert lists > counted

    def test_it_says_what_the_small_year_was(self, client):
        said = {text for text, _ in sentences(client.get("/years/2013-14/press/"))}
        assert said >= {
            "Councils reported savings of £1.5 million from sharing services in the financial year 2013/14.",
            "Reported savings rose by £1.2 million (410 per cent), from £300,000 in 2012/13 to £1.5 million in 2013/14.",
            "The number of arrangements rose by 1 (33 per cent), from 3 in 2012/13 to 4 in 2013/14.",
            "One of the 4 arrangements of 2013/14 had a partner outside local government: police in 1.",
            "In London these councils shared ict in 2013/14: Camden and Sutton.",
        }

    def test_each_sentence_can_be_copied_with_its_release_date_and_address(self, client):
        page = client.get("/releases/2013-14.r1/press/").content.decode()
        quotations = re.findall(r"<textarea [^>]*readonly[^>]*>(.*?)</textarea>", page, re.DOTALL)
        assert len(quotations) == len(sentences(client.get("/releases/2013-14.r1/press/")))
        for each in quotations:
            assert "Shared Services Register, 2013/14, revision 1 (2013-14.r1), published 20 May 2014" in each
            assert re.search(r"http://testserver/releases/2013-14\.r1/\S+$", each), each

    def test_the_plain_text_has_the_same_sentences(self, client):
        answer = client.get("/years/2013-14/press.txt")
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        lines = answer.content.decode().splitlines()
        shown = [text for text, _ in sentences(client.get("/years/2013-14/press/"))]
        assert [line for line in lines if line in shown] == shown
        assert client.get("/releases/2013-14.r1/press.txt").content == answer.content

    def test_another_service_can_be_asked_about_and_an_unknown_one_is_refused(self, client):
        said = [text for text, _ in sentences(client.get("/years/2013-14/press/?service=legal"))]
        assert "In 2013/14 councils shared legal in one arrangement, in one of the two regions: London (1)." in said
        refused = client.get("/years/2013-14/press/?service=lego")
        assert refused.status_code == 400
        assert "Did you mean “legal”?" in words_of(refused)
        assert client.get("/years/2013-14/press/?colour=red").status_code == 400

    def test_a_first_year_has_a_page_too(self, client):
        text = words_of(client.get("/years/2012-13/press/"))
        assert "2012/13 isn’t compared with an earlier year" in text
        assert "Councils reported savings of £300,000" in text

    @pytest.mark.parametrize("rows", [10, 500])
    def test_it_takes_twelve_queries_at_most_whoever_looks(self, client, furnished, rows, django_assert_max_num_queries):
        many_rows(furnished.now, rows)
        for address in ("/years/2013-14/press/", "/releases/2013-14.r1/press/", "/releases/2013-14.r1/press.txt"):
            with django_assert_max_num_queries(9):
                assert client.get(address).status_code == 200
        client.force_login(furnished.analyst)
        with django_assert_max_num_queries(12):
            assert "Answer" in words_of(client.get("/releases/2013-14.r1/press/"))


def test_a_year_s_page_is_that_of_its_latest_revision_and_each_release_keeps_its_own(client, furnished):
    correct(furnished, 400_000)
    assert "£1.6 million" in words_of(client.get("/years/2013-14/press/"))
    old = words_of(client.get("/releases/2013-14.r1/press/"))
    assert "£1.5 million" in old
    assert "superseded" in old


def test_a_prepared_release_is_looked_at_by_analysts_and_is_not_there_for_others(client, furnished):
    accept_all(make_year(2014))
    make_release(make_year(2014), public=False)
    for address in ("/releases/2014-15.r1/press/", "/releases/2014-15.r1/press.txt", "/years/2014-15/press/"):
        assert client.get(address).status_code == 404
    client.force_login(furnished.analyst)
    page = client.get("/releases/2014-15.r1/press/")
    assert "This release is not public." in words_of(page)
    assert "not yet published" in page.content.decode()
    assert client.get("/years/2014-15/press/").status_code == 404
