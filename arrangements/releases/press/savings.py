"""Sentences about money: the total, what it rests on, how it moved, and each category's part of it."""

from __future__ import annotations

from collections.abc import Iterator

from arrangements.releases.press.phrases import count, lower_first, money, ordinal, plural, separators, share, spelled_out
from arrangements.releases.press.sentences import (
    Figures,
    Moved,
    Published,
    Sentence,
    Words,
    movement,
    nothing_to_compare,
    of_figure,
    page_of,
    sentence,
)
from sharedservices.common.money import headline_pounds


def savings(figures: Figures) -> Iterator[Sentence]:
    """The total, what it rests on, and how it moved."""
    total, arrangements = figures.of("savings-total"), figures.of("arrangements")
    if total is None:
        return
    yield of_figure(total, _total(figures, total))
    if arrangements is not None and arrangements.value:
        yield _coverage(figures, total, arrangements)
    moved = Moved.of(figures, "savings-change")
    if moved is None:
        yield nothing_to_compare("savings-change", figures, total)
    else:
        yield movement(moved, "Reported savings", "were", money)


def _total(figures: Figures, total: Published) -> Words:
    if not total.row_count:
        return [figures.to_rows(total, "No arrangement"), f" reported a saving for the financial year {figures.year}."]
    if total.value < 0:
        more = figures.to_rows(total, f"{headline_pounds(-total.value)} more")
        return ["By councils’ reports, sharing services cost ", more, f" than it saved in the financial year {figures.year}."]
    saved = figures.to_rows(total, headline_pounds(total.value))
    return ["Councils reported savings of ", saved, f" from sharing services in the financial year {figures.year}."]


def _coverage(figures: Figures, total: Published, whole: Published) -> Sentence:
    """Every total says what it rests on and what is left out."""
    outcomes = [
        figure for each in figures.subjects("arrangements-outcome") if (figure := figures.of("arrangements-outcome", each))
    ]
    left_out = [figure for figure in outcomes if figure.key != "arrangements-outcome:figure" and figure.value]
    all_of_them: Words = [
        figures.to_rows(whole, "the one" if whole.value == 1 else f"{whole.value:,}"),
        f" {plural(whole.value, 'arrangement')}",
    ]
    parts: Words = ["The total rests on "]
    if total.row_count == whole.value:
        parts += ["the reported figure of " if whole.value == 1 else "the reported figures of all ", *all_of_them]
    elif total.row_count:
        words = f"the reported {plural(total.row_count, 'figure')} of "
        parts += [words, figures.to_rows(total, count(total.row_count)), " of ", *all_of_them]
    else:
        parts += [figures.to_rows(total, "no figure"), " of ", *all_of_them]
    if left_out:
        parts.append("; left out, by outcome: ")
        for figure, after in zip(left_out, separators([""] * len(left_out)), strict=True):
            outcome = lower_first(figure.label.partition(": ")[2])
            parts += [figures.to_rows(figure, f"{figure.value:,}"), f" {outcome}{after}"]
    keys = [total.key, whole.key, *(figure.key for figure in left_out)]
    return sentence("coverage", [*parts, "."], below=page_of(total.key), figures=keys)


def categories(figures: Figures) -> Iterator[Sentence]:
    """What each category saved, its share and its rank: the largest first."""
    ranked = []
    for slug in figures.subjects("savings-category"):
        saved, place = figures.of("savings-category", slug), figures.of("savings-category-rank", slug)
        if saved is not None and place is not None:
            ranked.append((place.value, saved.label.partition(": ")[2], slug, saved, place))
    for _, name, slug, saved, place in sorted(ranked, key=lambda each: each[:3]):
        of_total = figures.of("savings-category-share", slug)
        yield of_figure(saved, _category(figures, lower_first(name), saved, of_total, place), also=[of_total, place])


def _category(figures: Figures, name: str, saved: Published, of_total: Published | None, place: Published) -> Words:
    year = figures.year
    if not saved.row_count:
        return [figures.to_rows(saved, "No arrangement"), f" reported a saving in {name} in {year}."]
    if saved.value < 0:
        return [
            f"Sharing {name} cost ",
            figures.to_rows(saved, f"{headline_pounds(-saved.value)} more"),
            f" than it saved in {year}.",
        ]
    amount = figures.to_rows(saved, headline_pounds(saved.value))
    said = [*_share_of_total(figures, of_total), *_rank(figures, place)] if saved.value else []
    parts: Words = [f"Savings in {name} came to ", amount, f" in {year}"]
    for number, more in enumerate(said):
        parts += [", " if number else ": ", *more]
    return [*parts, "."]


def _share_of_total(figures: Figures, of_total: Published | None) -> Iterator[Words]:
    """A share is given of a total above nought that no part exceeds."""
    words = share(of_total.numerator or 0, of_total.denominator or 0) if of_total is not None else ""
    if of_total is not None and words:
        yield [figures.to_page(of_total, words), " of the total"]


def _rank(figures: Figures, place: Published) -> Iterator[Words]:
    """A rank says whether it is shared; one alone has none."""
    among = place.inputs["among"]
    of_its_own = among.get(place.key.replace("savings-category-rank:", "savings-category:"))
    if len(among) > 1:
        joint = "joint " if list(among.values()).count(of_its_own) > 1 else ""
        words = figures.to_page(place, f"{joint}{ordinal(place.value, 'largest')}")
        yield ["the ", words, f" of the {spelled_out(len(among))} categories"]
