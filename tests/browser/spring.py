"""A workbook of 350 returns as they come in spring, made from the demonstration: eleven errors, and one answer changed since."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from arrangements.register.models import Arrangement
from arrangements.register.vocabulary import Aim
from arrangements.returns.models import AnnualReturn, FinancialYear, ReportedSaving
from arrangements.returns.vocabulary import Outcome, ReturnState
from arrangements.returns.workbook.columns import COLUMNS
from arrangements.returns.workbook.prefilled import Line, lines_by_council
from arrangements.returns.workbook.writing import write_workbook
from councils.models import Council, CouncilKind, Succession

ROWS, UNCHANGED = 350, 41
SLUG = "2014-15"
LETTERS = {column.key: chr(ord("A") + at) for at, column in enumerate(COLUMNS)}


FIRST_ROW = 2
ERRORS = (
    "ambiguous", "abolished", "approximate", "thousandfold", "both", "neither", "second", "unknown", "year", "formula", "alone",
)  # fmt: skip


class SpringFile:
    """The file; the rows in which the errors stand, by what is wrong; and what a colleague did after it was made."""

    errors = ERRORS
    path: Path

    def __init__(self) -> None:
        self.year = self.year_of()
        _open_all_returns(self.year)
        lines = _answered(self.year)[:ROWS]
        wrong = _choose(lines)
        self.stale = Arrangement.objects.get(reference=wrong["stale"]["reference"])
        self.unknown = str(wrong["unknown"]["reference"])
        self.meant = {name: str(line["amount"]) for name, line in wrong.items()}
        _spoil(wrong)
        places = {id(line): number for number, line in enumerate(lines, start=FIRST_ROW)}
        self.rows = {name: places[id(line)] for name, line in wrong.items()}
        self.content = self._with_a_formula(write_workbook(self.year, "spring", lines))
        answer = ReportedSaving.objects.filter(year=self.year, arrangement=self.stale)
        answer.update(amount=77_000, note="Corrected by a colleague")

    @staticmethod
    def year_of() -> FinancialYear:
        """The year that is collected."""
        return FinancialYear.objects.get(slug=SLUG)

    def _with_a_formula(self, content: bytes) -> bytes:
        """As somebody leaves one behind who reckons in the sheet."""
        book = load_workbook(io.BytesIO(content))
        cell = book.worksheets[1][f"{LETTERS['amount']}{self.rows['formula']}"]
        cell.value = f"=ROUND({cell.value}.4, 0)"
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def _choose(lines: list[Line]) -> dict[str, Line]:
    """A line for each error, each of which would otherwise be new; and one that stands answered, for the colleague."""
    new = [line for line in lines if not line.get("version")]
    kingston = next(line for line in new if "Kingston upon Thames" in str(line["council"]))
    figures = iter(line for line in new if line["outcome"] == "Figure" and line is not kingston)
    chosen = {name: next(figures) for name in ("first", *ERRORS) if name != "ambiguous"}
    answered = (line for line in lines if line.get("version") and line["outcome"] == "Figure" and "line" in str(line["note"]))
    return {**chosen, "ambiguous": kingston, "stale": next(answered)}


def _spoil(wrong: dict[str, Line]) -> None:
    """Put each error into its line; two of them need something of the register too."""
    wrong["ambiguous"] |= {"council": "Kingston", "gss_code": None, "reference": None}
    wrong["abolished"] |= {"council": _abolished_before(wrong["abolished"]).name, "gss_code": None}
    wrong["approximate"]["amount"] = f"{int(wrong['approximate']['amount'] or 0) / 1e6:.2f}m approx"
    wrong["thousandfold"]["amount"] = int(wrong["thousandfold"]["amount"] or 0) * 1000
    wrong["both"]["outcome"] = Outcome.NOT_CALCULATED.label
    wrong["neither"] |= {"outcome": None, "amount": None}
    wrong["second"] |= {key: wrong["first"][key] for key in ("council", "gss_code", "reference", "arrangement")}
    wrong["unknown"] |= {"reference": None, "arrangement": str(wrong["unknown"]["arrangement"]).replace(" and ", " with ")}
    wrong["year"]["year"] = "2012/13"
    alone = Arrangement.objects.get(reference=wrong["alone"]["reference"])
    alone.partnerships.filter(answers=False).delete()
    alone.body_partnerships.all().delete()
    wrong["stale"]["amount"] = 78_000


def _open_all_returns(year: FinancialYear) -> None:
    """Every return may be answered, as early in spring."""
    AnnualReturn.objects.filter(year=year).exclude(state=ReturnState.NOT_STARTED).update(
        state=ReturnState.IN_PROGRESS, submitted_by=None, submitted_at=None, accepted_by=None, accepted_at=None
    )


def _answered(year: FinancialYear) -> list[Line]:
    """Lines of the year's workbook, filled in: some as they stand, the others with an answer like last year's."""
    returns = AnnualReturn.objects.filter(year=year)
    lines = [line for _, lines in lines_by_council(year, returns) for line in lines]
    aims = {arrangement.reference: arrangement.aims for arrangement in Arrangement.objects.all()}
    kept = 0
    for number, line in enumerate(lines):
        if line.get("version") and kept < UNCHANGED:
            kept += 1
            continue
        line.update(_answer(line, Aim.SAVINGS in aims[line["reference"]], number))
    return lines


def _answer(line: Line, aims_at_savings: bool, number: int) -> dict[str, Any]:
    last = line.get("last_amount")
    if last and aims_at_savings:
        amount = int(last) + int(last) // 33 + number + 1
        return {"outcome": Outcome.FIGURE.label, "amount": amount, "note": f"Council return, line {number}", "reason": None}
    return {"outcome": Outcome.NOT_AIMED.label, "amount": None, "note": f"Shared for resilience, says line {number}"}


def _abolished_before(line: Line) -> Council:
    """A council that the line's council followed a year ago."""
    after = Council.objects.get(gss_code=line["gss_code"])
    before = Council.objects.create(
        gss_code="E06999999",
        slug="oldbury-vale",
        name="Oldbury Vale Council",
        short_name="Oldbury Vale",
        kind=CouncilKind.UNITARY,
        region=after.region,
        started_on=date(1974, 4, 1),
        ended_on=date(2014, 3, 31),
    )
    Succession.objects.create(predecessor=before, successor=after)
    return before
