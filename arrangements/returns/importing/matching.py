"""Which line a row is about: by its reference, or by its council and the arrangement's name. Offered where it isn't sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from arrangements.returns.importing.known import Arrangements, KnownArrangement
from arrangements.returns.importing.rows import Fault, Line, RowText, Suggestion
from arrangements.returns.importing.whose import Councils, Known, Named
from arrangements.returns.importing.words import read_reference
from arrangements.returns.models import FinancialYear
from sharedservices.common.names import telling_words
from sharedservices.common.periods import spelled

MOST_OFFERED = 5
RESEMBLING_SHOWN = 3
WHOSE = ("council", "gss_code", "reference", "arrangement")
LIKE_ENOUGH = 0.6

ByWords = Mapping[str, Sequence[KnownArrangement]]


@dataclass
class Finder:
    """All that is needed to find the lines of the rows it was made for. A constant number of queries, whatever their number."""

    year: FinancialYear
    rows: Sequence[RowText]
    councils: Councils = field(init=False)
    arrangements: Arrangements = field(init=False)

    def __post_init__(self) -> None:
        self.councils, self.arrangements = Councils(self.year.ends_on), Arrangements(self.year)
        references = {row.number: read_reference(row["reference"]) for row in self.rows}
        self.arrangements.with_references(reference for reference in references.values() if reference)
        self._referred = {
            number: known
            for number, reference in references.items()
            if reference and (known := self.arrangements.by_reference.get(reference))
        }
        without = [row for row in self.rows if row.number not in self._referred and row["arrangement"]]
        whose = {row.number: self._whose(row) for row in without}
        self._pools = self.arrangements.of_councils(
            known.pk for named in whose.values() for known in (*named.living, *named.ended)
        )
        differing = [
            row["arrangement"]
            for row in self.rows
            if (known := self._referred.get(row.number)) and not _same_name(row["arrangement"], known)
        ]
        self._called = self.arrangements.called(
            [*differing, *(row["arrangement"] for row in without if not whose[row.number].living)]
        )
        self._resembling = self.arrangements.resembling(
            {
                row.number: row["arrangement"]
                for row in without
                if not self._exact(row, whose[row.number]) and len(whose[row.number].living) < 2
            }
        )

    def line(self, row: RowText) -> Line | Fault:
        """The line, or what keeps it from being known."""
        known = self._referred.get(row.number)
        found = self._by_reference(row, known) if known else self._by_name(row)
        if isinstance(found, Fault):
            return found
        if found.is_short_of_parties:
            return self._short_of_parties(row, found)
        council = self.councils.by_pk.get(found.answering or 0)
        return Line(found.pk, found.reference, found.name, council.short_name if council else "")

    # By reference

    def _by_reference(self, row: RowText, known: KnownArrangement) -> KnownArrangement | Fault:
        if not _same_name(row["arrangement"], known):
            others = [each for each in self._called.get(row["arrangement"].upper(), []) if each.pk != known.pk]
            if others:
                return row.fault(
                    "reference-and-name-differ",
                    "reference",
                    f"{known.reference} is “{known.name}”, and the row is called “{row['arrangement']}”, which is"
                    f" {others[0].reference}. Which of the two is it?",
                    *(_this_one(each) for each in [known, *others[: MOST_OFFERED - 1]]),
                    asks=("reference", "arrangement"),
                )
        answering = self.councils.by_pk.get(known.answering or 0)
        if answering is None or not (row["council"] or row["gss_code"]):
            return known
        if row["council"] in (answering.name, answering.short_name) and row["gss_code"] in ("", answering.code):
            return known
        return self._whose_fault(row, known, answering) or known

    def _whose_fault(self, row: RowText, known: KnownArrangement, answering: Known) -> Fault | None:
        """What is wrong with the council beside a reference whose line another council answers for."""
        named = self._whose(row)
        if answering.pk in named.keys:
            return None
        if named.ended and not named.living:
            return self._ended(row, named.ended)
        said = row["council"] or row["gss_code"]
        offered = _put(answering, f"It is {answering.short_name}’s answer")
        if not named:
            return row.fault(
                "council-unknown",
                "council" if row["council"] else "gss_code",
                f"The register knows no council called “{said}”. {answering.name} answers for {known.reference}.",
                offered,
                asks=("council", "gss_code"),
            )
        return row.fault(
            "another-council-answers",
            "council",
            f"{answering.name} answers for {known.reference} {known.name} on {spelled(self.year.ends_on)}, and the row says"
            f" “{said}”. Whose answer is it?",
            offered,
            asks=WHOSE,
        )

    # By council and name

    def _by_name(self, row: RowText) -> KnownArrangement | Fault:
        if not row["arrangement"]:
            return self._nameless(row)
        named = self._whose(row)
        if fault := self._unsure_whose(row, named):
            return fault
        exact = self._exact(row, named)
        if len(exact) == 1 and not row["reference"]:
            return exact[0]
        if len(exact) > 1:
            return row.fault(
                "arrangement-ambiguous",
                "arrangement",
                f"{len(exact)} arrangements are called “{row['arrangement']}”. Which is it?",
                *(_this_one(each) for each in exact[:MOST_OFFERED]),
                asks=("reference", "council"),
            )
        offered = exact or self._offered(row, named)
        wrong = f"no arrangement {row['reference']}" if row["reference"] else f"no arrangement called “{row['arrangement']}”"
        whose = f" of {named.living[0].short_name}" if named.living and not row["reference"] else ""
        meant = (
            f" Did you mean {offered[0].reference} {offered[0].name}?"
            if offered
            else " Give its reference, or leave the row out."
        )
        return row.fault(
            "arrangement-unknown",
            "reference" if row["reference"] else "arrangement",
            f"The register has {wrong}{whose}.{meant}",
            *(_this_one(each) for each in offered),
            asks=("reference", "arrangement", "council"),
        )

    def _nameless(self, row: RowText) -> Fault:
        if row["reference"]:
            message = f"“{row['reference']}” is no reference of the register. One looks like SSR-0012."
        else:
            message = (
                "The row doesn’t say which arrangement it is about. Give its reference, such as SSR-0012, or leave the row out."
            )
        return row.fault("arrangement-missing", "reference", message, asks=("reference", "arrangement"))

    def _unsure_whose(self, row: RowText, named: Named) -> Fault | None:
        """A council that is named, and isn't one council in force."""
        said = row["council"] or row["gss_code"]
        if not said or len(named.living) == 1:
            return None
        if len(named.living) > 1:
            names = [known.short_name for known in named.living[:MOST_OFFERED]]
            return row.fault(
                "council-ambiguous",
                "council",
                f"“{said}” could be {', '.join(names[:-1])} or {names[-1]}. Which council is it?",
                *(_put(known, known.short_name) for known in named.living[:MOST_OFFERED]),
                asks=("council", "gss_code"),
            )
        if named.ended:
            return self._ended(row, named.ended)
        if named:
            not_yet = next(known for pk, known in self.councils.by_pk.items() if pk in named.keys)
            began = f" It began on {spelled(not_yet.started_on)}." if not_yet.started_on else ""
            message = f"{not_yet.name} was not in force on {spelled(self.year.ends_on)} and can’t report for {self.year}.{began}"
            return row.fault("council-not-in-force", "council", message, asks=("council", "gss_code"))
        return row.fault(
            "council-unknown",
            "council" if row["council"] else "gss_code",
            f"The register knows no council called “{said}”. Give its name or code, or the arrangement’s reference.",
            asks=("council", "gss_code", "reference"),
        )

    # What several ways share

    def _whose(self, row: RowText) -> Named:
        """The councils that the row may mean; a code that the register knows decides."""
        coded = self.councils.coded(row["gss_code"]) if row["gss_code"] else None
        return self.councils.named(coded.code if coded else row["council"] or row["gss_code"])

    def _ended(self, row: RowText, ended: Sequence[Known]) -> Fault:
        last = max(ended, key=lambda known: known.ended_on or self.year.ends_on)
        successors = self.councils.successors([last])
        on = spelled(last.ended_on) if last.ended_on else "an earlier day"
        after = f" {' and '.join(known.name for known in successors)} followed it." if successors else ""
        return row.fault(
            "council-ended",
            "council",
            f"{last.name} ended on {on} and can’t report for {self.year}.{after}",
            *(_put(known, f"It is {known.short_name}’s answer") for known in successors[:MOST_OFFERED]),
            asks=("council", "gss_code"),
        )

    def _exact(self, row: RowText, named: Named) -> list[KnownArrangement]:
        """The arrangements of just that name: the council's if one is named; those that operate, if any does."""
        if named.living:
            words = telling_words(row["arrangement"])
            found = list(self._pools.get(named.living[0].pk, {}).get(words, ()))
        else:
            found = self._called.get(row["arrangement"].upper(), [])
        return [known for known in found if known.is_operating] or found

    def _offered(self, row: RowText, named: Named) -> list[KnownArrangement]:
        """The arrangements that the name resembles, the council's own first."""
        words = telling_words(row["arrangement"])
        own: ByWords = self._pools.get(named.living[0].pk, {}) if named.living else {}
        likeness = {
            known: max(SequenceMatcher(None, words, name).ratio() for name, those in own.items() if known in those)
            for those in own.values()
            for known in those
        }
        near = [known for known in sorted(likeness, key=lambda known: -likeness[known]) if likeness[known] >= LIKE_ENOUGH]
        return list(dict.fromkeys([*near, *self._resembling.get(row.number, [])]))[:RESEMBLING_SHOWN]

    def _short_of_parties(self, row: RowText, known: KnownArrangement) -> Fault:
        council = self.councils.by_pk.get(known.answering or 0)
        alone = f" ({council.short_name})" if council else ""
        return row.fault(
            "one-party",
            "arrangement",
            f"{known.reference} {known.name} has one party only{alone} on {spelled(self.year.ends_on)}; an arrangement has two or"
            " more. Add the missing partner in the register and check again, or leave the row out.",
            Suggestion("Leave the row out", leave_out=(row.number,)),
            asks=(),
        )


def _same_name(name: str, known: KnownArrangement) -> bool:
    return not name or name == known.name or telling_words(name) == telling_words(known.name)


def _this_one(known: KnownArrangement) -> Suggestion:
    return Suggestion(f"{known.reference} {known.name}", {"reference": known.reference, "arrangement": known.name})


def _put(council: Known, label: str) -> Suggestion:
    return Suggestion(label, {"council": council.name, "gss_code": council.code})
