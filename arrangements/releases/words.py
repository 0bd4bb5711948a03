"""The words of outcomes, for templates."""

from django import template

from arrangements.returns.vocabulary import RELEASED_OUTCOMES

register = template.Library()

WORDS = dict(RELEASED_OUTCOMES)


@register.filter
def outcome_words(outcome: str) -> str:
    """Not calculated, for not_calculated."""
    return WORDS[outcome]
