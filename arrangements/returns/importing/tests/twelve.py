"""A year whose sheet has each of the errors that an analyst meets in spring, one a row, among rows that are right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from arrangements.register.models import Arrangement
from arrangements.returns.importing.tests.sheets import row_of, sheet
from arrangements.returns.models import FinancialYear, ReportedSaving
from arrangements.returns.vocabulary import Outcome
from arrangements.returns.workbook.table import Table
from arrangements.tests.builders import make_arrangement, make_return, make_saving, make_year
from councils.models import CouncilName, Succession
from councils.tests.builders import make_council


@dataclass
class Spring:
    """The year, its sheet, and the arrangements by the row they stand in."""

    year: FinancialYear
    table: Table
    by_row: dict[int, Arrangement]


def make_spring() -> Spring:
    """Rows 2 to 4 are new, changed and unchanged, row 5 is stale; from row 6 on the errors, as `ERRORS` names them."""
    year, before = make_year(2014), make_year(2013)
    thames = make_council("Royal Borough of Kingston upon Thames", short_name="Kingston upon Thames")
    hull = make_council("Hull City Council", short_name="Kingston upon Hull")
    CouncilName.objects.create(council=thames, name="Kingston", kind="alias")
    old = make_council("Oldford Council", ended_on=date(2014, 3, 31))
    newer = make_council("Newford Council", started_on=date(2014, 4, 1))
    Succession.objects.create(predecessor=old, successor=newer)
    usual = make_council("Usual Council")
    for council in (thames, hull, newer, usual):
        make_return(council, year)
    names = ["New", "Changed", "Unchanged", "Stale", "Kingston ICT", "Newford waste", "Approximate", "Thousandfold", "Both",
             "Neither", "Twice", "Shared legal and audit service", "Last year", "Formula", "Alone"]  # fmt: skip
    answering = {"Kingston ICT": thames, "Newford waste": newer}
    made = {name: make_arrangement(answering.get(name, usual), make_council(), name=name) for name in names}
    make_arrangement(hull, make_council(), name="Kingston ICT")
    made["Alone"].partnerships.filter(answers=False).delete()
    for arrangement in Arrangement.objects.all():
        make_saving(arrangement, before, 400_000, note="Last year")
    for name in ("Changed", "Unchanged", "Stale"):
        make_saving(made[name], year, 410_000, note="Council return")
    return Spring(year, _table(year, made), {number: made[name] for number, name in ROWS.items() if name in made})


ROWS = {
    2: "New", 3: "Changed", 4: "Unchanged", 5: "Stale", 6: "Kingston ICT", 7: "Newford waste", 8: "Approximate",
    9: "Thousandfold", 10: "Both", 11: "Neither", 12: "Twice", 13: "Twice", 14: "Shared legal and audit service",
    15: "Last year", 16: "Formula", 17: "Alone",
}  # fmt: skip


def _table(year: FinancialYear, made: dict[str, Arrangement]) -> Table:
    def row(name: str, **texts: Any) -> dict[str, Any]:
        return row_of(made[name], year, **{"outcome": "Figure", "amount": "420000", "note": "Council return", **texts})

    nameless = {"reference": "", "gss_code": ""}
    rows = [
        row("New"),
        row("Changed"),
        row("Unchanged", amount="410,000"),
        row("Stale", amount="430000"),
        row("Kingston ICT", council="Kingston", **nameless),
        row("Newford waste", council="Oldford Council", gss_code=""),
        row("Approximate", amount="1.2m approx"),
        row("Thousandfold", amount="410000000"),
        row("Both", outcome="Not calculated"),
        row("Neither", outcome="", amount=""),
        row("Twice"),
        row("Twice", amount="430000"),
        row("Shared legal and audit service", arrangement="Shared legal & audits service", reference=""),
        row("Last year", year="2013/14"),
        row("Formula"),
        row("Alone"),
    ]
    table = sheet(rows, formulas=[(16, "amount")])
    ReportedSaving.objects.filter(arrangement=made["Stale"], year=year).update(amount=415_000, outcome=Outcome.FIGURE)
    return table
