"""The next thing to do: one sentence with one link.

The rule: what is nearest to being published comes first. An approved release is published, a prepared one approved by
another person, and one that no gate holds up is prepared; then answers are judged, returns checked, silent councils chased;
then, once all is accepted, what still holds up the release is settled; and last the collection of the year that ended last is
planned and opened. A step that the person may not do is passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from arrangements.desk.cards import returns_in
from arrangements.desk.standing import Standing
from arrangements.returns.vocabulary import QueryState, ReturnState
from sharedservices.common.periods import spelled

SILENT = [ReturnState.NOT_STARTED, ReturnState.IN_PROGRESS]


@dataclass(frozen=True)
class Step:
    """What to do, why, and where."""

    sentence: str
    link: str
    url: str


def publish(standing: Standing) -> Step | None:
    """An approved release whose moment isn't set."""
    ready = [each for each in standing.releases if each.approved_at and each.published_at is None]
    if not ready or not standing.user.has_perm("arrangements.approve_release"):
        return None
    return Step(f"{ready[0]} is approved.", "Set its moment of publication", _release(ready[0].pk))


def approve(standing: Standing) -> Step | None:
    """A release that somebody else prepared."""
    ready = [each for each in standing.releases if each.approved_at is None and each.prepared_by_id != standing.user.pk]
    if not ready or not standing.user.has_perm("arrangements.approve_release"):
        return None
    return Step(f"{ready[0]} is prepared by {ready[0].prepared_by}.", "Read and approve it", _release(ready[0].pk))


def judge(standing: Standing) -> Step | None:
    """The query that was answered first."""
    answered = standing.queries.get(QueryState.ANSWERED)
    if not answered or not standing.user.has_perm("arrangements.change_annualreturn"):
        return None
    first = answered[0]
    return Step(
        f"{first.annual_return.council.short_name} has answered the question about {first.arrangement}.",
        "Judge the answer",
        reverse("admin:arrangements_annualreturn_change", args=[first.annual_return_id]),
    )


def check(standing: Standing) -> Step | None:
    """The return that was submitted first."""
    submitted = standing.returns.get(ReturnState.SUBMITTED)
    if not submitted or not standing.user.has_perm("arrangements.change_annualreturn"):
        return None
    first = submitted[0]
    return Step(
        f"{first.council.short_name} submitted its return on {spelled(first.submitted_at.date())}.",
        "Check it",
        reverse("admin:arrangements_annualreturn_change", args=[first.pk]),
    )


def chase(standing: Standing) -> Step | None:
    """Councils that haven't answered after the last day."""
    silent = standing.how_many(*SILENT)
    if not silent or standing.days_left >= 0:
        return None
    who = "1 council has" if silent == 1 else f"{silent} councils have"
    return Step(
        f"The collection of {standing.year} has closed, and {who} not submitted a return.",
        "See who is late",
        reverse("admin:chasing"),
    )


def prepare(standing: Standing) -> Step | None:
    """No release of the year stands yet, and what isn't accepted is waived."""
    accepted, returns = standing.how_many(ReturnState.ACCEPTED), standing.how_many()
    if not _may_prepare(standing) or not accepted or standing.is_held_up:
        return None
    all_accepted = f"All {accepted} returns of {standing.year} are accepted."
    the_rest = f"{accepted} of {returns} returns of {standing.year} are accepted, and the others are waived."
    return Step(all_accepted if accepted == returns else the_rest, "Prepare its release", _preparing(standing))


def settle(standing: Standing) -> Step | None:
    """All returns are accepted, and a query or a flag holds up the release all the same."""
    accepted = standing.how_many(ReturnState.ACCEPTED)
    if not _may_prepare(standing) or not accepted or accepted < standing.how_many():
        return None
    return Step(
        f"All {accepted} returns of {standing.year} are accepted, and its release is still held up.",
        "See by what",
        _preparing(standing),
    )


def _may_prepare(standing: Standing) -> bool:
    is_released = any(each.year == standing.year for each in standing.releases)
    return not is_released and standing.user.has_perm("arrangements.prepare_release")


def plan(standing: Standing) -> Step | None:
    """The year that ended last is missing, or has no collection planned."""
    if not standing.user.has_perm("arrangements.change_financialyear"):
        return None
    year, first = standing.ended_year, standing.ended_last
    if year is None:
        name = f"{first.year}/{(first.year + 1) % 100:02d}"
        return Step(
            f"The register doesn’t hold {name}, which is over.",
            "Add the year and plan its collection",
            reverse("admin:arrangements_financialyear_add"),
        )
    if year.opens_on is None:
        return Step(f"{year} is over, and no collection of it is planned.", "Plan its collection", _year(year.pk))
    return None


def open_collection(standing: Standing) -> Step | None:
    """The day of the collection has come, and no council was asked."""
    year = standing.year
    if (
        year is None
        or year.opens_on is None
        or standing.how_many()
        or not standing.user.has_perm("arrangements.change_financialyear")
    ):
        return None
    if not standing.sees("annualreturn"):
        return None
    return Step(
        f"The collection of {year} could open on {spelled(year.opens_on)}, and no council has been asked.",
        "Open it from the list of years",
        reverse("admin:arrangements_financialyear_changelist"),
    )


def wait(standing: Standing) -> Step | None:
    """Nothing to do but wait: for the councils, or for the next collection."""
    year, out = standing.year, standing.how_many(*SILENT, ReturnState.QUERIED)
    if year is not None and year.closes_on is not None and out:
        with_councils = "1 return is" if out == 1 else f"{out} returns are"
        return Step(
            f"Nothing waits for you. {with_councils} with the councils; the collection of {year} closes on"
            f" {spelled(year.closes_on)}.",
            "See all returns",
            returns_in(standing),
        )
    if not standing.sees("financialyear"):
        return None
    ended: Any = standing.ended_year
    opens = f" The collection of {ended} opens on {spelled(ended.opens_on)}." if _is_planned(ended, standing) else ""
    return Step(f"Nothing waits for you.{opens}", "See the years", reverse("admin:arrangements_financialyear_changelist"))


def _is_planned(year: Any, standing: Standing) -> bool:
    return year is not None and year.opens_on is not None and year.opens_on > standing.day


STEPS: list[Callable[[Standing], Step | None]] = [
    publish, approve, prepare, judge, check, open_collection, chase, settle, plan, wait,
]  # fmt: skip


def next_step(standing: Standing) -> Step | None:
    """The first step of the rule that the person can take; None where there is nothing they may see."""
    return next((step for step in (find(standing) for find in STEPS) if step is not None), None)


def _release(key: int) -> str:
    return reverse("admin:arrangements_release_change", args=[key])


def _preparing(standing: Standing) -> str:
    assert standing.year is not None
    return f"{reverse('admin:arrangements_release_add')}?year={standing.year.slug}"


def _year(key: int) -> str:
    return reverse("admin:arrangements_financialyear_change", args=[key])
