"""The contract: the OpenAPI 3.1 document, generated from the code, and what makes a change of it a breaking one.

`sharedservices/openapi.json` is what has been promised. `make contract` writes it anew, unless that would break the promise.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sharedservices.common.columns import Column

PROMISED = Path(__file__).with_name("openapi.json")
STRING: dict[str, Any] = {"type": "string"}
CSV, COLUMNS = "text/csv", "x-columns"
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


READS = "get"
WITH_BODY = ("post", "put", "patch")
ON_A_READING = ("put", "patch", "delete")
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": STRING,
    "description": "The ETag of your last reading: of it the version counts, and of a line without an answer that is 0.",
}
# What is read strictly.
BODIES = {
    *("CouncilWriting", "ArrangementWriting", "PartnershipWriting", "AnswerWriting", "NewArrangement"),
    *("BodyPartnershipWriting", "PatchedBodyPartnershipWriting"),
    *("PatchedCouncilWriting", "PatchedArrangementWriting", "PatchedPartnershipWriting", "PatchedAnswerWriting"),
    *("CouncilPart", "BodyPart", "Hexagon", "Nothing", "Why", "Question", "Bulk"),
}
# What every write may be refused for, and those that rest on a reading.
REFUSALS = {
    "400": "A body, a name or a value that can’t be followed.",
    "401": "No token was sent, or one that doesn’t work.",
    "403": "The token isn’t good for this, or its account may not do it.",
    "404": "Nothing at this address that the account may see.",
    "406": "A form that this address doesn’t come in.",
    "409": "It conflicts with what stands; `current` shows it.",
    "412": "It has changed since it was read; `current` and `differences` show how.",
    "413": "The body is too large.",
    "415": "A kind of body that this address doesn’t take.",
    "422": "A rule of the register refuses it, or a check doubts it.",
    "428": "`If-Match` is missing: say what was read.",
    "429": "Too many requests in a minute; wait for Retry-After seconds.",
}
OF_READING = {
    "400": "A name or a value that can’t be followed.",
    "404": "Nothing public at this address.",
    "406": REFUSALS["406"],
    "429": REFUSALS["429"],
}


def with_what_it_does_not_see(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what the generator doesn't see: envelopes, files, validators, limits, and what refusals look like."""
    from sharedservices.api import columns_of_lists
    from sharedservices.common.problems import PROBLEM, PROBLEM_SCHEMA

    document["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
    document["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token from the admin: `Authorization: Bearer ssr_…`."}
    }
    for name in BODIES & set(document["components"]["schemas"]):
        document["components"]["schemas"][name]["additionalProperties"] = False
    refusal = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for address, methods in document["paths"].items():
        for method, operation in methods.items():
            is_private = "/returns/" in address or method != READS
            refused = _refusals(address, method, is_private)
            told = _answers_to_reading(operation) if method == READS else _answers_to_writing(address, method, operation)
            operation["responses"] = dict(
                sorted((told | {status: {"description": said, "content": refusal} for status, said in refused.items()}).items())
            )
            if method == READS and CSV in told["200"]["content"]:
                told["200"]["content"][CSV] = {"schema": STRING | {COLUMNS: _columns(columns_of_lists()[address])}}
            operation.pop("security", None)
            if is_private:
                operation["security"] = [{"token": []}]
            if method in ON_A_READING:
                operation["parameters"] = [*operation.get("parameters", []), IF_MATCH]
            if address.endswith("/bulk/"):
                _describe_bulk(operation)
            if address.endswith("/changes/"):
                _describe_changes(operation)
    return document


def _refusals(address: str, method: str, is_private: bool) -> dict[str, str]:
    """By status what the address may refuse."""
    has_key = "{" in address
    if method == READS:
        statuses = {*OF_READING} - (set() if has_key else {"404"}) | ({"401", "403"} if is_private else set())
        return {status: (OF_READING | REFUSALS | OF_READING)[status] for status in statuses}
    statuses = {"400", "401", "403", "406", "409", "429"}
    statuses |= {"404"} if has_key else set()
    statuses |= {"412", "428"} if method in ON_A_READING else set()
    statuses |= {"413", "415", "422"} if method in WITH_BODY else {"422"}
    statuses |= {"412"} if "/returns/" in address else set()
    return {status: REFUSALS[status] for status in statuses}


def _answers_to_reading(operation: dict[str, Any]) -> dict[str, Any]:
    from sharedservices.common.api import Cursor

    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    is_list = schema.get("$ref", "").rpartition("/")[2].startswith("Paginated")
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    if is_list:
        content |= {kind: {"schema": STRING} for kind in ("text/csv", "application/jsonl", "application/x-ndjson")}
    else:
        content["application/json"]["schema"] = Cursor().get_paginated_response_schema(schema)
    said = "A page of the list; as CSV or JSON Lines the whole of it." if is_list else "The item."
    headers = {**ETAG, **HEADERS_OF_ALL}
    if is_list:
        headers["Link"] = {"schema": STRING, "description": "Of a file in parts: the next part, as `rel=next`."}
    return {
        "200": {"description": said, "headers": headers, "content": content},
        "304": {"description": "Nothing has changed since the answer with this ETag.", "headers": ETAG},
    }


def _columns(columns: Mapping[str, Column]) -> list[dict[str, Any]]:
    """The columns of a CSV, from the left. Of labels the words may change; of codes they don't."""
    return [
        {"name": name, "type": column.kind, "description": column.says} | ({"codes": [*column.codes]} if column.codes else {})
        for name, column in columns.items()
    ]


def _answers_to_writing(address: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    from sharedservices.common.api import Cursor

    headers = dict(HEADERS_OF_ALL)
    if method == "delete":
        return {"204": {"description": "It is taken out.", "headers": headers}}
    schema = next(
        content["schema"]
        for status, answer in operation["responses"].items()
        if status in ("200", "201")
        for content in answer["content"].values()
    )
    content = {"application/json": {"schema": Cursor().get_paginated_response_schema(schema)}}
    if not address.endswith("/bulk/"):
        headers = {**ETAG, **headers}
    told = {"200": {"description": "It stands as given.", "headers": headers, "content": content}}
    if method == "post" and "/returns/" not in address:
        where = {"Location": {"schema": STRING, "description": "Where it is read."}}
        told["201"] = {"description": "It has been added.", "headers": {**headers, **where}, "content": content}
    return told


def _describe_bulk(operation: dict[str, Any]) -> None:
    """Its names in the address, and the files that it takes."""
    year = {"name": "year", "in": "query", "required": True, "schema": STRING, "description": "The financial year: 2014-15."}
    dry_run = {
        "name": "dry_run",
        "in": "query",
        "required": False,
        "schema": {"type": "string", "enum": ["true", "false"]},
        "description": "true: only say how the rows would fare, and store nothing.",
    }
    operation["parameters"] = [year, dry_run]
    for kind in ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"):
        operation["requestBody"]["content"][kind] = {"schema": STRING}


def _describe_changes(operation: dict[str, Any]) -> None:
    """Where they are told from next time."""
    links = operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["links"]
    said = "The address to ask next time; on the last page alone."
    links["properties"]["since"] = {"type": "string", "format": "uri", "description": said}


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
                yield from _broken_columns(f"{where} as CSV", *(one["schema"].get(COLUMNS, []) for one in (content, kept)))
                yield from _broken_fields(f"{where} {status}", content["schema"], kept["schema"], old, new)


def _broken_columns(where: str, was: list[dict[str, Any]], now: list[dict[str, Any]]) -> Iterator[str]:
    """Columns keep their places, and codes their meaning: more of either come at the end."""
    for number, column in enumerate(was, start=1):
        kept = now[number - 1] if number <= len(now) else {"name": "gone"}
        if kept["name"] != column["name"]:
            yield f"{where}: column {number} was {column['name']}, and is {kept['name']} now."
        elif kept["type"] != column["type"]:
            yield f"{where}: the column {column['name']} is of another type."
        elif gone := [code for code in column.get("codes", []) if code not in kept.get("codes", [code])]:
            yield f"{where}: the column {column['name']} no longer has {', '.join(gone)}."


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
