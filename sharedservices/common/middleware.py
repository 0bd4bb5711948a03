"""What every request passes before it reaches a room."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sharedservices.common.problems import Fault, is_for_the_api, refusal
from sharedservices.common.today import one_moment

NULL = "\x00"


class RefuseNullBytes:
    """No address, cookie or form of the register holds a null byte; PostgreSQL can't be asked about one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._in_address(request) or self._in_cookies(request) or self._in_form(request):
            message = "The address, a cookie or the form holds a null byte. Remove it and try again."
            if is_for_the_api(request):
                return refusal(400, "Bad request", message, Fault(self._where(request), message, "sound_text"))
            return render(request, "400.html", {"message": message}, status=400)
        return self.get_response(request)

    def _where(self, request: HttpRequest) -> str:
        if NULL in request.path_info:
            return "/path"
        return "/query" if self._in_address(request) else "/headers/Cookie" if self._in_cookies(request) else "/body"

    def _in_address(self, request: HttpRequest) -> bool:
        return NULL in request.path_info or "%00" in request.META.get("QUERY_STRING", "")

    def _in_cookies(self, request: HttpRequest) -> bool:
        return any(NULL in value for value in request.COOKIES.values())  # a quoted cookie may write it as \000

    def _in_form(self, request: HttpRequest) -> bool:
        if request.content_type != "application/x-www-form-urlencoded":
            return False
        return any(NULL in value for values in request.POST.lists() for value in values[1])


class OneMoment:
    """A page, file or answer is of one moment: at the moment of a release a reader gets the old or the new, never a mix."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with one_moment():
            return self.get_response(request)
