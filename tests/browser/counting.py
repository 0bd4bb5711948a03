"""A person at a page, whose actions are counted and whose waits are timed: a click, a field filled in, a file chosen."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page


class Person:
    """Acts on one page. An action is one click or tap, one key chord, one field completed, or one file chosen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0
        self.waits: dict[str, float] = {}

    def click(self, target: Locator, waiting_for: str = "", until: Callable[[], object] | None = None) -> None:
        """One click; how long it takes until what is waited for is there."""
        self.actions += 1
        began = time.perf_counter()
        target.click()
        if until is not None:
            until()
            self.waits[waiting_for] = time.perf_counter() - began

    def fill(self, target: Locator, text: str) -> None:
        """One field completed, however long the text."""
        self.actions += 1
        target.fill(text)

    def choose(self, target: Locator, label: str) -> None:
        """One choice of a list."""
        self.actions += 1
        target.select_option(label=label)

    def choose_file(self, target: Locator, file: Path) -> None:
        """One file chosen."""
        self.actions += 1
        target.set_input_files(file)

    def told(self) -> str:
        """Actions and waits, for the report of the test."""
        waits = "; ".join(f"{what} {seconds:.2f} s" for what, seconds in self.waits.items())
        return f"{self.actions} actions; system time {sum(self.waits.values()):.1f} s in all: {waits}"
