"""GOV.UK Frontend's own examples, drawn by the Jinja templates we use, give GOV.UK Frontend's own HTML.

The package of templates follows the package of styles at some distance. What is known to differ is listed here, so that an
upgrade of either shows as a difference to read, in one direction or the other.
"""

import json

import pytest
from django.conf import settings
from django.test.html import parse_html

from sharedservices.common.govuk import _macro

FIXTURES = settings.BASE_DIR / "build" / "frontend-fixtures"
NO_TEMPLATE = {"feedback", "language-navigation"}
# How many of a component's examples differ, and in what.
KNOWN_DIFFERENCES = {
    "button": 1,  # HTML in a start button
    "character-count": 10,  # the options that name what is counted
    "date-input": 36,  # widths and names of the three boxes by themselves; we give each box its own
    "panel": 9,  # the interruption panel
    "service-navigation": 2,  # a language switch at the end
}


def draws_alike(component: str, options: dict, expected: str) -> bool:
    """Whether both are the same elements with the same attributes and words."""
    return parse_html(str(_macro(component)(options))) == parse_html(expected)


def fixtures_of(component: str) -> list[dict]:
    return json.loads((FIXTURES / component / "fixtures.json").read_text())["fixtures"]


def components() -> list[str]:
    return sorted(path.parent.name for path in FIXTURES.glob("*/fixtures.json"))


def test_the_fixtures_are_there():
    assert len(components()) >= 39, "build/frontend-fixtures is not prepared: python dev/frontend.py"


@pytest.mark.parametrize("component", [name for name in components() if name not in NO_TEMPLATE])
def test_the_component_is_drawn_as_govuk_frontend_draws_it(component):
    differing = sorted(
        fixture["name"] for fixture in fixtures_of(component) if not draws_alike(component, fixture["options"], fixture["html"])
    )
    assert len(differing) == KNOWN_DIFFERENCES.get(component, 0), differing
