"""A browser, a running register with the demonstration in it, and pages that fail their test when they aren't silent."""

from __future__ import annotations

import os
import shutil
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connections
from django.test import Client, override_settings
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from arrangements.demonstration.tests.loaded_once import THE_DAY, Demonstration
from councils.models import User
from sharedservices.common.tests.databases import copied, in_use
from tests.browser.watching import Watch

QUIET_BROWSER = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                     "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--process-per-site"]  # fmt: skip
NO_BROWSER = "Browser tests need Chromium: set CHROMIUM to its path, or run `make test`, which finds or gets one."
PATIENCE = 60_000  # milliseconds; two processes share what processors there are, and other work may take its part
DEMONSTRATION: dict[str, Any] = {
    "REGISTER_DEMONSTRATION": True,
    "REGISTER_TODAY": THE_DAY,
    "REQUIRE_SECOND_FACTOR": False,
    # Forms look up, one by one, the rows that they save.
    "ZEAL_ALLOWLIST": [{"model": "*", "field": "get()"}],
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
NARROW_WITHOUT_SCRIPT = Way("narrow and without script", width=320, scripts=False)
EVERY_WAY = [WIDE, NARROW, NO_SCRIPT]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`make test` goes one of the ways of a test, and leaves out what is marked `long`; with LONG=1 all are gone through."""
    if os.environ.get("LONG"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]
    ways: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        way = next((value for value in given.values() if isinstance(value, Way)), None)
        if way is not None:
            ways[item.nodeid.replace(way.name, "")].append(item)
    left_out = {
        item.nodeid
        for test, those in ways.items()
        for number, item in enumerate(those)
        if number != zlib.crc32(test.encode()) % len(those)
    }
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in left_out])
    items[:] = [item for item in items if item.nodeid not in left_out]


OpenPage = Callable[..., Page]

# A walk of a quarter of an hour past everything there is to see.
collect_ignore = [] if os.environ.get("LONG") else ["test_every_state.py"]


def in_ways(*ways: Way) -> pytest.MarkDecorator:
    """Run the test once for each way, through its `page`."""
    return pytest.mark.parametrize("page", ways, indirect=True, ids=lambda way: way.name)


@pytest.fixture(scope="package")
def chromium(demonstrated: Demonstration) -> Iterator[Browser]:
    """One browser, while tests want one."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail(NO_BROWSER)
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    # Playwright keeps an event loop running. Beside one, Django refuses queries unless told otherwise, and holds
    # connections of their own: those from before would stay open, and a database in use can't be copied.
    connections.close_all()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET_BROWSER, *as_root])
        yield browser
        browser.close()
        connections.close_all()


@pytest.fixture(scope="package")
def db(chromium: Browser, demonstrated: Demonstration, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration's database in use, in its settings.

    It stands in for pytest-django's `db`, whose transactions a running server wouldn't see.
    """
    with django_db_blocker.unblock(), override_settings(**DEMONSTRATION), in_use(demonstrated.database):
        yield


@pytest.fixture(scope="package")
def register(db: None) -> Iterator[str]:
    """The address of a running register, as `make run` shows it.

    A test that writes what another reads asks for `own_register`.
    """
    server = LiveServer("127.0.0.1")
    yield server.url
    server.stop()


@pytest.fixture
def own_register(register: str) -> Iterator[str]:
    """The same address, with data of the test's own behind it: what it writes is gone afterwards."""
    with copied("own") as name, in_use(name):
        yield register


@pytest.fixture
def open_page(chromium: Browser, register: str) -> Iterator[OpenPage]:
    """Opens pages, each as in a browser of its own; each must stay silent to the end of the test.

    `open_page(way, email)` gives a page of the way, signed in as the account if one is named.
    """
    with ExitStack() as closing:
        watches: list[Watch] = []

        def open_one(way: Way = WIDE, email: str = "") -> Page:
            context = chromium.new_context(
                base_url=register, viewport={"width": way.width, "height": 900}, java_script_enabled=way.scripts
            )
            closing.callback(context.close)
            context.set_default_timeout(PATIENCE)
            watches.append(Watch(context, register))
            if email:
                context.add_cookies([{"name": "sessionid", "value": session_of(email), "url": register}])
            return context.new_page()

        yield open_one
        for watch in watches:
            watch.must_have_heard_nothing()


@pytest.fixture
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    """A page that nobody is signed in to, in the way of `in_ways` or else wide."""
    return open_page(getattr(request, "param", WIDE))


def session_of(email: str) -> str:
    """The key of a session that the account has signed in to."""
    client = Client()
    client.force_login(User.objects.get(email=email))
    return client.session.session_key or ""
