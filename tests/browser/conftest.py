"""A browser, a running register with the demonstration in it, and pages that fail their test when they aren't silent."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from arrangements.demonstration.load import load
from councils.models import User
from tests.browser.databases import copy_in_use
from tests.browser.watching import Watch

WINDOWS_FOR_TESTS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                     "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]  # fmt: skip
NO_BROWSER = "Browser tests need Chromium: set CHROMIUM to its path, or run `make test`, which finds or gets one."
PATIENCE = 15_000  # milliseconds; two processes share what processors there are
DEMONSTRATION: dict[str, Any] = {
    "REGISTER_DEMONSTRATION": True,
    "REGISTER_TODAY": date(2015, 4, 20),
    "REQUIRE_SECOND_FACTOR": False,
}


@dataclass(frozen=True)
class Way:
    """How a reader comes: with how wide a window, and with or without scripts."""

    name: str
    width: int = 1200
    scripts: bool = True


WIDE = Way("wide")
# Also what a window of 1280 shows at 400% zoom.
NARROW = Way("narrow", width=320)
NO_SCRIPT = Way("without script", scripts=False)
EVERY_WAY = [WIDE, NARROW, NO_SCRIPT]

OpenPage = Callable[..., Page]


def in_ways(*ways: Way) -> pytest.MarkDecorator:
    """Run the test once for each way, through its `page`."""
    return pytest.mark.parametrize("page", ways, indirect=True, ids=lambda way: way.name)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of the process."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail(NO_BROWSER)
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop running, beside which Django would refuse every query.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=[*WINDOWS_FOR_TESTS, *as_root])
        yield browser
        browser.close()


@contextmanager
def _running(suffix: str) -> Iterator[LiveServer]:
    """The register, running on a copy of the database in use."""
    with copy_in_use(suffix), override_settings(**DEMONSTRATION):
        server = LiveServer("127.0.0.1")
        yield server
        server.stop()
