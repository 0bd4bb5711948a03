"""Which councils come together: neighbours of one county or region, or across a boundary, for a service they both run."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from arrangements.demonstration.illustrative.atlas import LOWER, UPPER, Atlas
from arrangements.demonstration.illustrative.chance import Chance
from arrangements.demonstration.illustrative.drafts import Draft
from arrangements.demonstration.illustrative.menu import LOWER_TIER, MANAGEMENT, UPPER_TIER, Dish

SIZES = {2: 40, 3: 26, 4: 15, 5: 10, 6: 6, 7: 3}
ATTEMPTS = 300


class CannotForm(Exception):
    """No group of councils meets the wishes."""


class Former:
    """Forms groups of councils, spreading the arrangements over all of them."""

    def __init__(self, atlas: Atlas, chance: Chance, real: Iterable[Draft]) -> None:
        self._atlas = atlas
        self._chance = chance
        self._memberships: Counter[str] = Counter()
        # A council shares a service once: nobody is in two waste partnerships.
        self._sharing: dict[str, set[str]] = defaultdict(set)
        for draft in real:
            self.note(draft.councils(), [draft.main_service, *draft.other_services])

    def note(self, members: Iterable[str], services: Iterable[str]) -> None:
        """Remember that these councils share these services."""
        shared = set(services)
        if shared & MANAGEMENT:
            shared |= MANAGEMENT
        for gss in members:
            self._memberships[gss] += 1
            self._sharing[gss].update(shared)

    def shares(self, gss: str, service: str) -> bool:
        """Whether the council shares the service already."""
        return service in self._sharing[gss]

    def group(self, *, regions: tuple[str, ...], dish: Dish, among: set[str], seed: str = "", county: str = "") -> list[str]:
        """Two or more of the councils in `among` that touch every region named and no other.

        `seed` is in the group if given; `county` (a GSS code) holds all of it to the county and its districts.
        """
        free = sorted(gss for gss in among if not self.shares(gss, dish.service) and self._atlas.region(gss) in regions)
        if county:
            free = [gss for gss in free if gss == county or self._atlas.councils[gss].county == county]
        for _ in range(ATTEMPTS):
            pool, upper, countywide = self._pool(free, dish.tier)
            members = self._grow(pool, regions, upper=upper, countywide=countywide, seed=seed)
            members = members[: dish.most]
            if len(members) > 1 and {self._atlas.region(gss) for gss in members} == set(regions):
                return members
        raise CannotForm(f"{dish.service} in {regions}")

    def _pool(self, free: list[str], tier: str) -> tuple[set[str], bool, bool]:
        kind = self._atlas.councils
        way = {UPPER_TIER: "upper", LOWER_TIER: "lower"}.get(tier) or self._chance.weighed(
            {"lower": 55, "countywide": 20, "upper": 25}
        )
        if way == "countywide":
            return set(free), False, True
        kinds = UPPER if way == "upper" else LOWER
        return {gss for gss in free if kind[gss].kind in kinds}, way == "upper", False

    def _grow(self, pool: set[str], regions: tuple[str, ...], *, upper: bool, countywide: bool, seed: str) -> list[str]:
        if seed and seed not in pool:
            return []
        start = [seed] if seed else sorted(gss for gss in pool if not countywide or self._is_county(gss))
        if not start:
            return []
        first = self._least_busy(start)
        if countywide and self._is_county(first):
            districts = sorted(set(self._atlas.districts[first]) & pool)
            return [first, *self._chance.sample(districts, max(2, int(len(districts) * self._chance.between(0.5, 1))))]
        members, size = [first], self._chance.weighed(SIZES)
        while len(members) < size:
            around = {near for gss in members for near in self._atlas.neighbours(gss, upper=upper)}
            around = (around & pool) - set(members)
            if not around:
                break
            members.append(self._next(sorted(around), members, regions))
        return members

    def _is_county(self, gss: str) -> bool:
        return self._atlas.councils[gss].kind == "county"

    def _next(self, around: list[str], members: list[str], regions: tuple[str, ...]) -> str:
        """A neighbour, of a region still missing if there is one, and of the same county rather than of another."""
        touched = {self._atlas.region(gss) for gss in members}
        missing = [gss for gss in around if self._atlas.region(gss) in set(regions) - touched]
        if missing:
            return self._least_busy(missing)
        counties = {self._atlas.councils[gss].county for gss in members} - {""}
        at_home = [gss for gss in around if self._atlas.councils[gss].county in counties]
        return self._least_busy(at_home if at_home and self._chance.happens(0.8) else around)

    def _least_busy(self, councils: list[str]) -> str:
        return self._chance.weighed({gss: 1 / (1 + self._memberships[gss]) ** 2 for gss in councils})
