"""The lines of a return as they are shown and answered on one page, last year's answer beside each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from arrangements.register.models import Arrangement, Partnership
from arrangements.returns.answering import Answer, ReasonsMissing, StaleAnswers
from arrangements.returns.checks import Finding
from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.vocabulary import Outcome
from sharedservices.common.money import pounds, read_pounds


class PoundsField(forms.Field):
    """An amount in any usual spelling, as whole pounds; None where it is left empty."""

    def to_python(self, value: Any) -> int | None:
        text = (value or "").strip()
        if not text:
            return None
        try:
            return read_pounds(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class LineForm(forms.Form):
    """One line's answer, with the version of the answer that was read."""

    outcome = forms.ChoiceField(choices=[("", "No answer yet"), *Outcome.choices], required=False)
    amount = PoundsField(required=False, label="Amount in pounds")
    note = forms.CharField(
        max_length=2000, required=False, label="Source, or why there is no figure", widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(max_length=1000, required=False, label="Why it is right all the same")
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_note(self) -> str:
        """With the ends of lines as they are stored, so that a note sent back untouched is no change."""
        return self.cleaned_data["note"].replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        outcome, amount = cleaned.get("outcome"), cleaned.get("amount")
        if "amount" in self.errors or "outcome" in self.errors:
            return cleaned
        if outcome == Outcome.FIGURE and amount is None:
            self.add_error("amount", "Give an amount for a figure: 0 if nothing was saved.")
        elif outcome and outcome != Outcome.FIGURE and amount is not None:
            self.add_error("amount", f"{pounds(amount)} goes with “Figure” only. Choose “Figure”, or empty the amount.")
        elif not outcome and (amount is not None or cleaned.get("note")):
            self.add_error("outcome", "Choose an outcome for this line.")
        elif not outcome and cleaned.get("version") is not None:
            self.add_error("outcome", "An answer that was given can be changed, and not taken away. Choose an outcome.")
        return cleaned


@dataclass
class Line:
    """One arrangement of the return: last year's answer, this year's, its form, its queries, and what stands if it moved on."""

    arrangement: Arrangement
    partners: list[str]
    last_year: ReportedSaving | None
    this_year: ReportedSaving | None
    form: LineForm
    queries: list[Query]
    stands: str = ""
    doubts: list[Finding] = field(default_factory=list)
    flags: Any = None  # put in by followup/shown.py


class ReturnLines:
    """All lines of a return, bound to what was submitted if anything was."""

    def __init__(self, annual_return: AnnualReturn, data: Any = None) -> None:
        self.annual_return, self.data = annual_return, data
        self.lines = self._read()

    def _read(self) -> list[Line]:
        """Five queries, whatever the number of lines."""
        year = self.annual_return.year
        arrangements = list(self.annual_return.lines().select_related("main_service"))
        savings: dict[Any, dict[int, ReportedSaving]] = {"this": {}, "last": {}}
        for saving in ReportedSaving.objects.filter(
            arrangement__in=arrangements, year__starts_on__in=[year.starts_on, year.previous_starts_on]
        ).select_related("year"):
            savings["this" if saving.year_id == year.pk else "last"][saving.arrangement_id] = saving
        partners: dict[int, list[str]] = {}
        for partnership in (
            Partnership.objects.in_force_on(year.ends_on).filter(arrangement__in=arrangements).select_related("council")
        ):
            partners.setdefault(partnership.arrangement_id, []).append(partnership.council.short_name)
        queries: dict[int, list[Query]] = {}
        for query in self.annual_return.queries.select_related("raised_by"):
            queries.setdefault(query.arrangement_id, []).append(query)
        return [
            Line(
                arrangement=arrangement,
                partners=sorted(partners.get(arrangement.pk, [])),
                last_year=savings["last"].get(arrangement.pk),
                this_year=savings["this"].get(arrangement.pk),
                form=self._form(arrangement, savings["this"].get(arrangement.pk)),
                queries=queries.get(arrangement.pk, []),
            )
            for arrangement in arrangements
        ]

    def _form(self, arrangement: Arrangement, saving: ReportedSaving | None) -> LineForm:
        stands = saving and {
            "outcome": saving.outcome,
            "amount": f"{saving.amount:,}" if saving.amount is not None else "",
            "note": saving.note,
            "version": saving.version,
        }
        form = LineForm(self.data, prefix=f"line-{arrangement.pk}", initial=stands or None)
        for name in ("outcome", "amount", "note", "reason"):
            form.fields[name].widget.attrs["aria-describedby"] = f"said-{arrangement.pk}"
        return form

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
        """Put beside each stale line what stands now, and let the form carry the version that stands."""
        stands = {conflict.wanted.arrangement_id: conflict.stands for conflict in stale.conflicts}
        data = self.data.copy()
        for line in self.lines:
            if line.arrangement.pk in stands:
                saving = stands[line.arrangement.pk]
                line.stands = f"{saving.in_words}{f' ({saving.note})' if saving.note else ''}" if saving else "no answer"
                data[line.form.add_prefix("version")] = str(saving.version) if saving else ""
        for line in self.lines:
            line.form.data = data

    def show_doubts(self, missing: ReasonsMissing) -> None:
        """Put each doubt at its line, which then asks for a reason."""
        for line in self.lines:
            line.doubts = missing.doubts.get(line.arrangement.pk, [])

    def show_errors(self, error: ValidationError) -> None:
        """Put each refusal at its line; keys of the error are arrangement ids."""
        for line in self.lines:
            for message in error.message_dict.get(str(line.arrangement.pk), []):
                line.form.add_error(None, message)
