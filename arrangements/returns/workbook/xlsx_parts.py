"""What stands beside the sheets of an XLSX workbook: their names, the shared texts, which formats show days.

Imports nothing of Django.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from typing import IO

from arrangements.returns.workbook.archive import SMALLER, Archive, shown, target_of
from arrangements.returns.workbook.cells import FROM_1900, FROM_1904, Epoch, unescaped
from arrangements.returns.workbook.table import FileRefused
from arrangements.returns.workbook.xml_parts import ANEW, Budget, read_xml

# Namespaces as most programs write them, and those of strict OOXML.
MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main ", "http://purl.oclc.org/ooxml/spreadsheetml/main ")
RELATION_ID = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)
RELATIONSHIP = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"

MOST_SHEETS = 250
MOST_TEXTS = 400_000
MOST_SHARED_BYTES = 16 * 1024 * 1024

# Formats numbered by the standard that show a day or a time of day.
DAYS_BY_NUMBER = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
# Of a format's code: quoted texts, colours and conditions in brackets, escaped letters.
NOT_CODE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)


def names_of(*elements: str) -> dict[str, str]:
    """Each element's full names, in both namespaces, with its short one."""
    return {space + element: element for space in MAIN for element in elements}


@dataclass(frozen=True)
class Related:
    """What a part leads to: the kind of relationship, the other part, and whether that lies outside the file."""

    kind: str
    part: str
    is_outside: bool


def related(archive: Archive, part: str, budget: Budget) -> dict[str, Related]:
    """The relationships of the part by their ids; none where it has none."""
    folder, _, name = part.rpartition("/")
    beside = f"{folder}/_rels/{name}.rels".lstrip("/")
    found: dict[str, Related] = {}

    def start(element: str, attributes: list[str]) -> None:
        budget.spend()
        if element == RELATIONSHIP:
            of = dict(zip(attributes[::2], attributes[1::2], strict=True))
            is_outside = of.get("TargetMode") == "External"
            target = of.get("Target", "")
            kind = of.get("Type", "").rpartition("/")[2]
            found[of.get("Id", "")] = Related(kind, target if is_outside else target_of(folder, target), is_outside)

    if beside in archive:
        with archive.open(beside) as stream:
            read_xml(stream, shown(beside), start=start)
    return found


@dataclass(frozen=True)
class SheetPart:
    """One sheet: its name, the part that holds it, and whether the workbook hides it."""

    name: str
    part: str
    is_hidden: bool


class Contents:
    """What `workbook.xml` says: the sheets in their order, the calendar, and the parts with the texts and formats."""

    def __init__(self, archive: Archive, budget: Budget) -> None:
        above = related(archive, "", budget).values()
        self.part = next((one.part for one in above if one.kind == "officeDocument"), "xl/workbook.xml")
        self.relations = related(archive, self.part, budget)
        self.epoch: Epoch = FROM_1900
        self._listed: list[tuple[str, str, bool]] = []
        self._names = names_of("sheet", "workbookPr")
        self._budget = budget
        with archive.open(self.part) as stream:
            read_xml(stream, shown(self.part), start=self._start)
        self.sheets = self._sheets()

    def beside(self, kind: str) -> str | None:
        """The part of that kind; None where the workbook has none."""
        return next((one.part for one in self.relations.values() if one.kind == kind and not one.is_outside), None)

    def _start(self, element: str, attributes: list[str]) -> None:
        self._budget.spend()
        name = self._names.get(element)
        if name is None:
            return
        of = dict(zip(attributes[::2], attributes[1::2], strict=True))
        if name == "workbookPr":
            self.epoch = FROM_1904 if of.get("date1904") in ("1", "true") else FROM_1900
        else:
            relation = next((of[key] for key in RELATION_ID if key in of), "")
            self._listed.append((of.get("name", ""), relation, of.get("state", "visible") != "visible"))

    def _sheets(self) -> list[SheetPart]:
        """Sheets of cells; those of charts hold no rows."""
        if len(self._listed) > MOST_SHEETS:
            raise FileRefused(
                f"The workbook holds {len(self._listed):,} sheets; the register reads {MOST_SHEETS} at most. {SMALLER}"
            )
        sheets: list[SheetPart] = []
        for name, relation, is_hidden in self._listed:
            to = self.relations.get(relation)
            if to is None or to.is_outside:
                raise FileRefused(f"The file is damaged: nothing in it is the sheet {shown(name)}. {ANEW}")
            if to.kind == "worksheet":
                sheets.append(SheetPart(name, to.part, is_hidden))
        if len({sheet.part.lower() for sheet in sheets}) < len(sheets):
            raise FileRefused(f"The file is damaged: two of its sheets are one and the same part. {ANEW}")
        return sheets


class SharedTexts:
    """The texts that cells refer to by number, in one run of bytes: a Python text each would take three times the room."""

    def __init__(self, budget: Budget) -> None:
        self._bytes = bytearray()
        self._ends = array("L", [0])
        self._budget = budget
        self._names = names_of("si", "t", "rPh")
        self._runs: list[str] = []
        self._reads = self._skips = False

    def read(self, stream: IO[bytes], called: str) -> None:
        """All of them. What stands beside a text to show how it is pronounced is not part of it."""
        read_xml(stream, called, start=self._start, end=self._end, text=self._text)

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def _start(self, element: str, _: list[str]) -> None:
        self._budget.spend()
        name = self._names.get(element)
        if name == "t":
            self._reads = not self._skips
        elif name == "rPh":
            self._skips = True

    def _end(self, element: str) -> None:
        name = self._names.get(element)
        if name == "t":
            self._reads = False
        elif name == "rPh":
            self._skips = False
        elif name == "si":
            self._bytes += unescaped("".join(self._runs)).encode(errors="replace")
            self._ends.append(len(self._bytes))
            self._runs.clear()
            if len(self) > MOST_TEXTS or len(self._bytes) > MOST_SHARED_BYTES:
                raise FileRefused(
                    f"The workbook holds more than {MOST_TEXTS:,} different texts, or more than"
                    f" {MOST_SHARED_BYTES // 1024 // 1024} MB of them. {SMALLER}"
                )

    def _text(self, text: str) -> None:
        if self._reads:
            self._runs.append(text)


class Formats:
    """Which of the cells' formats show a stored number as a day."""

    def __init__(self, budget: Budget) -> None:
        self.days: set[str] = set()
        self._budget = budget
        self._names = names_of("numFmt", "cellXfs", "xf")
        self._codes: dict[str, bool] = {}
        self._in_cells = False
        self._count = 0

    def read(self, stream: IO[bytes], called: str) -> None:
        """The formats in their order, which is how cells name them."""
        read_xml(stream, called, start=self._start, end=self._end)

    def _start(self, element: str, attributes: list[str]) -> None:
        self._budget.spend()
        name = self._names.get(element)
        if name is None:
            return
        if name == "cellXfs":
            self._in_cells = True
            return
        of = dict(zip(attributes[::2], attributes[1::2], strict=True))
        if name == "numFmt":
            self._codes[of.get("numFmtId", "")] = shows_days(of.get("formatCode", ""))
        elif self._in_cells:
            number = of.get("numFmtId", "0")
            by_number = number.isdecimal() and len(number) < 4 and int(number) in DAYS_BY_NUMBER
            if self._codes.get(number, by_number):
                self.days.add(str(self._count))
            self._count += 1

    def _end(self, element: str) -> None:
        if self._names.get(element) == "cellXfs":
            self._in_cells = False


def shows_days(code: str) -> bool:
    """Whether a number under the format is read as a day or a time of day. Hours that have passed are a number."""
    first = code.split(";")[0]
    return not ELAPSED.search(first) and re.search("[dmyhs]", NOT_CODE.sub("", first), re.IGNORECASE) is not None
