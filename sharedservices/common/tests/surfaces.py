"""One list read from its three surfaces: the page a reader walks, the file, and the API by its cursors."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import openpyxl
from django.test import Client

Query = Mapping[str, Sequence[str]]
# The link at the head of each row of a list.
ROW = re.compile(r'<th scope="row"[^>]*><a class="govuk-link" href="/[a-z]+/([^/"]+)/">')


def on_page(client: Client, address: str, query: Query) -> list[str]:
    """The last part of the address behind each row, on all pages of the list."""
    keys: list[str] = []
    number = pages = 1
    while number <= pages:
        response = client.get(f"{address}?{urlencode({**query, 'page': number}, doseq=True)}")
        assert response.status_code == 200, response.content.decode()
        pages = response.context["page_obj"].paginator.num_pages
        keys += ROW.findall(response.content.decode())
        number += 1
    return keys


def in_file(client: Client, address: str, query: Query, column: str) -> list[str]:
    """The column's values, row by row."""
    response = client.get(f"{address}?{urlencode(query, doseq=True)}")
    assert response.status_code == 200, response.content.decode()
    return [row[column] for row in csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))]


def in_json(client: Client, address: str, query: Query, column: str) -> list[Any]:
    """The column's values in the JSON file of a list; its own count agrees."""
    response = client.get(f"{address}?{urlencode(query, doseq=True)}")
    assert response.status_code == 200, response.content.decode()
    answer = json.loads(response.content)
    assert answer["meta"]["count"] == len(answer["data"])
    return [row[column] for row in answer["data"]]


def in_workbook(client: Client, address: str, query: Query, column: str) -> list[Any]:
    """The column's values in the last sheet of the list's workbook."""
    response = client.get(f"{address}?{urlencode(query, doseq=True)}")
    assert response.status_code == 200, response.content
    book = openpyxl.load_workbook(io.BytesIO(response.content), read_only=True)
    headings, *rows = book[book.sheetnames[-1]].iter_rows(values_only=True)
    return [row[headings.index(column)] for row in rows]


def in_api(client: Client, address: str, query: Query, field: str, limit: int | None = None) -> list[Any]:
    """The field's values, following `links.next` to the end, in the usual order of the pages: programs walk by the key."""
    given = {"order": ["name"], **query, **({"limit": limit} if limit else {})}
    following: str | None = f"{address}?{urlencode(given, doseq=True)}"
    values: list[Any] = []
    while following:
        response = client.get(following)
        assert response.status_code == 200, response.content.decode()
        answer = response.json()
        values += [row[field] for row in answer["data"]]
        following = answer["links"].get("next")
    assert answer["meta"]["count"] == len(values)
    return values
