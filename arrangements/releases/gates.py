"""The gates of a year: what must be settled before its release is prepared. Computed each time; nobody ticks one.

A gate is open while there is something behind it. A few may be waived, with a reason that becomes a public note. A waiver
covers each thing that was behind the gate, in the state it was in: what comes later, or moves on, opens the gate again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from arrangements.releases.gate_facts import OUTSTANDING, Facts, read_facts
from arrangements.releases.models import Release, Waiver
from arrangements.releases.verifying import agreement
from arrangements.releases.vocabulary import WAIVABLE, GateName
from arrangements.returns.bulk import page_of
from arrangements.returns.followup.vocabulary import FlaggedField
from arrangements.returns.models import FinancialYear
from arrangements.returns.vocabulary import QueryState, ReturnState
from sharedservices.common.errors import RuleBroken

NAMED, SHOWN = 5, 20
WHAT_TO_DO = {
    GateName.REGISTER: "Put each right in the register.",
    GateName.REOPENED: "The last release used these returns. Accept them again: what was published isn’t dropped in silence.",
    GateName.RETURNS: "Chase these councils, or say why the year is published without them.",
    GateName.ACCEPTING: "Accept these returns, or say why the year is published without them.",
    GateName.QUERIES: "Settle each query, or say why the year is published without the returns they are about.",
    GateName.FLAGS: "Close each flag on its return’s page, or waive it there with a reason.",
    GateName.VERIFICATION: "Two separate computations differ. Nothing is prepared until whoever keeps the program knows why.",
}
PASSED = {
    GateName.REGISTER: "Every arrangement has an answering council, two parties, and councils in force.",
    GateName.REOPENED: "None.",
    GateName.RETURNS: "Every council asked has made its return.",
    GateName.ACCEPTING: "Every return made is accepted, or waits at another gate.",
    GateName.QUERIES: "Every query is settled.",
    GateName.FLAGS: "Every flag is closed or waived.",
}
# What the public reads: one thing, several.
NOTED = {
    GateName.RETURNS: ("1 council asked had made no return.", "{count} councils asked had made no return."),
    GateName.ACCEPTING: (
        "1 return had been made and not yet been accepted; it isn’t counted.",
        "{count} returns had been made and not yet been accepted; they aren’t counted.",
    ),
    GateName.QUERIES: (
        "1 query to a council had not been settled; its return isn’t counted.",
        "{count} queries to councils had not been settled; their returns aren’t counted.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One thing behind a gate: what a waiver would cover, in words, and where it is settled."""

    key: str
    said: str
    url: str = ""


@dataclass(frozen=True)
class Gate:
    """One gate of a year, as it stands."""

    name: GateName
    items: tuple[Item, ...]
    waiver: Waiver | None = None
    proof: str = ""

    @property
    def count(self) -> int:
        """How many things are behind it."""
        return len(self.items)

    @property
    def not_covered(self) -> tuple[Item, ...]:
        """What the waiver doesn't cover; all where there is none."""
        covered = set(self.waiver.covers) if self.waiver else set()
        return tuple(item for item in self.items if item.key not in covered)

    @property
    def is_waived(self) -> bool:
        """Something is behind it, and a waiver covers all of that."""
        return bool(self.items) and not self.not_covered

    @property
    def is_open(self) -> bool:
        """It holds up the release."""
        return bool(self.not_covered)

    @property
    def state(self) -> str:
        """Open, waived or passed."""
        return "open" if self.is_open else "waived" if self.items else "passed"

    @property
    def may_be_waived(self) -> bool:
        """Whether a reason can take the place of settling it."""
        return self.name in WAIVABLE

    @property
    def label(self) -> str:
        """Its name."""
        return self.name.label

    @property
    def what_to_do(self) -> str:
        """How it is settled."""
        return WHAT_TO_DO[self.name]

    @property
    def passed(self) -> str:
        """What holds where nothing is behind it."""
        return self.proof or PASSED[self.name]

    @property
    def shown(self) -> tuple[Item, ...]:
        """What a page lists: what holds it up, or else what its waiver covers; the first twenty."""
        return (self.not_covered or self.items)[:SHOWN]

    @property
    def hidden(self) -> int:
        """How many more there are."""
        return len(self.not_covered or self.items) - len(self.shown)

    @property
    def fingerprint(self) -> str:
        """Names what is behind it now, so that nobody waives what they haven't seen."""
        return hashlib.sha256("\n".join(sorted(item.key for item in self.items)).encode()).hexdigest()[:16]

    @property
    def note(self) -> str:
        """What the public reads of it where it is waived."""
        one, several = NOTED[self.name]
        return one if self.count == 1 else several.format(count=self.count)

    @property
    def refusals(self) -> list[str]:
        """Why nothing is prepared, and what to do. A fault says that by itself."""
        open_now = self.not_covered
        if self.name in (GateName.REGISTER, GateName.VERIFICATION):
            return [item.said for item in open_now[:SHOWN]]
        named = "; ".join(item.said for item in open_now[:NAMED])
        told = f"{named}…" if len(open_now) > NAMED else f"{named.rstrip('.?!')}."
        since = " since it was waived" if self.waiver and len(open_now) < self.count else ""
        return [f"{self.label} ({len(open_now)}{since}): {told} {self.what_to_do}"]


def gates_of(year: FinancialYear, last: Release | None) -> list[Gate]:
    """The gates of the year, where `last` is its last release. Five queries, however many rows."""
    return gates_from(read_facts(year, last))


def gates_from(facts: Facts) -> list[Gate]:
    """The gates, from what was read."""
    reopened = [each for each in facts.returns if each.was_used and each.state != ReturnState.ACCEPTED]
    others = [each for each in facts.returns if each not in reopened]
    outstanding = [each for each in others if each.state in OUTSTANDING]
    to_accept = [
        each for each in others if each.state not in {*OUTSTANDING, ReturnState.ACCEPTED} and not each.open_queries_found
    ]
    behind: dict[GateName, Iterable[Item]] = {
        GateName.REGISTER: (
            Item(f"fault:{said}", said, reverse("admin:arrangements_arrangement_change", args=[arrangement.pk]))
            for arrangement, said in facts.faults
        ),
        GateName.REOPENED: map(_return, reopened),
        GateName.RETURNS: map(_return, outstanding),
        GateName.ACCEPTING: map(_return, to_accept),
        GateName.QUERIES: (_query(each, line) for each in facts.returns for line in each.open_queries_found),
        GateName.FLAGS: (_flag(each, line) for each in facts.returns for line in each.open_flags_found),
        GateName.VERIFICATION: (Item(said, said) for said in agreement(facts.rows, facts.figures)),
    }
    proof = f"All {len(facts.figures)} figures that would be frozen agree with an independent recount of their rows."
    proofs = {GateName.VERIFICATION: proof}
    return [Gate(name, tuple(behind[name]), facts.waivers.get(name), proofs.get(name, "")) for name in GateName]


def refuse_open(gates: Sequence[Gate]) -> None:
    """`RuleBroken` with a sentence for each open gate."""
    if refusals := [said for gate in gates if gate.is_open for said in gate.refusals]:
        raise RuleBroken(refusals)


def _return(annual_return: Any) -> Item:
    lines: int = annual_return.lines
    answered = f"{annual_return.answered} of {lines} lines answered" if lines else "no lines"
    return Item(
        f"return:{annual_return.pk}:{annual_return.state}",
        f"{annual_return.council}, {annual_return.get_state_display().lower()}, {answered}",
        page_of(annual_return.pk),
    )


def _query(annual_return: Any, line: dict[str, Any]) -> Item:
    state = QueryState(line["state"]).label.lower()
    return Item(
        f"query:{line['pk']}:{line['state']}",
        f"{annual_return.council}, {line['name']}, {state}: {line['text']}",
        page_of(annual_return.pk, line["arrangement"]),
    )


def _flag(annual_return: Any, line: dict[str, Any]) -> Item:
    about = ", ".join(part for part in (str(annual_return.council), line["name"]) if part)
    part = f" ({FlaggedField(line['field']).label.lower()})" if line["field"] else ""
    return Item(f"flag:{line['pk']}", f"{about}{part}: {line['text']}", page_of(annual_return.pk, line["arrangement"]))
