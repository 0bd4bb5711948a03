"""A workbook of 350 returns as they come in spring: made from the demonstration, with eleven errors and one answer that a

colleague changed meanwhile.
"""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from openpyxl import load_workbook

from arrangements.register.models import Arrangement, Partnership
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


class SpringFile:
    """The file, the rows in which the errors stand, and what a colleague did after it was made."""

    def __init__(self) -> None:
        self.year = FinancialYear.objects.get(slug=SLUG)
        _open_all_returns(self.year)
        lines = _answered(self.year)[:ROWS]
        self.rows = dict(self._put_errors(lines).items())
        self.stale = Arrangement.objects.get(reference=lines[self.rows["stale"] - FIRST_ROW]["reference"])
        self.content = self._with_a_formula(write_workbook(self.year, "spring", lines))
        ReportedSaving.objects.filter(year=self.year, arrangement=self.stale).update(
            note="Corrected by a colleague", amount=77_000
        )

    def _put_errors(self, lines: list[Line]) -> dict[str, int]:
        """One error a row, each in a row that would otherwise be new; the rows by what is wrong with them."""
        at = {line["reference"]: number for number, line in enumerate(lines)}
        figures = [line for line in lines if line["outcome"] == "Figure" and not line.get("version")]
        kingston = next(line for line in lines if "Kingston upon Thames" in str(line["council"]) and not line.get("version"))
        plain = iter(line for line in figures if line is not kingston)
        wrong = {"ambiguous": kingston}
        for name in (
            "abolished",
            "approximate",
            "thousandfold",
            "both",
            "neither",
            "first",
            "second",
            "unknown",
            "year",
            "formula",
            "alone",
        ):
            wrong[name] = next(plain)
        wrong["stale"] = next(line for line in lines if line.get("version") and line["outcome"] == "Figure")
        kingston |= {"council": "Kingston", "gss_code": None, "reference": None}
        wrong["abolished"] |= {"council": _abolished_before(wrong["abolished"]).name, "gss_code": None}
        wrong["approximate"]["amount"] = f"{int(wrong['approximate']['amount'] or 0) / 1e6:.2f}m approx"
        wrong["thousandfold"]["amount"] = int(wrong["thousandfold"]["amount"] or 0) * 1000
        wrong["both"]["outcome"] = "Not calculated"
        wrong["neither"] |= {"outcome": None, "amount": None}
        wrong["second"] |= {key: wrong["first"][key] for key in ("council", "gss_code", "reference", "arrangement")}
        wrong["unknown"] |= {"reference": None, "arrangement": f"{wrong['unknown']['arrangement']}"[:-17].replace("and", "with")}
        wrong["year"]["year"] = "2012/13"
        Partnership.objects.filter(arrangement__reference=wrong["alone"]["reference"], answers=False).delete()
        Arrangement.objects.get(reference=wrong["alone"]["reference"]).body_partnerships.all().delete()
        wrong["stale"]["amount"] = 78_000
        places = {name: index for name, line in wrong.items() for index, each in enumerate(lines) if each is line}
        assert len(set(places.values())) == len(wrong), at
        return {name: index + FIRST_ROW for name, index in places.items()}

    def _with_a_formula(self, content: bytes) -> bytes:
        book = load_workbook(io.BytesIO(content))
        sheet = book.worksheets[1]
        cell = sheet[f"{LETTERS['amount']}{self.rows['formula']}"]
        cell.value = f"=ROUND({cell.value}.4, 0)"
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


FIRST_ROW = 2


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
