"""Takes the partnerships of councils that are known to end over to their successors, or ends the arrangement with them."""

from dataclasses import replace
from datetime import date, timedelta

from arrangements.demonstration.illustrative.atlas import Atlas
from arrangements.demonstration.illustrative.drafts import Draft, Part

STRENGTH = ["client", "partner", "lead"]


def carry_over(drafts: list[Draft], atlas: Atlas) -> None:
    """Let every partnership end with its council. Its successor joins the next day, once, in the strongest role held."""
    last_days = sorted({council.ended for council in atlas.councils.values() if council.ended})
    for last_day in last_days:
        for draft in drafts:
            _reorganise(draft, last_day, atlas)


def _reorganise(draft: Draft, last_day: date, atlas: Atlas) -> None:
    if draft.ended and draft.ended <= last_day:
        return
    ending = [p for p in draft.parts if p.holds_on(last_day) and atlas.councils[p.party].ended == last_day]
    if not ending:
        return
    staying = [p for p in draft.parts if p.holds_on(last_day) and p not in ending]
    successors = _successors(ending, staying, atlas)
    bodies = [p for p in draft.bodies if p.holds_on(last_day)]
    if len(staying) + len(successors) + len(bodies) < 2:
        draft.ended = last_day
        draft.end_reason = "partners_merged"
        return
    for part in ending:
        part.left = last_day
    first_day = last_day + timedelta(days=1)
    draft.parts += [replace(part, joined=first_day) for part in successors]


def _successors(ending: list[Part], staying: list[Part], atlas: Atlas) -> list[Part]:
    """One part for each council that follows; a county's goes to the successor of a district beside it if there is one."""
    follow: dict[str, list[Part]] = {}
    single = {atlas.successors[p.party][0] for p in ending if len(atlas.successors[p.party]) == 1}
    for part in ending:
        choices = atlas.successors[part.party]
        heir = next((gss for gss in choices if gss in single), choices[-1])
        follow.setdefault(heir, []).append(part)
    already = {part.party for part in staying}
    return [
        Part(
            party=heir,
            role=max((part.role for part in parts), key=STRENGTH.index),
            answers=any(part.answers for part in parts),
        )
        for heir, parts in follow.items()
        if heir not in already
    ]
