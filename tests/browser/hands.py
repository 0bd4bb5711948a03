"""Doing what a person does and counting it: one click, one key chord, one field completed is one action."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect


def value_of(field: Locator, label: str) -> str:
    """The value of the option of a list that says this, whatever number stands behind it in brackets."""
    option = field.locator("option").filter(has_text=re.compile(rf"^\s*{re.escape(label)}( \([\d,]+\))?\s*$"))
    return option.get_attribute("value") or ""


class Hand:
    """What one person does on one page. `actions` counts it; `waited` is how long the browser then waited, in seconds."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0
        self.waited = 0.0

    def press(self, keys: str) -> None:
        """One key chord."""
        self.actions += 1
        self.page.keyboard.press(keys)

    def type(self, text: str, *, into: Locator) -> None:
        """Complete the field that has the focus, which is that one."""
        expect(into).to_be_focused()
        self.actions += 1
        self.page.keyboard.type(text)

    def choose(self, starting_with: str, *, of: Locator) -> None:
        """Choose from the list that has the focus, by its first letters."""
        self.type(starting_with, into=of)

    def fill(self, field: Locator, text: str) -> None:
        """Complete a field with a pointer at hand."""
        self.actions += 1
        field.fill(text)

    def pick(self, field: Locator, label: str) -> None:
        """Choose from a list with a pointer at hand."""
        self.actions += 1
        field.select_option(value_of(field, label))

    def click(self, what: Locator) -> None:
        """One click or tap."""
        self.actions += 1
        what.click()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """For what sends the page: until the answer is there."""
        begun = time.perf_counter()
        with self.page.expect_navigation():
            yield
        self.waited += time.perf_counter() - begun

    def report(self, journey: str, budget: int) -> None:
        """Say how it went, and fail over budget. Times are told and not judged."""
        print(f"\n{journey}: {self.actions} actions of {budget}, {self.waited:.2f} s waited")  # noqa: T201 - read with -s
        assert self.actions <= budget, f"{journey} takes {self.actions} actions, {budget} are allowed"
