"""The contract: the OpenAPI 3.1 document, generated from the code, and what makes a change of it a breaking one.

`sharedservices/openapi.json` is what has been promised. `make contract` writes it anew, unless that would break the promise.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

PROMISED = Path(__file__).with_name("openapi.json")
STRING = {"type": "string"}
HEADERS_OF_ALL = {
    "RateLimit-Policy": {"schema": STRING, "description": "How many requests one address may make, in how many seconds."},
    "RateLimit": {"schema": STRING, "description": "How many are left, and the seconds until they are counted anew."},
}
ETAG = {"ETag": {"schema": STRING, "description": "A strong validator: send it as If-None-Match."}}


@cache
def contract() -> dict[str, Any]:
    """The OpenAPI document, generated from the code once for each process."""
    from django.urls import include, path
    from drf_spectacular.generators import SchemaGenerator

    from sharedservices.api import described

    generator = SchemaGenerator(patterns=[path("api/v1/", include(described()))])
    return with_what_it_does_not_see(generator.get_schema(request=None, public=True))


def with_what_it_does_not_see(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what the generator doesn't see: envelopes, files, validators, limits, and what refusals look like."""
    from sharedservices.common.api import Cursor
    from sharedservices.common.problems import PROBLEM, PROBLEM_SCHEMA

    document["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
    refusal = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for address, methods in document["paths"].items():
        responses = methods["get"]["responses"]
        schema = responses["200"]["content"]["application/json"]["schema"]
        is_list = schema["$ref"].rpartition("/")[2].startswith("Paginated")
        content: dict[str, Any] = {"application/json": {"schema": schema}}
        if is_list:
            content |= {kind: {"schema": STRING} for kind in ("text/csv", "application/jsonl", "application/x-ndjson")}
        else:
            content["application/json"]["schema"] = Cursor().get_paginated_response_schema(schema)
        said = "A page of the list; as CSV or JSON Lines the whole of it." if is_list else "The item."
        headers = {**ETAG, **HEADERS_OF_ALL}
        if is_list:
            headers["Link"] = {"schema": STRING, "description": "Of a file in parts: the next part, as `rel=next`."}
        methods["get"]["responses"] = {
            "200": {"description": said, "headers": headers, "content": content},
            "304": {"description": "Nothing has changed since the answer with this ETag.", "headers": ETAG},
            "400": {"description": "A name or a value that can’t be followed.", "content": refusal},
            **({"404": {"description": "Nothing public at this address.", "content": refusal}} if "{" in address else {}),
            "406": {"description": "A form that this address doesn’t come in.", "content": refusal},
            "429": {"description": "Too many requests in a minute; wait for Retry-After seconds.", "content": refusal},
        }
    return document


def text_of(document: dict[str, Any]) -> str:
    """The document as the file holds it."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def promised() -> dict[str, Any]:
    """What the file holds."""
    return json.loads(PROMISED.read_text(encoding="utf-8"))


def breaks(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """A sentence for each way in which a program that goes by the old document would fail with the new one."""
    found = []
    for path, methods in old["paths"].items():
        for method, was in methods.items():
            now = new["paths"].get(path, {}).get(method)
            where = f"{method.upper()} {path}"
            if now is None:
                found.append(f"{where} is gone.")
                continue
            found += _broken_parameters(where, was.get("parameters", []), now.get("parameters", []))
            found += _broken_answers(where, was["responses"], now["responses"], old, new)
    return found


def _broken_parameters(where: str, was: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]]) -> Iterator[str]:
    present = {(each["in"], each["name"]): each for each in now}
    for each in was:
        kept = present.get((each["in"], each["name"]))
        if kept is None:
            yield f"{where}: the parameter {each['name']} is gone."
            continue
        before, after = (one["schema"].get("items", one["schema"]) for one in (each, kept))
        if gone := [value for value in before.get("enum", []) if value not in after.get("enum", [value])]:
            yield f"{where}: {each['name']} no longer takes {', '.join(map(str, gone))}."
        if "enum" in after and "enum" not in before:
            yield f"{where}: {each['name']} takes only a few values now."
        if each["schema"].get("type") != kept["schema"].get("type"):
            yield f"{where}: {each['name']} is of another type."
        if kept.get("required") and not each.get("required"):
            yield f"{where}: {each['name']} must be given now."
    known = {(each["in"], each["name"]) for each in was}
    for key, each in present.items():
        if each.get("required") and key not in known:
            yield f"{where}: the new parameter {each['name']} must be given."


def _broken_answers(
    where: str, was: dict[str, Any], now: dict[str, Any], old: dict[str, Any], new: dict[str, Any]
) -> Iterator[str]:
    for status, answer in was.items():
        for kind, content in answer.get("content", {}).items():
            kept = now.get(status, {}).get("content", {}).get(kind)
            if kept is None:
                yield f"{where}: {status} no longer comes as {kind}."
            else:
                yield from _broken_fields(f"{where} {status}", content["schema"], kept["schema"], old, new)


def _broken_fields(where: str, was: Any, now: Any, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    was, now = _resolved(was, old), _resolved(now, new)
    before, after = ({*_several(each.get("type"))} for each in (was, now))
    if before and not after <= before:
        yield f"{where}: was {' or '.join(sorted(before))}, may be {' or '.join(sorted(after))} now."
    if more := [value for value in now.get("enum", []) if "enum" in was and value not in was["enum"]]:
        yield f"{where}: may be {', '.join(map(str, more))} now."
    for name, field in was.get("properties", {}).items():
        if name not in now.get("properties", {}):
            yield f"{where}: the field {name} is gone."
            continue
        if name in was.get("required", []) and name not in now.get("required", []):
            yield f"{where}: the field {name} may be missing now."
        yield from _broken_fields(f"{where} {name}", field, now["properties"][name], old, new)
    if "items" in was and "items" in now:
        yield from _broken_fields(f"{where}[]", was["items"], now["items"], old, new)


def _several(kind: Any) -> list[str]:
    return kind if isinstance(kind, list) else [kind] if kind else []


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def main() -> int:
    """`make contract`: write the file anew, unless something would break."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sharedservices.settings")
    import django

    django.setup()
    document = contract()
    found = breaks(promised(), document) if PROMISED.exists() else []
    if found:
        sys.stderr.write("These changes would break programs that read the API. Keep what was promised beside the new:\n")
        sys.stderr.write("".join(f"- {each}\n" for each in found))
        return 1
    PROMISED.write_text(text_of(document), encoding="utf-8")
    sys.stdout.write(f"{PROMISED.name} holds {len(document['paths'])} addresses.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
