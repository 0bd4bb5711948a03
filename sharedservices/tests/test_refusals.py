"""Pages for what can't be answered: the right status, what happened, what to do next, and nothing that they'd need to fail."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.views.csrf import csrf_failure
from django.views.defaults import permission_denied

from councils.tests.builders import make_user
from sharedservices import urls
from sharedservices.refusals import bad_request, closed, failed, not_found, sought, too_many


def out_of_reach(*_, **__):
    raise OperationalError("the connection was refused")


def fails(request):
    raise RuntimeError("a fault")


def fails_to_read(request):
    raise OperationalError("the connection was refused")


handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500
urlpatterns = [path("fails/", fails), path("unread/", fails_to_read), *urls.urlpatterns]


def answer_to(fault: Exception, address: str) -> HttpResponse:
    """What is answered where the fault is met."""
    try:
        raise fault
    except Exception:
        return failed(RequestFactory().get(address))


def is_a_page(response: HttpResponse, status: int, heading: str) -> str:
    """Its main part, after looking at what every such page has."""
    page = response.content.decode()
    assert response.status_code == status
    assert re.findall(r"<h1[^>]*>([^<]+)</h1>", page) == [heading]
    assert f"<title>{heading} – Shared Services Register</title>" in page
    return page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.urls(__name__)
class TestWithoutADatabase:
    """No test here may ask the database: pytest-django refuses it, and so would a database that is down."""

    @pytest.fixture
    def client(self):
        return Client(raise_request_exception=False)

    def test_a_fault_of_ours(self, client):
        main = is_a_page(client.get("/fails/"), 500, "Something went wrong here")
        assert "keep a copy of what you typed" in main
        answer = answer_to(RuntimeError(), "/api/v1/councils/")
        assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")

    def test_a_database_that_can_t_be_reached_is_a_503_that_says_when_to_come_back(self, client):
        answer = client.get("/unread/")
        main = is_a_page(answer, 503, "Closed for a short time")
        assert "Try again in two minutes" in main
        assert (answer["Retry-After"], answer["Cache-Control"]) == ("120", "no-store")
        for fault in (OperationalError(), InterfaceError()):
            answer = answer_to(fault, "/api/v1/councils/")
            assert (answer.status_code, answer["Retry-After"]) == (503, "120")
            assert answer["Content-Type"] == "application/problem+json"

    def test_neither_needs_what_the_other_pages_know(self):
        request = RequestFactory().get("/")
        with override_settings(TEMPLATES=_without_context_processors()):
            is_a_page(failed(request), 500, "Something went wrong here")
            is_a_page(closed(request), 503, "Closed for a short time")
            is_a_page(csrf_failure(request), 403, "The form has grown too old")

    def test_what_was_sought(self):
        for address, words in [
            ("/councils/atlantis/", "atlantis"),
            ("/councils/king-and-queen/", "king and queen"),
            ("/arrangements/SSR-9999/", "SSR-9999"),
            ("/waste_partnership.html", "waste partnership"),
            ("/arrangements/Kent & Co/", "Kent & Co"),
            ("/", ""),
            ("/--/", ""),
            ("/releases/2014-15.r9/", ""),
            ("/my-council/willow/", ""),
            ("/" + "a" * 500, "a" * 60),
        ]:
            assert sought(address) == words


def _without_context_processors():
    from django.conf import settings

    (templates,) = settings.TEMPLATES
    return [{**templates, "OPTIONS": {**templates["OPTIONS"], "context_processors": []}}]


def asked(address: str, user=None):
    request = RequestFactory().get(address)
    request.user = user or AnonymousUser()
    return request


def test_400_says_where_to_begin():
    main = is_a_page(bad_request(asked("/"), Exception()), 400, "This can’t be answered")
    assert 'href="/"' in main


def test_403_says_to_a_stranger_to_sign_in_and_to_others_who_they_are():
    main = is_a_page(permission_denied(asked("/admin/"), PermissionDenied()), 403, "You can’t open this page")
    assert "/accounts/login/" in main


def test_404_offers_the_search_with_what_was_sought_and_escapes_it():
    main = is_a_page(not_found(asked("/councils/atlantis<b>/"), Exception()), 404, "Page not found")
    assert 'value="atlantis&lt;b&gt;"' in main
    assert 'action="/arrangements/"' in main
    assert 'formaction="/councils/"' in main


def test_429_says_when_to_try_again():
    answer = too_many(asked("/accounts/login/"))
    main = is_a_page(answer, 429, "Too many tries")
    assert answer["Retry-After"] == "300"
    assert "Wait five minutes" in main


@pytest.mark.django_db
def test_each_comes_as_people_meet_it(settings):
    settings.REQUIRE_SECOND_FACTOR = False
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    is_a_page(client.get("/councils/atlantis/"), 404, "Page not found")
    is_a_page(client.get("/arrangements/%00/"), 400, "This can’t be answered")
    is_a_page(client.post("/accounts/login/", {"login": "a@example.org"}), 403, "The form has grown too old")
    client.force_login(make_user("officer@example.org"))
    main = is_a_page(client.get("/admin/", follow=True), 403, "You can’t open this page")
    assert "officer@example.org" in main
    with connection.execute_wrapper(out_of_reach):
        for address in ("/", "/councils/", "/readyz", "/arrangements/", "/api/v1/councils/"):
            answer = client.get(address)
            assert (answer.status_code, answer["Retry-After"]) == (503, "120"), address


@pytest.mark.django_db
def test_whoever_asks_for_letters_without_end_is_told_to_wait_by_a_page_of_ours():
    cache.clear()
    answers = [Client().post("/accounts/password/reset/", {"email": "a@example.org"}) for _ in range(7)]
    is_a_page(answers[-1], 429, "Too many tries")
    assert answers[-1]["Retry-After"] == "300"
