"""Any request at all: drawn from the contract, right ones and wrong ones, with a token and without; none is answered outside it.

Every check of schemathesis but one: the contract can't name the values that stand in the database (councils, years,
releases), so that a text drawn for one is rightly refused where `positive_data_acceptance` would have it taken.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import hypothesis
import pytest
import schemathesis
import werkzeug.test
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import override_settings
from hypothesis import strategies as st
from pghistory.models import Context
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode

from arrangements.register.writing_api import NewArrangement
from arrangements.returns.answers_api import AnswerWriting
from arrangements.tests.world import TODAY
from councils.tests.builders import make_token
from councils.writing_api import CouncilWriting
from sharedservices.tests.house import API_LISTS, HouseTestCase

REQUESTS = 20_000 if os.environ.get("LONG") == "1" else 300
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
# Their request may be right, and come too late: they show what stands instead of a fault.
SAY_WHAT_STANDS = {409, 412}
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


def has_a_blank(address: str) -> bool:
    """Whether one of the values is nothing but spaces, as an empty list or object is written too."""
    return any(not value.strip() for _, value in parse_qsl(urlsplit(address).query, keep_blank_values=True))


@dataclass(frozen=True)
class Sent:
    """How a drawn request is sent: with parameters that lead somewhere, a token, a good reading, a good body."""

    leads_somewhere: bool
    has_token: bool
    rests_on_a_reading: bool
    good_fields: int  # of the body, that are put in; all and no others for 99
    headers: dict[str, str]


SENT = st.builds(
    Sent,
    leads_somewhere=st.booleans(),
    has_token=st.sampled_from([True, True, True, False]),
    rests_on_a_reading=st.sampled_from([True, True, False]),
    good_fields=st.sampled_from([0, 0, 1, 3, 99]),
    headers=st.sampled_from([{} for _ in HEADERS] + HEADERS),
)


@pytest.mark.xdist_group("house")
@override_settings(REGISTER_TODAY=TODAY, ZEAL_RAISE=False)
class AnyRequestTests(HouseTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.secret = make_token(cls.house.people["analyst"])[1]

    def setUp(self):
        for signal in (request_started, request_finished):  # each would close the connection that holds the house
            signal.disconnect(close_old_connections)
            self.addCleanup(signal.connect, close_old_connections)
        self.schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
        self.operations = [found.ok() for found in self.schema.get_all_operations()]
        self.checks = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in NOT_HELD]
        self.addresses = [*API_LISTS, *self.house.api_items(), *self.house.private_addresses()]
        self.tally: Counter[tuple[str, str, int]] = Counter()
        # Django's own client would bring back the signals.
        self.program = werkzeug.test.Client(get_wsgi_application())

    def real(self, path: str) -> dict[str, str]:
        """Parameters of the path that lead to something."""
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
        return next((found.groupdict() for each in self.addresses if (found := pattern.fullmatch(each))), {})

    def good_body(self, path: str) -> dict[str, Any]:
        """One that would be stored."""
        house = self.house
        part = {"arrangement": house.reference, "council": "E06000999", "role": "client", "answers": False}
        bodies: dict[str, dict[str, Any]] = {
            "/api/v1/councils/": CouncilWriting.EXAMPLE,
            "/api/v1/councils/{gss_code}/": {"website": "https://a.example", "reason": "New site"},
            "/api/v1/arrangements/": {**NewArrangement.EXAMPLE, "bodies": [{"body": "mid-clinical-group"}]},
            "/api/v1/arrangements/{reference}/": {"summary": "One team", "aims": ["savings"], "public_note": "It is one team."},
            "/api/v1/partnerships/": part,
            "/api/v1/body-partnerships/": {"arrangement": house.reference, "body": "mid-clinical-group"},
            "/api/v1/body-partnerships/{id}/": {"joined_on": None, "reason": "From the beginning"},
            "/api/v1/partnerships/{id}/": {"role": "client", "reason": "It only buys"},
            "/api/v1/returns/bulk/": {"rows": [{"reference": house.reference, "outcome": "too_early", "note": "Too early"}]},
            "/api/v1/returns/{year}/{council}/query/": {"reference": house.reference, "text": "Is it one year's?"},
            "/api/v1/returns/{year}/{council}/reopen/": {"reason": "A correction has come"},
        }
        return bodies.get(path, AnswerWriting.EXAMPLE if "answers" in path else {"reason": "As agreed"})

    def put_in_what_is_good(self, case: Any, sent: Sent) -> None:
        """Some of the drawn request by what the register would take."""
        path, method = case.operation.path, case.operation.method.upper()
        if sent.rests_on_a_reading and method in ("PUT", "PATCH", "DELETE"):
            read = self.program.get(case.formatted_path, headers={"Authorization": f"Bearer {self.secret}"})
            etag = read.headers.get("ETag", '"1"')
            case.headers = {**(case.headers or {}), "If-Match": etag}
        good = self.good_body(path)
        if sent.good_fields and isinstance(case.body, dict) and case.media_type == "application/json":
            drawn = {} if sent.good_fields == 99 else case.body
            case.body = {**drawn, **dict(list(good.items())[: sent.good_fields])}
        if path.endswith("/bulk/") and sent.leads_somewhere:
            case.query = {**(case.query or {}), "year": "2014-15"}

    def claim(self, operation: Any, mode: GenerationMode) -> Callable[[Any, Sent], None]:
        real = self.real(operation.path)
        is_write = operation.method.upper() != "GET"

        def answered_by_the_contract(case, sent):
            if sent.leads_somewhere and real:
                case.path_parameters = {**real}
            is_put_right = is_write and (sent.rests_on_a_reading or sent.good_fields or sent.leads_somewhere)
            if is_write:
                self.put_in_what_is_good(case, sent)
            token = {"Authorization": f"Bearer {self.secret}"} if sent.has_token else {}
            before, said = transaction.savepoint(), self.contexts()
            response = case.call(headers={"Accept-Encoding": "identity", **token, **sent.headers})
            self.tally["write" if is_write else "read", mode.value, response.status_code] += 1
            # A blank value counts as not given, as a form without script sends it.
            blank = has_a_blank(response.request.url)
            wrong_on_purpose = (
                mode == GenerationMode.NEGATIVE
                and not (sent.leads_somewhere and real)
                and not (sent.headers or blank or is_put_right)
            )
            checks = self.checks if wrong_on_purpose else [each for each in self.checks if "rejection" not in each.__name__]
            case.validate_response(response, checks=checks, headers={**token, **sent.headers})
            if 400 <= response.status_code < 500 and response.status_code not in SAY_WHAT_STANDS:
                assert response.json().get("errors"), (response.status_code, response.text)
            after = self.contexts()
            assert after == said or (is_write and response.status_code < 300), "what is refused is not stored"
            transaction.savepoint_rollback(before)
            transaction.savepoint_commit(before)  # or thousands would lie in each other

        return answered_by_the_contract

    def contexts(self) -> int:
        """How many acts the trail tells of."""
        return Context.objects.count()

    def test_no_request_is_answered_outside_the_contract(self):
        each = max(REQUESTS * 2 // (len(self.operations) * len(MODES)), 1)  # of some there are few to draw
        for operation in self.operations:
            for mode in MODES:
                if mode == GenerationMode.NEGATIVE and not operation.query and not operation.body:
                    continue  # nothing but its path could be wrong, and any text is a path
                with self.subTest(operation=operation.label, mode=mode.value):
                    drawn = hypothesis.given(operation.as_strategy(generation_mode=mode), SENT)
                    held = hypothesis.settings(
                        max_examples=each,
                        deadline=None,
                        database=None,
                        suppress_health_check=list(hypothesis.HealthCheck),
                        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],  # a failure is told as it came
                    )
                    held(drawn(self.claim(operation, mode)))()
        assert sum(self.tally.values()) >= REQUESTS
        sys.stdout.write("".join(f"{' '.join(map(str, key))}: {count:,}\n" for key, count in sorted(self.tally.items())))
        read = {status for what, _, status in self.tally if what == "read"}
        written = {status for what, _, status in self.tally if what == "write"}
        assert read <= {200, 304, 400, 401, 403, 404, 406}
        assert written <= {200, 201, 204, 400, 401, 403, 404, 406, 409, 412, 413, 415, 422, 428}
