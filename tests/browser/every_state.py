"""Looking at pages one by one, wide, at 320 pixels and as printed, and keeping count of which templates each look was at.

What is found is kept and told together, since a page that is wrong says nothing of the next.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.signals import request_started
from django.test.signals import template_rendered
from playwright.sync_api import Page

from tests.browser.looks import NARROWEST, axe_finds_nothing, nothing_sticks_out
from tests.browser.watching import path_of

TEMPLATES = Path(settings.BASE_DIR) / "templates"
WIDE, NARROW, OVERFLOW, PRINTED = "axe, wide", "axe, at 320", "sticks out", "cut in print"
KINDS = (WIDE, NARROW, OVERFLOW, PRINTED)
# A4 less its margins, in pixels of CSS.
PAPER = 718
# A figure's document was written when its release was prepared, and is sent as it is.
DOCUMENT, PROMISED = re.compile(r"/figures/[^/]+\.html$"), "releases/figure_document.html"
VIOLATIONS = re.compile(r"^axe found (\d+) violations")


def templates_on_disk() -> set[str]:
    """Every template that a page is made of. Letters and files of plain text are no pages."""
    return {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}


class Rendered:
    """Which templates the last answer at each address was made of, whichever thread of the server made it."""

    def __init__(self) -> None:
        self._address = threading.local()
        self._made_of: dict[str, set[str]] = defaultdict(set)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Until the end, note what is rendered."""
        request_started.connect(self._begins)
        template_rendered.connect(self._is_rendered)
        try:
            yield
        finally:
            request_started.disconnect(self._begins)
            template_rendered.disconnect(self._is_rendered)

    def at(self, path: str) -> set[str]:
        """The templates of the last answer at the address, those that stand on disk here."""
        made_of = {PROMISED} if DOCUMENT.search(path) else self._made_of[path]
        return made_of & templates_on_disk()

    def _begins(self, environ: dict[str, Any] | None = None, **signal: Any) -> None:
        if environ and not environ["PATH_INFO"].startswith(settings.STATIC_URL):
            query = environ.get("QUERY_STRING")
            address = environ["PATH_INFO"] + (f"?{query}" if query else "")
            self._address.now = address
            self._made_of[address] = set()

    def _is_rendered(self, template: Any, **signal: Any) -> None:
        self._made_of[getattr(self._address, "now", "")].add(template.name)


@dataclass
class Row:
    """One template: the looks at it in each state, and what was found on them by kind."""

    looks: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    found: dict[str, int] = field(default_factory=lambda: defaultdict(int))


class Tally:
    """What was looked at and found, by template."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = defaultdict(Row)
        self.pages = 0

    def add(self, templates: set[str], state: str, found: dict[str, int]) -> None:
        """One look: a page made of the templates, and how much of each kind was found on it."""
        self.pages += 1
        for template in templates:
            self.rows[template].looks[state] += 1
            for kind, number in found.items():
                self.rows[template].found[kind] += number

    def left_out(self) -> list[str]:
        """The templates that no look was at."""
        return sorted(templates_on_disk() - set(self.rows))

    def lines(self, states: list[str]) -> Iterator[str]:
        """For people: the looks at each template by state, and what was found."""
        yield f"{'template':52}" + "".join(f"{state:>16}" for state in [*states, *KINDS])
        for name, row in sorted(self.rows.items()):
            numbers = [*(row.looks[state] for state in states), *(row.found[kind] for kind in KINDS)]
            yield f"{name:52}" + "".join(f"{number or '-':>16}" for number in numbers)
        found = {kind: sum(row.found[kind] for row in self.rows.values()) for kind in KINDS}
        yield f"{len(self.rows)} templates in {self.pages} looks, wide, at 320 and (public ones) in print; found: {found}"


class Looker:
    """One pair of eyes in one state: goes to addresses, looks, and keeps what is wrong."""

    def __init__(self, page: Page, state: str, rendered: Rendered, tally: Tally) -> None:
        self.page, self.state = page, state
        self.wrong: list[str] = []
        self._rendered, self._tally = rendered, tally

    def at(self, path: str, status: int = 200) -> None:
        """Go to the address, which answers as told, and look."""
        answer = self.page.goto(path)
        if answer is None or answer.status != status:
            self.wrong.append(f"{path} answered {answer and answer.status}, not {status}")
            return
        self.now()

    def now(self) -> None:
        """Look at the page as it stands."""
        page, found = self.page, dict.fromkeys(KINDS, 0)
        size = page.viewport_size
        assert size is not None
        self._ask(found, OVERFLOW, nothing_sticks_out)
        self._ask(found, WIDE, lambda page: axe_finds_nothing(page, with_colour=True))
        page.set_viewport_size({**size, "width": NARROWEST})
        self._ask(found, OVERFLOW, nothing_sticks_out)
        self._ask(found, NARROW, lambda page: axe_finds_nothing(page, with_colour=False))
        if not path_of(page).startswith("/admin/"):
            page.emulate_media(media="print")
            page.set_viewport_size({**size, "width": PAPER})
            self._ask(found, PRINTED, nothing_sticks_out)
            page.emulate_media(media="screen")
        page.set_viewport_size(size)
        self._tally.add(self._rendered.at(path_of(page).partition("#")[0]), self.state, found)

    def _ask(self, found: dict[str, int], kind: str, claim: Any) -> None:
        try:
            claim(self.page)
        except AssertionError as fault:
            number = VIOLATIONS.match(str(fault))
            found[kind] += int(number[1]) if number else 1
            self.wrong.append(f"{self.state}, {kind}: {fault}")
