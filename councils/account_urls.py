"""The addresses of signing in: allauth's, less those by which people would change the address staff gave their account."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path


def closed(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """The page doesn't exist here."""
    raise Http404


urlpatterns = [
    path("email/", closed),
    path("signup/", closed),
    re_path(r"^confirm-email/", closed),
    path("", include("allauth.urls")),
]
