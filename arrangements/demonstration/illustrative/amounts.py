"""Amounts that look like those councils report, and that add up to given totals to the pound."""

import math
from collections.abc import Mapping

from arrangements.demonstration.illustrative.atlas import Atlas
from arrangements.demonstration.illustrative.chance import Chance
from arrangements.demonstration.illustrative.drafts import Draft
from arrangements.demonstration.illustrative.menu import BY_SERVICE

# How amounts are rounded when they are reported: to the pound, to £1,000, £5,000, £50,000.
ROUNDINGS = {1: 40.0, 1_000: 34.0, 5_000: 20.0, 50_000: 6.0}
SPREAD = 0.7
# No saving is further above the usual than this many standard deviations.
MOST_UNUSUAL = 1.7
SMALLEST = 4_000
USUAL_SIZE = 300_000
SAME_AGAIN = 0.05
LEAP = 0.05


def first_guess(draft: Draft, atlas: Atlas, chance: Chance) -> float:
    """A saving that suits the service and the size of the councils: log-normal, so that a few are large and many small."""
    people = sum(atlas.councils[gss].population for gss in draft.councils())
    size = min((people / USUAL_SIZE) ** 0.45, 2.2)
    return BY_SERVICE[draft.main_service].usual_saving * size * math.exp(SPREAD * min(chance.bell(), MOST_UNUSUAL))


def change(chance: Chance) -> float:
    """Next year's saving over this year's: a little more as a rule, the same now and then, seldom a leap."""
    if chance.happens(SAME_AGAIN):
        return 1.0
    if chance.happens(LEAP):
        return chance.pick([0.45, 0.55, 1.7, 2.1])
    return math.exp(0.10 + 0.11 * chance.bell())


def settled(guesses: Mapping[str, float], total: int, chance: Chance) -> dict[str, int]:
    """The guesses scaled to the total and rounded as reported; the pounds left over go to an exact amount among them."""
    scale = total / math.fsum(guesses.values())
    amounts, exact = {}, []
    for key, guess in guesses.items():
        amount = max(guess * scale, SMALLEST)
        step = chance.weighed({step: weight for step, weight in ROUNDINGS.items() if amount >= 12 * step})
        amounts[key] = round(amount / step) * step
        if step == 1:
            exact.append(key)
    taker = max(exact or amounts, key=lambda key: (amounts[key], key))
    amounts[taker] += total - sum(amounts.values())
    return amounts
