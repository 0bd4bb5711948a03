"""Taking an import back within thirty days, as one act. What was edited since is left alone unless it is ticked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from arrangements.register.models import Partnership
from arrangements.returns.importing.models import UNDONE_WITHIN, ImportedAnswer, ReturnImport
from arrangements.returns.importing.rows import values_of
from arrangements.returns.models import AnnualReturn, FinancialYear, Query, ReportedSaving, in_words
from arrangements.returns.vocabulary import OPEN_FOR_ANSWERS, QueryState, ReturnState
from sharedservices.common.among import among
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by
from sharedservices.common.periods import spelled
from sharedservices.common.today import now

MAY_UNDO = "arrangements.change_returnimport"
DOOR = "import"


class Fate(models.TextChoices):
    """What undoing the import does to one of its answers."""

    BACK = "back", "Put back"
    EDITED = "edited", "Edited since"
    CLOSED = "closed", "Its return is closed"
    ALREADY = "already", "Stands as before already"


@dataclass(frozen=True, slots=True)
class Undoing:
    """One answer of the import, what stands now, and what undoing does to it."""

    imported: ImportedAnswer
    stands: ReportedSaving | None
    return_id: int | None
    fate: Fate
    return_state: str = ""

    @property
    def stands_in_words(self) -> str:
        """The amount that stands, or the word for its absence."""
        return in_words(self.stands.outcome, self.stands.amount) if self.stands else "no answer"


@dataclass(frozen=True)
class Undone:
    """What undoing did: how many answers it put back, and how many it left alone."""

    put_back: int
    left_alone: int


def outlook(the_import: ReturnImport, *, to_write: bool = False) -> list[Undoing]:
    """What undoing would do to each answer, by row. Four queries; `to_write` locks what it looks at."""
    year = the_import.year
    answers = list(the_import.answers.select_related("arrangement").order_by("row"))
    keys = [answer.arrangement_id for answer in answers]
    answering = Partnership.objects.answering_on(year.ends_on).filter(among("arrangement", keys)).order_by()
    councils = dict(answering.values_list("arrangement_id", "council_id"))
    asked = AnnualReturn.objects.filter(year=year, council__in=set(councils.values())).order_by("pk")
    returns = {each.council_id: each for each in (asked.select_for_update(of=("self",)) if to_write else asked)}
    savings = ReportedSaving.objects.filter(among("arrangement", keys), year=year).order_by("pk")
    standing = {saving.arrangement_id: saving for saving in (savings.select_for_update(of=("self",)) if to_write else savings)}
    return [
        _undoing(answer, standing.get(answer.arrangement_id), returns.get(councils.get(answer.arrangement_id, 0)))
        for answer in answers
    ]


@transaction.atomic
def undo_import(*, the_import: ReturnImport, user: Any, also: Collection[int] = ()) -> Undone:
    """Put back what stood before the import: answers, returns that it started, queries that it closed or raised.

    Answers edited since stay, except those of the arrangements `also`; those of returns that are closed by now stay in
    any case. `RuleBroken` if it was undone before, or more than thirty days ago.
    """
    if not user.has_perm(MAY_UNDO):
        raise PermissionDenied
    year = FinancialYear.objects.select_for_update(no_key=True).get(pk=the_import.year_id)
    held = ReturnImport.objects.select_for_update(of=("self",)).select_related("year").get(pk=the_import.pk)
    _refuse_if_too_late(held)
    fates = outlook(held, to_write=True)
    back = [
        each for each in fates if each.fate == Fate.BACK or (each.fate == Fate.EDITED and each.imported.arrangement_id in also)
    ]
    with written_by(door=DOOR, user=user, reason=f"Import of {held.file_name} undone"):
        _put_back(year, back)
        _restore_queries(held, back, user)
        _restore_returns(held, year)
        ImportedAnswer.objects.filter(among("pk", [each.imported.pk for each in back])).update(is_undone=True)
        held.undone_by, held.undone_at = user, now()
        held.save(update_fields=["undone_by", "undone_at"])
    alone = [each for each in fates if each.fate in (Fate.EDITED, Fate.CLOSED) and each not in back]
    return Undone(len(back), len(alone))


def _refuse_if_too_late(held: ReturnImport) -> None:
    if held.undone_at is not None:
        raise RuleBroken(f"{held} was undone already, on {spelled(held.undone_at.date())} by {held.undone_by}.")
    if not held.can_still_be_undone:
        raise RuleBroken(
            f"{held} was imported on {spelled(held.imported_at.date())}; an import can be undone for {UNDONE_WITHIN.days} days."
            " Correct the answers themselves, or import a file that does."
        )


def _undoing(imported: ImportedAnswer, stands: ReportedSaving | None, annual_return: AnnualReturn | None) -> Undoing:
    state = annual_return.state if annual_return else ""
    # An answer is taken away only where the council hasn't said that its return is complete.
    may = state in (ReturnState.NOT_STARTED, ReturnState.IN_PROGRESS) if imported.is_new else state in OPEN_FOR_ANSWERS
    if values_of(stands) == imported.before:
        fate = Fate.ALREADY
    elif annual_return is not None and not may:
        fate = Fate.CLOSED
    elif stands is None or stands.version != imported.version_after:
        fate = Fate.EDITED
    else:
        fate = Fate.BACK
    return Undoing(
        imported,
        stands,
        annual_return.pk if annual_return else None,
        fate,
        annual_return.get_state_display().lower() if annual_return else "",
    )


def _put_back(year: FinancialYear, back: Iterable[Undoing]) -> None:
    """Answers that were given are gone again; those that were changed say what they said."""
    gone = [each.stands.pk for each in back if each.imported.is_new and each.stands]
    ReportedSaving.objects.filter(among("pk", gone)).delete()
    changed = [each.imported for each in back if not each.imported.is_new]
    ReportedSaving.objects.bulk_create(
        (
            ReportedSaving(
                arrangement_id=answer.arrangement_id,
                year=year,
                outcome=answer.outcome_before,
                amount=answer.amount_before,
                note=answer.note_before,
            )
            for answer in changed
        ),
        update_conflicts=True,
        unique_fields=["arrangement", "year"],
        update_fields=["outcome", "amount", "note"],
        batch_size=2_000,
    )


def _restore_queries(held: ReturnImport, back: Iterable[Undoing], user: Any) -> None:
    """Queries that the import closed stand as before; those that it raised are gone, or settled where somebody touched them.

    Only those about answers that are put back.
    """
    about = {each.imported.arrangement_id for each in back}
    before = {int(query): stood for query, stood in held.settled.items()}
    queries = Query.objects.select_for_update(of=("self",)).filter(
        among("pk", [*held.raised, *before]), among("arrangement", about)
    )
    gone, changed = [], []
    for query in queries:
        if query.pk in before:
            if query.state == QueryState.SETTLED:
                query.state, query.decision = before[query.pk]
                query.settled_by = query.settled_at = None
                changed.append(query)
        elif query.version == 1:
            gone.append(query.pk)
        elif query.state != QueryState.SETTLED:
            query.state, query.settled_by, query.settled_at = QueryState.SETTLED, user, now()
            query.decision = f"The import of {held.file_name} was undone."
            changed.append(query)
    Query.objects.filter(among("pk", gone)).delete()
    Query.objects.bulk_update(changed, ["state", "decision", "settled_by", "settled_at"], batch_size=500)


def _restore_returns(held: ReturnImport, year: FinancialYear) -> None:
    """Returns that the import started, and that hold no answer any more, have not started."""
    begun = AnnualReturn.objects.filter(among("pk", held.started), state=ReturnState.IN_PROGRESS)
    answered = (
        Partnership.objects.answering_on(year.ends_on)
        .filter(council__in=begun.values("council"), arrangement__reported_savings__year=year)
        .values("council")
    )
    begun.exclude(council__in=answered).update(state=ReturnState.NOT_STARTED)
