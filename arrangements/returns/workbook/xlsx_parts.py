"""What stands beside the sheets of an XLSX workbook: their names, the shared texts, which formats show days.

Imports nothing of Django.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass

from arrangements.returns.workbook.archive import SMALLER, Archive, shown, target_of
from arrangements.returns.workbook.cells import FROM_1900, FROM_1904, Epoch, unescaped
from arrangements.returns.workbook.table import FileRefused
from arrangements.returns.workbook.xml_parts import ANEW, LONGEST_GATHERED, Budget, XmlReader, by_name

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


class Relationships(XmlReader):
    """The relationships of one part by their ids; none where it has none."""

    def __init__(self, archive: Archive, part: str, budget: Budget) -> None:
        self._folder, _, name = part.rpartition("/")
        beside = f"{self._folder}/_rels/{name}.rels".lstrip("/")
        super().__init__(budget, shown(beside))
        self.found: dict[str, Related] = {}
        if beside in archive:
            with archive.open(beside) as stream:
                self.read(stream)

    def start(self, element: str, attributes: list[str]) -> None:
        """A relationship begins."""
        self.count_other()
        if element == RELATIONSHIP:
            of = by_name(attributes)
            is_outside = of.get("TargetMode") == "External"
            target, kind = of.get("Target", ""), of.get("Type", "").rpartition("/")[2]
            self.found[of.get("Id", "")] = Related(kind, target if is_outside else target_of(self._folder, target), is_outside)

    def first(self, kind: str) -> str | None:
        """The first part of that kind within the file; None where there is none."""
        return next((one.part for one in self.found.values() if one.kind == kind and not one.is_outside), None)


@dataclass(frozen=True)
class SheetPart:
    """One sheet: its name, the part that holds it, and whether the workbook hides it."""

    name: str
    part: str
    is_hidden: bool


class Contents(XmlReader):
    """What the workbook says of itself: the sheets in their order, and the calendar."""

    def __init__(self, archive: Archive, budget: Budget) -> None:
        part = Relationships(archive, "", budget).first("officeDocument") or "xl/workbook.xml"
        super().__init__(budget, shown(part))
        self.relationships = Relationships(archive, part, budget)
        self.epoch: Epoch = FROM_1900
        self._listed: list[tuple[str, str, bool]] = []
        self._names = names_of("sheet", "workbookPr")
        with archive.open(part) as stream:
            self.read(stream)
        self.sheets = self._sheets()

    def start(self, element: str, attributes: list[str]) -> None:
        """A sheet is listed, or the calendar named."""
        self.count_other()
        name = self._names.get(element)
        if name == "workbookPr":
            self.epoch = FROM_1904 if by_name(attributes).get("date1904") in ("1", "true") else FROM_1900
        elif name == "sheet":
            of = by_name(attributes)
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
            to = self.relationships.found.get(relation)
            if to is None or to.is_outside:
                raise FileRefused(f"The file is damaged: nothing in it is the sheet {shown(name)}. {ANEW}")
            if to.kind == "worksheet":
                sheets.append(SheetPart(name, to.part, is_hidden))
        if len({sheet.part.lower() for sheet in sheets}) < len(sheets):
            raise FileRefused(f"The file is damaged: two of its sheets are one and the same part. {ANEW}")
        return sheets


class SharedTexts(XmlReader):
    """The texts that cells refer to by number, in one run of bytes: a Python text each would take three times the room."""

    def __init__(self, budget: Budget, called: str = "") -> None:
        super().__init__(budget, called)
        self._bytes = bytearray()
        self._ends = array("L", [0])
        self._names = names_of("si", "t", "rPh")
        self._runs: list[str] = []
        self._gathered = 0
        self._reads = self._skips = False

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode()

    def start(self, element: str, attributes: list[str]) -> None:
        """A text begins. What stands beside it to show how it is pronounced (rPh) is not part of it."""
        self.count()
        name = self._names.get(element)
        if name == "t":
            self._reads = not self._skips
        elif name == "rPh":
            self._skips = True

    def end(self, element: str) -> None:
        """A text is whole."""
        self.depth -= 1
        name = self._names.get(element)
        if name == "t":
            self._reads = False
        elif name == "rPh":
            self._skips = False
        elif name == "si":
            self._bytes += unescaped("".join(self._runs)).encode(errors="replace")
            self._ends.append(len(self._bytes))
            self._runs.clear()
            self._gathered = 0
            if len(self._ends) > MOST_TEXTS or len(self._bytes) > MOST_SHARED_BYTES:
                raise FileRefused(
                    f"The workbook holds more than {MOST_TEXTS:,} different texts, or more than"
                    f" {MOST_SHARED_BYTES // 1024 // 1024} MB of them. {SMALLER}"
                )

    def text(self, text: str) -> None:
        """A piece of a text."""
        if self._reads:
            self._gathered += len(text)
            if self._gathered > LONGEST_GATHERED:
                raise FileRefused(
                    f"The workbook holds a text of more than {LONGEST_GATHERED:,} characters. Shorten it. {SMALLER}"
                )
            self._runs.append(text)


class Formats(XmlReader):
    """Which of the cells' formats, by their number, show a stored number as a day."""

    def __init__(self, budget: Budget, called: str = "") -> None:
        super().__init__(budget, called)
        self.days: set[str] = set()
        self._names = names_of("numFmt", "cellXfs", "xf")
        self._codes: dict[str, bool] = {}
        self._in_cells = False
        self._count = 0

    def start(self, element: str, attributes: list[str]) -> None:
        """A format begins: a code with its number, or a cell's format that names one."""
        self.count_other()
        name = self._names.get(element)
        if name == "cellXfs":
            self._in_cells = True
        elif name == "numFmt":
            of = by_name(attributes)
            self._codes[of.get("numFmtId", "")] = shows_days(of.get("formatCode", ""))
        elif name == "xf" and self._in_cells:
            number = by_name(attributes).get("numFmtId", "0")
            by_number = number.isdecimal() and len(number) < 4 and int(number) in DAYS_BY_NUMBER
            if self._codes.get(number, by_number):
                self.days.add(str(self._count))
            self._count += 1

    def end(self, element: str) -> None:
        """The cells' formats are at their end."""
        self.depth -= 1
        if self._names.get(element) == "cellXfs":
            self._in_cells = False


def shows_days(code: str) -> bool:
    """Whether a number under the format is read as a day or a time of day. Hours that have passed are a number."""
    first = code.split(";")[0]
    return not ELAPSED.search(first) and re.search("[dmyhs]", NOT_CODE.sub("", first), re.IGNORECASE) is not None
