"""Names and summaries of illustrative arrangements. Every name says that it is illustrative."""

import re

from arrangements.demonstration.illustrative.atlas import Atlas
from arrangements.demonstration.illustrative.drafts import INVOLVED, Draft
from arrangements.demonstration.illustrative.menu import BY_SERVICE, FORM_WORDS, Dish

MARK = " (illustrative)"
NAMED_ONE_BY_ONE = 3
COUNTS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def name_all(drafts: list[Draft], atlas: Atlas) -> None:
    """Give every draft its name, key and summary, by its members as they are now; no two names are alike."""
    names = {body.slug: body.name for body in atlas.bodies}
    used: set[str] = set()
    for draft in drafts:
        members = list(dict.fromkeys(part.party for part in draft.parts if part.role in INVOLVED))
        bodies = [names[part.party] for part in draft.bodies]
        dish = BY_SERVICE[draft.main_service]
        choices = [f"{who} {dish.words}{MARK}" for who in _ways_to_name(members, bodies, atlas)]
        draft.name = next(name for name in choices if name not in used)
        used.add(draft.name)
        draft.key = key_of(draft.name)
        draft.summary = _summary(members, bodies, dish, draft.governance, atlas)


def key_of(name: str) -> str:
    """The name as a slug; the mark stays in it."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "")).strip("-")


def joined(names: list[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _ways_to_name(members: list[str], bodies: list[str], atlas: Atlas) -> list[str]:
    """Its members if they are few, else the county they share, else the first of them."""
    places = [_place(gss, atlas) for gss in members]
    if len(members) == 1:
        return [joined(places + bodies)]
    if len(members) <= NAMED_ONE_BY_ONE:
        return [joined(places)]
    by_first = [f"{places[0]}, {places[1]} and neighbours", f"{places[0]}, {places[2]} and neighbours"]
    (county, *others) = sorted({atlas.councils[gss].county or gss for gss in members})
    if others or atlas.councils[county].kind != "county":
        return by_first
    return [_place(county, atlas) if county in members else f"{_place(county, atlas)} districts", *by_first]


def _summary(members: list[str], bodies: list[str], dish: Dish, governance: str, atlas: Atlas) -> str:
    """One sentence on who shares what and how, and one that says it is made up."""
    if len(members) <= NAMED_ONE_BY_ONE:
        who = joined([_place(gss, atlas) for gss in members] + bodies)
    else:
        who = f"{COUNTS[len(members)]} councils{' with ' + joined(bodies) if bodies else ''}"
    what = dish.words[0].upper() + dish.words[1:]
    return f"{what} shared by {who}, {FORM_WORDS[governance]}. Made up for the demonstration."


def _place(gss: str, atlas: Atlas) -> str:
    """The short name, without the word that only tells a county apart from a later council of its name."""
    return atlas.councils[gss].short_name.removesuffix(" County")
