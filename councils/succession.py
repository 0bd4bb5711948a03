"""Which councils end, which follow them and from which day: judged before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from councils.models import Council, CouncilKind
from sharedservices.common.periods import spelled

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Fault:
    """What can't be, and the GSS code of the council that it is about; empty where it is about the whole."""

    about: str
    message: str


@dataclass(frozen=True)
class Succeeding:
    """Councils that end, each with those that follow it, by GSS code. `councils` holds all of them; new ones have no key."""

    first_day: date
    follows: Mapping[str, tuple[str, ...]]
    councils: Mapping[str, Council]
    recorded: Mapping[str, frozenset[str]] = field(default_factory=dict)  # who follows whom by the register already
    districts: Mapping[str, tuple[Council, ...]] = field(default_factory=dict)  # of each county, by its code

    @property
    def eve(self) -> date:
        """The last day of those that end."""
        return self.first_day - A_DAY

    @property
    def successors(self) -> list[str]:
        """The codes of those that follow, each once, in the order in which they are named."""
        return list(dict.fromkeys(code for codes in self.follows.values() for code in codes))

    def ending(self) -> list[Council]:
        """The councils that end, as they are now."""
        return [self.councils[code] for code in self.follows]

    def following(self) -> list[Council]:
        """The councils that follow, as they are now or will be."""
        return [self.councils[code] for code in self.successors]

    def taking_over(self) -> list[tuple[Council, list[str]]]:
        """Each council that follows, with the short names of those it takes over from."""
        return [
            (self.councils[code], [self.councils[old].short_name for old, followers in self.follows.items() if code in followers])
            for code in self.successors
        ]

    def in_words(self) -> str:
        """Who gives way to whom, in one line."""
        ending, following = (", ".join(each.short_name for each in some) for some in (self.ending(), self.following()))
        return f"{ending} → {following}"

    def faults(self) -> list[Fault]:
        """Everything that can't be; empty where the reorganisation may be recorded."""
        if not self.follows:
            return [Fault("", "No council ends. Choose at least one that is taken over.")]
        return [
            *(fault for code in self.follows for fault in self._of_predecessor(code)),
            *(fault for code in self.successors for fault in self._of_successor(code)),
        ]

    def _of_predecessor(self, code: str) -> Iterator[Fault]:
        council, eve = self.councils[code], self.eve
        if not self.follows[code]:
            yield Fault(code, f"{council} ends, and no council follows it. Name one that takes over from it.")
        if council.ended_on not in (None, eve):
            yield Fault(
                code,
                f"The last day of {council} is {spelled(council.ended_on)} in the register; here it would be {spelled(eve)}."
                " Correct the first day here, or the last day on the council's own page.",
            )
        elif council.started_on and council.started_on > eve:
            yield Fault(
                code,
                f"The first day of {council} is {spelled(council.started_on)}: it can't end on {spelled(eve)}."
                " Correct the first day, or choose the council that was there before.",
            )
        yield from self._against_the_record(code)
        yield from self._of_districts_left_behind(code)

    def _against_the_record(self, code: str) -> Iterator[Fault]:
        recorded = self.recorded.get(code)
        if recorded and recorded != set(self.follows[code]):
            known, given = (
                " and ".join(sorted(self._named(one) for one in codes)) or "nobody" for codes in (recorded, self.follows[code])
            )
            yield Fault(
                code,
                f"The register has {known} as following {self.councils[code]}; here it is {given}."
                " Choose the same, or correct the successors on the council's own page.",
            )

    def _named(self, code: str) -> str:
        return str(self.councils.get(code, code))

    def _of_districts_left_behind(self, code: str) -> Iterator[Fault]:
        for district in self.districts.get(code, ()):
            if district.gss_code not in self.follows and district.in_force_on(self.first_day):
                yield Fault(
                    code,
                    f"{district} is a district of {self.councils[code]} and would be left without a county on"
                    f" {spelled(self.first_day)}. Let it end too, with whoever follows it.",
                )

    def _of_successor(self, code: str) -> Iterator[Fault]:
        council, first_day = self.councils[code], self.first_day
        if code in self.follows:
            yield Fault(code, f"{council} can't both end and follow. One that goes on only takes over from others.")
        elif council.started_on and council.started_on > first_day:
            yield Fault(
                code,
                f"The first day of {council} is {spelled(council.started_on)} in the register; here it would be"
                f" {spelled(first_day)}. Correct the first day here, or that on the council's own page.",
            )
        elif council.ended_on and council.ended_on < first_day:
            yield Fault(
                code,
                f"The last day of {council} is {spelled(council.ended_on)}: it can't take over on {spelled(first_day)}."
                " Choose a council in force on that day.",
            )
        county = council.county
        if council.kind == CouncilKind.DISTRICT and county is not None and county.gss_code in self.follows:
            yield Fault(code, f"{council} would be a district of {county}, which ends. Give it another kind or county.")
