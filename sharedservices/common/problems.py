"""Problems as RFC 9457 writes them, wherever a request to the API is refused: in its views, or before it reaches one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse

PROBLEM = "application/problem+json"
API = "/api/"
# The same in OpenAPI's words. `errors` is there where parameters of the address are at fault.
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "Why the request was refused (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "parameter", "value", "rule", "example", "detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "Where in the request, as a JSON Pointer: `/query/region` is the parameter `region`.",
                    },
                    "parameter": {"type": "string"},
                    "value": {"type": "string", "description": "What was given, cut short."},
                    "rule": {"type": "string", "description": "A word that names the rule and stays the same."},
                    "example": {
                        "type": ["string", "null"],
                        "description": "A good one: a name for `a_known_name`, otherwise a value. Null: leave it out.",
                    },
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def is_for_the_api(request: HttpRequest) -> bool:
    """Whether a program asks, which is answered in JSON even where there is nothing."""
    return request.path_info.startswith(API)


def document(status: int, title: str, detail: str, **more: Any) -> dict[str, Any]:
    """What went wrong: `status`, a `title` that is the same each time, and a `detail` for this once."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}


def refusal(status: int, title: str, detail: str) -> JsonResponse:
    """The answer to a request that no view of the API has seen; any origin may read it."""
    answer = JsonResponse(document(status, title, detail), status=status, content_type=PROBLEM)
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def entry(problem: Mapping[str, str], longest: int) -> dict[str, str | None]:
    """What is wrong with one parameter: where, with what, by which rule, and how it would be right."""
    name = problem["name"][:longest]
    return {
        "pointer": f"/query/{name.replace('~', '~0').replace('/', '~1')}",
        "parameter": name,
        "value": problem["value"][:longest],
        "rule": problem["rule"],
        "example": problem["example"][:longest] or None,
        "detail": problem["message"],
    }
