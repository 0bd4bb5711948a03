"""Problems as RFC 9457 writes them, wherever a request to the API is refused: in its views, or before it reaches one."""

from __future__ import annotations

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
                "required": ["parameter", "value", "detail"],
                "properties": {
                    "parameter": {"type": "string"},
                    "value": {"type": "string", "description": "What was given, cut short."},
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
