"""Files of exactly the list that a page shows, all pages in the same order: CSV, a workbook, JSON.

Each is read row by row from one snapshot and written aside, so that it comes whole or not at all, however long it is.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase

from sharedservices.common.chips import chips
from sharedservices.common.columns import Columns, typed
from sharedservices.common.csvfile import BYTE_ORDER_MARK, cell
from sharedservices.common.filters import StrictFilterSet
from sharedservices.common.periods import spelled
from sharedservices.common.public_state import one_snapshot
from sharedservices.common.sheets import write_book
from sharedservices.common.today import today

CSV, JSON = "text/csv; charset=utf-8", "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LICENCE = "Open Government Licence v3.0"
ROWS_AT_ONCE = 2_000


class FileOfList:
    """Mixed into a list: what its files have in common. `noun` is what the rows are, in the plural."""

    noun: str
    columns: Columns
    # What the cover says of missing numbers.
    shorthand: Sequence[str] = ()
    also_known: tuple[str, ...] = ()
    ending: str
    media_type: str
    # Bytes; a longer file lies on disk until it is sent.
    in_memory = 1_000_000
    request: HttpRequest

    def says(self, filterset: StrictFilterSet) -> list[str]:
        """Sentences on what the list is."""
        return []

    def release_of(self, filterset: StrictFilterSet) -> str | None:
        """The release that the list, or its outcomes, come from."""
        return None

    def prepare(self, filterset: StrictFilterSet) -> None:
        """A file reads only what was chosen."""

    def answer(self, filterset: StrictFilterSet) -> HttpResponseBase:
        """The file."""
        # It is sent after this and closes with its answer.
        out: Any = SpooledTemporaryFile(max_size=self.in_memory)  # noqa: SIM115
        with one_snapshot():
            self.write(out, filterset)
        size = out.tell()
        out.seek(0)
        if size > self.in_memory:
            response: Any = FileResponse(out, content_type=self.media_type)
        else:
            response = HttpResponse(out.read(), content_type=self.media_type)
            out.close()
        response["Content-Disposition"] = f'attachment; filename="{self.noun}.{self.ending}"'
        return response

    def write(self, out: IO[bytes], filterset: StrictFilterSet) -> None:
        """The file's bytes."""
        raise TypeError(f"{type(self).__name__} writes nothing.")

    def page_address(self) -> str:
        """Where the same list is a page."""
        path, query = self.request.path.removesuffix(f".{self.ending}"), self.request.META.get("QUERY_STRING", "")
        return self.request.build_absolute_uri(f"{path}/{'?' if query else ''}{query}")

    def rows(self, filterset: StrictFilterSet) -> Iterator[Any]:
        """The rows, few of them at a time."""
        return filterset.qs.iterator(chunk_size=ROWS_AT_ONCE)


class CsvOfList(FileOfList):
    """The list as comma-separated values."""

    ending, media_type = "csv", CSV

    def write(self, out: IO[bytes], filterset: StrictFilterSet) -> None:
        """One header row, then the rows."""
        text = io.TextIOWrapper(out, encoding="utf-8", newline="")
        text.write(BYTE_ORDER_MARK)
        writer = csv.writer(text)
        writer.writerow(self.columns)
        writer.writerows([cell(value(row)) for value in self.columns.values()] for row in self.rows(filterset))
        text.detach()


class JsonOfList(FileOfList):
    """The list as JSON: the API's envelope round rows with the columns of the CSV, values as they are."""

    ending, media_type = "json", JSON

    def write(self, out: IO[bytes], filterset: StrictFilterSet) -> None:
        """One row a line."""
        count = 0
        out.write(b'{"data": [')
        for count, row in enumerate(self.rows(filterset), start=1):
            document = {name: typed(value(row)) for name, value in self.columns.items()}
            out.write((",\n" if count > 1 else "\n").encode() + json.dumps(document, ensure_ascii=False).encode())
        after = {
            "meta": {
                "count": count,
                "release": self.release_of(filterset),
                "licence": LICENCE,
                "filters": dict(filterset.given.lists()),
            },
            "links": {"self": self.request.build_absolute_uri(), "page": self.page_address()},
        }
        out.write(b"\n], " + json.dumps(after, ensure_ascii=False).encode()[1:] + b"\n")


class XlsxOfList(FileOfList):
    """The list as a workbook that everyone can read."""

    ending, media_type = "xlsx", XLSX

    def write(self, out: IO[bytes], filterset: StrictFilterSet) -> None:
        """A cover, the columns, the table."""
        name = self.noun.capitalize()
        write_book(
            out, name=name, cover=self._cover(name, filterset), columns=self.columns, rows=self.rows(filterset), made_on=today()
        )

    def _cover(self, name: str, filterset: StrictFilterSet) -> Mapping[str, Sequence[str]]:
        on = [f"{chip.label}: {chip.text}" for chip in chips(filterset.form, filterset.given)]
        count = filterset.qs.count()
        cover: dict[str, Sequence[str]] = {
            f"{name}: Shared Services Register": [
                *self.says(filterset),
                f"{count:,} {self.noun}, taken from the register on {spelled(today())}.",
                f"This list on the web: {self.page_address()}",
            ],
            "Filters that are on": on or ["None: this is the whole list."],
            "Sheets of this workbook": [
                f"{name}: the table, one row for each. Its first row has the headings."
                if count
                else f"{name}: headings alone, since nothing meets the filters.",
                "Columns: what each heading means, and which values it may have.",
            ],
        }
        if self.shorthand:
            cover["Where a number is missing"] = self.shorthand
        cover["Empty cells"] = ["Nothing is recorded, or it doesn’t apply; the sheet “Columns” says which."]
        cover["Licence"] = [f"Published by the Shared Services Register under the {LICENCE}."]
        return cover
