"""With LONG=1: every template in every state that it can have is clean by axe, wide and narrow, and fits its window."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from arrangements.demonstration.tests.loaded_once import Demonstration
from tests.browser import staff_deeds, state_deeds
from tests.browser.conftest import OpenPage
from tests.browser.every_state import Looker, Rendered, Tally
from tests.browser.state_deeds import Look
from tests.browser.state_pages import places
from tests.browser.worlds import EMPTY, FULL, ONE, VERY_LONG, world

DEEDS = [*state_deeds.DEEDS, *staff_deeds.DEEDS]
STATES = [EMPTY, ONE, FULL, VERY_LONG]
AFTER = "refused, after"
EyesOf = Callable[[str, str], Looker]
Deed = Callable[[Look], None]


@pytest.fixture(scope="module")
def rendered() -> Iterator[Rendered]:
    made = Rendered()
    with made.listening():
        yield made


@pytest.fixture(scope="module")
def tally() -> Tally:
    return Tally()


@pytest.fixture
def look(open_page: OpenPage, rendered: Rendered, tally: Tally) -> Iterator[EyesOf]:
    """Gives the eyes of an account in a state; at the end the test fails with all that they found wrong."""
    lookers: dict[str, Looker] = {}

    def eyes_of(who: str, state: str) -> Looker:
        if who not in lookers:
            lookers[who] = Looker(open_page(email=who), state, rendered, tally)
        return lookers[who]

    yield eyes_of
    wrong = [fault for looker in lookers.values() for fault in looker.wrong]
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("state", STATES)
def test_every_page_in_the_state(state: str, demonstrated: Demonstration, register: str, look: EyesOf) -> None:
    with world(state, demonstrated.database):
        for who, path, status in places(state):
            look(who, state).at(path, status)


@pytest.mark.parametrize("deed", [*DEEDS, *staff_deeds.BY_NAME], ids=lambda deed: deed.__name__)
def test_what_is_seen_once_something_was_done(deed: Deed, demonstrated: Demonstration, register: str, look: EyesOf) -> None:
    with world(FULL, demonstrated.database):
        deed(lambda who: look(who, AFTER))


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_and_where_names_are_very_long(deed: Deed, demonstrated: Demonstration, register: str, look: EyesOf) -> None:
    with world(VERY_LONG, demonstrated.database):
        deed(lambda who: look(who, VERY_LONG))


def test_no_template_was_left_out(tally: Tally, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(tally.lines([*STATES, AFTER])) + "\n")
    assert not tally.left_out()
