"""What every request passes before it reaches a room."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

NULL = "\x00"


class RefuseNullBytes:
    """No address or form of the register holds a null byte; PostgreSQL can't store one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NULL in request.path_info or "%00" in request.META.get("QUERY_STRING", "") or self._in_form(request):
            message = "The address or the form holds a null byte. Remove it and try again."
            return render(request, "400.html", {"message": message}, status=400)
        return self.get_response(request)

    def _in_form(self, request: HttpRequest) -> bool:
        if request.content_type != "application/x-www-form-urlencoded":
            return False
        return any(NULL in value for values in request.POST.lists() for value in values[1])
