"""What a row answers, read cell by cell: outcome, amount, note, reason, version, and what can't be read or doesn't fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from arrangements.returns.importing.rows import Fault, RowText, Suggestion
from arrangements.returns.importing.words import amounts_meant, outcomes_meant, read_outcome, read_version, read_year
from arrangements.returns.models import FinancialYear
from arrangements.returns.vocabulary import Outcome
from arrangements.returns.workbook.columns import BY_KEY
from sharedservices.common.money import pounds, read_pounds

# Cells in which a formula is refused: what it shows may be another's, or nothing, once the file is opened elsewhere.
NO_FORMULA_IN = ("reference", "year", "outcome", "amount", "note", "reason", "version")
LONGEST_NOTE = 2_000
LONGEST_REASON = 1_000


@dataclass(frozen=True, slots=True)
class Read:
    """What the row answers. `says_version` is False where the file has no such column: then the preview is the reading."""

    outcome: Outcome | None = None
    amount: int | None = None
    note: str = ""
    reason: str = ""
    version: int | None = None
    says_version: bool = False
    faults: tuple[Fault, ...] = field(default=())

    @property
    def is_blank(self) -> bool:
        """Neither outcome nor amount."""
        return self.outcome is None and self.amount is None


def fault_of_year(row: RowText, year: FinancialYear) -> Fault | None:
    """A row of another year than the one that is imported, or of none that can be read."""
    said = row["year"]
    if not said or read_year(said) == year.slug:
        return None
    rule = "another-year" if read_year(said) else "year-unreadable"
    message = (
        f"The row says {said}, and this import is for {year}."
        if read_year(said)
        else f"“{said[:40]}” is not a financial year; this import is for {year}."
    )
    return row.fault(
        rule,
        "year",
        message,
        Suggestion(f"It is for {year}", {"year": str(year)}),
        Suggestion("Leave the row out", leave_out=(row.number,)),
    )


def read_answer(row: RowText) -> Read:
    """The answer, with a fault for each cell that can't be read; then for a pair of cells that don't go together."""
    faults = list(_formulas(row))
    bad = {fault.column for fault in faults}
    outcome, amount, version = None, None, None
    if row["outcome"] and "outcome" not in bad:
        outcome = read_outcome(row["outcome"])
        if outcome is None:
            faults.append(_outcome_unreadable(row))
    if row["amount"] and "amount" not in bad:
        try:
            amount = read_pounds(row["amount"])
        except ValueError as error:
            faults.append(_amount_unreadable(row, str(error)))
    if row["version"] and "version" not in bad:
        version = read_version(row["version"])
        if version is None:
            message = (
                f"“{row['version'][:40]}” is no version that the register wrote. Empty the cell: the answer is then compared."
            )
            faults.append(row.fault("version-unreadable", "version", message, Suggestion("Empty the cell", {"version": ""})))
    faults += _too_long(row)
    if not faults:
        faults += _unfitting(row, outcome, amount)
        if outcome is None and amount is not None:
            outcome = Outcome.FIGURE
    says_version = ("version" in row.letters or "version" in row.texts) and not row.is_moved
    return Read(outcome, amount, row["note"], row["reason"], version, says_version, tuple(faults))


def _formulas(row: RowText) -> Iterator[Fault]:
    for column in NO_FORMULA_IN:
        if column in row.formulas:
            value = row[column]
            shows = f"it shows “{value[:40]}”" if value else "it shows nothing"
            pick = [Suggestion(f"Take what it shows: {value[:60]}", {column: value})] if value else []
            yield row.fault(
                "formula",
                column,
                f"“{BY_KEY[column].heading}” is a formula ({shows}). The register takes values: a formula may show something else"
                " tomorrow.",
                *pick,
            )


def _outcome_unreadable(row: RowText) -> Fault:
    text, meant = row["outcome"], outcomes_meant(row["outcome"])
    picks = [Suggestion(outcome.label, {"outcome": outcome.label}) for outcome in meant]
    if not row["amount"] and (amounts := _as_amounts(text)):
        picks = [
            Suggestion(f"It is a figure: {pounds(one)}", {"outcome": Outcome.FIGURE.label, "amount": str(one)}) for one in amounts
        ]
        return row.fault(
            "amount-in-the-outcome",
            "outcome",
            f"“{text[:40]}” is an amount, and stands under “Outcome”. Is it the figure?",
            *picks,
            asks=("outcome", "amount"),
        )
    labels = [f"“{outcome.label}”" for outcome in meant or Outcome]
    may = "can mean" if meant else "is none of the outcomes"
    return row.fault(
        "outcome-unreadable",
        "outcome",
        f"“{text[:40]}” {may} {', '.join(labels[:-1])}{' or ' if labels[1:] else ''}{labels[-1]}.",
        *picks,
    )


def _as_amounts(text: str) -> list[int]:
    try:
        return [read_pounds(text)]
    except ValueError:
        return []


def _amount_unreadable(row: RowText, message: str) -> Fault:
    text = row["amount"]
    meant = amounts_meant(text)
    if not meant and not row["outcome"] and (outcome := read_outcome(text)) and outcome != Outcome.FIGURE:
        pick = Suggestion(f"It is the outcome: {outcome.label}", {"outcome": outcome.label, "amount": ""})
        message = f"“{text[:40]}” is an outcome, and stands under “{BY_KEY['amount'].heading}”."
        return row.fault("outcome-in-the-amount", "amount", message, pick, asks=("outcome", "amount"))
    if not meant and read_outcome(row["outcome"]) not in (None, Outcome.FIGURE):
        pick = Suggestion("Empty the amount", {"amount": ""})
        return row.fault("amount-unreadable", "amount", message, pick, asks=("outcome", "amount"))
    if not meant and text.strip().casefold() in ("nil", "zero", "none", "-", "\N{EN DASH}", "\N{EM DASH}"):
        pick = Suggestion("Nothing was saved: £0", {"amount": "0"})
        return row.fault("amount-unreadable", "amount", message, pick, asks=("outcome", "amount"))
    question = f" Did you mean {pounds(meant[0])}?" if meant else ""
    picks = [Suggestion(f"It is {pounds(one)}", {"amount": str(one)}) for one in meant[:3]]
    return row.fault("amount-unreadable", "amount", message + question, *picks)


def _too_long(row: RowText) -> Iterator[Fault]:
    for column, longest in (("note", LONGEST_NOTE), ("reason", LONGEST_REASON)):
        if len(row[column]) > longest:
            heading, letters = BY_KEY[column].heading, len(row[column])
            message = f"“{heading}” has {letters:,} letters; the register keeps {longest:,} at most. Shorten it."
            yield row.fault("too-long", column, message)


def _unfitting(row: RowText, outcome: Outcome | None, amount: int | None) -> Iterator[Fault]:
    if outcome is None and amount is None and (row["note"] or row["reason"]):
        picks = [Suggestion(each.label, {"outcome": each.label}) for each in Outcome if each != Outcome.FIGURE and row["note"]]
        what = "a source" if row["note"] else "a reason"
        yield row.fault(
            "neither",
            "outcome",
            f"The row gives {what} (“{(row['note'] or row['reason'])[:40]}”), and neither an outcome nor an amount.",
            *picks,
            Suggestion("Leave the row out", leave_out=(row.number,)),
            asks=("outcome", "amount"),
        )
    elif outcome == Outcome.FIGURE and amount is None:
        yield row.fault(
            "figure-without-amount",
            "amount",
            "The outcome is “Figure”, and the amount is empty. Give the amount: 0 if nothing was saved.",
            asks=("outcome", "amount"),
        )
    elif outcome not in (None, Outcome.FIGURE) and amount is not None:
        yield row.fault(
            "amount-beside-words",
            "amount",
            f"The row gives {pounds(amount)} and says “{outcome.label}”: one of the two is wrong.",
            Suggestion(f"It is a figure: {pounds(amount)}", {"outcome": Outcome.FIGURE.label}),
            Suggestion(f"{outcome.label}: empty the amount", {"amount": ""}),
            asks=("outcome", "amount"),
        )
