"""Recording answers: one core for every door. Judged by the checks, never on a stale reading, all or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet

from arrangements.register.models import Arrangement, Partnership
from arrangements.returns.checks import Finding, findings
from arrangements.returns.models import AnnualReturn, FinancialYear, Query, ReportedSaving, in_words
from arrangements.returns.states import says_enough
from arrangements.returns.subjects import subjects, usual_change
from arrangements.returns.vocabulary import Outcome, QueryState, ReturnState
from sharedservices.common.among import among
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by
from sharedservices.common.merging import Difference, differences
from sharedservices.common.money import LARGEST
from sharedservices.common.today import now
from sharedservices.common.trail import events

# What an answer says, in the order in which it is shown.
FIELDS = ("outcome", "amount", "note")
# The largest that a column of versions holds; a form may say anything.
LAST_VERSION = 2**31 - 1
# How the decision begins on a query about an answer that no longer stands.
MOOT = "The answer is now "


@dataclass(frozen=True)
class Answer:
    """What somebody answers for one line, and the version of the answer they had read (None: there was none).

    `reason` says why it stands although a check doubts it.
    """

    arrangement_id: int
    outcome: str
    amount: int | None
    note: str = ""
    version: int | None = None
    reason: str = ""

    def values(self) -> dict[str, Any]:
        """What would be stored."""
        return {name: getattr(self, name) for name in FIELDS}


@dataclass(frozen=True)
class Conflict:
    """An answer given on a stale reading: what stands now, what the writer wanted, and what they had read."""

    stands: ReportedSaving | None
    wanted: Answer
    base: Mapping[str, Any] = field(default_factory=dict)  # empty where there was no answer, or none is known

    def differences(self) -> list[Difference]:
        """Field by field: the reading that both share, theirs and mine."""
        theirs = {name: getattr(self.stands, name) for name in FIELDS} if self.stands else {}
        return differences(self.base, theirs, self.wanted.values())


class StaleAnswers(Exception):
    """Some answers have changed since they were read. Nothing was stored."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        super().__init__(f"Answers have changed since you opened the return ({len(conflicts)}). Nothing was saved.")
        self.conflicts = conflicts


class AnswersRefused(ValidationError):
    """Some answers break rules. Nothing was stored. `faults` by arrangement id; as a `ValidationError`, their sentences."""

    def __init__(self, faults: dict[int, list[Finding]]) -> None:
        super().__init__({str(pk): [fault.message for fault in found] for pk, found in faults.items()})
        self.faults = faults


class ReasonsMissing(Exception):
    """Checks doubt some answers, and no reason is given. Nothing was stored. `doubts` by arrangement id."""

    def __init__(self, doubts: dict[int, list[Finding]]) -> None:
        super().__init__(f"Some answers need a reason ({len(doubts)}). Nothing was saved.")
        self.doubts = doubts


@dataclass(frozen=True)
class Verdict:
    """How one answer would fare: what stands, and what the checks say of it."""

    answer: Answer
    stands: ReportedSaving | None
    is_stale: bool = False
    faults: list[Finding] = field(default_factory=list)
    doubts: list[Finding] = field(default_factory=list)  # those that no earlier reason has met for the same answer
    return_id: int | None = None
    base: Mapping[str, Any] = field(default_factory=dict)  # what its writer had read, if that no longer stands

    @property
    def is_same(self) -> bool:
        """Whether it changes nothing: it says what stands, or what its writer had read; then theirs stands who came between."""
        stands = {name: getattr(self.stands, name) for name in FIELDS} if self.stands else {}
        return self.answer.values() in (stands, self.base)

    @property
    def needs_reason(self) -> bool:
        """Whether a check doubts it and nothing is said to that."""
        return bool(self.doubts) and not says_enough(self.answer.reason)


@dataclass(frozen=True)
class Stored:
    """One answer stored: what stood before (None: nothing) and what stands now."""

    arrangement_id: int
    before: dict[str, Any] | None
    after: ReportedSaving


@dataclass(frozen=True)
class Settled:
    """A query that was closed because the answer it doubts no longer stands, and how it stood before."""

    query_id: int
    state: str
    decision: str


@dataclass(frozen=True)
class Recorded:
    """What an act of recording did: answers stored, returns started, queries settled and raised."""

    stored: list[Stored]
    started: list[int]
    settled: list[Settled]
    raised: list[int]


def judge(
    year: FinancialYear, answers: Sequence[Answer], *, to_write: bool = False, beside: Mapping[int, int] | None = None
) -> list[Verdict]:
    """How each answer would fare, in their order; writes nothing. `to_write` locks the returns and answers it looks at.

    A constant number of queries. An answer that says what stands already isn't judged further. `beside`: amounts by
    arrangement that the same act gives and that aren't judged here.
    """
    ids = [answer.arrangement_id for answer in answers]
    returns = _returns(year, ids, lock=to_write)
    savings = ReportedSaving.objects.filter(among("arrangement", ids), year=year).order_by("pk")
    standing = {saving.arrangement_id: saving for saving in (savings.select_for_update() if to_write else savings)}
    bare = _beside_what_stands(year, answers, standing)
    moved = [verdict.answer for verdict in bare if not verdict.is_same]
    known, usual = subjects(year, moved, beside), usual_change(year) if moved else None
    met = asked_already(Query.objects.filter(among("arrangement", known), annual_return__year=year))
    judged = []
    for verdict in bare:
        answer, stands = verdict.answer, verdict.stands
        if verdict.is_same or usual is None:
            judged.append(verdict)
            continue
        subject = known.get(answer.arrangement_id)
        if subject is None:
            raise RuleBroken(f"The register has no arrangement number {answer.arrangement_id}.")
        broken = _broken_fields(answer)
        found = broken or findings(subject, usual)
        about = "" if broken else in_words(answer.outcome, answer.amount)
        judged.append(
            Verdict(
                answer,
                stands,
                is_stale=answer.version != (stands.version if stands else None),
                faults=[one for one in found if one.is_hard],
                doubts=[one for one in found if not one.is_hard and (answer.arrangement_id, one.rule, about) not in met],
                return_id=returns.get(answer.arrangement_id),
                base=verdict.base,
            )
        )
    return judged


def asked_already(queries: QuerySet[Query]) -> set[tuple[int, str, str]]:
    """Of the queries, what rules ask or asked: arrangement, rule, and the answer it doubted.

    One that was closed because the answer had changed is not among them: if that answer comes back, nobody has judged it.
    """
    stand = queries.exclude(rule="").exclude(state=QueryState.SETTLED, decision__startswith=MOOT)
    return set(stand.values_list("arrangement_id", "rule", "about"))


def _beside_what_stands(year: FinancialYear, answers: Sequence[Answer], standing: Mapping[int, ReportedSaving]) -> list[Verdict]:
    """Each answer with what stands, and with what its writer had read where that has moved on or is gone."""
    bare = [Verdict(answer, standing.get(answer.arrangement_id)) for answer in answers]
    read = {
        each.answer.arrangement_id: version
        for each in bare
        if (version := each.answer.version) is not None and (each.stands is None or each.stands.version != version)
    }
    bases = as_read(year, read)
    return [replace(each, base=bases.get(each.answer.arrangement_id, {})) for each in bare]


def as_read(year: FinancialYear, versions: Mapping[int, int]) -> dict[int, dict[str, Any]]:
    """By arrangement, what its answer for the year said at the version, from the trail; without those that never said it."""
    known = {pk: version for pk, version in versions.items() if 0 < version <= LAST_VERSION}
    if not known:
        return {}
    told = _told(year, known).filter(version__in=set(known.values())).order_by("pgh_id")
    return {
        event.arrangement_id: {name: getattr(event, name) for name in FIELDS}
        for event in told
        if event.version == known[event.arrangement_id]
    }


def _told(year: FinancialYear, arrangements: Iterable[int]) -> QuerySet[Any]:
    """The trail of the answers for the year, of those that are gone too."""
    return events(ReportedSaving, year=year).filter(among("arrangement", arrangements))


def record_answers(
    *, annual_return: AnnualReturn, answers: Iterable[Answer], user: Any, door: str = "admin", reason: str = ""
) -> int:
    """Store the answers to lines of one return that differ from what stands; the number stored.

    Refusals as `record_many`; `RuleBroken` also where the return isn't open for answers or a line isn't the return's.
    """
    return len(_record_on(annual_return, list(answers), user=user, door=door, reason=reason).stored)


@transaction.atomic
def _record_on(annual_return: AnnualReturn, answers: list[Answer], **said: Any) -> Recorded:
    asked = AnnualReturn.objects.select_for_update(of=("self",)).select_related("year", "council").get(pk=annual_return.pk)
    if not asked.is_open_for_answers:
        raise RuleBroken(f"The return of {asked} is {asked.get_state_display().lower()}. Reopen it to change an answer.")
    lines = set(asked.lines().values_list("pk", flat=True))
    strange = [answer.arrangement_id for answer in answers if answer.arrangement_id not in lines]
    if strange:
        named = Arrangement.objects.filter(pk__in=strange).values_list("reference", "name")
        told = ", ".join(f"{reference} {name}" for reference, name in named) or f"arrangement number {strange[0]}"
        raise RuleBroken(f"{asked} has no line for {told}: another council answers for it, or it doesn't operate in the year.")
    return record_many(year=asked.year, answers=answers, **said)


@transaction.atomic
def record_many(*, year: FinancialYear, answers: Iterable[Answer], user: Any, door: str = "admin", reason: str = "") -> Recorded:
    """Store the answers, to whichever returns they belong, that differ from what stands.

    All or none: `StaleAnswers` if any rests on an old reading, `AnswersRefused` if any breaks a rule, `ReasonsMissing` if a
    check doubts any and no reason of ten letters is given, `RuleBroken` if a line is answered twice. Each doubt becomes a
    query with the reason as its answer, for an analyst to judge; queries that rules raised about an answer that no longer
    stands are settled. Returns not started are now in progress. All this is one act with one context in the trail, where
    an answer's own reason stands with it.
    """
    answers = list(answers)
    if len({answer.arrangement_id for answer in answers}) < len(answers):
        raise RuleBroken("A line is answered twice. Give one answer for each.")
    verdicts = [verdict for verdict in judge(year, answers, to_write=True) if not verdict.is_same]
    _refuse(verdicts)
    own = {verdict.answer.arrangement_id: verdict.answer.reason.strip() for verdict in verdicts if verdict.doubts}
    with written_by(door=door, user=user, reason=reason, reasons={"arrangement_id": own} if own else None):
        stored = _store(year, verdicts)
        settled = _settle_moot_queries(year, stored, user)
        started = _start({verdict.return_id for verdict in verdicts if verdict.return_id})
        raised = _raise_queries(verdicts, stored, user)
    return Recorded(stored, started, settled, raised)


def _returns(year: FinancialYear, arrangements: Sequence[int], *, lock: bool) -> dict[int, int]:
    """The return that each arrangement is a line of; locked, in the order of their keys, if asked."""
    answering = Partnership.objects.answering_on(year.ends_on).filter(among("arrangement", arrangements)).order_by()
    councils = dict(answering.values_list("arrangement_id", "council_id"))
    found = AnnualReturn.objects.filter(year=year, council__in=set(councils.values())).order_by("pk")
    by_council = {each.council_id: each.pk for each in (found.select_for_update() if lock else found)}
    return {pk: by_council[council] for pk, council in councils.items() if council in by_council}


def _refuse(verdicts: list[Verdict]) -> None:
    stale = [Conflict(verdict.stands, verdict.answer, verdict.base) for verdict in verdicts if verdict.is_stale]
    if stale:
        raise StaleAnswers(stale)
    faults = {verdict.answer.arrangement_id: verdict.faults for verdict in verdicts if verdict.faults}
    if faults:
        raise AnswersRefused(faults)
    doubts = {verdict.answer.arrangement_id: verdict.doubts for verdict in verdicts if verdict.needs_reason}
    if doubts:
        raise ReasonsMissing(doubts)


def _broken_fields(answer: Answer) -> list[Finding]:
    """What no column could hold: an outcome that isn't one, an amount that is no number."""
    if answer.outcome in Outcome.values and isinstance(answer.amount, int | None) and abs(answer.amount or 0) <= LARGEST:
        return []  # as nearly all are; the model's own word takes its time
    try:
        _unsaved(answer).clean_fields(exclude=["arrangement", "year"])
    except ValidationError as error:
        return [Finding("of-its-kind", True, name, said) for name, messages in error.message_dict.items() for said in messages]
    return []


def _unsaved(answer: Answer, year: FinancialYear | None = None) -> ReportedSaving:
    return ReportedSaving(arrangement_id=answer.arrangement_id, year=year, **answer.values())


def _store(year: FinancialYear, verdicts: list[Verdict]) -> list[Stored]:
    """Insert or update in one statement; the versions that the database raised are read back.

    An answer where an earlier one was taken back goes on from its version: no reading of the earlier passes for one of it.
    """
    rows = [_unsaved(verdict.answer, year) for verdict in verdicts]
    new = [verdict.answer.arrangement_id for verdict in verdicts if verdict.stands is None]
    gone = dict(_told(year, new).values_list("arrangement_id").annotate(Max("version"))) if new else {}
    for row in rows:
        row.version = gone.get(row.arrangement_id, 0) + 1
    ReportedSaving.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["arrangement", "year"], update_fields=list(FIELDS), batch_size=2_000
    )
    after = {
        saving.arrangement_id: saving
        for saving in ReportedSaving.objects.filter(among("arrangement", [row.arrangement_id for row in rows]), year=year)
    }
    return [
        Stored(
            verdict.answer.arrangement_id,
            {name: getattr(verdict.stands, name) for name in FIELDS} if verdict.stands else None,
            after[verdict.answer.arrangement_id],
        )
        for verdict in verdicts
    ]


def _settle_moot_queries(year: FinancialYear, stored: list[Stored], user: Any) -> list[Settled]:
    """Close what rules asked about an answer that no longer stands."""
    words = {each.arrangement_id: each.after.in_words for each in stored}
    asked = Query.objects.select_for_update(of=("self",)).filter(among("arrangement", words), annual_return__year=year)
    moot = [
        query for query in asked.exclude(state=QueryState.SETTLED).exclude(rule="") if query.about != words[query.arrangement_id]
    ]
    before = [Settled(query.pk, query.state, query.decision) for query in moot]
    for query in moot:
        query.state, query.settled_by, query.settled_at = QueryState.SETTLED, user, now()
        query.decision = f"{MOOT}{words[query.arrangement_id]}."
    Query.objects.bulk_update(moot, ["state", "settled_by", "settled_at", "decision"], batch_size=500)
    return before


def _start(returns: set[int]) -> list[int]:
    """Returns that had not started are in progress."""
    waiting = AnnualReturn.objects.filter(pk__in=returns, state=ReturnState.NOT_STARTED)
    started = list(waiting.values_list("pk", flat=True))
    waiting.update(state=ReturnState.IN_PROGRESS)
    return started


def _raise_queries(verdicts: list[Verdict], stored: list[Stored], user: Any) -> list[int]:
    """Each doubt becomes a query that carries the reason and waits for an analyst."""
    words = {each.arrangement_id: each.after.in_words for each in stored}
    moment = now()
    raised = Query.objects.bulk_create(
        [
            Query(
                annual_return_id=verdict.return_id,
                arrangement_id=verdict.answer.arrangement_id,
                rule=doubt.rule,
                about=words[verdict.answer.arrangement_id],
                text=doubt.message,
                state=QueryState.ANSWERED,
                raised_by=user,
                raised_at=moment,
                answer=verdict.answer.reason.strip(),
                answered_at=moment,
            )
            for verdict in verdicts
            if verdict.return_id is not None
            for doubt in verdict.doubts
        ],
        batch_size=2_000,
    )
    return [query.pk for query in raised]
