"""The words of outcomes, for templates."""

from django import template

from arrangements.releases.models import ReleasedFigure
from arrangements.releases.tables import signed
from arrangements.returns.vocabulary import RELEASED_OUTCOMES

register = template.Library()

WORDS = dict(RELEASED_OUTCOMES)


@register.filter
def outcome_words(outcome: str) -> str:
    """Not calculated, for not_calculated."""
    return WORDS[outcome]


@register.filter
def shown(figure: ReleasedFigure) -> str:
    """The figure as it was published; a change with its sign."""
    return signed(figure) or figure.display if "-change" in figure.measure else figure.display
