"""Importing what was previewed: one act, all accepted rows or none, and one record of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from arrangements.returns.answering import ReasonsMissing, Recorded, StaleAnswers, Stored, record_many
from arrangements.returns.importing.judging import answer_of
from arrangements.returns.importing.matching import Finder
from arrangements.returns.importing.models import ImportedAnswer, ReturnImport
from arrangements.returns.importing.rows import Fault, JudgedRow, RowKind
from arrangements.returns.importing.staging import Upload
from arrangements.returns.models import FinancialYear
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by
from sharedservices.common.today import now

MAY_IMPORT = "arrangements.add_returnimport"
MAY_ADD, MAY_CHANGE = "arrangements.add_reportedsaving", "arrangements.change_reportedsaving"
ROWS_NAMED = 10
DOOR = "import"


class RegisterMoved(RuleBroken):
    """The register has changed since the rows were checked, and some would now fare otherwise. Nothing was imported."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was imported: the register has changed since the rows were checked, and some of them fare otherwise now."
            " They have been checked again; look at what has changed, and confirm once more."
        )


@transaction.atomic
def commit_import(*, staged: Upload, user: Any) -> ReturnImport:
    """Store all rows that the preview shows as new or changed, and let go of the upload.

    Everything is judged again under lock. Refused with `RuleBroken` while a row is to fix or waits for a choice, where
    there is nothing to do, and for what the user may not do, naming the rows; with `RegisterMoved` where the register has
    changed since the preview. Nothing is stored then.
    """
    if not user.has_perm(MAY_IMPORT):
        raise PermissionDenied
    year = FinancialYear.objects.select_for_update(no_key=True).get(pk=staged.year.pk)
    rows = rows_to_write(staged)
    refuse_if_not_ready(staged, rows, user)
    _match_again(year, staged, rows)
    made = _record(year, staged, rows, user)
    staged.keep_only(import_made=made.pk)
    return made


def rows_to_write(staged: Upload) -> list[JudgedRow]:
    """The rows that confirming stores."""
    return staged.judged(staged.numbers(RowKind.NEW, RowKind.CHANGED))


def refuse_if_not_ready(staged: Upload, rows: Sequence[JudgedRow], user: Any) -> None:
    """`RuleBroken` for what stands in the way of confirming."""
    head = staged.head
    if not head.is_ready:
        raise RuleBroken("The file is still being checked. Wait until every row has been.")
    if faulty := staged.numbers(RowKind.FAULTY):
        are = "is" if len(faulty) == 1 else "are"
        raise RuleBroken(
            f"{_first_letter_large(_rows(faulty))} {are} still to fix. Put each right, or leave it out; then confirm."
        )
    if head.undecided:
        named = _first_letter_large(_rows(head.undecided))
        raise RuleBroken(f"{named} changed on both sides. Choose whose answer stands in each; then confirm.")
    if not rows:
        raise RuleBroken("Nothing to do: every row says what stands already, or was left out.")
    if refused := what_is_not_permitted(staged.numbers(RowKind.NEW), staged.numbers(RowKind.CHANGED), user):
        raise RuleBroken(refused)


def what_is_not_permitted(new: Sequence[int], changed: Sequence[int], user: Any) -> list[str]:
    """New answers need one permission, changes another. A sentence for each that is missing names the rows."""
    refused = []
    if changed and not user.has_perm(MAY_CHANGE):
        refused.append(f"You may not change answers, and {_rows(changed)} would. Leave them out, or ask someone who may.")
    if new and not user.has_perm(MAY_ADD):
        refused.append(f"You may not give new answers, and {_rows(new)} would. Leave them out, or ask someone who may.")
    return refused


def store(
    *,
    year: FinancialYear,
    rows: Sequence[JudgedRow],
    user: Any,
    file_name: str,
    sha256: str,
    rows_in_file: int,
    door: str = DOOR,
    **about: Any,
) -> ReturnImport:
    """Record the answers of the rows and the import itself; whoever calls holds the transaction."""
    reason = f"Import of {file_name}"
    recorded = record_many(year=year, answers=[answer_of(row) for row in rows], user=user, door=door, reason=reason)
    with written_by(door=door, user=user, reason=reason):
        made = ReturnImport.objects.create(
            year=year,
            file_name=file_name[:200],
            sha256=sha256,
            rows=rows_in_file,
            new=sum(each.before is None for each in recorded.stored),
            changed=sum(each.before is not None for each in recorded.stored),
            imported_by=user,
            imported_at=now(),
            started=recorded.started,
            raised=recorded.raised,
            settled={each.query_id: [each.state, each.decision] for each in recorded.settled},
            **about,
        )
        _keep_answers(made, recorded, rows)
    return made


def _record(year: FinancialYear, staged: Upload, rows: Sequence[JudgedRow], user: Any) -> ReturnImport:
    head = staged.head
    try:
        return store(
            year=year,
            rows=rows,
            user=user,
            file_name=head.file_name,
            sha256=head.sha256,
            rows_in_file=head.rows,
            left_out=head.count(RowKind.LEFT_OUT),
            decisions={number: said.as_list() for number, said in staged.said.items()},
        )
    except (StaleAnswers, ReasonsMissing, ValidationError) as moved:
        raise RegisterMoved from moved


def _match_again(year: FinancialYear, staged: Upload, rows: Sequence[JudgedRow]) -> None:
    """Each row still means the line that the preview showed."""
    texts = staged.rows(row.number for row in rows)
    finder = Finder(year, texts)
    for text, row in zip(texts, rows, strict=True):
        line = finder.line(text)
        if isinstance(line, Fault) or row.line is None or line.pk != row.line.pk:
            raise RegisterMoved


def _keep_answers(made: ReturnImport, recorded: Recorded, rows: Sequence[JudgedRow]) -> None:
    numbers = {row.line.pk: row.number for row in rows if row.line}
    ImportedAnswer.objects.bulk_create(
        (_imported(made, stored, numbers[stored.arrangement_id]) for stored in recorded.stored), batch_size=2_000
    )


def _imported(made: ReturnImport, stored: Stored, row: int) -> ImportedAnswer:
    before, after = stored.before or {"outcome": "", "amount": None, "note": ""}, stored.after
    return ImportedAnswer(
        the_import=made,
        arrangement_id=stored.arrangement_id,
        row=row,
        outcome_before=before["outcome"],
        amount_before=before["amount"],
        note_before=before["note"],
        outcome_after=after.outcome,
        amount_after=after.amount,
        note_after=after.note,
        version_after=after.version,
    )


def _rows(numbers: Sequence[int]) -> str:
    """Rows as a sentence names them: row 5; rows 5, 7 and 9; the first ten of many, and how many more there are."""
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    named = [str(number) for number in numbers[:ROWS_NAMED]]
    if len(numbers) > ROWS_NAMED:
        return f"rows {', '.join(named)} and {len(numbers) - ROWS_NAMED:,} more"
    return f"rows {', '.join(named[:-1])} and {named[-1]}"


def _first_letter_large(text: str) -> str:
    return text[:1].upper() + text[1:]
