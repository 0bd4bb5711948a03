"""The open year's chasing and follow-up in the demonstration: contacts, reminders, calls and flags, all of them made up.

Every address ends in example.org, where nobody is, and every word says that it is illustrative.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from arrangements.demonstration.people import People
from arrangements.returns.chasing.letters import letter_about, missing_from
from arrangements.returns.chasing.models import ContactMade, CouncilContact, Reminder
from arrangements.returns.chasing.vocabulary import ContactKind, Means, ReminderState
from arrangements.returns.followup.models import Flag, FlagComment
from arrangements.returns.followup.vocabulary import FlaggedField
from arrangements.returns.models import AnnualReturn, FinancialYear, ReportedSaving
from arrangements.returns.vocabulary import Outcome, ReturnState

LONDON = ZoneInfo("Europe/London")
SITE = "http://127.0.0.1:8000"
MARK = "Illustrative:"
LETTER_MARK = "\n(Illustrative: made up for the demonstration, and never sent to anybody.)\n"
# Of each so many councils one has no contact, and one an officer's address besides the mailbox.
ONE_WITHOUT_IN, ONE_OFFICER_IN = 40, 50
SENT, FAILED, HELD = 6, 1, 2
CALLS = [
    (Means.CALL, 6, "called the mailbox’s team; the answers are promised for next week."),
    (Means.CALL, 5, "called; nobody answered. To be tried again on Wednesday."),
    (Means.MEETING, 3, "spoke after the regional meeting about what counts as a saving."),
    (Means.LETTER, 9, "wrote to ask who answers for the return this year."),
]


def load_chasing(year: FinancialYear, people: People) -> None:
    """Contacts for most councils asked; a few letters, calls and flags about the year."""
    _load_contacts(year)
    opened = date(year.ends_on.year, 4, 1)
    outstanding = AnnualReturn.objects.filter(year=year, state=ReturnState.IN_PROGRESS).select_related("year", "council")
    chased = list(outstanding.with_addresses(opened).exclude(addresses=[]).order_by("council__slug"))
    _load_reminders(chased[: SENT + FAILED + HELD], people)
    ContactMade.objects.bulk_create(
        ContactMade(
            annual_return=annual_return,
            means=means,
            note=f"{MARK} {note}",
            made_on=opened + timedelta(days=days),
            made_by=people.analyst,
        )
        for annual_return, (means, days, note) in zip(chased[4:], CALLS, strict=False)
    )
    _load_flags(year, people)


def _load_contacts(year: FinancialYear) -> None:
    councils = [each.council for each in year.returns.select_related("council").order_by("council__slug")]
    contacts = []
    for number, council in enumerate(councils, start=1):
        if number % ONE_WITHOUT_IN:
            contacts.append(
                CouncilContact(council=council, email=f"returns@{council.slug}.example.org", name="Illustrative returns mailbox")
            )
        if number % ONE_OFFICER_IN == 1:
            contacts.append(
                CouncilContact(
                    council=council,
                    email=f"an.officer@{council.slug}.example.org",
                    kind=ContactKind.OFFICER,
                    name="Illustrative officer",
                )
            )
    CouncilContact.objects.bulk_create(contacts)


def _load_reminders(returns: list[Any], people: People) -> None:
    """Sent on the tenth day of the collection; then one that failed, and two that wait for approval."""
    missing = missing_from(returns)
    reminders = []
    for number, each in enumerate(returns):
        day = each.year.opens_on + timedelta(days=9 if number < SENT else 16)
        subject, body = letter_about(each, missing[each.pk], on=day, site=SITE)
        reminder = Reminder(
            annual_return=each,
            recipients=each.addresses,
            subject=subject,
            body=body + LETTER_MARK,
            drafted_by=people.analyst,
            drafted_at=_at(day, 10),
        )
        if number < SENT + FAILED:
            reminder.approved_by, reminder.approved_at = people.publisher, _at(day, 11)
        if number < SENT:
            reminder.state, reminder.sent_at = ReminderState.SENT, _at(day, 11)
        elif number < SENT + FAILED:
            reminder.state, reminder.failure = ReminderState.FAILED, "Illustrative: the mail server did not answer."
        reminders.append(reminder)
    Reminder.objects.bulk_create(reminders)


def _load_flags(year: FinancialYear, people: People) -> None:
    """Two open flags with what was said about them, one assigned."""
    submitted = AnnualReturn.objects.filter(year=year, state=ReturnState.SUBMITTED).select_related("council", "year")
    lines = _lines_with_figures(submitted.order_by("council__slug"))
    (first, amount), (second, note) = next(lines), next(lines)
    flags = Flag.objects.bulk_create(
        [
            Flag(
                annual_return=first, arrangement=amount, field=FlaggedField.AMOUNT, assigned_to=people.analyst,
                text=f"{MARK} the amount may be gross. Is the cost of setting up taken off?",
                raised_by=people.publisher, raised_at=_at(year.opens_on, 14, days=12),
            ),
            Flag(
                annual_return=second, arrangement=note,
                text=f"{MARK} two partners joined in the year. Do all of them share this figure?",
                raised_by=people.analyst, raised_at=_at(year.opens_on, 15, days=13),
            ),
        ]
    )  # fmt: skip
    thread = [
        (flags[0], people.analyst, 13, "asked the council by telephone; the finance team looks it up."),
        (flags[0], people.publisher, 14, "please settle it before the release is prepared."),
        (flags[1], people.publisher, 14, "the partners’ minutes may say. Who has them?"),
    ]
    FlagComment.objects.bulk_create(
        FlagComment(flag=flag, said_by=by, said_at=_at(year.opens_on, 16, days=days), text=f"{MARK} {text}")
        for flag, by, days, text in thread
    )


def _lines_with_figures(returns: Iterable[AnnualReturn]) -> Any:
    """Lines of illustrative arrangements with a figure, at most one of each return."""
    for each in returns:
        answers = ReportedSaving.objects.filter(
            year=each.year, outcome=Outcome.FIGURE, arrangement__in=each.lines().filter(is_illustrative=True)
        )
        if answer := answers.select_related("arrangement").order_by("pk").first():
            yield each, answer.arrangement


def _at(day: Any, hour: int, days: int = 0) -> datetime:
    return datetime.combine(date.fromordinal(day.toordinal() + days), time(hour, 15), LONDON)
