"""Charts of stored figures: over the years, by category, by region. Nothing here sums; figures are found by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.urls import reverse

from arrangements.releases import readings
from arrangements.releases.columns import OUTCOME_NAMES
from arrangements.releases.models import Release, ReleasedFigure
from arrangements.releases.press.phrases import lower_first, plural, rate, the_region
from arrangements.releases.tables import by_key, category_table, region_table, signed
from arrangements.releases.vocabulary import Unit
from arrangements.returns.models import FinancialYear
from sharedservices.common.charts import Chart, Value, bars, trend
from sharedservices.common.money import headline_pounds

NOTHING_PUBLISHED = "Nothing published"
NO_SUCH_FIGURE = "No figure in this release"
MEANING = "/methodology/#"


@dataclass(frozen=True)
class Published:
    """The years from the first published to the last, oldest first, with the current release of each and some of its figures."""

    years: tuple[FinancialYear, ...]
    releases: dict[int, Release]
    figures: dict[tuple[int, str], ReleasedFigure]

    @classmethod
    def with_figures(cls, keys: Sequence[str]) -> Published:
        """Read in two queries, however many figures; in one more where a year between has no release."""
        releases = {each.year_id: each for each in Release.objects.current().select_related("year")}
        if not releases:
            return cls((), {}, {})
        years = years_published(releases.values())
        if not keys:
            return cls(years, releases, {})
        found = stored(ReleasedFigure.objects.filter(release__in=releases.values(), key__in=keys)).select_related("release")
        return cls(years, releases, {(each.release.year_id, each.key): each for each in found})

    @property
    def latest(self) -> Release | None:
        """The release of the last year."""
        return self.releases[self.years[-1].pk] if self.years else None

    def of(self, key: str) -> tuple[Value, ...]:
        """One figure over the years; a year without it says so in words. Its definition is its basis."""
        return tuple(self._value(year, key) for year in self.years)

    def _value(self, year: FinancialYear, key: str) -> Value:
        release = self.releases.get(year.pk)
        figure = self.figures.get((year.pk, key))
        if release is None or figure is None:
            return Value(year.slug, str(year), None, NOTHING_PUBLISHED if release is None else NO_SUCH_FIGURE)
        href = reverse("figure", args=[release.slug, key])
        return Value(year.slug, str(year), figure.value, figure.display, coverage(figure), href, basis_of(figure))


def years_published(releases: Iterable[Release]) -> tuple[FinancialYear, ...]:
    """The years from the first that has one of the releases to the last, oldest first, those between that have none included."""
    years = sorted({each.year for each in releases}, key=lambda year: year.starts_on)
    first, last = years[0].starts_on, years[-1].starts_on
    if last.year - first.year == len(years) - 1:
        return tuple(years)
    return tuple(FinancialYear.objects.filter(starts_on__range=(first, last)).order_by("starts_on"))


def basis_of(figure: ReleasedFigure) -> str:
    """Its definition without the name of what it is for: another name is no other way of counting."""
    _, _, after_colon = figure.label.partition(": ")
    name = after_colon or figure.label.rpartition(" touching ")[2]
    return figure.definition.replace(name, "…") if name else figure.definition


def stored(figures: Any) -> Any:
    """Figures without their long lists of inputs, but with what they leave out."""
    return figures.defer("inputs").annotate(left_out=F("inputs__left_out"))


def coverage(figure: ReleasedFigure) -> str:
    """How many arrangements a sum counts, and how many of each other outcome it leaves out; nothing of a count."""
    if figure.unit != Unit.POUNDS:
        return ""
    left_out: dict[str, int] = figure.left_out or {}  # type: ignore[attr-defined]
    told = f"From {figure.row_count:,} {plural(figure.row_count, 'arrangement')}"
    without = ", ".join(f"{number:,} {OUTCOME_NAMES[outcome].lower()}" for outcome, number in left_out.items())
    return f"{told}; left out: {without}" if without else f"{told}; none left out"


def over_the_years(published: Published, key: str, *, subject: str, title: str, csv: str, name: str) -> Chart:
    """The trend of one figure. `subject` begins its reading; `name` is its key on the page and in its file's address."""
    values = published.of(key)
    measure = key.partition(":")[0]
    in_pounds = measure.startswith("savings")
    return Chart(
        key=name,
        title=title,
        reading=readings.of_trend(subject, values, headline_pounds if in_pounds else "{:,}".format),
        values=values,
        drawing=trend(values),
        csv=csv,
        measure="Reported savings" if in_pounds else "Arrangements",
        noted="Which arrangements" if in_pounds else "",
        unit="pounds" if in_pounds else "arrangements",
        meaning=MEANING + measure,
    )


def savings_over_the_years(published: Published, csv: str) -> Chart:
    """England's savings, year by year."""
    return over_the_years(
        published, "savings-total", subject="Reported savings in England", title="Reported savings, England, by year",
        csv=csv, name="savings",
    )  # fmt: skip


def arrangements_over_the_years(published: Published, csv: str) -> Chart:
    """England's number of arrangements, year by year."""
    return over_the_years(
        published, "arrangements", subject="Arrangements operating on 31 March in England",
        title="Arrangements operating on 31 March, England, by year", csv=csv, name="arrangements",
    )  # fmt: skip


def savings_by_category(figures: Sequence[ReleasedFigure], release: Release, csv: str) -> Chart:
    """A bar for each category, the largest first. The figures are the release's, read through `stored`."""
    values = tuple(
        Value(
            row["savings"].key.partition(":")[2], row["name"], row["savings"].value, row["savings"].display,
            coverage(row["savings"]), _rows(release, row["savings"]),
        )
        for row in category_table(figures)
    )  # fmt: skip
    whole = by_key(figures).get("savings-total")
    shares = {
        row["savings"].key.partition(":")[2]: f"{row['share'].display} of the total"
        for row in category_table(figures)
        if row["share"].value is not None
    }
    return Chart(
        key="savings-by-category",
        title=f"Reported savings by category, {release.year}",
        reading=readings.of_parts(values, "reported savings", shares=shares),
        values=values,
        drawing=bars(values),
        csv=csv,
        of="Category",
        measure="Reported savings",
        noted="Which arrangements",
        unit="pounds",
        note=f"{coverage(whole)}." if whole else "",
        meaning=f"{MEANING}savings-category",
    )


def arrangements_by_region(figures: Sequence[ReleasedFigure], release: Release, csv: str) -> Chart:
    """A bar for each region, the largest first."""
    rows = [(row["name"], row["arrangements"]) for row in region_table(figures)]
    values = tuple(
        Value(figure.key.partition(":")[2], name, figure.value, figure.display, "", _rows(release, figure))
        for name, figure in sorted(rows, key=lambda row: (-(row[1].value or 0), row[0]))
    )
    return Chart(
        key="arrangements-by-region",
        title=f"Arrangements touching each region, {release.year}",
        reading=readings.of_parts(values, "arrangements", the_region),
        values=values,
        drawing=bars(values),
        csv=csv,
        of="Region",
        note="One that touches several regions counts in each, so the regions add up to more than England.",
        meaning=f"{MEANING}arrangements-region",
    )


def growth_by_region(figures: Sequence[ReleasedFigure], release: Release, csv: str) -> Chart:
    """A bar for each region's change, the largest first; each with the two figures it lies between."""
    rows = [(row["name"], row["arrangements"], row["change"]) for row in region_table(figures)]
    values = tuple(sorted((_growth(*row, release) for row in rows), key=lambda each: (-(each.value or 0), each.label)))
    earlier = release.compared_with
    return Chart(
        key="growth-by-region",
        title=f"Change in arrangements touching each region, {f'{earlier.year} to ' if earlier else ''}{release.year}",
        reading=readings.of_changes(values, str(earlier.year) if earlier else "", the_region),
        values=values,
        drawing=bars(values, signed=True),
        csv=csv,
        of="Region",
        measure="Change",
        noted="From and to",
        unit="change",
        note="One that touches several regions counts in each.",
        meaning=f"{MEANING}arrangements-region-change",
    )


def _growth(name: str, now: ReleasedFigure, change: ReleasedFigure | None, release: Release) -> Value:
    slug = now.key.partition(":")[2]
    if change is None or change.value is None or now.value is None:
        return Value(slug, name, None, "No earlier figure")
    before = now.value - change.value
    size = rate(now.value, before)
    note = f"{before:,} to {now.value:,}{f', {size}' if size else ''}"
    return Value(slug, name, change.value, signed(change), note, reverse("figure", args=[release.slug, change.key]))


def outcomes_of(figures: Sequence[ReleasedFigure], release: Release, csv: str) -> Chart:
    """A bar for each outcome: what every total includes, and what it leaves out."""
    values = tuple(
        Value(figure.key.partition(":")[2], figure.label.partition(": ")[2].capitalize(), figure.value, figure.display, "",
              _rows(release, figure))
        for figure in figures
        if figure.measure == "arrangements-outcome"
    )  # fmt: skip
    return Chart(
        key="outcomes",
        title=f"What was reported for each arrangement, {release.year}",
        reading=readings.of_outcomes(values),
        values=values,
        drawing=bars(values),
        csv=csv,
        of="Outcome",
        note="Nothing but a figure enters a total; zero is a figure.",
        meaning=f"{MEANING}arrangements-outcome",
    )


def _rows(release: Release, figure: ReleasedFigure) -> str:
    """The frozen rows that make the figure."""
    return release.get_absolute_url() + figure.rows


def of_category(published: Published, slug: str, name: str, csv: Any) -> Iterable[Chart]:
    """Savings and arrangements of one category; `csv` gives the address of a chart's file."""
    called = lower_first(name)
    yield over_the_years(
        published, f"savings-category:{slug}", subject=f"Reported savings of {called}",
        title=f"Reported savings of {called}, by year", csv=csv("savings"), name="savings",
    )  # fmt: skip
    yield over_the_years(
        published, f"arrangements-category:{slug}", subject=f"Arrangements for {called}",
        title=f"Arrangements for {called} operating on 31 March, by year", csv=csv("arrangements"), name="arrangements",
    )  # fmt: skip


def of_region(published: Published, slug: str, name: str, csv: Any) -> Iterable[Chart]:
    """Arrangements and savings touching one region."""
    called = the_region(name)
    yield over_the_years(
        published, f"arrangements-region:{slug}", subject=f"Arrangements touching {called}",
        title=f"Arrangements touching {called} on 31 March, by year", csv=csv("arrangements"), name="arrangements",
    )  # fmt: skip
    yield over_the_years(
        published, f"savings-region:{slug}", subject=f"Reported savings touching {called}",
        title=f"Reported savings touching {called}, by year", csv=csv("savings"), name="savings",
    )  # fmt: skip
