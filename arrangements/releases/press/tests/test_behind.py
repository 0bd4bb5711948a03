"""The lists behind a share and a change can be opened, and hold as many rows as the figure says."""

from __future__ import annotations

import pytest

from arrangements.releases.models import ReleasedFigure
from arrangements.releases.press.tests.furnished import words_of
from arrangements.releases.vocabulary import Unit


def opened(client, each):
    """The list and how many rows it has."""
    answer = client.get(each.address)
    assert answer.status_code == 200, each.address
    return answer, answer.context["page_obj"].paginator.count


def lists(client, key):
    return client.get(f"/releases/2013-14.r1/figures/{key}/").context["lists"]


def test_every_share_opens_its_part_its_whole_and_what_lies_between(client, furnished):
    figures = ReleasedFigure.objects.of(furnished.now)
    shares = [figure for figure in figures.filter(unit=Unit.PER_CENT) if "numerator" in figure.inputs]
    assert len(shares) == 3
    for figure in shares:
        part, whole, between, *_ = lists(client, figure.key)
        for each in (part, whole, between):
            answer, there = opened(client, each)
            assert there == each.count, each.name
            if figure.inputs["of"] == "pounds":
                came_to = sum(row.amount or 0 for row in answer.context["page_obj"].paginator.object_list)
                assert came_to == {part: figure.numerator, whole: figure.denominator}.get(
                    each, figure.denominator - figure.numerator
                )
        assert part.count + between.count == whole.count
        assert part.count == figure.row_count
        if figure.inputs["of"] == "councils":
            assert (part.count, whole.count) == (figure.numerator, figure.denominator)


def test_a_share_of_councils_opens_all_there_were_on_the_day_too(client, furnished):
    *_, frozen, register = lists(client, "councils-share")
    assert opened(client, frozen)[1] == frozen.count == furnished.now.councils.count()
    assert register.address == "/councils/?in_force_on=2014-03-31"
    assert opened(client, register)[1] == frozen.count
    assert "Councils asked that are not involved 1" in words_of(client.get("/releases/2013-14.r1/figures/councils-share/"))


@pytest.mark.parametrize("key", ["savings-change", "arrangements-change-percent", "arrangements-region-change:london"])
@pytest.mark.usefixtures("furnished")
def test_a_change_opens_the_lists_of_both_years(client, key):
    now, before, *_ = lists(client, key)
    assert now.address.startswith("/releases/2013-14.r1/")
    assert before.address.startswith("/releases/2012-13.r1/")
    for each in (now, before):
        assert opened(client, each)[1] == each.count


@pytest.mark.usefixtures("furnished")
def test_a_change_of_england_s_savings_opens_the_bridge(client):
    bridge = lists(client, "savings-change")[2]
    assert bridge.address == "/releases/2013-14.r1/bridge/?since=2012-13.r1"
    assert client.get(bridge.address).status_code == 200


@pytest.mark.usefixtures("furnished")
def test_a_figure_of_one_list_has_that_list_alone(client):
    assert lists(client, "savings-total") == []


@pytest.mark.usefixtures("furnished")
def test_a_figure_s_page_answers_a_citation_in_one_request(client, django_assert_max_num_queries):
    for key in ("savings-total", "councils-share", "savings-change", "savings-category-share:back-office"):
        with django_assert_max_num_queries(12):
            page = client.get(f"/releases/2013-14.r1/figures/{key}/")
        figure = page.context["figure"]
        text = page.content.decode()
        assert figure.release.digest in text
        assert f"{figure.label}, 2013/14: {figure.display}." in text
        assert (
            f"published 20 May 2014; reported by councils, not audited. http://testserver/releases/2013-14.r1/figures/{key}/"
            in text
        )
