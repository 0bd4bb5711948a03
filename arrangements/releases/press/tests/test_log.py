"""The press log: what is drafted, what is logged, that it stays as it was, and what later revisions touch of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import RequestFactory
from django.utils.html import strip_tags

from arrangements.releases.models import ReleasedFigure
from arrangements.releases.press.actions import log_answer
from arrangements.releases.press.drafting import from_figure, from_list, from_sentence
from arrangements.releases.press.models import PressAnswer
from arrangements.releases.press.since import followed
from arrangements.releases.press.tests.furnished import correct, links_of, many_rows, words_of
from arrangements.tests.builders import accept_all, make_release, make_year
from sharedservices.common.errors import RuleBroken
from sharedservices.common.trail import events

OUTLET = "The Kentish Whisperer"
KENT = "service=ict&county=kent"


def asked(query=""):
    """A request with the query in its address."""
    return RequestFactory().get(f"/?{query}")


def logged(furnished, draft, **fields):
    given = {"question": draft.question, "answer": draft.answer, "outlet": OUTLET, "user": furnished.analyst, **fields}
    return log_answer(draft=draft, **given)


def about_kent(furnished):
    return from_list(asked(KENT), furnished.now)


class TestDrafts:
    def test_a_list_is_answered_with_its_sum_its_coverage_its_change_and_its_source(self, furnished):
        draft = about_kent(furnished)
        assert draft.answer == (
            "One arrangement sharing ict in Kent operated in 2013/14. Councils reported savings of £300,000 for it."
            " That is £50,000 (20 per cent) more than £250,000, from one of one arrangement in 2012/13.\n"
            "Source: Shared Services Register, 2013/14, revision 1 (2013-14.r1), published 20 May 2014; reported by councils,"
            " not audited. http://testserver/releases/2013-14.r1/arrangements/?service=ict&county=kent"
        )
        assert [(quote.release, quote.of, quote.display) for quote in draft.quotes] == [
            ("2013-14.r1", "rows", "1"), ("2013-14.r1", "pounds", "£300,000"),
            ("2012-13.r1", "rows", "1"), ("2012-13.r1", "pounds", "£250,000"),
        ]  # fmt: skip

    def test_an_arrangement_that_several_filters_and_partners_find_counts_once(self, furnished):
        several = "service=ict&service=waste&region=london&region=south-east&council=kent&council=camden&council=ashford"
        draft = from_list(asked(several), furnished.now)
        assert "£1.5 million for all 3 of them" in draft.answer
        assert from_list(asked(), furnished.now).answer.startswith(
            "4 arrangements operated in 2013/14. Councils reported savings of £1.5 million for 3 of them; left out, by outcome:"
            " 1 not aimed at savings. That is £1.2 million (410 per cent) more than £300,000, from 2 of 3 arrangements in"
            " 2012/13; the two years’ figures are not of the same arrangements."
        )

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("service=legal", "No saving in pounds was reported for it: 1 not aimed at savings. There was no figure for the one"
             " arrangement in 2012/13 (1 not returned), so no change is given."),
            ("q=newer", "found by “newer” operated in 2013/14. Councils reported savings of £1.3 million for it. In 2012/13 there"
             " was none to compare with."),
            ("service=ict&council=ashford", "No arrangement sharing ict with Ashford operated in 2013/14."),
            ("saving_min=0", "No change is given of a list that is chosen by what was reported."),
            ("service=waste", "Councils reported a cost of £20,000, not a saving, for it. That is £70,000 less than £50,000, from"
             " one of one arrangement in 2012/13."),
        ],
    )  # fmt: skip
    def test_it_copes_with_nothing_with_losses_and_with_lists_that_do_not_compare(self, furnished, query, words):
        assert words in from_list(asked(query), furnished.now).answer.replace("\n", " ")

    def test_a_figure_says_what_it_leaves_out(self, furnished):
        figure = ReleasedFigure.objects.of(furnished.now).get(key="savings-total")
        assert from_figure(asked(), furnished.now, figure).answer.startswith(
            "Reported savings, 2013/14: £1.5 million. It rests on 3 reported figures; left out, by outcome:"
            " 1 not aimed at savings.\n"
        )

    def test_every_sentence_of_the_press_page_can_be_answered_with(self, client, furnished):
        client.force_login(furnished.analyst)
        page = client.get("/releases/2013-14.r1/press/")
        answers = [address for address, words in links_of(page.content.decode()) if words.startswith("Answer with:")]
        assert len(answers) == len(page.context["sections"][0][1]) + sum(len(said) for _, said in page.context["sections"][1:])
        for address in answers:
            draft = client.get(address).context["draft"]
            assert any(quote.display in draft.answer for quote in draft.quotes), address


class TestLogging:
    def test_it_keeps_question_outlet_words_figures_release_who_and_when(self, client, furnished):
        client.force_login(furnished.analyst)
        page = client.get(f"/admin/press/2013-14.r1/list/?order=name&page=1&region=&{KENT}")
        form = page.context["form"].initial
        response = client.post(f"/admin/press/2013-14.r1/list/?{KENT}", {**form, "outlet": OUTLET}, follow=True)
        answer = PressAnswer.objects.get()
        assert response.redirect_chain == [(answer.get_absolute_url(), 302)]
        assert (answer.release, answer.answered_by, answer.outlet) == (furnished.now, furnished.analyst, OUTLET)
        assert answer.answer == about_kent(furnished).answer
        assert [quote["display"] for quote in answer.quotes] == ["1", "£300,000", "1", "£250,000"]
        for quote in answer.quoted:
            assert client.get(f"/releases/{quote.release}/{quote.below}").context["page_obj"].paginator.count == 1
        assert events(PressAnswer, pgh_obj_id=answer.pk).get().pgh_context.metadata["door"] == "admin"

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"question": " "}, "Write the question before logging it."),
            ({"answer": ""}, "Write the answer before logging it."),
            ({"answer": "A great deal."}, r"The answer quotes none of the figures \(£1.5 million\). Put one back"),
            ({"answer": "£1.5 million " + "x" * 5_000}, "Write 5,000 letters at most for the answer"),
        ],
    )
    def test_it_is_refused_without_question_words_or_figures(self, furnished, fields, message):
        draft = from_sentence(asked(), furnished.now, "savings-total")
        with pytest.raises(RuleBroken, match=message):
            logged(furnished, draft, **fields)
        assert not PressAnswer.objects.exists()

    def test_words_may_change_and_only_the_figures_that_stand_in_them_are_quoted(self, furnished):
        answer = logged(furnished, about_kent(furnished), answer="Kent’s councils say £300,000.")
        assert [quote.display for quote in answer.quoted if quote.of == "pounds"] == ["£300,000"]

    def test_sent_twice_it_is_logged_once_and_another_who_asks_has_an_answer_of_their_own(self, furnished):
        first, again = (logged(furnished, about_kent(furnished)) for _ in range(2))
        assert first == again
        assert logged(furnished, about_kent(furnished), outlet="Another") != first
        assert PressAnswer.objects.count() == 2

    def test_nothing_is_told_of_a_release_that_is_not_public(self, client, furnished):
        accept_all(make_year(2014))
        make_release(make_year(2014), public=False)
        client.force_login(furnished.analyst)
        address = "/admin/press/2014-15.r1/figure/arrangements/"
        page = client.get(address)
        assert "is not public yet. Answer from a published release." in page.content.decode()
        refused = client.post(address, page.context["form"].initial)
        assert refused.status_code == 200
        assert not PressAnswer.objects.exists()

    def test_only_those_who_may_answer_do(self, client, furnished):
        draft = about_kent(furnished)
        furnished.analyst.groups.clear()
        stranger = type(furnished.analyst).objects.get(pk=furnished.analyst.pk)
        with pytest.raises(PermissionDenied):
            logged(furnished, draft, user=stranger)
        client.force_login(stranger)
        for below in (f"list/?{KENT}", "figure/savings-total/", "sentence/savings-total/"):
            assert client.get(f"/admin/press/2013-14.r1/{below}").status_code == 403
        assert "Answer" not in words_of(client.get("/releases/2013-14.r1/press/"))

    def test_a_list_that_cannot_be_followed_and_what_is_not_there_are_refused(self, client, furnished):
        client.force_login(furnished.analyst)
        assert client.get("/admin/press/2013-14.r1/list/?county=kant").status_code == 400
        for below in ("figure/savings-of-the-moon/", "sentence/moon/", "sentence/together:moon:kent/"):
            assert client.get(f"/admin/press/2013-14.r1/{below}").status_code == 404
        assert client.get("/admin/press/2013-14.r9/list/").status_code == 404


class TestForGood:
    def test_an_answer_is_never_changed_by_raw_sql_either(self, furnished):
        answer = logged(furnished, about_kent(furnished))
        for fields in ({"answer": "Less."}, {"quotes": []}, {"question": "What else?"}, {"release": furnished.before}):
            with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
                PressAnswer.objects.filter(pk=answer.pk).update(**fields)
        # A person's name that slipped in may be taken out.
        assert PressAnswer.objects.filter(pk=answer.pk).update(outlet="") == 1

    def test_a_later_revision_that_touches_a_figure_is_listed_against_it_with_old_and_new(self, client, furnished):
        of_kent, total = (
            logged(furnished, about_kent(furnished)),
            logged(furnished, from_sentence(asked(), furnished.now, "savings-total")),
        )
        councils = logged(furnished, from_sentence(asked(), furnished.now, "councils-share"))
        assert [each.since for each in followed(of_kent)] == [(), (), (), ()]
        correct(furnished, 400_000)
        rows, pounds, *before = followed(of_kent)
        assert [(since.revision.slug, since.display, since.is_touched) for since in rows.since] == [("2013-14.r2", "1", False)]
        assert [(since.revision.slug, since.display, since.is_touched) for since in pounds.since] == [
            ("2013-14.r2", "£400,000", True)
        ]
        assert [each.since for each in before] == [(), ()]
        assert [each.is_touched for each in followed(total)] == [True]
        assert [each.is_touched for each in followed(councils)] == [False]
        client.force_login(furnished.analyst)
        page = words_in_admin(client.get(of_kent.get_absolute_url()))
        assert "£300,000 became £400,000" in page
        assert "A later revision has another value." in page
        assert "Later revisions leave every figure as it was quoted." in words_in_admin(client.get(councils.get_absolute_url()))

    def test_a_list_that_names_what_the_register_has_no_more_is_said_to_be_so_and_not_guessed(self, furnished):
        draft = about_kent(furnished)
        gone = tuple(replace(quote, below="arrangements/?county=rutland") for quote in draft.quotes)
        answer = logged(furnished, replace(draft, quotes=gone))
        correct(furnished, 400_000)
        assert [since.display for each in followed(answer) for since in each.since] == [
            "a list whose filters can’t be followed any more"
        ] * 2  # fmt: skip

    def test_after_many_later_edits_it_still_shows_the_same_figures_and_names_its_release(self, client, furnished):
        answer = logged(furnished, about_kent(furnished))
        client.force_login(furnished.analyst)
        shown = words_in_admin(client.get(answer.get_absolute_url()))
        for amount in range(1_000):
            furnished.small.year.reported_savings.filter(arrangement=furnished.small.ict).update(amount=amount)
        furnished.small.ict.name = "Renamed"
        furnished.small.ict.save()
        assert words_in_admin(client.get(answer.get_absolute_url())) == shown
        assert "£300,000" in shown
        assert "2013-14.r1" in shown
        assert "£300,000" in from_list(asked(KENT), furnished.now).answer


def words_in_admin(response):
    """What a page of the admin shows, in one line."""
    page = response.content.decode().partition('id="content-main"')[2].partition("</main>")[0]
    return " ".join(unescape(strip_tags(page)).split())


class TestWhoSees:
    def test_who_asked_and_what_was_asked_is_on_no_public_page(self, client, furnished):
        logged(furnished, about_kent(furnished), question="Is it true what they say?")
        for address in (
            "/", "/releases/", "/releases/2013-14.r1/", "/releases/2013-14.r1/press/", "/years/2013-14/press.txt",
            "/years/2013-14/", "/releases/2013-14.r1/figures/savings-total/", f"/releases/2013-14.r1/arrangements/?{KENT}",
            "/api/v1/", "/api/v1/releases/2013-14.r1/", "/releases/2013-14.r1/files/figures.json",
        ):  # fmt: skip
            body = client.get(address).content.decode()
            assert OUTLET not in body
            assert "Is it true" not in body
        assert not PressAnswer.objects.visible_to(client.get("/").wsgi_request.user).exists()

    def test_its_history_tells_who_logged_it_and_what_it_quotes(self, client, furnished):
        answer = logged(furnished, about_kent(furnished))
        client.force_login(furnished.analyst)
        told = words_in_admin(client.get(f"/admin/arrangements/pressanswer/{answer.pk}/history/"))
        assert furnished.analyst.email in told
        assert "below arrangements/?service=ict&county=kent" in told

    def test_the_log_lists_them_and_finds_those_with_a_later_revision(self, client, furnished):
        logged(furnished, about_kent(furnished))
        client.force_login(furnished.analyst)
        log = "/admin/arrangements/pressanswer/"
        assert OUTLET in client.get(log).content.decode()
        assert OUTLET not in client.get(f"{log}?since=yes").content.decode()
        for key in ("savings-total", "councils-share"):
            logged(furnished, from_sentence(asked(), furnished.now, key))
        logged(furnished, from_sentence(asked(), furnished.before, "savings-total"))
        correct(furnished, 1)
        assert [answer.said_since for answer in client.get(log).context["cl"].result_list] == [
            "None", "The same", "Another value in 2013-14.r2", "Compare its list",
        ]  # fmt: skip
        assert OUTLET in client.get(f"{log}?since=yes").content.decode()
        assert client.get(f"{log}add/").status_code == 403


@pytest.mark.parametrize("rows", [10, 500])
def test_its_pages_take_twelve_queries_at_most(client, furnished, rows, django_assert_max_num_queries):
    many_rows(furnished.now, rows)
    answer = logged(furnished, about_kent(furnished))
    correct(furnished, 400_000)
    client.force_login(furnished.analyst)
    for address in (
        f"/admin/press/2013-14.r1/list/?{KENT}", "/admin/press/2013-14.r1/figure/savings-total/",
        "/admin/press/2013-14.r1/sentence/regions:ict/", answer.get_absolute_url(), f"/releases/2013-14.r1/arrangements/?{KENT}",
    ):  # fmt: skip
        with django_assert_max_num_queries(12, info=address):
            assert client.get(address).status_code == 200


def test_both_ends_of_a_change_are_quoted_each_of_its_own_release(furnished):
    quotes = logged(furnished, from_sentence(asked(), furnished.now, "savings-change")).quoted
    assert [(quote.release, quote.key, quote.display) for quote in quotes] == [
        ("2013-14.r1", "savings-change", "£1.2 million"),
        ("2012-13.r1", "savings-total", "£300,000"),
        ("2013-14.r1", "savings-total", "£1.5 million"),
    ]
    correct_before(furnished)
    assert [[since.display for since in each.since] for each in followed(PressAnswer.objects.get())] == [[], ["£310,000"], []]


def correct_before(furnished):
    """Revision 2 of 2012/13, in which ICT saved £10,000 more."""
    year = furnished.before.year
    year.reported_savings.filter(arrangement=furnished.small.ict).update(amount=260_000)
    make_release(year, at=datetime(2015, 3, 18, 12, tzinfo=UTC), note="ICT was mistaken.")
