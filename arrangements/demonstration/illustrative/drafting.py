"""Drafts the illustrative arrangements of each cohort: service, councils, form, dates, name."""

from collections import Counter
from dataclasses import replace
from datetime import date

from arrangements.demonstration.illustrative import menu
from arrangements.demonstration.illustrative.atlas import Atlas, Body
from arrangements.demonstration.illustrative.chance import Chance
from arrangements.demonstration.illustrative.cohorts import Cohort
from arrangements.demonstration.illustrative.drafts import Draft, Part
from arrangements.demonstration.illustrative.forming import CannotForm, Former
from arrangements.demonstration.illustrative.menu import BY_SERVICE, MENU, Dish
from arrangements.demonstration.illustrative.naming import key_of

KINDS_THAT_LEAD = {"county": 5.0, "unitary": 2.0, "metropolitan": 2.0, "london_borough": 1.5, "district": 1.0}
END_REASONS = {"brought_in_house": 4, "dissolved": 3, "expired": 3}
WITH_BODIES = 0.28
# Services that one council may share with police and fire alone.
ONE_COUNCIL_AND_BODIES = {"fleet", "property", "emergency-planning"}
ALONE_WITH_BODIES = 0.48
YEAR_PRECISION_UNTIL = date(2012, 4, 1)


class Drafter:
    """Drafts arrangements whose councils don't share the same service twice."""

    def __init__(self, atlas: Atlas, chance: Chance, former: Former, may_answer: set[str]) -> None:
        self._atlas = atlas
        self._chance = chance
        self._former = former
        self._may_answer = may_answer
        self._answered_for: Counter[str] = Counter()

    def draft(self, cohort: Cohort, *, among: set[str], seeds: list[str]) -> list[Draft]:
        """The cohort's drafts from these councils; each seed is in one of them."""
        wanted, waiting, drafts = list(cohort.wanted), list(seeds), []
        for regions, count in cohort.quotas.items():
            for _ in range(count):
                fixed = next((one for one in wanted if one.regions == regions), None)
                if fixed:
                    wanted.remove(fixed)
                seed = next((gss for gss in waiting if regions == (self._atlas.region(gss),)), "") if not fixed else ""
                if seed:
                    waiting.remove(seed)
                county = self._county(fixed.county) if fixed and fixed.county else ""
                service = fixed.service if fixed else ""
                drafts.append(self._one(cohort, regions, among=among, seed=seed, county=county, service=service))
        if waiting or wanted:
            raise CannotForm(f"{waiting} and {wanted} found no place in the cohort {cohort.name}")
        return drafts

    def _county(self, name: str) -> str:
        found = [
            c.gss
            for c in self._atlas.councils.values()
            if c.kind == "county" and key_of(c.short_name.removesuffix(" County")) == name.removesuffix("-county")
        ]
        return found[0]

    def _one(self, cohort: Cohort, regions: tuple[str, ...], *, among: set[str], seed: str, county: str, service: str) -> Draft:
        for _ in range(300):
            dish = BY_SERVICE[service or self._chance.weighed({dish.service: dish.weight for dish in MENU})]
            draft = self._try(cohort, dish, regions, among=among, seed=seed, county=county)
            if draft:
                self._former.note(draft.councils(), [dish.service, *draft.other_services])
                return draft
        raise CannotForm(f"nothing for {regions} in the cohort {cohort.name}")

    def _try(
        self, cohort: Cohort, dish: Dish, regions: tuple[str, ...], *, among: set[str], seed: str, county: str
    ) -> Draft | None:
        try:
            members = self._former.group(regions=regions, dish=dish, among=among, seed=seed, county=county)
        except CannotForm:
            return None
        free_to_shrink = not county and not seed and len(regions) == 1
        if free_to_shrink and dish.service in ONE_COUNCIL_AND_BODIES and self._chance.happens(ALONE_WITH_BODIES):
            members = members[:1]
        answering = self._answering(members)
        bodies = self._bodies(dish, answering, needed=len(members) == 1) if answering else []
        if not answering or len(members) + len(bodies) < 2:
            return None
        ordered = [answering, *(gss for gss in members if gss != answering)]
        governance = menu.FORM_OF_SERVICE.get(dish.service) or self._chance.weighed(menu.FORMS)
        started, precision = self._start(cohort, ordered)
        draft = Draft(
            key="",
            name="",
            main_service=dish.service,
            governance=governance,
            started=started,
            precision=precision,
            other_services=self._others(dish, ordered),
            parts=self._parts(ordered, governance),
            bodies=bodies,
        )
        if cohort.ends:
            draft.ended = self._chance.day(*cohort.ends)
            draft.end_reason = self._chance.weighed(END_REASONS)
        self._answered_for[answering] += 1
        return draft

    def _answering(self, members: list[str]) -> str:
        """A member that may answer: rather a county than a district, and one that answers for others already."""
        weights = {
            gss: KINDS_THAT_LEAD[self._atlas.councils[gss].kind] * (1 + self._answered_for[gss]) ** 0.6
            for gss in members
            if gss in self._may_answer
        }
        return self._chance.weighed(weights) if weights else ""

    def _parts(self, ordered: list[str], governance: str) -> list[Part]:
        led = governance in menu.ALWAYS_LED or (governance in menu.SOMETIMES_LED and self._chance.happens(0.4))
        parts = [Part(gss) for gss in ordered]
        parts[0] = replace(parts[0], role="lead" if led else "partner", answers=True)
        return parts

    def _bodies(self, dish: Dish, answering: str, *, needed: bool) -> list[Part]:
        kinds = menu.BODIES_OF_SERVICE.get(dish.service, [])
        if not kinds or not (needed or self._chance.happens(WITH_BODIES)):
            return []
        near = [
            body
            for body in self._atlas.bodies
            if body.kind in kinds
            and body.region == self._atlas.region(answering)
            and body.started is None
            and body.ended is None
            and _serves(body, answering, self._atlas)
        ]
        return [Part(body.slug) for body in self._chance.sample(near, 1 + self._chance.happens(0.3))]

    def _others(self, dish: Dish, members: list[str]) -> list[str]:
        """Now and then one or two more services of the same tier that none of the members shares already."""
        if not self._chance.happens(0.16):
            return []
        free = [
            other.service
            for other in MENU
            if other.tier == dish.tier
            and other.service not in {dish.service, *menu.MANAGEMENT}
            and not any(self._former.shares(gss, other.service) for gss in members)
        ]
        return sorted(self._chance.sample(free, 1 + self._chance.happens(0.4)))

    def _start(self, cohort: Cohort, members: list[str]) -> tuple[date | None, str]:
        """A start within the cohort's stretch and after every founding council began, mostly in the later years."""
        if cohort.starts is None:
            return None, "unknown"
        first, last = cohort.starts
        if cohort.ends or (last - first).days > 1000:
            span = (last - first).days
            middle = date.fromordinal(first.toordinal() + int(span * 0.45))
            drawn = self._chance.day(middle if self._chance.happens(0.75) else first, last)
        else:
            drawn = self._chance.day(first, last)
        began = max(self._atlas.councils[gss].started or first for gss in members)
        precision = self._chance.weighed({"day": 35.0, "month": 35.0, "year": 30.0})
        if precision == "year" and first <= date(drawn.year, 4, 1) <= YEAR_PRECISION_UNTIL:
            drawn = date(drawn.year, 4, 1)
        elif precision == "month" and date(drawn.year, drawn.month, 1) >= first:
            drawn = date(drawn.year, drawn.month, 1)
        else:
            precision = "day"
        return (drawn, precision) if drawn >= began else (began, "day")


def _serves(body: Body, gss: str, atlas: Atlas) -> bool:
    """Whether the body serves the council: by the name of the council or of its county, or by the tables of the menu."""
    council = atlas.councils[gss]
    if council.kind == "london_borough":
        return body.slug in menu.LONDON_BODIES
    if council.kind == "metropolitan":
        number = int(gss.removeprefix("E08"))
        return any(body.name.startswith(area) and number in of for area, of in menu.METROPOLITAN_AREAS.items())
    above = atlas.councils[council.county].short_name if council.county else council.short_name
    place = above.removesuffix(" County")
    if body.kind == "national_park":
        return menu.PARKS.get(place) == body.slug
    return place in body.name or body.name.startswith(place.split()[-1])
