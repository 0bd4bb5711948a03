"""Changes to many answers, returns and queries at once, as actions of their lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from arrangements.register.models import Partnership
from arrangements.returns import together
from arrangements.returns.answering import Answer, ReasonsMissing, judge, record_many
from arrangements.returns.models import AnnualReturn, FinancialYear, Query, ReportedSaving
from arrangements.returns.vocabulary import Outcome, QueryState
from councils.models import User
from sharedservices.common.bulk import BulkDeed, BulkForm, Fault
from sharedservices.common.errors import RuleBroken
from sharedservices.common.money import pounds

DOOR = "bulk change"
THOUSAND = 1_000


def page_of(annual_return: int, arrangement: int | None = None) -> str:
    """The return's page, at the line of the arrangement."""
    page = reverse("admin:arrangements_annualreturn_change", args=[annual_return])
    return f"{page}#line-{arrangement}" if arrangement else page


def count(number: int, noun: str, nouns: str = "") -> str:
    """So many, with their noun."""
    return f"{number:,} {noun if number == 1 else nouns or f'{noun}s'}"


# Answers


class AnswersForm(BulkForm):
    """What answers are asked besides: a reason where a check doubts them."""

    doubts_answered = forms.CharField(
        max_length=1000,
        required=False,
        label="Where a check doubts an answer: why it is right all the same",
        help_text="Ten letters or more, one for all. Each doubt becomes a query with this as its answer. Left empty, such rows"
        " are reported instead.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AnswersDeed(BulkDeed):
    """Other answers for the lines that are ticked, through the core that every door records by."""

    def rows(self, keys: Iterable[int]) -> QuerySet:
        return ReportedSaving.objects.filter(pk__in=keys).select_related("arrangement", "year")

    def hold_first(self, keys: Collection[int]) -> None:
        """The returns that the answers belong to, as whoever records answers does."""
        of_year = Partnership.objects.answering_on(OuterRef("year__ends_on")).filter(
            council=OuterRef("council"),
            arrangement__reported_savings__in=list(keys),
            arrangement__reported_savings__year=OuterRef("year"),
        )
        list(AnnualReturn.objects.filter(Exists(of_year)).order_by("pk").select_for_update(of=("self",)).values_list("pk"))

    def now(self, row: ReportedSaving) -> str:
        return f"{row.in_words}{f' ({row.note})' if row.note else ''}"

    def link(self, row: ReportedSaving) -> str:
        return reverse("admin:arrangements_reportedsaving_change", args=[row.pk])

    def wanted(self, row: ReportedSaving, given: Mapping[str, Any]) -> dict[str, Any]:
        """Outcome, amount and note that the row is to have; `RuleBroken` where it can't be said."""
        raise NotImplementedError

    def judge(self, rows: Sequence[ReportedSaving], given: Mapping[str, Any], user: Any) -> dict[int, list[Fault]]:
        found: dict[int, list[Fault]] = {}
        for row in rows:
            try:
                self.wanted(row, given)
            except RuleBroken as refusal:
                found[row.pk] = [Fault("of-its-kind", " ".join(refusal.messages))]
        for year, those in _by_year(row for row in rows if row.pk not in found).items():
            by_arrangement = {row.arrangement_id: row.pk for row in those}
            for verdict in judge(year, [self._answer(row, given) for row in those], to_write=True):
                key = by_arrangement[verdict.answer.arrangement_id]
                found[key] = [Fault(one.rule, one.message) for one in verdict.faults]
                if verdict.needs_reason:
                    found[key] += [Fault(one.rule, one.message) for one in verdict.doubts]
        return found

    def store(self, rows: Sequence[ReportedSaving], given: Mapping[str, Any], user: Any) -> int:
        stored = 0
        for year, those in _by_year(rows).items():
            try:
                answers = [self._answer(row, given) for row in those]
                stored += len(record_many(year=year, answers=answers, user=user, door=DOOR, reason=given["reason"]).stored)
            except ReasonsMissing as missing:
                raise RuleBroken(doubt.message for doubts in missing.doubts.values() for doubt in doubts) from missing
        return stored

    def _answer(self, row: ReportedSaving, given: Mapping[str, Any]) -> Answer:
        reason = given["doubts_answered"]
        return Answer(row.arrangement_id, **self.wanted(row, given), version=row.version, reason=reason)

    def said(self, changed: int, given: Mapping[str, Any]) -> str:
        return f"{count(changed, 'answer')} changed."


def _by_year(rows: Iterable[ReportedSaving]) -> dict[FinancialYear, list[ReportedSaving]]:
    by_year: dict[FinancialYear, list[ReportedSaving]] = defaultdict(list)
    for row in rows:
        by_year[row.year].append(row)
    return by_year


class OutcomeForm(AnswersForm):
    """Which outcome they have instead of the one that stands."""

    outcome = forms.ChoiceField(
        label="Outcome",
        choices=[("", "Choose"), *(choice for choice in Outcome.choices if choice[0] != Outcome.FIGURE)],
        help_text="A figure is each line’s own, and is given on the return’s page.",
    )
    note = forms.CharField(max_length=2000, label="Why there is no figure", widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ["outcome", "note", "reason", "doubts_answered"]


class SetOutcome(AnswersDeed):
    """Give them all one outcome, without amount."""

    name, title, form = "set-outcome", "Set the outcome of the ticked answers", OutcomeForm

    def wanted(self, row: ReportedSaving, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"outcome": given["outcome"], "amount": None, "note": given["note"].replace("\r\n", "\n")}


class ThousandForm(AnswersForm):
    """Which way they are out."""

    times = forms.ChoiceField(
        label="The amounts were given in",
        choices=[
            ("", "Choose"),
            ("multiply", "thousands of pounds: multiply each by 1,000"),
            ("divide", "a thousandfold: divide each by 1,000"),
        ],
    )
    field_order = ["times", "reason", "doubts_answered"]


class TimesAThousand(AnswersDeed):
    """Put amounts right that were given in thousands, or a thousandfold."""

    name, title, form = "times-a-thousand", "Multiply or divide the ticked amounts by 1,000", ThousandForm

    def wanted(self, row: ReportedSaving, given: Mapping[str, Any]) -> dict[str, Any]:
        if row.amount is None:
            raise RuleBroken(f"Its answer is “{row.get_outcome_display()}”, which has no amount to change.")
        if given["times"] == "multiply":
            amount = row.amount * THOUSAND
        elif row.amount % THOUSAND:
            raise RuleBroken(f"{pounds(row.amount)} is no whole number of thousands. Change it on the return’s page.")
        else:
            amount = row.amount // THOUSAND
        return {"outcome": row.outcome, "amount": amount, "note": row.note}


# Returns


class NoReasonForm(BulkForm):
    """A reason may be given; the deed alone needs none either."""

    reason = forms.CharField(
        max_length=1000, required=False, label="Reason, if there is one to keep", widget=forms.Textarea(attrs={"rows": 2})
    )


class ReturnsDeed(BulkDeed):
    """Something that is done to whole returns."""

    form: type[BulkForm] = NoReasonForm

    def rows(self, keys: Iterable[int]) -> QuerySet:
        return AnnualReturn.objects.filter(pk__in=keys).select_related("council", "year")

    def now(self, row: AnnualReturn) -> str:
        return row.get_state_display()

    def link(self, row: AnnualReturn) -> str:
        return page_of(row.pk)


class Accept(ReturnsDeed):
    """Take them as right."""

    name, title = "accept", "Accept the ticked returns"

    def judge(self, rows: Sequence[AnnualReturn], given: Mapping[str, Any], user: Any) -> dict[int, list[Fault]]:
        return {key: [Fault("not-to-be-accepted", said)] for key, said in together.why_not_accepted(rows).items()}

    def store(self, rows: Sequence[AnnualReturn], given: Mapping[str, Any], user: Any) -> int:
        return together.accept_all(returns=rows, user=user, door=DOOR, reason=given["reason"])

    def said(self, changed: int, given: Mapping[str, Any]) -> str:
        return f"{count(changed, 'return')} accepted: their answers enter the next release."


class Check(ReturnsDeed):
    """Run the soft checks over them."""

    name, title = "check", "Run the checks over the ticked returns"

    def judge(self, rows: Sequence[AnnualReturn], given: Mapping[str, Any], user: Any) -> dict[int, list[Fault]]:
        return {key: [Fault("not-to-be-checked", said)] for key, said in together.why_not_checked(rows).items()}

    def store(self, rows: Sequence[AnnualReturn], given: Mapping[str, Any], user: Any) -> int:
        return together.check_all(returns=rows, user=user, door=DOOR, reason=given["reason"])

    def said(self, changed: int, given: Mapping[str, Any]) -> str:
        return f"The checks raised {count(changed, 'query', 'queries')}."


class AssignForm(NoReasonForm):
    """Whose they are."""

    to = forms.ModelChoiceField(
        User.objects.filter(is_staff=True, is_active=True).order_by("email"),
        required=False,
        label="Who looks after them",
        empty_label="Nobody in particular",
    )
    field_order = ["to"]


class AssignOfReturns(ReturnsDeed):
    """Give the queries of the returns that aren't settled to one person."""

    name, title, form = "assign", "Assign the queries of the ticked returns", AssignForm

    def store(self, rows: Sequence[AnnualReturn], given: Mapping[str, Any], user: Any) -> int:
        waiting = Query.objects.filter(annual_return__in=rows).exclude(state=QueryState.SETTLED).order_by("pk")
        held = list(waiting.select_for_update(of=("self",)))
        return together.assign_all(queries=held, to=given["to"], user=user, door=DOOR, reason=given["reason"])

    def said(self, changed: int, given: Mapping[str, Any]) -> str:
        return f"{count(changed, 'query', 'queries')} assigned to {given['to'] or 'nobody in particular'}."


# Queries


class QueriesDeed(BulkDeed):
    """Something that is done to queries."""

    def rows(self, keys: Iterable[int]) -> QuerySet:
        related = ("annual_return__council", "annual_return__year", "arrangement", "assigned_to")
        return Query.objects.filter(pk__in=keys).select_related(*related)

    def hold_first(self, keys: Collection[int]) -> None:
        """Their returns, as whoever answers or settles one does."""
        of_them = AnnualReturn.objects.filter(Exists(Query.objects.filter(pk__in=list(keys), annual_return=OuterRef("pk"))))
        list(of_them.order_by("pk").select_for_update(of=("self",)).values_list("pk"))

    def now(self, row: Query) -> str:
        return f"{row.get_state_display()}. {row.text}"

    def link(self, row: Query) -> str:
        return page_of(row.annual_return_id, row.arrangement_id)


class Assign(QueriesDeed):
    """Give them to one person."""

    name, title, form = "assign", "Assign the ticked queries", AssignForm

    def store(self, rows: Sequence[Query], given: Mapping[str, Any], user: Any) -> int:
        return together.assign_all(queries=rows, to=given["to"], user=user, door=DOOR, reason=given["reason"])

    def said(self, changed: int, given: Mapping[str, Any]) -> str:
        return f"{count(changed, 'query', 'queries')} assigned to {given['to'] or 'nobody in particular'}."


class AcceptAnswers(QueriesDeed):
    """Accept what the councils have answered; the reason is the decision."""

    name, title = "accept-answers", "Accept the answers of the ticked queries"

    def judge(self, rows: Sequence[Query], given: Mapping[str, Any], user: Any) -> dict[int, list[Fault]]:
        return {key: [Fault("not-answered", said)] for key, said in together.why_answers_not_accepted(rows).items()}

    def store(self, rows: Sequence[Query], given: Mapping[str, Any], user: Any) -> int:
        return together.settle_all(queries=rows, decision=given["reason"], user=user, door=DOOR)

    def said(self, changed: int, given: Mapping[str, Any]) -> str:
        return f"{count(changed, 'query', 'queries')} settled."


OF_ANSWERS = [SetOutcome(), TimesAThousand()]
OF_RETURNS = [Accept(), Check(), AssignOfReturns()]
OF_QUERIES = [Assign(), AcceptAnswers()]
