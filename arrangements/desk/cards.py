"""The cards of the desk: each is one function from how the collection stands to a title, a sentence, a number and links.

A card that has nothing to say, or that the person may not see, is None. To add one, write it and put it into `CARDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from arrangements.desk.standing import Standing
from arrangements.returns.vocabulary import QueryState, ReturnState
from sharedservices.common.periods import spelled

PER_CENT = 100


@dataclass(frozen=True)
class Link:
    """Where a card leads, with a word more on it where there is one."""

    text: str
    url: str
    more: str = ""


@dataclass(frozen=True)
class Part:
    """One part of a bar: so many of one kind, from a place on, in hundredths of the whole."""

    name: str
    count: int
    start: float
    width: float
    url: str
    look: str


@dataclass(frozen=True)
class Card:
    """What a card says."""

    title: str
    sentence: str
    count: int | None = None
    links: Sequence[Link] = ()
    bar: Sequence[Part] = field(default=())


def returns_in(standing: Standing, *states: str) -> str:
    """The list of the year's returns in the states."""
    assert standing.year is not None
    states_wanted = {"state__exact": states[0]} if len(states) == 1 else {}
    return _list("annualreturn", {"year__id__exact": standing.year.pk, **states_wanted})


def progress(standing: Standing) -> Card | None:
    """How far the collection is: returns by state, answered lines, days to or since its last day."""
    year = standing.year
    if year is None or not standing.returns:
        return None
    lines = standing.lines
    answered = f"{lines['answered']:,} of {lines['lines']:,} lines are answered"
    share = f" ({PER_CENT * lines['answered'] // lines['lines']} per cent)" if lines["lines"] else ""
    return Card(
        title=f"Collection of {year}",
        sentence=f"{_closing(standing)} {answered}{share}.",
        count=standing.how_many(),
        links=[Link("All returns", returns_in(standing))],
        bar=_bar(standing),
    )


def _closing(standing: Standing) -> str:
    assert standing.year is not None
    assert standing.year.closes_on is not None  # as its collection is planned
    last, days = spelled(standing.year.closes_on), standing.days_left
    if days == 0:
        return f"Closes today, {last}."
    if days > 0:
        return f"Closes on {last}, in {_days(days)}."
    return f"Closed on {last}, {_days(-days)} ago."


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _bar(standing: Standing) -> list[Part]:
    """A part for each state that a return is in, from accepted to not started."""
    whole, start, parts = standing.how_many(), 0, []
    for state in reversed(ReturnState):
        count = standing.how_many(state)
        if count:
            parts.append(
                Part(
                    name=str(state.label),
                    count=count,
                    start=round(PER_CENT * start / whole, 3),
                    width=round(PER_CENT * count / whole, 3),
                    url=returns_in(standing, state),
                    look=state.value,
                )
            )
            start += count
    return parts


def to_check(standing: Standing) -> Card | None:
    """Submitted returns, which wait for an analyst."""
    waiting = standing.returns.get(ReturnState.SUBMITTED, [])
    if not standing.returns:
        return None
    named = [Link(each.council.short_name, _return(each.pk), f"submitted {each.submitted_at:%-d %B}") for each in waiting]
    return Card(
        title="Returns to check",
        sentence=_waits(
            standing.how_many(ReturnState.SUBMITTED), "submitted return waits", "submitted returns wait", "an analyst"
        ),
        count=standing.how_many(ReturnState.SUBMITTED),
        links=[*named, *_rest(waiting, returns_in(standing, ReturnState.SUBMITTED))],
    )


def to_judge(standing: Standing) -> Card | None:
    """Queries that the council has answered."""
    return _queries(
        standing, QueryState.ANSWERED, "Answers to judge", "answered query waits", "answered queries wait", "an analyst"
    )


def with_councils(standing: Standing) -> Card | None:
    """Queries that the council hasn't answered."""
    return _queries(standing, QueryState.OPEN, "Questions with councils", "question waits", "questions wait", "its council")


def _queries(standing: Standing, state: str, title: str, one: str, several: str, whom: str) -> Card | None:
    if not standing.returns or not standing.sees("query"):
        return None
    waiting = standing.queries.get(state, [])
    count = waiting[0].of_state if waiting else 0
    named = [
        Link(each.annual_return.council.short_name, _return(each.annual_return_id), each.arrangement.name) for each in waiting
    ]
    return Card(
        title=title,
        sentence=_waits(count, one, several, whom if count == 1 else whom.replace("its council", "their councils")),
        count=count,
        links=[*named, *_rest(waiting, returns_in(standing, ReturnState.QUERIED))],
    )


def chasing(standing: Standing) -> Card | None:
    """Who owes an answer, and the letters that wait to be approved."""
    if not standing.returns or not standing.sees("reminder"):
        return None
    silent = standing.how_many(ReturnState.NOT_STARTED, ReturnState.IN_PROGRESS)
    held = standing.held_up["held"]
    return Card(
        title="Chasing",
        sentence=f"{silent or 'No'} council{'' if silent == 1 else 's'} {'owes' if silent == 1 else 'owe'} an answer."
        f" {_waits(held, 'letter waits', 'letters wait', 'approval')}",
        count=silent,
        links=[
            Link("Who owes an answer", reverse("admin:chasing")),
            Link("How complete the year is", reverse("admin:chasing-completeness")),
        ],
    )


def flags(standing: Standing) -> Card | None:
    """What was flagged for follow-up; an open flag holds up the release."""
    if not standing.returns or not standing.sees("flag"):
        return None
    found, mine = standing.held_up["open"], standing.held_up["mine"]
    holds = f" {'It holds' if found == 1 else 'They hold'} up the release; {mine or 'none'} of them yours." if found else ""
    return Card(
        title="Follow-up",
        sentence=f"{found or 'No'} flag{'' if found == 1 else 's'} {'is' if found == 1 else 'are'} open.{holds}",
        count=found,
        links=[Link("All flags", reverse("admin:arrangements_flag_changelist"))],
    )


def imports(standing: Standing) -> Card | None:
    """The last file imported, and where the next begins."""
    if not standing.returns or not standing.sees("returnimport"):
        return None
    last = standing.last_import
    told = "Nothing has been imported yet."
    if last is not None:
        by = f"{last.imported_by} on {spelled(timezone.localtime(last.imported_at).date())}"
        undone = ", and undone since" if last.undone_at else ""
        told = f"Last: {last.file_name} for {last.year}, by {by}: {last.in_words}{undone}."
    assert standing.year is not None
    links = [Link("See the last import", last.get_absolute_url())] if last else []
    if standing.user.has_perm("arrangements.add_returnimport"):
        links.append(Link("Import a file", reverse("admin:import-start")))
    workbook = reverse("admin:arrangements_annualreturn_workbook", args=[standing.year.slug])
    return Card(title="Imports", sentence=told, links=[*links, Link(f"Workbook of {standing.year}", workbook)])


def reorganisation(standing: Standing) -> Card | None:
    """Where councils that end are followed by others."""
    if not standing.user.has_perm("councils.change_council"):
        return None
    return Card(
        title="Reorganisation",
        sentence="Councils end and others follow them, with their partnerships and open returns, as one act.",
        links=[Link("Reorganise councils", reverse("admin:reorganise"))],
    )


def to_approve(standing: Standing) -> Card | None:
    """Releases that wait for the person's approval, or for their moment."""
    if not standing.user.has_perm("arrangements.approve_release"):
        return None
    waiting = [each for each in standing.releases if not each.is_public()]
    if not waiting:
        return None
    mine = [each for each in waiting if each.approved_at is None and each.prepared_by_id != standing.user.pk]
    links = [
        Link(str(each), reverse("admin:arrangements_release_change", args=[each.pk]), _awaits(each, standing)) for each in waiting
    ]
    sentence = (
        _waits(len(mine), "release waits", "releases wait", "your approval") if mine else "No release waits for your approval."
    )
    return Card(title="Releases", sentence=sentence, count=len(mine), links=links)


def _awaits(release: Any, standing: Standing) -> str:
    if release.published_at:
        return f"public from {spelled(release.published_at.date())}"
    if release.approved_at:
        return "approved; its moment isn’t set"
    if release.prepared_by_id == standing.user.pk:
        return "prepared by you; another person approves it"
    return f"prepared by {release.prepared_by}"


CARDS: list[Callable[[Standing], Card | None]] = [
    progress,
    to_approve,
    to_check,
    to_judge,
    with_councils,
    chasing,
    flags,
    imports,
    reorganisation,
]


def cards(standing: Standing) -> list[Card]:
    """Those that have something to say to the person."""
    return [card for card in (make(standing) for make in CARDS) if card is not None]


def _list(model: str, filters: dict[str, Any]) -> str:
    return f"{reverse(f'admin:arrangements_{model}_changelist')}?{urlencode(filters)}"


def _return(key: int) -> str:
    return reverse("admin:arrangements_annualreturn_change", args=[key])


def _waits(count: int, one: str, several: str, whom: str) -> str:
    return f"{count or 'No'} {one if count == 1 else several} for {whom}."


def _rest(waiting: Sequence[Any], url: str) -> list[Link]:
    """A link to all of them where not all are named."""
    return [Link(f"All {waiting[0].of_state}", url)] if waiting and waiting[0].of_state > len(waiting) else []
