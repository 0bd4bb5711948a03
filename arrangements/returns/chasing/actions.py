"""The deeds of chasing: draft, edit, approve and send, cancel, record a contact. Nothing goes out that nobody has read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone

from arrangements.returns.chasing.letters import letter_about, missing_from
from arrangements.returns.chasing.models import ContactMade, Reminder
from arrangements.returns.chasing.vocabulary import WAITING, ReminderState
from arrangements.returns.models import AnnualReturn
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by
from sharedservices.common.periods import spelled
from sharedservices.common.today import now, today

LONGEST_FAILURE = 1_000
# No mail server takes longer; until then whoever pressed the button may still get an answer.
STILL_GOING_OUT = timedelta(minutes=10)


@dataclass
class Drafted:
    """What drafting came to: the reminders made, and the returns left out with the reason for which they were."""

    reminders: list[Reminder] = field(default_factory=list)
    without_contact: list[Any] = field(default_factory=list)
    answered: list[Any] = field(default_factory=list)
    in_hand: list[Any] = field(default_factory=list)


@dataclass
class Sending:
    """What sending came to. `refused` are sentences that say why a reminder was not even tried."""

    sent: list[Reminder] = field(default_factory=list)
    failed: list[Reminder] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@transaction.atomic
def draft_reminders(*, returns: Iterable[AnnualReturn], user: Any, site: str, door: str = "admin") -> Drafted:
    """Write a letter about each return that is outstanding, to be approved; nothing is sent.

    Left out, and said: returns answered meanwhile, those with a reminder in hand, and councils without a contact.
    `site` is the address at which the register stands, such as https://register.example.
    """
    keys = [each.pk for each in returns]
    list(AnnualReturn.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    chased = AnnualReturn.objects.filter(pk__in=keys).select_related("year", "council").for_chasing(today())
    drafted, to_write = Drafted(), []
    for each in chased:
        if not each.is_outstanding:
            drafted.answered.append(each)
        elif each.has_reminder_in_hand:
            drafted.in_hand.append(each)
        elif not each.addresses:
            drafted.without_contact.append(each)
        else:
            to_write.append(each)
    missing = missing_from(to_write)
    for each in to_write:
        subject, body = letter_about(each, missing[each.pk], on=today(), site=site)
        drafted.reminders.append(
            Reminder(annual_return=each, recipients=each.addresses, subject=subject, body=body, drafted_by=user, drafted_at=now())
        )
    with written_by(door=door, user=user, reason="Reminders drafted"):
        Reminder.objects.bulk_create(drafted.reminders)
    return drafted


@transaction.atomic
def edit_reminder(*, reminder: Reminder, subject: str, body: str, user: Any, door: str = "admin") -> Reminder:
    """Change the words of a draft, which then goes to the addresses as they are now.

    `reminder` carries the version that was read: `StaleWrite` if somebody changed it since.
    """
    held = _held(reminder)
    _must_wait(held)
    held = Reminder.objects.for_write(pk=held.pk, version=reminder.version)
    held.subject, held.body = " ".join(subject.split()), body.strip().replace("\r\n", "\n")
    held.recipients = _addresses_now(held) or held.recipients
    held.full_clean(exclude=["annual_return", "drafted_by", "approved_by"], validate_constraints=False)
    held.body += "\n"
    with written_by(door=door, user=user, reason="Words of the reminder edited"):
        held.save(update_fields=["subject", "body", "recipients"])
    return Reminder.objects.get(pk=held.pk)


def approve_and_send(*, reminders: Iterable[Reminder], user: Any, door: str = "admin") -> Sending:
    """Approve each reminder as it was read, and send it by mail. One that fails or is refused doesn't hold up the others.

    Each carries the version that was read. That it is being sent is stored before the mail server is asked, and how
    it went afterwards: whatever breaks in between, it isn't sent a second time unasked.
    """
    came_to, connection = Sending(), get_connection()
    for reminder in reminders:
        try:
            held = _take_for_sending(reminder, user, door)
        except RuleBroken as refusal:
            came_to.refused.extend(refusal.messages)
            continue
        try:
            EmailMessage(held.subject, held.body, to=held.recipients, connection=connection).send()
        except Exception as error:  # whatever the mail server or the way to it answers is to be read by the analyst
            _settle(held, ReminderState.FAILED, user, door, failure=f"{type(error).__name__}: {error}"[:LONGEST_FAILURE])
            came_to.failed.append(held)
        else:
            _settle(held, ReminderState.SENT, user, door, sent_at=now())
            came_to.sent.append(held)
    return came_to


@transaction.atomic
def settle_sending(*, reminder: Reminder, went_out: bool, user: Any, door: str = "admin") -> None:
    """Say of a reminder whose sending broke off whether it went out. One that didn't can be approved again."""
    held = _held(reminder)
    if held.state != ReminderState.SENDING or held.approved_at is None:
        raise RuleBroken(f"The {_named(held)} is not being sent: it is {held.get_state_display().lower()}.")
    until = held.approved_at + STILL_GOING_OUT
    if now() < until:
        raise RuleBroken(
            f"The {_named(held)} may still be going out. Look again after {timezone.localtime(until):%H:%M},"
            " and then say whether it did."
        )
    if went_out:
        _settle(held, ReminderState.SENT, user, door, sent_at=held.approved_at)
    else:
        _settle(held, ReminderState.FAILED, user, door, failure=f"Sending broke off; {user} found that it had not gone out.")


@transaction.atomic
def cancel(*, reminder: Reminder, user: Any, door: str = "admin") -> None:
    """Take back a reminder that hasn't gone out."""
    held = _held(reminder)
    _must_wait(held)
    held.state, held.failure = ReminderState.CANCELLED, ""
    with written_by(door=door, user=user, reason="Reminder cancelled"):
        held.save(update_fields=["state", "failure"])


@transaction.atomic
def record_contact(
    *, annual_return: AnnualReturn, means: str, note: str, on: date, user: Any, door: str = "admin"
) -> ContactMade:
    """Keep that an analyst called, wrote to or met the council. `ValidationError` for a day to come or without a note."""
    made = ContactMade(annual_return=annual_return, means=means, note=note.strip(), made_on=on, made_by=user)
    made.full_clean()
    with written_by(door=door, user=user):
        made.save()
    return made


def _held(reminder: Reminder) -> Reminder:
    """The reminder as it stands, locked after its return, so that neither moves until the deed is done."""
    AnnualReturn.objects.select_for_update().get(pk=reminder.annual_return_id)
    rows = Reminder.objects.select_related("annual_return__year", "annual_return__council", "approved_by")
    return rows.select_for_update(of=("self",)).get(pk=reminder.pk)


def _take_for_sending(reminder: Reminder, user: Any, door: str) -> Reminder:
    """Mark it as being sent, once it is sure that it may be; committed before anything goes out."""
    with transaction.atomic(durable=True):
        held = _held(reminder)
        _must_wait(held)
        if held.version != reminder.version:
            raise RuleBroken(
                f"Somebody changed the {_named(held)} since you read it. Read it once more and approve what you see."
            )
        if not AnnualReturn.objects.outstanding().filter(pk=held.annual_return_id).exists():
            state = held.annual_return.get_state_display().lower()
            raise RuleBroken(
                f"{held.annual_return.council} has answered meanwhile: its return for {held.annual_return.year} is {state}."
                " The reminder was not sent; cancel it."
            )
        gone = sorted(set(held.recipients) - set(_addresses_now(held)))
        if gone:
            raise RuleBroken(
                f"The {_named(held)} would go to {', '.join(gone)}, no longer an active contact."
                " Save its words again to take the present contacts, or cancel it."
            )
        held.state, held.failure, held.approved_by, held.approved_at = ReminderState.SENDING, "", user, now()
        with written_by(door=door, user=user, reason="Reminder approved"):
            held.save(update_fields=["state", "failure", "approved_by", "approved_at"])
    return held


@transaction.atomic
def _settle(held: Reminder, state: ReminderState, user: Any, door: str, **how: Any) -> None:
    """Store how sending went."""
    for name, value in how.items():
        setattr(held, name, value)
    held.state = state
    with written_by(door=door, user=user, reason=f"Reminder {state.label.lower()}"):
        held.save(update_fields=["state", *how])


def _addresses_now(held: Reminder) -> list[str]:
    return AnnualReturn.objects.with_addresses(today()).get(pk=held.annual_return_id).addresses


def _must_wait(held: Reminder) -> None:
    """Only what is held for approval, or failed, can still be changed, sent or cancelled."""
    if held.state in WAITING:
        return
    if held.approved_by and held.state == ReminderState.SENT:
        sent = timezone.localtime(held.sent_at)
        raise RuleBroken(f"The {_named(held)} was sent on {spelled(sent)} at {sent:%H:%M}, approved by {held.approved_by}.")
    raise RuleBroken(
        f"The {_named(held)} is {held.get_state_display().lower()}; only one that waits for approval can be changed."
    )


def _named(held: Reminder) -> str:
    return f"reminder to {held.annual_return.council}"
