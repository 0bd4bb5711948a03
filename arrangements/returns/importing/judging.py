"""From the rows of a file to verdicts: unchanged, new, changed, changed on both sides, or faulty. Writes nothing.

The second of two passes, so that a large file can be judged piece by piece: `matched.py` has found each row's line and read
its answer; here it is compared and checked, knowing what all other rows of the file are about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from arrangements.returns.answering import Answer, Verdict, judge
from arrangements.returns.checks import A_THOUSAND, Finding
from arrangements.returns.importing.answers import Read
from arrangements.returns.importing.matched import LineIndex, Matched
from arrangements.returns.importing.rows import (
    Choice,
    Fault,
    JudgedRow,
    RowKind,
    RowText,
    Said,
    Suggestion,
    values_of,
)
from arrangements.returns.models import FinancialYear, ReportedSaving
from arrangements.returns.states import says_enough
from arrangements.returns.vocabulary import Outcome
from sharedservices.common.among import among
from sharedservices.common.merging import differences
from sharedservices.common.money import pounds

Values = tuple[Any, ...]


def judge_matched(year: FinancialYear, matched: Sequence[Matched], lines: LineIndex, file_name: str) -> list[JudgedRow]:
    """How each row fares, in their order. A constant number of queries."""
    return Judging(year, matched, lines, file_name).rows()


@dataclass
class Judging:
    """One pass over some rows."""

    year: FinancialYear
    matched: Sequence[Matched]
    lines: LineIndex
    file_name: str
    _standing: dict[int, ReportedSaving] = field(init=False)
    _bases: dict[int, Values] = field(init=False)

    def __post_init__(self) -> None:
        keys = [each.line.pk for each in self.matched if each.line]
        savings = ReportedSaving.objects.filter(among("arrangement", keys), year=self.year)
        self._standing = {saving.arrangement_id: saving for saving in savings}
        self._bases = self._read_bases()

    def rows(self) -> list[JudgedRow]:
        """The rows, compared with what stands; those that would change something also by the checks."""
        compared = [self._compare(each) for each in self.matched]
        by_number = {each.row.number: each for each in self.matched}
        to_check = [row for row in compared if row.kind in (RowKind.NEW, RowKind.CHANGED)]
        answers = [answer_of(row) for row in to_check]
        own = {answer.arrangement_id for answer in answers}
        beside = {pk: amount for pk, amount in self.lines.amounts().items() if pk not in own}
        verdicts = dict(zip((row.number for row in to_check), judge(self.year, answers, beside=beside), strict=True))
        return [
            _checked(row, verdicts[row.number], by_number[row.number].row) if row.number in verdicts else row for row in compared
        ]

    def _compare(self, matched: Matched) -> JudgedRow:
        """The row beside what stands, the checks apart."""
        number, line, read = matched.row.number, matched.line, matched.read
        if matched.said.is_left_out:
            return JudgedRow(number, RowKind.LEFT_OUT)
        if line is None:
            return JudgedRow(number, RowKind.FAULTY, faults=matched.faults)
        stands = self._standing.get(line.pk)
        row = JudgedRow(number, RowKind.FAULTY, line, stands=values_of(stands), version=stands.version if stands else None)
        if (first := self.lines.first_about(line.pk)) != number:
            return replace(row, faults=(self._second(matched, first),))
        if read.is_blank and all(fault.rule == "neither" for fault in matched.faults):
            return self._blank(matched, row)
        if matched.faults:
            return replace(row, faults=matched.faults)
        version = read.version if read.says_version else row.version
        is_stale = version != row.version
        base = self._bases.get(number, ()) if is_stale else row.stands
        answer = self._completed(read, row.stands, base, number)
        row = replace(row, answer=answer, reason=read.reason, base=base if is_stale else ())
        if answer == row.stands or (is_stale and base and answer == base):
            # Said already; or the file left it as it was when it was made, and a colleague has changed it since.
            return replace(row, kind=RowKind.UNCHANGED)
        if is_stale:
            return self._decided(matched.said, row)
        return replace(row, kind=RowKind.CHANGED if stands else RowKind.NEW)

    def _decided(self, said: Said, row: JudgedRow) -> JudgedRow:
        """A row that both sides changed, as it was decided; a decision about another state of the answer doesn't count."""
        both = _merged(row)
        if not said.choice or said.version != row.version or (said.choice == Choice.BOTH and both is None):
            return replace(row, kind=RowKind.STALE)
        if said.choice == Choice.THEIRS:
            return replace(row, kind=RowKind.STALE, choice=said.choice)
        answer = both if said.choice == Choice.BOTH and both else row.answer
        kind = RowKind.CHANGED if row.stands else RowKind.NEW
        return replace(row, kind=RowKind.UNCHANGED if answer == row.stands else kind, answer=answer, choice=said.choice)

    def _completed(self, read: Read, stands: Values, base: Values, number: int) -> Values:
        """The answer with a note. Empty in the file, it stays as it is under the same answer, and a figure names the file."""
        outcome = read.outcome.value if read.outcome else ""
        if read.note:
            return (outcome, read.amount, read.note)
        for before in (stands, base):
            if before and before[:2] == (outcome, read.amount):
                return before
        is_figure = read.outcome == Outcome.FIGURE
        return (outcome, read.amount, f"Workbook {self.file_name}, row {number}" if is_figure else "")

    def _blank(self, matched: Matched, row: JudgedRow) -> JudgedRow:
        """A row without an answer: nothing to do, unless the file was made from an answer and it is gone, or it has a note."""
        if not row.stands or not matched.read.says_version or matched.read.version is None:
            if matched.faults:
                return replace(row, faults=matched.faults)
            return replace(row, kind=RowKind.UNCHANGED if row.stands else RowKind.UNANSWERED)
        amount, outcome = row.stands[1], Outcome(row.stands[0]).label
        stood = pounds(amount) if amount is not None else outcome
        fault = matched.row.fault(
            "answer-taken-away",
            "outcome",
            f"The answer “{stood}” stands, and the row is empty. An answer can be changed, and not taken away.",
            Suggestion(f"Keep “{stood}”: leave the row out", leave_out=(row.number,)),
            asks=("outcome", "amount", "note"),
        )
        return replace(row, faults=(fault,))

    def _second(self, matched: Matched, first: int) -> Fault:
        """One row too many about an arrangement."""
        row, line = matched.row, matched.line
        assert line is not None
        return row.fault(
            "second-row",
            "reference" if row["reference"] else "arrangement",
            f"Row {row.number} is about {line.reference} {line.name}, and so is row {first}. One row counts.",
            Suggestion(f"Keep row {first}, leave out row {row.number}", leave_out=(row.number,)),
            Suggestion(f"Keep row {row.number}, leave out row {first}", leave_out=(first,)),
            asks=("reference", "arrangement"),
        )

    def _read_bases(self) -> dict[int, Values]:
        """By row, what stood at the version that the file was made from, where another stands now. One query, from the trail."""
        wanted = {
            each.row.number: (saving.pk, each.read.version)
            for each in self.matched
            if each.line
            and (saving := self._standing.get(each.line.pk))
            and each.read.version is not None
            and each.read.version != saving.version
        }
        if not wanted:
            return {}
        events = ReportedSaving.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
            among("pgh_obj_id", {pk for pk, _ in wanted.values()}), among("version", {version for _, version in wanted.values()})
        ).order_by("pgh_id")
        told = {(event.pgh_obj_id, event.version): values_of(event) for event in events}
        return {number: told[key] for number, key in wanted.items() if key in told}


def answer_of(row: JudgedRow) -> Answer:
    """What confirming the row stores, on the reading that the preview shows."""
    assert row.line is not None
    outcome, amount, note = row.answer
    return Answer(row.line.pk, outcome, amount, note, row.version, row.reason)


def _merged(row: JudgedRow) -> Values | None:
    """Each side's own change together; None where both changed a field, or where it comes to one of the sides."""
    if not row.base or not row.stands:
        return None
    names = ("outcome", "amount", "note")
    differing = differences(*(dict(zip(names, side, strict=True)) for side in (row.base, row.stands, row.answer)))
    if any(each.is_conflict for each in differing):
        return None
    merged = {**dict(zip(names, row.stands, strict=True)), **{each.field: each.merged for each in differing}}
    both = tuple(merged.values())
    return None if both in (row.stands, row.answer) else both


def can_take_both(row: JudgedRow) -> bool:
    """Whether each side changed something of its own."""
    return _merged(row) is not None


def _checked(row: JudgedRow, verdict: Verdict, text: RowText) -> JudgedRow:
    """The row with what the checks say of its answer."""
    if verdict.is_same:
        return replace(row, kind=RowKind.UNCHANGED)
    if verdict.faults:
        return replace(row, kind=RowKind.FAULTY, faults=tuple(_as_fault(found, text) for found in verdict.faults))
    if verdict.needs_reason:
        return replace(row, kind=RowKind.FAULTY, faults=tuple(_as_fault(found, text) for found in verdict.doubts))
    return row


def _as_fault(found: Finding, text: RowText) -> Fault:
    picks = []
    if found.suggestion is not None:
        picks.append(Suggestion(_label(found.suggestion, text), {"amount": str(found.suggestion)}))
    asks = (found.field, *(["reason"] if not found.is_hard else []))
    message = found.message
    if not found.is_hard and text["reason"] and not says_enough(text["reason"]):
        message += " The reason given has fewer than ten letters."
    return text.fault(found.rule, found.field, message, *picks, is_doubt=not found.is_hard, asks=asks)


def _label(meant: int, text: RowText) -> str:
    """The suggestion as a deed where it is one."""
    try:
        written = int(text["amount"].replace(",", "").replace("£", ""))
    except ValueError:
        return pounds(meant)
    if written == meant * A_THOUSAND:
        return f"Divide by 1,000: {pounds(meant)}"
    return f"Multiply by 1,000: {pounds(meant)}" if meant == written * A_THOUSAND else pounds(meant)
