"""What a sentence about a release is made of, and how it says that a figure moved. Pure; nothing is typed by hand.

A sentence knows the address of the rows behind each of its numbers. A number that one list makes leads to that list; a
share, a rank or a change, which several make, leads to the figure's page, where they stand. A sentence whose figures the
release doesn't hold isn't written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from arrangements.releases.press.phrases import lower_first, rate


class Published(Protocol):
    """What a sentence needs of a figure, computed or stored."""

    key: Any
    label: Any
    value: Any
    rows: Any
    row_count: Any
    numerator: Any
    denominator: Any
    inputs: Any


@dataclass(frozen=True)
class Part:
    """Words of a sentence; with a release, a link to an address below it."""

    text: str
    release: str = ""
    below: str = ""


Words = list[Part | str]


@dataclass(frozen=True)
class Sentence:
    """A sentence with the figures it states. `below` is the address, from the release's on, that a citation leads to."""

    key: str
    parts: tuple[Part, ...]
    below: str
    figures: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Its key as a place on a page."""
        return self.key.replace(":", "-").replace("+", "-")

    @property
    def text(self) -> str:
        """The sentence without its links."""
        return "".join(part.text for part in self.parts)


def sentence(key: str, words: Iterable[Part | str], *, below: str, figures: Iterable[str] = ()) -> Sentence:
    """A sentence of words and links."""
    return Sentence(key, tuple(Part(each) if isinstance(each, str) else each for each in words), below, tuple(figures))


def of_figure(figure: Published, words: Iterable[Part | str], *, also: Iterable[Published | None] = ()) -> Sentence:
    """The sentence of a figure, which cites its page; with other figures that it states as well."""
    keys = [figure.key, *(each.key for each in also if each is not None)]
    return sentence(figure.key, words, below=page_of(figure.key), figures=keys)


def page_of(key: str) -> str:
    """The address of a figure's page, from the release's on."""
    return f"figures/{key}/"


@dataclass(frozen=True)
class Figures:
    """The figures of one release by their ids, and how its year is called."""

    release: str
    year: str
    found: Mapping[str, Published]

    def of(self, measure: str, subject: str = "") -> Published | None:
        """The figure, if the release holds it and it has a value; a share of nothing has none and is there."""
        figure = self.found.get(f"{measure}:{subject}" if subject else measure)
        if figure is None or (figure.value is None and figure.denominator is None):
            return None
        return figure

    def subjects(self, measure: str) -> list[str]:
        """What the figures of the measure are for, in the order of publication."""
        return [key.partition(":")[2] for key in self.found if key.startswith(f"{measure}:")]

    def to_rows(self, figure: Published, text: str) -> Part:
        """A number that leads to the list that makes it."""
        return Part(text, self.release, figure.rows)

    def to_page(self, figure: Published, text: str) -> Part:
        """A number that leads to its page, since more than one list makes it."""
        return Part(text, self.release, page_of(figure.key))

    def to_list(self, below: str, text: str) -> Part:
        """A number that leads to a list."""
        return Part(text, self.release, below)


@dataclass(frozen=True)
class Moved:
    """A change with both its ends."""

    figures: Figures
    change: Published
    was: int
    now: int
    earlier: str
    earlier_release: str

    @classmethod
    def of(cls, figures: Figures, measure: str, subject: str = "") -> Moved | None:
        """The change of that id, if the release was compared with another."""
        change = figures.of(measure, subject)
        if change is None:
            return None
        before, after = change.inputs["subtrahend"], change.inputs["minuend"]
        release = before["release"]
        year = release.partition(".")[0].replace("-", "/")
        return cls(figures, change, before["value"] or 0, after["value"] or 0, year, release)

    @property
    def size(self) -> int:
        """How far it moved, either way."""
        return abs(self.now - self.was)

    @property
    def rate(self) -> str:
        """Its size as a per cent of where it began, where that says something."""
        return rate(self.now, self.was)

    def by(self, text: str) -> Part:
        """The size, which leads to the page with both lists."""
        return self.figures.to_page(self.change, text)

    def before(self, text: str) -> Part:
        """Where it began, which leads to the earlier list."""
        return Part(text, self.earlier_release, self.change.rows)

    def after(self, text: str) -> Part:
        """Where it ended, which leads to the list."""
        return self.figures.to_rows(self.change, text)


def movement(moved: Moved, what: str, verb: str, shown: Callable[[int], str]) -> Sentence:
    """From one year to the next: rose by, fell by, or the same."""
    year = moved.figures.year
    if moved.now == moved.was:
        same: Words = [
            f"{what} {verb} ",
            moved.after(shown(moved.now)),
            f" in {year}, ",
            moved.by("the same"),
            f" as in {moved.earlier}.",
        ]
        return of_figure(moved.change, same)
    way = "rose" if moved.now > moved.was else "fell"
    by = f"{shown(moved.size)} ({moved.rate})" if moved.rate else shown(moved.size)
    ends: Words = [
        ", from ",
        moved.before(shown(moved.was)),
        f" in {moved.earlier} to ",
        moved.after(shown(moved.now)),
        f" in {year}.",
    ]
    return of_figure(moved.change, [f"{what} {way} by ", moved.by(by), *ends])


def nothing_to_compare(key: str, figures: Figures, of: Published) -> Sentence:
    """What stands in the place of a change in a first year."""
    said = f"{figures.year} isn’t compared with an earlier year: none was published before it, so no change is given for "
    return sentence(key, [said, figures.to_page(of, lower_first(of.label)), "."], below=page_of(of.key), figures=[of.key])
