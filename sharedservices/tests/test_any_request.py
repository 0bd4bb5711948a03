"""Any request at all: drawn from the contract, right ones and wrong ones, and none is answered outside it.

Every check of schemathesis but one: the contract can't name the values that stand in the database (councils, years,
releases), so that a text drawn for one is rightly refused where `positive_data_acceptance` would have it taken.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import TestCase, override_settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode

from arrangements.tests.world import TODAY
from sharedservices.tests.house import API_LISTS, furnish

REQUESTS = 20_000 if os.environ.get("LONG") == "1" else 300
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
NOT_HELD = {"positive_data_acceptance"}
# What anybody might send along, credentials that nobody has given included.
HEADERS: list[dict[str, str]] = [
    {},
    {"Authorization": "Bearer abc"},
    {"Authorization": "Basic \x00\xff"},
    {"Accept": "text/csv"},
    {"Accept": "application/jsonl"},
    {"Accept": "image/png"},
    {"Accept": "x" * 500},
    {"If-None-Match": '"abc", W/"def", *'},
    {"Content-Type": "application/json"},
    {"X-Forwarded-For": "'; DROP TABLE x"},
    {"Cookie": "sessionid=abc"},
]


def is_blank(value: Any) -> bool:
    """Whether it, or one of its values, is nothing but spaces."""
    return any(not str(each).strip() for each in value) if isinstance(value, list) else not str(value).strip()


@pytest.mark.xdist_group("house")
@override_settings(REGISTER_TODAY=TODAY)
class AnyRequestTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.house = furnish()

    def setUp(self):
        for signal in (request_started, request_finished):  # each would close the connection that holds the house
            signal.disconnect(close_old_connections)
            self.addCleanup(signal.connect, close_old_connections)
        self.schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
        self.operations = [found.ok() for found in self.schema.get_all_operations()]
        self.checks = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in NOT_HELD]
        self.addresses = [*API_LISTS, *self.house.api_items()]
        self.tally: Counter[tuple[str, int]] = Counter()

    def real(self, path: str) -> dict[str, str]:
        """Parameters of the path that lead to something."""
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
        return next((found.groupdict() for each in self.addresses if (found := pattern.fullmatch(each))), {})

    def claim(self, operation: Any, mode: GenerationMode) -> Callable[[Any, bool, dict[str, str]], None]:
        real = self.real(operation.path)

        def answered_by_the_contract(case, leads_somewhere, headers):
            if leads_somewhere and real:
                case.path_parameters = {**real}
            response = case.call(headers={"Accept-Encoding": "identity", **headers})
            self.tally[mode.value, response.status_code] += 1
            # A blank value counts as not given, as a form without script sends it.
            blank = any(is_blank(value) for value in (case.query or {}).values())
            wrong_on_purpose = mode == GenerationMode.NEGATIVE and not (leads_somewhere and real) and not headers and not blank
            checks = self.checks if wrong_on_purpose else [each for each in self.checks if "rejection" not in each.__name__]
            case.validate_response(response, checks=checks)

        return answered_by_the_contract

    def test_no_request_is_answered_outside_the_contract(self):
        each = max(REQUESTS * 2 // (len(self.operations) * len(MODES)), 1)  # of some there are few to draw
        for operation in self.operations:
            for mode in MODES:
                if mode == GenerationMode.NEGATIVE and not operation.query:
                    continue  # nothing but its path could be wrong, and any text is a path
                with self.subTest(operation=operation.label, mode=mode.value):
                    drawn = hypothesis.given(operation.as_strategy(generation_mode=mode), st.booleans(), st.sampled_from(HEADERS))
                    held = hypothesis.settings(
                        max_examples=each, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck)
                    )
                    held(drawn(self.claim(operation, mode)))()
        assert sum(self.tally.values()) >= REQUESTS
        sys.stdout.write("".join(f"{mode} {status}: {count:,}\n" for (mode, status), count in sorted(self.tally.items())))
        assert {status for _, status in self.tally} <= {200, 304, 400, 404, 406}
