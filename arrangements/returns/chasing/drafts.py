"""The reminders held for approval as the chasing page shows them, each with its words to read and edit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page
from django.db.models import QuerySet

from arrangements.returns.chasing.actions import edit_reminder
from arrangements.returns.chasing.models import LONGEST_LETTER, LONGEST_SUBJECT, Reminder
from arrangements.returns.chasing.vocabulary import WAITING
from sharedservices.common.versions import StaleWrite

POSTED = re.compile(r"draft-(?P<key>[0-9]{1,18})-version")


def for_page(reminders: QuerySet) -> QuerySet:
    """With what the page says of each, by council."""
    related = ("annual_return__council", "annual_return__year", "drafted_by", "approved_by")
    return reminders.select_related(*related).order_by("annual_return__council__short_name", "pk")


class DraftForm(forms.Form):
    """The words of one reminder, with the version that was read."""

    subject = forms.CharField(
        max_length=LONGEST_SUBJECT, error_messages={"required": "Give the letter a subject."}, widget=forms.TextInput
    )
    body = forms.CharField(
        label="Letter",
        max_length=LONGEST_LETTER,
        error_messages={"required": "The letter has no words. Write it, or cancel the reminder."},
        widget=forms.Textarea(attrs={"rows": 24}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_subject(self) -> str:
        """On one line."""
        return " ".join(self.cleaned_data["subject"].split())

    def clean_body(self) -> str:
        """With the ends of lines, the last one too, as they are stored, so that a letter sent back untouched is no change."""
        return f"{self.cleaned_data['body']}\n".replace("\r\n", "\n")


@dataclass
class Draft:
    """One reminder with its form, and the words that stand if somebody else changed them meanwhile."""

    reminder: Reminder
    form: DraftForm
    stands: Reminder | None = None

    @property
    def is_edited(self) -> bool:
        """Whether other words came back than those that stand."""
        words = self.form.cleaned_data
        return (words["subject"], words["body"]) != (self.reminder.subject, self.reminder.body)

    @property
    def as_read(self) -> Reminder:
        """The reminder at the version that was read."""
        self.reminder.version = self.form.cleaned_data["version"]
        return self.reminder


class Drafts:
    """Those shown on a page, or those that a form brought back."""

    def __init__(self, reminders: Page | list[Reminder], data: Any = None) -> None:
        self.page = reminders if isinstance(reminders, Page) else None
        self.data = data
        self.rows = [Draft(reminder, self._form(reminder)) for reminder in reminders]
        # Of those brought back: what was sent or cancelled since the page was opened.
        self.gone: list[Reminder] = []

    @classmethod
    def brought_back(cls, data: Any) -> Drafts:
        """Those whose words are among what was posted: to be judged if they still wait, otherwise `gone`."""
        keys = {found["key"] for name in data if (found := POSTED.fullmatch(name))}
        reminders = list(for_page(Reminder.objects.filter(pk__in=keys)))
        drafts = cls([each for each in reminders if each.state in WAITING], data)
        drafts.gone = [each for each in reminders if each.state not in WAITING]
        return drafts

    @property
    def held(self) -> int:
        """How many there are, those on other pages too."""
        return self.page.paginator.count if self.page else len(self.rows)

    @property
    def waiting(self) -> int:
        """How many of those shown can be approved."""
        return sum(draft.reminder.state in WAITING for draft in self.rows)

    def _form(self, reminder: Reminder) -> DraftForm:
        words = {"subject": reminder.subject, "body": reminder.body, "version": reminder.version}
        form = DraftForm(self.data, prefix=f"draft-{reminder.pk}", initial=words)
        for name in ("subject", "body"):
            form.fields[name].widget.attrs["aria-describedby"] = f"draft-{reminder.pk}-about"
        return form

    def only(self, key: str) -> list[Draft]:
        """The one of that key, in a list; an empty list where it isn't among them."""
        return [draft for draft in self.rows if str(draft.reminder.pk) == key]

    def are_valid(self) -> bool:
        """Whether the words of every one are."""
        judged = [draft.form.is_valid() for draft in self.rows]  # every one, so that each says its own
        return all(judged)

    def save(self, user: Any) -> int | None:
        """Store the words that differ from those that stand; how many. None, with both sides kept, if any is stale."""
        stored = 0
        for draft in self.rows:
            if not draft.is_edited:
                continue
            try:
                words = draft.form.cleaned_data
                draft.reminder = edit_reminder(reminder=draft.as_read, subject=words["subject"], body=words["body"], user=user)
                draft.form.cleaned_data["version"] = draft.reminder.version
                stored += 1
            except StaleWrite as stale:
                draft.stands = stale.current  # type: ignore[assignment]
        if any(draft.stands for draft in self.rows):
            self._show_versions_that_stand()
            return None
        return stored

    def _show_versions_that_stand(self) -> None:
        """Let the forms carry the versions that stand now: saving again is then a decision."""
        data = self.data.copy()
        for draft in self.rows:
            stands = draft.stands or draft.reminder
            data[draft.form.add_prefix("version")] = str(stands.version)
        for draft in self.rows:
            draft.form.data = data
