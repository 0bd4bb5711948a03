"""What each sentence ought to say, reckoned a second time: from the open files, by `recount.py` and by what is here.

Nothing of the press room is used, nor of `figures.py`. For each sentence's key there are its facts as they are shown: the
words that must stand in it or, after a tilde, must not, and what else it turns on. A sentence says something else if and
only if its facts differ.
"""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from arrangements.releases.recount import Files, in_hundred, several

Facts = tuple[Any, ...]


def shown(pounds: int) -> str:
    """As headlines say it."""
    size = abs(pounds)
    if size < 1_000_000:
        return f"£{size:,}"
    millions = (Decimal(size) / 1_000_000).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"£{millions:,} million".replace(".0 ", " ")


def number(value: int) -> str:
    """As sentences say it."""
    return {0: "no", 1: "one"}.get(value, f"{value:,}")


def portion(part: int, whole: int) -> str:
    """A share in words; nothing where it says nothing."""
    if whole <= 0 or part < 0 or part > whole:
        return ""
    found = in_hundred(part, whole)
    if found == 0 and part > 0:
        return "under 1 per cent"
    return "over 99 per cent" if found == 100 and part < whole else f"{found} per cent"


def speed(now: int, before: int) -> str:
    """A rate in words; nothing where it says nothing."""
    if before <= 0 or now < 0 or now == before:
        return ""
    found = abs(in_hundred(now - before, before) or 0)
    return f"{found:,} per cent" if found else "under 1 per cent"


def movement(now: int, before: int, money: bool) -> Facts:
    """Which way, how far, how fast, and both ends."""
    say = shown if money else (lambda value: f"{value:,}")
    way = "rose" if now > before else "fell" if now < before else "the same"
    ends = (say(now), now < 0, say(before), before < 0)
    return (way, *ends) if now == before else (way, say(abs(now - before)), speed(now, before) or "~per cent", *ends)


def facts(now: Files, before: Files | None, names: dict[str, dict[str, str]], service: str) -> dict[str, Facts]:
    """The facts of every sentence, by its key."""
    found = {**_savings(now, before), **_councils(now, before), **_regions(now, before, names)}
    return {**found, **_sharing(now, names, service)}


def _savings(now: Files, before: Files | None) -> dict[str, Facts]:
    figures = [row for row in now.arrangements if row["outcome"] == "figure"]
    total = now.value("savings-total") or 0
    outcomes = Counter(row["outcome"] for row in now.arrangements if row["outcome"] != "figure")
    found: dict[str, Facts] = {
        "savings-total": (shown(total), "cost" if total < 0 else "~cost") if figures else ("No arrangement",),
        "savings-change": movement(total, before.value("savings-total") or 0, money=True) if before else ("no change is given",),
    }
    if now.arrangements:
        left_out = tuple(f"{many:,} {code.replace('_', ' ')}" for code, many in sorted(outcomes.items()))
        found["coverage"] = (len(figures), _arrangements(now), *left_out)
    slugs = [row["id"].partition(":")[2] for row in now.figures if row["id"].startswith("savings-category:")]
    sums = {slug: now.value(f"savings-category:{slug}") or 0 for slug in slugs}
    for slug, value in sums.items():
        rows = [row for row in figures if row["category"] == slug]
        if not rows:
            found[f"savings-category:{slug}"] = ("No arrangement",)
        elif value <= 0:
            found[f"savings-category:{slug}"] = (shown(value), "cost" if value < 0 else "~cost", "~per cent")
        else:
            place = now.value(f"savings-category-rank:{slug}")
            joint = sum(other == value for other in sums.values()) > 1
            found[f"savings-category:{slug}"] = (
                shown(value),
                portion(value, total) or "~per cent",
                place,
                "joint" if joint else "~joint",
            )
    return found


def _arrangements(now: Files) -> str:
    """How many there are, as sentences say it of all of them."""
    return "the one arrangement" if len(now.arrangements) == 1 else f"{len(now.arrangements):,} arrangements"


def _councils(now: Files, before: Files | None) -> dict[str, Facts]:
    asked = now.asked()
    taking_part = asked & now.taking_part()
    if not asked:
        of_asked: Facts = ("No council was asked",)
    elif len(asked) == 1 and taking_part:
        of_asked = ("The one council asked",)
    elif len(taking_part) in {0, len(asked)}:
        of_asked = ("All" if taking_part else "None", f"{len(asked):,}")
    else:
        of_asked = (
            portion(len(taking_part), len(asked)),
            number(len(taking_part)),
            f"{len(asked):,}",
            number(len(asked - taking_part)),
        )
    many = len(now.arrangements)
    who, what = len(now.taking_part()), "different arrangements" if many > 1 else "arrangement"
    involved = (f"{number(who)} council", f"{number(many)} {what}") if many else ("No arrangement",)
    change = movement(many, len(before.arrangements), money=False) if before else ("no change is given",)
    return {"councils-share": of_asked, "councils-involved": involved, "arrangements-change": change}


def _regions(now: Files, before: Files | None, names: dict[str, dict[str, str]]) -> dict[str, Facts]:
    found: dict[str, Facts] = {}
    counts = {slug: (len(now.of_region(slug)), len(before.of_region(slug)) if before else None) for slug in names["regions"]}
    for slug, (here, there) in counts.items():
        found[f"arrangements-region:{slug}"] = (
            number(here),
            names["regions"][slug],
            there,
            (speed(here, there or 0) if here else "") or "~per cent",
        )
    over = now.value("arrangements-in-more-than-one-region") or 0
    found["arrangements-in-more-than-one-region"] = (number(over),)
    if before:
        grown = sorted(
            ((slug, here, there or 0) for slug, (here, there) in counts.items() if here > (there or 0)), key=_by_growth
        )
        leading = [each for each in grown if _by_growth(each)[0] <= _by_growth(grown[:2][-1])[0]] if grown else []
        said = [
            (
                f"{names['regions'][slug]}, by {here - there:,} ({speed(here, there)}",
                f"from {there:,}" if there else "from none",
                f"to {here:,})",
            )
            for slug, here, there in leading
        ]
        how = ("grow",) if not grown else ("grew only",) if len(grown) == 1 else ("grew most",)
        found["growth"] = (*how, *(word for each in said for word in each))
    return found


def _by_growth(each: tuple[str, int, int]) -> tuple[int, str]:
    slug, here, there = each
    return there - here, slug


def _sharing(now: Files, names: dict[str, dict[str, str]], service: str) -> dict[str, Facts]:
    rows = [row for row in now.arrangements if service in several(row["services"])]
    places, counties = (Counter(code for row in rows for code in several(row[column])) for column in ("regions", "counties"))
    found: dict[str, Facts] = {}
    found[f"regions:{service}"] = (
        number(len(rows)),
        *(f"{names['regions'][slug]} ({many})" for slug, many in sorted(places.items())),
    )
    if rows:
        found[f"counties:{service}"] = tuple(
            f"{names['counties'][code]} ({many})" for code, many in sorted(counties.items())
        ) or ("In no county",)
    for row in rows:
        codes = {*several(row["lead"]), *several(row["partners"])}
        if 2 <= len(codes) <= 3:
            key = f"together:{service}:{'+'.join(several(row['regions']))}"
            called = sorted(names["councils"][code] for code in codes)
            said = (tuple(called), tuple(sorted(several(row["body_names"]))))
            found[key] = tuple(sorted([*found.get(key, ()), said]))
    with_bodies = [row for row in now.arrangements if row["bodies"]]
    kinds = Counter(kind for row in with_bodies for kind in {*several(row["body_kinds"])})
    whole = _arrangements(now)
    if with_bodies:
        said = sorted(f"{names['kinds'][kind]} in {many:,}" for kind, many in kinds.items())
        found["arrangements-with-other-bodies"] = (
            "the one" if len(now.arrangements) == 1 else number(len(with_bodies)),
            whole,
            *said,
        )
    else:
        found["arrangements-with-other-bodies"] = ("no", whole)
    return found
