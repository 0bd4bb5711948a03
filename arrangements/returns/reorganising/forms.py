"""Who ends, who follows and from which day: the form that the address of the page fills in."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import slugify

from arrangements.returns.reorganising.facts import Act, succeeding_of
from councils.models import COUNCIL_CODE, Council, CouncilKind
from sharedservices.common.periods import spelled

MOST_BLOCKS = 12
DAYS = ["%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y"]
NEW_KINDS = [
    CouncilKind.UNITARY,
    CouncilKind.DISTRICT,
    CouncilKind.COUNTY,
    CouncilKind.METROPOLITAN,
    CouncilKind.LONDON_BOROUGH,
]
# The facts that a new council needs, and how they are called in a sentence.
WORDS = {"name": "official name", "short_name": "short name", "gss_code": "GSS code", "kind": "kind", "region": "region"}
NEW = [*WORDS, "county"]


@dataclass(frozen=True)
class Group:
    """Councils of one county or region, to be ticked."""

    label: str
    options: list[tuple[str, str]]
    ticked: Collection[str] = field(default_factory=tuple)

    @property
    def how_many(self) -> int:
        """How many of them are ticked."""
        return sum(key in self.ticked for key, _ in self.options)

    @property
    def boxes(self) -> list[tuple[str, str, bool]]:
        """Key, name, and whether it is ticked."""
        return [(key, label, key in self.ticked) for key, label in self.options]


class DayField(forms.DateField):
    """A day in any usual spelling."""

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(f"“{value}” is no day. Write it like 1 April 2027 or 2027-04-01.") from error


class DayForm(forms.Form):
    """The first day of the successors."""

    first_day = DayField(
        input_formats=DAYS,
        label="First day of the councils that follow",
        help_text="Such as 1 April 2027. Those that end have their last day on the day before.",
    )

    def clean_first_day(self) -> date:
        day = self.cleaned_data["first_day"]
        if not 1974 < day.year < 2200:
            raise ValidationError(f"{spelled(day)} is out of the register's time. Give a day from 1975 to 2199.")
        return day


class FollowerForm(forms.Form):
    """One council that follows, in the register already or new, and those that it takes over from."""

    council = forms.ChoiceField(required=False, label="A council of the register")
    name = forms.CharField(required=False, max_length=120, label="Official name")
    short_name = forms.CharField(required=False, max_length=80, label="Short name")
    gss_code = forms.CharField(
        required=False, max_length=9, label="GSS code", help_text="E06 to E10 and six digits.", validators=[COUNCIL_CODE]
    )
    kind = forms.ChoiceField(required=False, label="Kind", choices=[("", "Choose"), *((each, each.label) for each in NEW_KINDS)])
    region = forms.ChoiceField(required=False, label="Region")
    county = forms.ChoiceField(required=False, label="County above it", help_text="For a district only.")
    takes_over = forms.MultipleChoiceField(required=False, label="It takes over from")

    use_required_attribute = False

    def __init__(self, data: Any, number: int, councils: list[Any], lists: Lists) -> None:
        super().__init__(data, prefix=f"f{number}")
        self.number, self.councils, self.lists = number, councils, lists
        self._choices("council", [("", "A new one, whose facts are given below"), *lists.of_register])
        self._choices("region", [("", "Choose"), *lists.regions])
        self._choices("county", [("", "None"), *lists.counties])
        self._choices("takes_over", [(key, name) for group in lists.groups for key, name in group.options])

    def _choices(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def groups(self) -> list[Group]:
        """The boxes to tick, county by county."""
        ticked = set(self["takes_over"].value() or [])
        return [Group(group.label, group.options, ticked) for group in self.lists.groups]

    @property
    def ticked_names(self) -> list[str]:
        """The names of those that are ticked."""
        return [label for group in self.groups for _, label, ticked in group.boxes if ticked]

    @property
    def new_fields(self) -> list[Any]:
        """The facts of a new council."""
        return [self[name] for name in NEW]

    @property
    def is_new(self) -> bool:
        """Whether facts of a new council were given, or are missing."""
        return any(self[name].value() or self.errors.get(name) for name in NEW)

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all was given."""
        return not any(self[name].value() for name in ["council", "takes_over", *NEW])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.is_blank:
            return cleaned
        given = [name for name in NEW if self[name].value()]
        if cleaned.get("council") and given:
            self.add_error("council", "Choose a council of the register, or give the facts of a new one: not both.")
        elif not cleaned.get("council") and "council" not in self.errors:
            self._clean_new(cleaned)
        if not cleaned.get("takes_over") and "takes_over" not in self.errors:
            self.add_error("takes_over", "Tick the councils that it takes over from: at least one.")
        return cleaned

    def _clean_new(self, cleaned: dict[str, Any]) -> None:
        for name in WORDS:
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, f"Give the {WORDS[name]} of the new council.")
        if cleaned.get("county") and cleaned.get("kind") != CouncilKind.DISTRICT:
            self.add_error("county", "Only a district council has a county council above it.")
        for council in self.councils:
            if council.gss_code == cleaned.get("gss_code"):
                self.add_error("gss_code", f"{council.gss_code} is the code of {council}. Choose that council above.")
            if cleaned.get("short_name") and council.slug == slugify(cleaned["short_name"]):
                self.add_error("short_name", f"{council} has this short name. Choose that council above, or another short name.")
        if cleaned.get("short_name") and not slugify(cleaned["short_name"]):
            self.add_error("short_name", "Give a short name with letters in it: the council's address is made of it.")

    def follower(self, first_day: date) -> Council:
        """The council that follows; a new one isn't stored."""
        by_key = {str(council.pk): council for council in self.councils}
        cleaned = self.cleaned_data
        if cleaned["council"]:
            return by_key[cleaned["council"]]
        return Council(
            gss_code=cleaned["gss_code"],
            slug=slugify(cleaned["short_name"]),
            name=cleaned["name"],
            short_name=cleaned["short_name"],
            kind=cleaned["kind"],
            region_id=int(cleaned["region"]),
            county=by_key.get(cleaned["county"]),
            started_on=first_day,
        )


@dataclass(frozen=True)
class Lists:
    """What there is to choose from, put together once for all blocks."""

    of_register: list[tuple[str, list[tuple[str, str]]]]
    regions: list[tuple[str, str]]
    counties: list[tuple[str, str]]
    groups: list[Group]

    @classmethod
    def of(cls, councils: list[Any]) -> Lists:
        """From all councils, with their regions and counties."""
        regions = {str(each.region_id): each.region.name for each in councils}
        by_region: dict[str, list[tuple[str, str]]] = {}
        by_area: dict[str, list[tuple[str, str]]] = {}
        for each in councils:
            option = (str(each.pk), _with_life(each))
            by_region.setdefault(each.region.name, []).append(option)
            county = each if each.kind == CouncilKind.COUNTY else each.county
            area = f"{county.short_name}: county and districts" if county else f"{each.region.name}: other councils"
            by_area.setdefault(area, []).append(option)
        counties = [(str(each.pk), each.name) for each in councils if each.kind == CouncilKind.COUNTY and each.ended_on is None]
        return cls(
            sorted(by_region.items()),
            sorted(regions.items(), key=lambda region: region[1]),
            counties,
            [Group(label, options) for label, options in sorted(by_area.items())],
        )


def _with_life(council: Council) -> str:
    return f"{council} (until {spelled(council.ended_on)})" if council.ended_on else str(council)


class Choosing:
    """The whole of it, bound to an address if that asks for anything."""

    def __init__(self, data: QueryDict, councils: list[Any]) -> None:
        self.councils = councils
        self.asked = data.get("step")
        self.is_judged = self.asked == "effect"
        given = data if self.asked else None
        self.day = DayForm(given)
        self.lists = Lists.of(councils)
        number = data.get("blocks", "")
        blocks = int(number) if number.isdecimal() and len(number) < 3 else 1
        self.number = max(1, min(blocks + (self.asked == "more"), MOST_BLOCKS))
        self.blocks = [FollowerForm(given, at, councils, self.lists) for at in range(1, self.number + 1)]
        self.errors: list[str] = []
        self.act: Act | None = None
        if self.is_judged:
            self._judge()

    def _judge(self) -> None:
        filled = [block for block in self.blocks if not block.is_blank]
        if not filled:
            self.errors.append(
                "Choose a council that follows, or give the facts of a new one, and tick those it takes over from."
            )
        valid = [self.day.is_valid(), *(block.is_valid() for block in filled)]
        if self.errors or not all(valid):
            return
        first_day = self.day.cleaned_data["first_day"]
        followers = {id(block): block.follower(first_day) for block in filled}
        by_key = {str(council.pk): council for council in self.councils}
        follows: dict[str, tuple[str, ...]] = {}
        new: dict[str, Council] = {}
        seen: dict[str, FollowerForm] = {}
        for block in filled:
            council = followers[id(block)]
            code = council.gss_code
            if code in seen or any(council.slug == followers[id(each)].slug for each in seen.values()):
                block.add_error(
                    "council" if council.pk else "gss_code",
                    f"{council} is named twice. Name it once, with all it takes over from.",
                )
                return
            seen[code] = block
            if council.pk is None:
                new[code] = council
            for key in block.cleaned_data["takes_over"]:
                predecessor = by_key[key].gss_code
                follows[predecessor] = (*follows.get(predecessor, ()), code)
        act = Act(first_day, follows, new)
        if self._is_possible(act, seen):
            self.act = act

    def _is_possible(self, act: Act, blocks: dict[str, FollowerForm]) -> bool:
        """Say what can't be at the council it is about."""
        faults = succeeding_of(act, self.councils).faults()
        for fault in faults:
            if fault.about in blocks:
                block = blocks[fault.about]
                block.add_error("council" if block.cleaned_data.get("council") else "name", fault.message)
            else:
                first = act.follows[fault.about][0]
                blocks[first].add_error("takes_over", fault.message)
        return not faults

    def all_errors(self) -> Iterator[tuple[str, str]]:
        """Each message with the id of the field it stands at; empty for the whole."""
        for message in self.errors:
            yield "", message
        for form in [self.day, *(block for block in self.blocks if not block.is_blank)]:
            for name, said in form.errors.items():
                yield from ((form[name].auto_id if name in form.fields else "", str(message)) for message in said)
