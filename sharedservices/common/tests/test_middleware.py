"""Null bytes are refused before anything reads them; PostgreSQL can't be asked about one."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from sharedservices.common.middleware import RefuseNullBytes

FORM = "application/x-www-form-urlencoded"


def answer(request):
    return RefuseNullBytes(lambda passed: HttpResponse("passed"))(request)


def refused(request):
    response = answer(request)
    assert response.status_code == 400
    assert "null byte" in response.content.decode()
    return response


@pytest.mark.parametrize("path", ["/councils/a\x00b/", "/\x00", "/councils/?q=%00", "/?q=a%00b", "/?%00=a", "/?a=%2500&b=%00"])
def test_a_null_byte_in_the_address_is_refused(path):
    refused(RequestFactory().get(path))


def test_in_a_form_it_is_refused():
    refused(RequestFactory().post("/", "name=a%00b", content_type=FORM))
    refused(RequestFactory().post("/", "a=1&name=ab&name=%00", content_type=FORM))


def test_in_a_quoted_cookie_it_is_refused():
    """Browsers send none, but a cookie's quoted form can write one, and the session is looked up by it."""
    refused(RequestFactory().get("/", headers={"cookie": 'sessionid="\\000\\000\\000\\000\\000\\000\\000\\000"'}))


def test_programs_are_told_in_their_own_form():
    response = refused(RequestFactory().get("/api/v1/councils/?q=%00"))
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/", "/councils/?q=%2500", "/?q=%20%E2%90%80", "/?q=100%25"])
def test_everything_else_passes(path):
    assert answer(RequestFactory().get(path)).content == b"passed"
    assert answer(RequestFactory().post(path, "name=a%2500b", content_type=FORM)).content == b"passed"


def test_the_body_of_another_kind_is_not_read():
    """Reading it here would take it from the view that knows its form."""
    request = RequestFactory().post("/", b"\x00" * 100, content_type="application/octet-stream")
    assert answer(request).content == b"passed"
    assert request.read() == b"\x00" * 100
