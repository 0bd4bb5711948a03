"""What a chart says, in a sentence or two: pure functions from its values to words.

Each copes with a rise, a fall, no change, a single value, and none at all. A change is told with both figures it lies
between, and as a per cent where that says something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from arrangements.releases.press.phrases import listed, none_or, plural, rate, upper_first
from sharedservices.common.charts import Value

Said = Callable[[int], str]
# How a part is called within a sentence: the South East.
Called = Callable[[str], str]
NO_SHARES: Mapping[str, str] = MappingProxyType({})


def of_trend(subject: str, values: Sequence[Value], said: Said) -> str:
    """What became of it over the years, since its definition last changed. `subject` is plural: Reported savings."""
    known = [each for each in values if each.value is not None]
    if not known:
        return f"{subject}: no figure has been published yet."
    run = _since_the_break(known)
    told = [_course(subject, run, said)]
    if len(run) < len(known):
        told.append(f"Before {run[0].label} they were counted by another definition, so earlier years don’t compare.")
    missing = [each.label for each in values if each.value is None]
    if missing:
        told.append(f"There is no figure for {listed(missing)}.")
    return " ".join(told)


def _since_the_break(known: Sequence[Value]) -> list[Value]:
    at = max((at for at in range(1, len(known)) if known[at].basis != known[at - 1].basis), default=0)
    return list(known[at:])


def _course(subject: str, run: Sequence[Value], said: Said) -> str:
    first, last = run[0], run[-1]
    start, end = first.value or 0, last.value or 0
    if len(run) == 1:
        return f"{subject} in {last.label}: {last.display}. There is no other year to compare it with."
    if start == end:
        between = "in both" if len(run) == 2 else "in"
        return f"{subject} came to {last.display} {between} {first.label} and{'' if len(run) == 2 else ' again in'} {last.label}."
    size = rate(end, start)
    moved = f"{'rose' if end > start else 'fell'} from {first.display} in {first.label} to {last.display} in {last.label}"
    course = f"{subject} {moved}: by {said(abs(end - start))}{f', {size}' if size else ''}."
    peak = max(run, key=lambda each: each.value or 0)
    if (peak.value or 0) > max(start, end):
        course += f" The highest was {peak.display} in {peak.label}."
    return course


def of_parts(values: Sequence[Value], what: str, called: Called = str, shares: Mapping[str, str] = NO_SHARES) -> str:
    """Which part is the largest, and which comes next. `what` is measured: reported savings. Shares of the whole by key."""

    def shown(value: Value) -> str:
        return f"{value.display}, {shares[value.code]}" if value.code in shares else value.display

    known = sorted((each for each in values if each.value is not None), key=lambda each: -(each.value or 0))
    if not known:
        return f"There is no figure of {what} yet."
    largest = [called(each.label) for each in known if each.value == known[0].value]
    if len(largest) == len(known):
        if len(known) == 1:
            return f"{upper_first(largest[0])}: {known[0].display}."
        return f"All {len(known)} have the same {what}: {known[0].display}."
    top = f"{upper_first(listed(largest))} {plural(len(largest), 'has', 'have')} the most {what}: {shown(known[0])}"
    if len(largest) > 1:
        return f"{top} each."
    after = known[1]
    next_ones = [called(each.label) for each in known if each.value == after.value]
    return f"{top}. {upper_first(listed(next_ones))} {plural(len(next_ones), 'comes', 'come')} next, with {shown(after)}."


def of_outcomes(values: Sequence[Value]) -> str:
    """How many gave a figure, and how many each other answer, the most first. The first of the values is that of figures."""
    figures, *others = values or [Value("", "", 0, "0")]
    whole = sum(each.value or 0 for each in values)
    if not whole:
        return "There is no arrangement to tell of."
    told = sorted((each for each in others if each.value), key=lambda each: -(each.value or 0))
    without = listed([f"{each.display} {each.label.lower()}" for each in told])
    if whole == 1:
        return f"The one arrangement has no figure: {told[0].label.lower()}." if told else "The one arrangement has a figure."
    if not told:
        return f"All {whole:,} arrangements have a figure."
    number = figures.value or 0
    return f"Of {whole:,} arrangements, {none_or(number)} {plural(number, 'has', 'have')} a figure. The others: {without}."


def of_changes(values: Sequence[Value], since: str, called: Called = str) -> str:
    """Where it grew most, and how many grew, fell and stayed. Each note holds the figures the change lies between."""
    known = [each for each in values if each.value is not None]
    if not known:
        return (
            f"There is no earlier release to measure a change since {since} from."
            if since
            else "There is nothing to compare with yet."
        )
    grew = [each for each in known if (each.value or 0) > 0]
    fell = [each for each in known if (each.value or 0) < 0]
    if not grew and not fell:
        return f"None changed since {since}."
    told = []
    if grew:
        most = max(grew, key=lambda each: each.value or 0)
        told.append(f"{_named(most, grew, called)} grew most since {since}: by {most.value:,} ({most.note}).")
    if fell:
        least = min(fell, key=lambda each: each.value or 0)
        told.append(f"{_named(least, fell, called)} fell most since {since}: by {abs(least.value or 0):,} ({least.note}).")
    same = len(known) - len(grew) - len(fell)
    told.append(f"{none_or(len(grew)).capitalize()} grew, {none_or(len(fell))} fell, {none_or(same)} stayed the same.")
    return " ".join(told)


def _named(one: Value, among: Sequence[Value], called: Called) -> str:
    """The name at the beginning of a sentence, and how many others share its place."""
    others = sum(each.value == one.value for each in among) - 1
    name = upper_first(called(one.label))
    return f"{name}, like {others} {plural(others, 'other')}," if others else name
