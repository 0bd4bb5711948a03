"""Problems as RFC 9457 writes them, wherever a request to the API is refused: in its views, or before it reaches one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, JsonResponse

PROBLEM = "application/problem+json"
LONGEST_VALUE = 60
API = "/api/"
# The same in OpenAPI's words. `errors` is there where something of the request is at fault.
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
                        "description": "Where in the request, as a JSON Pointer: `/query/region` is the parameter `region`,"
                        " `/body/councils/0/role` the role of the first council in the body, `/headers/If-Match` a header,"
                        " `/path` the address itself, `/method` what was to be done there.",
                    },
                    "parameter": {"type": "string"},
                    "value": {"type": "string", "description": "What was given, cut short; never a token."},
                    "rule": {"type": "string", "description": "A word that names the rule and stays the same."},
                    "example": {
                        "type": ["string", "null"],
                        "description": "A good one: a name for `a_known_name`, otherwise a value. Null: leave it out.",
                    },
                    "detail": {"type": "string"},
                },
            },
        },
        "current": {
            "type": "object",
            "description": "Of a write that was refused for what stands already: the whole of it, as reading it gives.",
        },
        "version": {
            "type": "integer",
            "description": "The version of what stands: send it as `If-Match` once you have compared.",
        },
        "differences": {
            "type": "array",
            "description": "Field by field what differs between what stands (`theirs`) and what was sent (`yours`).",
            "items": {
                "type": "object",
                "required": ["field", "theirs", "yours"],
                "properties": {
                    "field": {"type": "string"},
                    "base": {"description": "As it was at the version that was sent; absent where the register can’t tell."},
                    "theirs": {},
                    "yours": {},
                },
            },
        },
        "report": {"type": "object", "description": "Of rows sent in bulk: how each of them fares."},
    },
}


def is_for_the_api(request: HttpRequest) -> bool:
    """Whether a program asks, which is answered in JSON even where there is nothing."""
    return request.path_info.startswith(API)


def document(status: int, title: str, detail: str, **more: Any) -> dict[str, Any]:
    """What went wrong: `status`, a `title` that is the same each time, and a `detail` for this once."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}


def refusal(status: int, title: str, detail: str, *faults: Fault) -> JsonResponse:
    """The answer to a request that no view of the API has seen; any origin may read it."""
    answer = JsonResponse(Refused(status, title, detail, faults).document(), status=status, content_type=PROBLEM)
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


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place of a request. `pointer` leads to it; the parameter is its last part."""

    pointer: str
    detail: str
    rule: str
    value: Any = None
    example: Any = None

    def entry(self) -> dict[str, str | None]:
        """As the problem document writes it."""
        return {
            "pointer": self.pointer,
            "parameter": self.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~"),
            "value": shown(self.value)[:LONGEST_VALUE],
            "rule": self.rule,
            "example": shown(self.example) or None,
            "detail": self.detail,
        }


def of_the_address(detail: str) -> Fault:
    """Nothing stands at the address, for whoever asks: without its words, what isn't public yet and what never was look alike."""
    return Fault("/path", detail, "a_known_address", None, "/api/v1/")


def of_the_token(detail: str, rule: str = "a_token_that_works") -> Fault:
    """What is wrong with who asks. A token isn't repeated."""
    return Fault("/headers/Authorization", detail, rule, None, "Bearer ssr_…")


def shown(value: Any) -> str:
    """A value as text: words as they are, everything else as JSON writes it, and nothing for None."""
    if value is None or isinstance(value, str):
        return printable(value or "")
    return printable(json.dumps(value, ensure_ascii=False, default=str))


def printable(text: str) -> str:
    """The text with a question mark for each half character, which no answer could hold."""
    return text.encode("utf-8", "replace").decode()


def within(pointer: str, name: str | int) -> str:
    """The pointer one step further."""
    return f"{pointer}/{printable(str(name)[:LONGEST_VALUE]).replace('~', '~0').replace('/', '~1')}"


class Refused(Exception):
    """A request to be answered with a problem document of this status. Nothing was stored."""

    MOST_FAULTS = 20

    def __init__(self, status: int, title: str, detail: str = "", faults: Iterable[Fault] = (), **more: Any) -> None:
        self.status, self.title, self.more = status, title, more
        self.faults = list(faults)
        self.detail = detail or " ".join(fault.detail for fault in self.faults[:3])
        super().__init__(self.detail)

    def document(self) -> dict[str, Any]:
        """What it is answered with."""
        errors = {"errors": [fault.entry() for fault in self.faults[: self.MOST_FAULTS]]} if self.faults else {}
        return document(self.status, self.title, self.detail, **errors, **self.more)
