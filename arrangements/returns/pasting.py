"""Reading rows pasted from a spreadsheet: which line each is about, and what goes into which field. Pure; stores nothing.

Cells are known by what they hold, so that any row will do that names its arrangement: columns in any order, the row of the
returns workbook, a council's own sheet. What fits nowhere is said to be left out, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from arrangements.returns.vocabulary import Outcome
from sharedservices.common.money import pounds, read_pounds

REFERENCE = re.compile(r"SSR-\d+", re.IGNORECASE)
YEAR = re.compile(r"\d{4}\s*[/-]\s*(\d{2}|\d{4})")
MOST_ROWS = 200
LONGEST = 100_000
# A bare number this small beside an amount is a count, a row version or a code, and no saving.
SMALLEST_BESIDE_ANOTHER = 1_000


@dataclass(frozen=True)
class Known:
    """What is known of a line: names that may stand in a row about it, and last year's amount."""

    pk: int
    reference: str
    name: str
    beside: frozenset[str]  # the council, partners, service and codes, in small letters
    last_amount: int | None
    last_outcome: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell: what it held, and where it goes, in words."""

    text: str
    goes: str
    is_used: bool


@dataclass
class Pasted:
    """One row: its line (None if it can't be told), the fields that it fills, each cell's place, and what is wrong."""

    number: int
    line: Known | None
    cells: list[Cell] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    problem: str = ""


def read_rows(text: str, lines: Sequence[Known], into: int | None = None) -> list[Pasted]:
    """The rows of the text, cells parted by tabs. `into`: the line into whose field it was pasted, if into one.

    A row that names another line than that is a problem, not a choice; so is a second row about one line.
    """
    if len(text) > LONGEST:
        return [Pasted(1, None, problem=f"That is more than {LONGEST:,} letters. Paste the rows of this return alone.")]
    rows = [row for row in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if row.strip()]
    if not rows:
        return [Pasted(1, None, problem="Nothing was pasted. Copy a row in the spreadsheet and paste it here.")]
    if len(rows) > MOST_ROWS:
        return [
            Pasted(1, None, problem=f"That is {len(rows):,} rows; {MOST_ROWS} at most are read here. Import the file instead.")
        ]
    pasted = [_read(number, _cells(row), lines, into) for number, row in enumerate(rows, start=1)]
    seen: set[int] = set()
    for each in pasted:
        if each.line is not None and not each.problem:
            if each.line.pk in seen:
                each.problem, each.fields = f"{each.line.reference} is in an earlier row too. Paste one row for each line.", {}
            seen.add(each.line.pk)
    return pasted


def _cells(row: str) -> list[str]:
    """Spreadsheets put quotation marks round a cell that holds some, and double these."""
    return [cell[1:-1].replace('""', '"') if _is_quoted(cell) else cell for cell in (part.strip() for part in row.split("\t"))]


def _is_quoted(cell: str) -> bool:
    return len(cell) > 1 and cell[0] == cell[-1] == '"'


def _read(number: int, cells: list[str], lines: Sequence[Known], into: int | None) -> Pasted:
    line, problem = _line_of(cells, lines, into)
    pasted = Pasted(number, line, problem=problem)
    if line is None or problem:
        pasted.cells = [Cell(cell, "", is_used=False) for cell in cells if cell]
        return pasted
    places = _places(cells, line)
    amounts = [at for at, place in places.items() if place == "amount"]
    if len(amounts) > 1:
        shown = " and ".join(pounds(read_pounds(cells[at])) for at in amounts)
        pasted.problem = f"The row holds {shown}. Paste it with this year’s amount alone, or type that into the line."
    for at, cell in enumerate(cells):
        if not cell:
            continue
        place = places.get(at, "")
        pasted.cells.append(Cell(cell, *_told(place, cell, len(amounts) > 1)))
        if place in ("outcome", "amount", "note") and not pasted.problem:
            pasted.fields[place] = _value(place, cell)
    if pasted.problem:
        pasted.fields = {}
    elif "amount" in pasted.fields and "outcome" not in pasted.fields:
        pasted.fields["outcome"] = Outcome.FIGURE
    elif pasted.fields.get("outcome") not in (None, Outcome.FIGURE):
        if "amount" in pasted.fields:
            pasted.problem = (
                f"The row holds both an amount and “{Outcome(pasted.fields['outcome']).label}”. Only one can be right."
            )
            pasted.fields = {}
        else:
            pasted.fields["amount"] = ""
    if not pasted.problem and not {"amount", "outcome"} & set(pasted.fields):
        pasted.problem = "No cell of the row is an amount or an outcome such as “Not calculated”."
        pasted.fields = {}
    return pasted


def _line_of(cells: Iterable[str], lines: Sequence[Known], into: int | None) -> tuple[Known | None, str]:
    """The line that the row names, by reference or else by name; the only line, or the one it was pasted into, needs no name."""
    said = {cell.casefold() for cell in cells}
    references = {cell.upper() for cell in cells if REFERENCE.fullmatch(cell)}
    named = [line for line in lines if line.reference in references] or [
        line for line in lines if not references and line.name.casefold() in said
    ]
    target = next((line for line in lines if line.pk == into), None)
    if references and not named:
        return None, f"{', '.join(sorted(references))} is not a line of this return."
    if len(named) > 1:
        return None, f"The row names {named[0].reference} and {named[1].reference}. Paste one row for each line."
    if named and target and named[0] != target:
        return (
            target,
            f"The row is about {named[0].reference} {named[0].name}, and was pasted into another line. Nothing was filled in.",
        )
    found = named[0] if named else target or (lines[0] if len(lines) == 1 else None)
    if found is None:
        return None, "The row doesn’t say which line it is about. Copy the reference (SSR-…) or the arrangement’s name with it."
    return found, ""


def _places(cells: list[str], line: Known) -> dict[int, str]:
    """Where each cell goes, by its place in the row; cells that go nowhere are not among them."""
    places: dict[int, str] = {}
    outcomes, amounts, texts = [], [], []
    for at, cell in enumerate(cells):
        if not cell:
            continue
        if cell.casefold() in {line.reference.casefold(), line.name.casefold()}:
            places[at] = "line"
        elif cell.casefold() in line.beside or _are_all_beside(cell, line):
            places[at] = "beside"
        elif YEAR.fullmatch(cell):
            places[at] = "year"
        elif _outcome(cell):
            outcomes.append(at)
        elif _is_amount(cell):
            amounts.append(at)
        else:
            texts.append(at)
    _place_outcomes(outcomes, cells, line, places)
    _place_amounts(amounts, cells, line, places)
    # The words after the answer are its source; words before it name something, and are left out.
    answered = [at for at, place in places.items() if place in ("outcome", "amount")]
    for at in [at for at in texts if answered and at > max(answered)][:1]:
        places[at] = "note"
    return places


def _place_outcomes(outcomes: list[int], cells: list[str], line: Known, places: dict[int, str]) -> None:
    """Of two outcomes the first is last year's if it says so: as in the returns workbook."""
    if len(outcomes) > 1 and _outcome(cells[outcomes[0]]) == line.last_outcome:
        places[outcomes.pop(0)] = "last"
    for at in outcomes[-1:]:
        places[at] = "outcome"


def _place_amounts(amounts: list[int], cells: list[str], line: Known, places: dict[int, str]) -> None:
    """Of several amounts last year's own is that; small bare numbers beside one are no amounts."""
    if len(amounts) > 1:
        last = next((at for at in amounts if read_pounds(cells[at]) == line.last_amount), None)
        if last is not None:
            places[last] = "last"
            amounts = [at for at in amounts if at != last]
    if len(amounts) > 1:
        amounts = [at for at in amounts if not _is_small(cells[at])] or amounts
    for at in amounts:
        places[at] = "amount"


def _is_small(cell: str) -> bool:
    return cell.isdecimal() and int(cell) < SMALLEST_BESIDE_ANOTHER


def _are_all_beside(cell: str, line: Known) -> bool:
    """A list of partners in one cell."""
    names = [name.strip().casefold() for name in re.split(r"[,;]| and ", cell)]
    return len(names) > 1 and all(name in line.beside for name in names)


def _is_amount(cell: str) -> bool:
    try:
        read_pounds(cell)
    except ValueError:
        return False
    return True


def _outcome(cell: str) -> str:
    """The outcome by its label or code; empty if it is none."""
    said = cell.casefold().replace("_", " ")
    return next((value for value, label in Outcome.choices if said in (label.casefold(), value.replace("_", " "))), "")


def _value(place: str, cell: str) -> str:
    return _outcome(cell) if place == "outcome" else cell


def _told(place: str, cell: str, is_unclear: bool) -> tuple[str, bool]:
    """Where the cell goes, in words, and whether it fills a field."""
    if place == "amount":
        return ("One of several amounts", False) if is_unclear else (f"Amount: {pounds(read_pounds(cell))}", True)
    if place == "outcome":
        return f"Outcome: {Outcome(_outcome(cell)).label}", True
    words = {
        "note": ("Source, or why there is no figure", True),
        "line": ("Names the line", False),
        "beside": ("Known of the line", False),
        "year": ("The year", False),
        "last": ("Last year’s answer", False),
    }
    return words.get(place, ("Left out", False))
