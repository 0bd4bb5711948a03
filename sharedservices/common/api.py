"""The ground of the API: envelope, cursor paging, filters, formats, problems as RFC 9457. Writing is in `api_writing.py`."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied, TooManyFieldsSent
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.choices import CallableChoiceIterator
from django.utils.module_loading import import_string
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.filters import BaseFilterBackend
from rest_framework.pagination import BasePagination
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from sharedservices.common.columns import Columns
from sharedservices.common.filters import (
    LONGEST_SHOWN,
    BadFilters,
    ChosenField,
    OneChosenField,
    StrictFilterSet,
    codes_of,
    takes_several,
)
from sharedservices.common.formats import (
    CSV,
    FILES,
    ByEndingOrAccept,
    CsvRenderer,
    JsonLinesRenderer,
    NdjsonRenderer,
    lines,
    table,
)
from sharedservices.common.paging import MOST_ROWS, USUAL_LIMIT, counted, read_limit, rows_after
from sharedservices.common.problems import PROBLEM, Fault, Refused, document, entry, of_the_address, of_the_token

LICENCE = "Open Government Licence v3.0"
CHALLENGE = 'Bearer realm="register"'
# Of what the framework refuses.
TITLES = {401: "A token that works is needed", 405: "Another method is needed", 406: "Another form is needed"}
TOO_MANY = "The address holds more names and values than any question needs."


def is_file(request: Request) -> bool:
    """Whether the answer is a file, without an envelope."""
    return request.accepted_renderer.format in FILES


class NoCredentials(BaseAuthentication):
    """What everyone may read needs none, and no cookie is read; all else is answered 401 with this challenge."""

    def authenticate(self, request: Request) -> Any:
        """Nobody, whatever the request carries."""
        return None

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class WithinScopes(BasePermission):
    """Anyone may read what is public; all else needs a token that is good for it."""

    def has_permission(self, request: Request, view: Any) -> bool:
        is_read = request.method in SAFE_METHODS
        if is_read and not view.is_private:
            return True
        token: Any = request.auth
        if token is None:
            what = "This needs a token." if is_read else "Writing needs a token. Reading what is public needs none."
            raise exceptions.NotAuthenticated(f"{what} /api/v1/docs/#feeding says how to get and send one.")
        scope = view.read_scope if is_read else view.write_scope
        if scope and scope not in token.scopes:
            said = f"The token “{token}” isn’t good for this: it lacks the scope {scope}. Ask for one that has it."
            raise Refused(403, "Not allowed", faults=[of_the_token(said, "a_scope_that_covers_it")])
        return True


class Filters(BaseFilterBackend):
    """The list's FilterSet, the one its page uses, by the view's `filterset_class`."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        filterset: StrictFilterSet = view.filterset_class(
            request.query_params, queryset=queryset, request=request, also_known=("after", "limit"), walked=True
        )
        filterset.refuse_bad()
        view.filterset = filterset
        return filterset.qs

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """What the OpenAPI document says of the filters."""
        filterset_class: type[StrictFilterSet] | None = getattr(view, "filterset_class", None)
        if filterset_class is None:
            return []
        return [_parameter(name, field) for name, field in filterset_class(None).form.fields.items()]


def _parameter(name: str, field: forms.Field) -> dict[str, Any]:
    """One filter in OpenAPI's words; a closed list of codes is an enumeration."""
    # A list that comes from the database changes with it, and the contract doesn't.
    closed = isinstance(field, ChosenField | OneChosenField) and not isinstance(field.choices, CallableChoiceIterator)
    values = codes_of(field) if closed else []
    schema: dict[str, Any] = {"type": "string", "enum": values} if closed else {"type": "string"}
    if isinstance(field, forms.IntegerField):
        schema = {"type": "integer"}
    elif isinstance(field, forms.DateField):
        schema = {"type": "string", "format": "date"}
    elif takes_several(field):
        schema = {"type": "array", "items": schema}
    described = " ".join(filter(None, [f"{field.label}.", str(field.help_text)]))
    parameter = {"name": name, "in": "query", "required": False, "schema": schema, "description": described}
    return {**parameter, "explode": True, "style": "form"} if schema["type"] == "array" else parameter


class Cursor(BasePagination):
    """`after` and `limit`; each answer an object with `data`, `meta` and `links`.

    A file is the whole list, unless `limit` or `after` asks for a part of it.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        given = view.filterset.given
        self.request, self.view = request, view
        self.next: str | None = None
        limit = read_limit(given.get("limit"))
        if is_file(request) and not {"limit", "after"} & set(given):
            return list(queryset)
        rows, self.next = rows_after(queryset, view.filterset.terms, given.get("after"), limit)
        self.count = 0 if is_file(request) else counted(queryset, getattr(request._request, "state", None))
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        """The envelope."""
        meta = {"count": self.count, "release": self.view.release_in_meta(), "licence": LICENCE}
        links = {"self": self.request.build_absolute_uri()}
        if self.next:
            links["next"] = self.next_link()
        return Response({"data": data, "meta": meta, "links": links})

    def next_link(self) -> str:
        """The same question from the cursor on. A list of a picked release stays with it, whatever is published meanwhile."""
        query = self.request.query_params.copy()
        query["after"] = self.next or ""
        release = self.view.release_in_meta()
        if release and "release" in self.view.filterset.base_filters:
            query["release"] = release
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The envelope in OpenAPI's words."""
        return {
            "type": "object",
            "required": ["data", "meta", "links"],
            "properties": {
                "data": schema,
                "meta": {
                    "type": "object",
                    "required": ["count", "release", "licence"],
                    "properties": {
                        "count": {"type": "integer", "description": "How many rows match, on all pages."},
                        "release": {"type": ["string", "null"], "description": "The release they come from, if any."},
                        "licence": {"type": "string"},
                    },
                },
                "links": {
                    "type": "object",
                    "required": ["self"],
                    "properties": {
                        "self": {"type": "string", "format": "uri"},
                        "next": {"type": "string", "format": "uri", "description": "Absent on the last page."},
                    },
                },
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """`after` and `limit` in OpenAPI's words."""
        return [
            {
                "name": "after",
                "in": "query",
                "required": False,
                "schema": {"type": "string"},
                "description": "The cursor of the next page, as `links.next` gives it.",
            },
            {
                "name": "limit",
                "in": "query",
                "required": False,
                "schema": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_LIMIT},
                "description": "How many rows to give. A file (CSV, JSON Lines) is the whole list unless this is given.",
            },
        ]


class ReadApi(APIView):
    """What every view of the API is."""

    authentication_classes = (NoCredentials,)
    permission_classes = (WithinScopes,)
    # Whether reading needs a token too; and the scopes that reading and writing need.
    is_private: ClassVar[bool] = False
    read_scope: ClassVar[str] = ""
    write_scope: ClassVar[str] = ""

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Who asks is known in a room above."""
        return [import_string(settings.API_AUTHENTICATION)()]

    def release_in_meta(self) -> str | None:
        """The release the rows come from; None for the register as it stands."""
        return None


def refuse_names(request: Request) -> None:
    """`BadFilters` for any parameter, where an address takes none."""
    if request.query_params:
        raise BadFilters(
            [
                {
                    "name": name,
                    "value": str(value),
                    "message": f"{name[:LONGEST_SHOWN]}: this address takes no parameters. Leave it out.",
                    "rule": "no_parameters",
                    "example": "",
                }
                for name, value in request.query_params.items()
            ]
        )


class ReadList(ReadApi, ReadOnlyModelViewSet):
    """A list and its items, filtered by the site's own FilterSet. `columns` are those of its CSV."""

    filter_backends = (Filters,)
    pagination_class = Cursor
    renderer_classes = (JSONRenderer, CsvRenderer, JsonLinesRenderer, NdjsonRenderer)
    content_negotiation_class = ByEndingOrAccept
    filterset_class: ClassVar[type[StrictFilterSet]]
    columns: ClassVar[Columns]
    # Whether the ETag of an item begins with its version, for whoever writes it.
    says_version: ClassVar[bool] = False

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """A page of the list in its envelope, or a file of it."""
        pages: Cursor = self.paginator  # type: ignore[assignment]
        rows = pages.paginate_queryset(self.filter_queryset(self.get_queryset()), request, self)
        renderer = request.accepted_renderer
        if not is_file(request):
            return pages.get_paginated_response(self.get_serializer(rows, many=True).data)
        # Django's own answer: that of the framework loses its type where a file has no line.
        if renderer.format == CSV:
            response = HttpResponse(table(rows, self.columns), content_type=f"{renderer.media_type}; charset=utf-8")
        else:
            response = HttpResponse(lines(self.get_serializer(rows, many=True).data), content_type=renderer.media_type)
        name = request.path.rstrip("/").rpartition("/")[2].partition(".")[0]
        response["Content-Disposition"] = f'attachment; filename="{name}.{renderer.format}"'
        if pages.next:
            response["Link"] = f'<{pages.next_link()}>; rel="next"'
        return response

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One item, in the same envelope; filters don't apply to it."""
        refuse_names(request)
        item = self.get_object()
        meta = {"count": 1, "release": self.release_in_meta(), "licence": LICENCE}
        links = {"self": request.build_absolute_uri(), **self.links_of(item)}
        if self.says_version:
            request._request.item_version = item.version  # type: ignore[attr-defined]
        return Response({"data": self.get_serializer(item).data, "meta": meta, "links": links})

    def links_of(self, item: Any) -> dict[str, Any]:
        """Where the item leads."""
        return {}

    def get_renderers(self) -> Any:
        """An item, one just made too, comes in its envelope alone."""
        renderers = super().get_renderers()
        return renderers[:1] if self.detail or self.action == "create" else renderers

    def get_object(self) -> Any:
        """The item by its key in the address; 404 if there is none that this reader may see."""
        found = self.found(self.kwargs[self.lookup_url_kwarg or self.lookup_field])
        if found is None:
            raise Http404
        return found

    def found(self, key: str) -> Any:
        """The item of that key, or None."""
        return self.get_queryset().filter(**{self.lookup_field: key}).first()


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Errors as RFC 9457 problem documents: title, status, detail, and one entry for each part of the request at fault.

    They are JSON, whatever form was asked for.
    """
    request, view = context["request"], context["view"]
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    if isinstance(error, BadFilters):
        entries = [entry(each, LONGEST_SHOWN) for each in error.problems]
        return _problem(400, "The address can't be followed", str(error), errors=entries)
    if isinstance(error, Refused):
        return Response(error.document(), status=error.status, content_type=PROBLEM)
    if isinstance(error, TooManyFieldsSent):
        return _refused(400, "Bad request", Fault("/query", TOO_MANY, "not_so_many"))
    if isinstance(error, Http404):
        return _refused(404, "Not found", of_the_address("There is nothing public at this address."))
    if isinstance(error, PermissionDenied):
        return _refused(403, "Not allowed", of_the_token("You may not do this.", "a_permission"))
    if isinstance(error, exceptions.APIException):
        response = _refused(error.status_code, TITLES.get(error.status_code, "Refused"), _fault_of(error, request, view))
        if isinstance(error, exceptions.NotAuthenticated):
            response["WWW-Authenticate"] = CHALLENGE
        elif isinstance(error, exceptions.AuthenticationFailed):
            response["WWW-Authenticate"] = f'{CHALLENGE}, error="invalid_token"'
        elif isinstance(error, exceptions.MethodNotAllowed):
            response["Allow"] = ", ".join(view.allowed_methods)
        return response
    return None


def _fault_of(error: exceptions.APIException, request: Request, view: Any) -> Fault:
    """Which part of the request the framework refused, and how it would be right."""
    if isinstance(error, exceptions.NotAcceptable):
        forms = dict.fromkeys(renderer.media_type for renderer in view.get_renderers())
        detail = f"This address comes as {' or '.join(forms)}. Name one in Accept, or leave Accept out."
        return Fault("/headers/Accept", detail, "a_known_form", request.META.get("HTTP_ACCEPT", ""), next(iter(forms)))
    if isinstance(error, exceptions.MethodNotAllowed):
        takes = [method for method in view.allowed_methods if method != "OPTIONS"]
        detail = f"This address takes {', '.join(takes)}, and not {str(request.method)[:20]}."
        return Fault("/method", detail, "a_method_of_the_address", request.method, takes[0])
    return of_the_token(str(error.detail))


def _refused(status: int, title: str, fault: Fault) -> Response:
    return Response(Refused(status, title, faults=[fault]).document(), status=status, content_type=PROBLEM)


def _problem(status: int, title: str, detail: str, **more: Any) -> Response:
    return Response(document(status, title, detail, **more), status=status, content_type=PROBLEM)
