"""The form of one line: outcome, amount in any usual spelling, source, and the reason where a check doubts it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from arrangements.returns.models import ReportedSaving
from arrangements.returns.vocabulary import Outcome
from sharedservices.common.money import pounds, read_pounds

# What the list of usual sources offers; any other words will do.
USUAL_SOURCES = [
    "Council return",
    "E-mail from the council",
    "Telephone call with the council",
    "The council’s annual accounts",
    "Report to the joint committee",
    "The partnership’s annual report",
]


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
    amount = PoundsField(
        required=False,
        label="Amount in pounds",
        help_text="In this financial year, net, whole arrangement.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    note = forms.CharField(
        max_length=2000,
        required=False,
        label="Source, or why there is no figure",
        widget=forms.TextInput(attrs={"list": "usual-sources", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        max_length=1000,
        required=False,
        label="Why it is right all the same",
        help_text="Ten letters or more, kept with the answer.",
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, arrangement: int, stands: ReportedSaving | None, *, judged: bool = True) -> None:
        prefix, initial = f"line-{arrangement}", {}
        if data is not None and not judged:
            initial = {name: data.get(f"{prefix}-{name}", "") for name in self.base_fields}
        elif stands is not None:
            amount = f"{stands.amount:,}" if stands.amount is not None else ""
            initial = {"outcome": stands.outcome, "amount": amount, "note": stands.note, "version": stands.version}
        super().__init__(data if judged else None, prefix=prefix, initial=initial)
        if "\n" in str(initial.get("note") if data is None or not judged else data.get(f"{prefix}-note", "")):
            self.fields["note"].widget = forms.Textarea(attrs={"rows": 2})  # a single line would lose where it was broken

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

    def put(self, **values: str) -> None:
        """Put values into the fields as if they had been typed."""
        if not self.is_bound:
            self.initial.update(values)
            return
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for name, value in values.items():
            data[self.add_prefix(name)] = value
        self.data = data

    @property
    def typed_amount(self) -> int | None:
        """The amount as it stands in the form; None if there is none or it can't be read."""
        try:
            return self.fields["amount"].to_python(self["amount"].value())
        except ValidationError:
            return None
