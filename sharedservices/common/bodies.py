"""What a request brings along, read strictly: its kind, its size, its letters, and what JSON must not be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest

from sharedservices.common.problems import Fault, Refused, printable, within

JSON_KINDS = ("application/json", "application/merge-patch+json")
LARGEST = 256 * 1024
DEEPEST = 12
LARGEST_NUMBER = 10**18
UNREADABLE = "The body can’t be read"


def read_json(request: HttpRequest, largest: int = LARGEST) -> Any:
    """The JSON of the body; `Refused` for what isn't any, or holds what the register can't keep."""
    kind_of(request, JSON_KINDS)
    content = read_bytes(request, largest)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(
            f"It is not in UTF-8: byte {error.start + 1:,} begins no character. Save it as UTF-8.", "utf-8"
        ) from error
    try:
        found = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _unreadable(
            f"It is not JSON: {error.msg}, in line {error.lineno}, column {error.colno}.", "json", example='{"name": "value"}'
        ) from error
    except RecursionError as error:
        raise _unreadable(f"It is nested deeper than {DEEPEST} levels. Nothing of the register is.", "not_so_deep") from error
    except ValueError as error:  # a number of thousands of digits
        raise _unreadable("It holds a number of more digits than any amount has.", "a_number_that_fits") from error
    for fault in _unsound(found):
        raise Refused(400, UNREADABLE, faults=[fault])
    return found


def kind_of(request: HttpRequest, kinds: tuple[str, ...]) -> str:
    """Which of the kinds the body says it is; `Refused` with 415 for any other."""
    coding = request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower()
    charset = (request.content_params or {}).get("charset", "utf-8").strip("\"'").lower()
    if coding not in ("identity", ""):
        detail = f"The body is compressed by {coding[:60]}. Send it as it is."
        fault = Fault("/headers/Content-Encoding", detail, "not_compressed", coding, "identity")
        raise Refused(415, "Another kind of body is needed", faults=[fault])
    if request.content_type not in kinds or charset not in ("utf-8", "utf8"):
        said = request.content_type or "nothing"
        detail = f"The body says that it is {said[:60]}. Send {' or '.join(kinds)}, in UTF-8."
        fault = Fault("/headers/Content-Type", detail, "a_known_kind", request.META.get("CONTENT_TYPE", ""), kinds[0])
        raise Refused(415, "Another kind of body is needed", faults=[fault])
    return request.content_type


def read_bytes(request: HttpRequest, largest: int) -> bytes:
    """The body; `Refused` with 413 where it is longer than that."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    content = b"" if length.isdecimal() and int(length[:12]) > largest else _stream(request).read(largest + 1)
    if len(content) > largest or (length.isdecimal() and int(length[:12]) > largest):
        detail = f"The body is longer than {largest // 1024:,} KB, which is the most here. Send it in several requests."
        raise Refused(413, "Too large", faults=[Fault("/body", detail, "not_so_large")])
    return content


def _stream(request: HttpRequest) -> Any:
    """Where the body comes from. Of one that comes in pieces, without its length, Django would read nothing."""
    in_pieces = "HTTP_TRANSFER_ENCODING" in request.META and request.META.get("wsgi.input_terminated")
    return request.META["wsgi.input"] if in_pieces else request


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that names each of its fields once."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = printable(next(name for name in names if names.count(name) > 1))
        detail = f"“{twice[:60]}” is given twice in one object. Give it once."
        raise Refused(400, UNREADABLE, faults=[Fault(within("/body", twice), detail, "given_once", twice)])
    return found


def _no_constant(name: str) -> Any:
    raise _unreadable(f"{name} is no number that JSON knows.", "json", name, "0")


def _unreadable(detail: str, rule: str, value: Any = None, example: Any = None) -> Refused:
    return Refused(400, UNREADABLE, faults=[Fault("/body", detail, rule, value, example)])


def _unsound(found: Any) -> Iterator[Fault]:
    """What no column can hold: the character NUL and half characters, numbers without end, and what lies too deep."""
    waiting: list[tuple[str, Any, int]] = [("/body", found, 0)]
    while waiting:
        pointer, value, depth = waiting.pop()
        if depth > DEEPEST:
            yield Fault(pointer, f"It is nested deeper than {DEEPEST} levels. Nothing of the register is.", "not_so_deep")
        elif isinstance(value, str):
            if not is_sound(value):
                detail = "It holds a character that no text has (NUL, or half of one). Take it out."
                yield Fault(pointer, detail, "sound_text", value.encode("ascii", "backslashreplace").decode())
        elif isinstance(value, dict):
            for name, each in value.items():
                if not is_sound(name):
                    yield Fault(pointer, "The name of a field holds a character that no text has.", "sound_text")
                    return
                waiting.append((within(pointer, name), each, depth + 1))
        elif isinstance(value, list):
            waiting += [(within(pointer, number), each, depth + 1) for number, each in enumerate(value)]
        elif isinstance(value, int | float) and not abs(value) <= LARGEST_NUMBER:
            yield Fault(pointer, "The number is larger than any that the register keeps.", "a_number_that_fits")


def is_sound(text: str) -> bool:
    """Whether PostgreSQL can hold it: no null byte, no half characters."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
