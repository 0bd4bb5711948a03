"""The lines of a return as they are shown and answered on one page, last year's answer beside each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.forms.boundfield import BoundField

from arrangements.register.models import Arrangement, Partnership
from arrangements.returns.answering import Answer, AnswersRefused, ReasonsMissing, StaleAnswers
from arrangements.returns.checks import Finding
from arrangements.returns.conflicts import ANSWER, NOTE, MovedOn, columns_of, fields_of, moved_on
from arrangements.returns.line_form import LineForm
from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.vocabulary import NOT_RETURNED, Outcome, QueryState
from arrangements.returns.words import echoed, in_words
from sharedservices.common.money import pounds
from sharedservices.common.today import now

THEIRS = "theirs"
SOURCE_HINT = "Such as “Council return, e-mail of 3 March”."
WHY_HINT = "Say in a line why there is no figure."


@dataclass(frozen=True)
class ShownField:
    """A field of a line with its widget, which names what describes it, and its hint."""

    field: BoundField
    widget: str
    hint: str


@dataclass
class Line:
    """One arrangement of the return: last year's answer, this year's, its form, its queries, and what is to be looked at."""

    arrangement: Any  # an Arrangement with `partners` and `published`
    year_before: str
    last_year: ReportedSaving | None
    this_year: ReportedSaving | None
    form: LineForm
    queries: list[Query]
    doubts: list[Finding] = field(default_factory=list)
    moved_on: MovedOn | None = None
    flags: Any = None  # put in by followup/shown.py

    @property
    def partners(self) -> list[str]:
        """Who takes part on 31 March, by short name."""
        return sorted(self.arrangement.partners)

    @property
    def published_otherwise(self) -> str:
        """What the last release of the year before says, if that isn't what stands now."""
        frozen = self.arrangement.published
        if frozen is None:
            return ""
        stands = (self.last_year.outcome, self.last_year.amount) if self.last_year else (NOT_RETURNED, None)
        said = frozen["outcome"], frozen["amount"]
        return "" if said == stands else f"{in_words(*said)} (revision {frozen['revision']})"

    @property
    def echo(self) -> str:
        """The amount of the form in full, beside last year's."""
        amount = self.form.typed_amount
        return "" if amount is None else echoed(amount, self.last_year, self.year_before)

    @property
    def is_to_be_looked_at(self) -> bool:
        """Whether something about it was refused."""
        return bool(self.form.errors or self.doubts or self.moved_on)

    @property
    def open_queries(self) -> list[Query]:
        """Those that aren't settled."""
        return [query for query in self.queries if query.state != QueryState.SETTLED]

    @property
    def settled_queries(self) -> list[Query]:
        """Those that are."""
        return [query for query in self.queries if query.state == QueryState.SETTLED]

    @property
    def fields(self) -> list[ShownField]:
        """Those to be filled in; a reason only where a check doubts the answer."""
        asks_why = self.doubts or self.form["reason"].value()
        return [self._shown(name) for name in ("outcome", "amount", "note", *(["reason"] if asks_why else []))]

    def _shown(self, name: str) -> ShownField:
        bound = self.form[name]
        hint = str(bound.help_text)
        if name == "note":
            hint = SOURCE_HINT if self.form["outcome"].value() in ("", None, Outcome.FIGURE) else WHY_HINT
            hint = "" if hint in bound.errors else hint
        described = [
            f"{bound.auto_id}_hint" if hint else "",
            f"{bound.auto_id}_echo" if name == "amount" else "",
            f"doubts-{self.arrangement.pk}" if self.doubts and name in ("amount", "reason") else "",
            f"{bound.auto_id}_error" if bound.errors else "",
        ]
        by = " ".join(filter(None, described))
        return ShownField(bound, bound.as_widget(attrs={"aria-describedby": by} if by else {}), hint)

    @property
    def suggestions(self) -> list[tuple[str, str]]:
        """What the doubts suggest, as a button's value and words."""
        meant = dict.fromkeys(doubt.suggestion for doubt in self.doubts if doubt.suggestion is not None)
        return [(f"{self.arrangement.pk}:{amount}", pounds(amount)) for amount in meant]


class ReturnLines:
    """All lines of a return, with what was sent if anything was.

    Not `judged`: shown as it was typed, without saying what is missing or wrong.
    """

    def __init__(self, annual_return: AnnualReturn, data: Any = None, *, judged: bool = True) -> None:
        self.annual_return, self.data, self.judged = annual_return, data, judged
        self.lines = self._read()

    def _read(self) -> list[Line]:
        """Three queries, whatever the number of lines."""
        year = self.annual_return.year
        arrangements = list(_with_more(AnnualReturn.lines(self.annual_return), year))
        this_year: dict[int, ReportedSaving] = {}
        last_year: dict[int, ReportedSaving] = {}
        for saving in ReportedSaving.objects.filter(
            arrangement__in=arrangements, year__starts_on__in=[year.starts_on, year.previous_starts_on]
        ):
            (this_year if saving.year_id == year.pk else last_year)[saving.arrangement_id] = saving
        queries: dict[int, list[Query]] = {}
        for query in self.annual_return.queries.select_related("raised_by", "assigned_to").order_by("raised_at", "pk"):
            queries.setdefault(query.arrangement_id, []).append(query)
        return [
            Line(
                arrangement=arrangement,
                year_before=year.before,
                last_year=last_year.get(arrangement.pk),
                this_year=this_year.get(arrangement.pk),
                form=self._form(arrangement, this_year.get(arrangement.pk)),
                queries=queries.get(arrangement.pk, []),
            )
            for arrangement in arrangements
        ]

    def _form(self, arrangement: Arrangement, stands: ReportedSaving | None) -> LineForm:
        if self.data is not None:
            self.data = _with_theirs(self.data, f"line-{arrangement.pk}", stands)
        return LineForm(self.data, arrangement.pk, stands, judged=self.judged)

    @property
    def answered(self) -> int:
        """How many have an answer stored."""
        return sum(line.this_year is not None for line in self.lines)

    def is_valid(self) -> bool:
        """Whether every line's form is."""
        judged = [line.form.is_valid() for line in self.lines]  # every line, so that each says its own
        return all(judged)

    def answers(self) -> list[Answer]:
        """What was answered; lines left without an outcome are not among it."""
        return [
            Answer(
                arrangement_id=line.arrangement.pk,
                outcome=line.form.cleaned_data["outcome"],
                amount=line.form.cleaned_data["amount"],
                note=line.form.cleaned_data["note"],
                version=line.form.cleaned_data["version"],
                reason=line.form.cleaned_data["reason"],
            )
            for line in self.lines
            if line.form.cleaned_data["outcome"]
        ]

    def show_conflicts(self, stale: StaleAnswers) -> None:
        """Show at each stale line both sides; its form is merged, and carries the version that stands."""
        found = moved_on(self.annual_return.year, stale.conflicts)
        for line in self.lines:
            if moved := found.get(line.arrangement.pk):
                line.moved_on = moved
                line.form.put(**moved.merged, version=moved.version)

    def show_doubts(self, missing: ReasonsMissing) -> None:
        """Put each doubt at its line, which then asks for a reason."""
        for line in self.lines:
            line.doubts = missing.doubts.get(line.arrangement.pk, [])

    def show_faults(self, refused: AnswersRefused) -> None:
        """Put each refusal at its field."""
        for line in self.lines:
            for fault in refused.faults.get(line.arrangement.pk, []):
                line.form.add_error(fault.field if fault.field in line.form.fields else None, fault.message)


def _with_more(arrangements: QuerySet, year: Any) -> Iterable[Any]:
    """Annotate `partners`, and `published`: what the last release of the year before says of it."""
    partnerships = Partnership.objects.in_force_on(year.ends_on).filter(arrangement=OuterRef("pk"))
    frozen = Arrangement._meta.get_field("released").related_model._default_manager.filter(  # type: ignore[union-attr]
        arrangement=OuterRef("pk"), release__year__starts_on=year.previous_starts_on, release__published_at__lte=now()
    )
    said = frozen.order_by("-release__revision").values(
        said=JSONObject(outcome="outcome", amount="amount", revision="release__revision")
    )
    return arrangements.select_related("main_service").annotate(
        partners=ArraySubquery(partnerships.values("council__short_name")), published=Subquery(said[:1])
    )


def _with_theirs(data: Any, prefix: str, stands: ReportedSaving | None) -> Any:
    """What was sent, with the parts of the line that its writer leaves to the one who came between.

    Only of the version that was shown: if the line has moved on again, it is shown again.
    """
    taken = {part for part in (ANSWER, NOTE) if data.get(f"{prefix}-take-{part}") == THEIRS}
    if taken and stands is None:
        taken = {ANSWER, NOTE}
    if not taken or data.get(f"{prefix}-version", "") != (str(stands.version) if stands else ""):
        return data
    theirs = fields_of({"outcome": stands.outcome, "amount": stands.amount, "note": stands.note} if stands else {})
    data = data.copy()
    for part in taken:
        for name in columns_of(part):
            data[f"{prefix}-{name}"] = theirs[name]
    return data
