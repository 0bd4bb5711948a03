"""What the map's template draws: a shape with its words for each council, the legend, and the lines from the chosen one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from arrangements.public.map_scales import MISSING, SAVINGS, Class, Measure
from arrangements.releases.by_council import Sharing
from arrangements.releases.models import ReleasedCouncil
from arrangements.releases.press.phrases import listed, plural
from councils.hexmap import Atlas, Cells, hexagons, middle, outline, view_box
from councils.models import CouncilKind

# Lines grow thicker with what is in common, up to here.
THICKEST = 3
# So many that are equal are named.
MOST_NAMED = 3


@dataclass(frozen=True)
class Row:
    """A council of the map, and of its table."""

    council: ReleasedCouncil
    sharing: Sharing
    in_common: int | None  # arrangements with the chosen council; None where none is chosen, and for itself

    @property
    def name(self) -> str:
        """As it was called on the day."""
        return self.council.short_name

    @property
    def kind(self) -> str:
        """In words."""
        return self.council.get_kind_display()

    @property
    def region(self) -> str:
        """In words."""
        return self.council.region_name


@dataclass(frozen=True)
class Shape:
    """A council as drawn: its path, its style, what is said of it, and where it leads."""

    slug: str
    path: str
    style: str
    spoken: str
    href: str
    is_lit: bool


@dataclass(frozen=True)
class LegendLine:
    """One class, with how many councils are in it."""

    label: str
    style: str
    count: int


@dataclass(frozen=True)
class Partner:
    """A council that shares with the chosen one."""

    council: ReleasedCouncil
    in_common: int


@dataclass(frozen=True)
class Choice:
    """The chosen council: its part, those it shares with, most first, and the overlay that lights them up."""

    council: ReleasedCouncil
    sharing: Sharing
    spoken: str
    partners: Sequence[Partner]
    outline: str
    partner_outlines: str
    lines: Mapping[int, str]  # by thickness

    @property
    def is_area(self) -> bool:
        """Whether it lies over others, as a county does."""
        return self.council.kind == CouncilKind.COUNTY


@dataclass(frozen=True)
class Drawing:
    """All of it. `choice` is None where no council is chosen, or the chosen one wasn't in force."""

    view_box: str
    shapes: Sequence[Shape]
    counties: str
    regions: str
    legend: Sequence[LegendLine]
    reading: str
    rows: Sequence[Row] = field(default_factory=list)
    choice: Choice | None = None


def draw(
    *,
    councils: Sequence[ReleasedCouncil],
    sharing: Mapping[str, Sharing],
    atlas: Atlas,
    measure: Measure,
    by_county: bool,
    chosen: int | None,
    link: Callable[[str], str],
) -> Drawing:
    """The map of one tier. `link` gives the address that chooses a council."""
    by_code = {each.gss_code: each for each in councils}
    choice = _choice(by_code, sharing, atlas, measure, chosen)
    with_chosen = sharing.get(choice.council.gss_code, Sharing()).partners if choice else None
    rows = [
        Row(each, sharing.get(each.gss_code, Sharing()), _in_common(each, with_chosen, choice))
        for each in councils
        if is_shown(each, atlas, by_county)
    ]
    classed = [(row, measure.class_of(measure.value(row.sharing))) for row in rows]
    shapes = [
        _shape(row, found, atlas.area(row.council.council_id), measure, with_chosen, choice, link) for row, found in classed
    ]
    return Drawing(
        view_box=view_box(atlas.land),
        shapes=[shape for shape in shapes if shape.path],
        counties="".join(outline(cells) for _, cells in sorted(atlas.counties.items())),
        regions="".join(outline(cells) for _, cells in sorted(atlas.regions.items())),
        legend=_legend(measure, [found for _, found in classed]),
        reading=reading(measure, rows),
        rows=rows,
        choice=choice,
    )


def is_shown(council: ReleasedCouncil, atlas: Atlas, by_county: bool) -> bool:
    """Whether the tier has the council: by county, that and not its districts; otherwise the other way round."""
    if council.kind == CouncilKind.COUNTY:
        return by_county
    return not (by_county and council.county)


def _in_common(council: ReleasedCouncil, with_chosen: Mapping[str, int] | None, choice: Choice | None) -> int | None:
    if with_chosen is None or choice is None or council.pk == choice.council.pk:
        return None
    return with_chosen[council.gss_code]


def _shape(
    row: Row,
    found: Class | None,
    cells: Cells,
    measure: Measure,
    with_chosen: Mapping[str, int] | None,
    choice: Choice | None,
    link: Callable[[str], str],
) -> Shape:
    council = row.council
    spoken = f"{row.name}: {measure.spoken(measure.value(row.sharing))}"
    if row.in_common:
        spoken += f"; {row.in_common} in common with {choice.council.short_name if choice else ''}"
    return Shape(
        slug=council.slug,
        # One shape for a county or a merged council, without the lines between its hexagons.
        path=hexagons(cells) if len(cells) == 1 else outline(cells),
        style=found.style if found else MISSING,
        spoken=spoken,
        href=link(council.slug),
        is_lit=bool(row.in_common) or (choice is not None and choice.council.pk == council.pk),
    )


def _legend(measure: Measure, found: Sequence[Class | None]) -> list[LegendLine]:
    """Every class of the measure, the strongest first, and last those that have no value, if there are any."""
    lines = [LegendLine(each.label, each.style, found.count(each)) for each in reversed(measure.classes)]
    without = found.count(None)
    return [*lines, LegendLine(measure.missing, MISSING, without)] if without else lines


def reading(measure: Measure, rows: Sequence[Row]) -> str:
    """What the map shows, in a sentence. Of money none is named the largest: it is shared, and no council's own."""
    values = [(measure.value(row.sharing), row.name) for row in rows]
    known = [(value, name) for value, name in values if value is not None]
    some = len(known) if measure.word == SAVINGS else sum(value > 0 for value, _ in known)
    told = f"{some:,} of the {len(rows):,} councils {plural(some, *measure.doing)}"
    if measure.word == SAVINGS:
        return f"{told}."
    most = max((value for value, _ in known), default=0)
    first = sorted(name for value, name in known if value == most)
    if not most or len(first) > MOST_NAMED:
        return f"{told}."
    return f"{told}; {listed(first)} {plural(len(first), 'has', 'have')} the most {measure.noun[1]}, {most:,}."


def _choice(
    by_code: Mapping[str, ReleasedCouncil], sharing: Mapping[str, Sharing], atlas: Atlas, measure: Measure, chosen: int | None
) -> Choice | None:
    council = next((each for each in by_code.values() if each.council_id == chosen), None)
    if council is None:
        return None
    own = sharing.get(council.gss_code, Sharing())
    partners = [Partner(by_code[code], count) for code, count in own.partners.items()]
    partners.sort(key=lambda each: (-each.in_common, each.council.short_name))
    here = atlas.area(council.council_id)
    there = [(atlas.area(each.council.council_id), each.in_common) for each in partners]
    return Choice(
        council=council,
        sharing=own,
        spoken=measure.spoken(measure.value(own)),
        partners=partners,
        outline=outline(here),
        partner_outlines="".join(outline(cells) for cells, _ in there),
        lines=_lines(here, there) if here else {},
    )


def _lines(here: Cells, there: Sequence[tuple[Cells, int]]) -> dict[int, str]:
    """From the middle of one to the middle of each, by thickness; none where both have the same middle."""
    across, down = middle(here)
    lines: dict[int, str] = {}
    for cells, in_common in there:
        if cells and middle(cells) != (across, down):
            right, below = middle(cells)
            thickness = min(in_common, THICKEST)
            lines[thickness] = lines.get(thickness, "") + f"M{across} {down}L{right} {below}"
    return lines
