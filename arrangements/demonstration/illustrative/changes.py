"""What changes in an arrangement while it goes on: who joins and leaves, who hosts, who buys from it, who was left over."""

from datetime import date, timedelta

from arrangements.demonstration.illustrative.atlas import LOWER, UPPER, Atlas
from arrangements.demonstration.illustrative.chance import Chance
from arrangements.demonstration.illustrative.drafts import Draft, Part, involved
from arrangements.demonstration.illustrative.forming import CannotForm, Former
from arrangements.demonstration.illustrative.menu import BY_SERVICE, LOWER_TIER, MANAGEMENT, UPPER_TIER

JOINING = (date(2012, 5, 1), date(2014, 2, 28))
EARLIEST_END = date(2013, 3, 31)
LEAVING = (date(2013, 5, 31), date(2014, 12, 31))


def some_join_and_leave(drafts: list[Draft], atlas: Atlas, chance: Chance, *, joining: int, leaving: int) -> None:
    """One partner each of some larger arrangements joins after the start, or leaves before the end.

    A region that the arrangement touches stays touched: another council of the region is in it throughout.
    """
    large = [d for d in drafts if len(d.parts) >= 4 and d.started and d.started < JOINING[0] and not d.ended]
    chosen = chance.sample(large, joining + leaving)
    for number, draft in enumerate(chosen):
        regions = [atlas.region(part.party) for part in draft.parts]
        movable = [part for part in draft.parts if not part.answers and regions.count(atlas.region(part.party)) > 1]
        part = chance.pick(movable)
        if number < joining:
            part.joined = chance.day(*JOINING).replace(day=1)
        else:
            part.left = chance.day(*LEAVING).replace(day=1) - timedelta(days=1)


def some_change_hands(drafts: list[Draft], chance: Chance, may_answer: set[str], *, count: int) -> None:
    """In some arrangements another partner becomes the lead and answers from a day on."""
    led = [
        draft
        for draft in drafts
        if draft.started
        and draft.started < date(2012, 1, 1)
        and not draft.ended
        and draft.parts[0].role == "lead"
        and any(part.party in may_answer and part.joined is None and part.left is None for part in draft.parts[1:])
    ]
    for draft in chance.sample(led, count):
        first = draft.parts[0]
        heir = next(p for p in draft.parts[1:] if p.party in may_answer and p.joined is None and p.left is None)
        first_day = chance.pick([date(2013, 7, 1), date(2013, 10, 1), date(2014, 4, 1), date(2014, 10, 1)])
        draft.parts += [
            Part(first.party, "partner", joined=first_day),
            Part(heir.party, "lead", answers=True, joined=first_day),
        ]
        first.left = heir.left = first_day - timedelta(days=1)


def some_have_clients(
    drafts: list[Draft], atlas: Atlas, chance: Chance, former: Former, *, among: set[str], count: int, only: list[str]
) -> None:
    """A neighbour buys from some arrangements without being a partner; one of `only` is such a neighbour and nothing else."""
    hosts = [
        draft
        for draft in drafts
        if draft.parts[0].role == "lead"
        and not draft.ended
        and draft.main_service not in MANAGEMENT
        and len(draft.parts) < BY_SERVICE[draft.main_service].most
    ]

    def may_buy(draft: Draft, councils: set[str]) -> list[str]:
        return sorted(
            gss
            for gss in atlas.near(draft.parts[0].party) & councils
            if _could_found(gss, draft, atlas) and not former.shares(gss, draft.main_service)
        )

    bought = [draft for draft in hosts if may_buy(draft, set(only))][:1]
    for draft in bought:
        _add_client(draft, may_buy(draft, set(only))[0], former)
    for draft in chance.sample([draft for draft in hosts if draft not in bought], count - 1):
        free = may_buy(draft, among)
        if free:
            _add_client(draft, chance.pick(free), former)


def _could_found(gss: str, draft: Draft, atlas: Atlas) -> bool:
    """Whether the council was there when the arrangement began and runs the service."""
    began = atlas.councils[gss].started
    in_time = draft.started is not None and (began is None or began <= draft.started)
    return in_time and _runs(gss, draft.main_service, atlas)


def _add_client(draft: Draft, gss: str, former: Former) -> None:
    draft.parts.append(Part(gss, "client"))
    former.note([gss], [draft.main_service])


def involve(council: str, drafts: list[Draft], everything: list[Draft], on: date, atlas: Atlas, former: Former) -> None:
    """If the council takes part in nothing on the day, make it a founding partner of the smallest fitting arrangement."""
    if council in involved(everything, on):
        return
    region = atlas.region(council)
    fitting = [
        draft
        for draft in drafts
        if region in draft.regions_on(on, atlas)
        and _could_found(council, draft, atlas)
        and not former.shares(council, draft.main_service)
        and len(draft.parts) < BY_SERVICE[draft.main_service].most
    ]
    near = atlas.near(council)
    fitting.sort(key=lambda draft: (not near & set(draft.councils()), len(draft.parts), draft.key))
    if not fitting:
        raise CannotForm(f"{council} can be involved in nothing")
    fitting[0].parts.append(Part(council))
    former.note([council], [fitting[0].main_service, *fitting[0].other_services])


def _runs(gss: str, service: str, atlas: Atlas) -> bool:
    """Whether a council of its kind runs the service."""
    kind, tier = atlas.councils[gss].kind, BY_SERVICE[service].tier
    return (tier != UPPER_TIER or kind in UPPER) and (tier != LOWER_TIER or kind in LOWER)


def some_replace(new: list[Draft], ended: list[Draft], atlas: Atlas, former: Former, *, count: int) -> list[tuple[Draft, Draft]]:
    """Some new arrangements take over the service of ended ones, which end the day before; pairs of (later, earlier)."""
    left = [draft for draft in ended if draft.ended != EARLIEST_END]
    pairs: list[tuple[Draft, Draft]] = []
    for later in new:
        if later.started is None or later.started <= date(2013, 4, 30) or len(pairs) == count:
            continue
        members, service = set(later.councils()), later.main_service
        for earlier in left:
            shared, others = members & set(earlier.councils()), set(earlier.councils()) - members
            suits = all(_runs(gss, service, atlas) and not former.shares(gss, service) for gss in others)
            if shared and suits and len(earlier.councils()) <= BY_SERVICE[service].most:
                earlier.main_service, earlier.other_services, earlier.bodies = service, [], []
                earlier.governance = later.governance if later.governance == "shared_staff" else earlier.governance
                earlier.ended, earlier.end_reason = later.started - timedelta(days=1), "replaced"
                former.note(others, [service])
                left.remove(earlier)
                pairs.append((later, earlier))
                break
    return pairs
