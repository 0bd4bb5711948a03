"""Who may write what by the API: every address that a program may write to, by every method, as each role.

The table fails where the contract has an address or a method that no row of it names. Run with `-s` it is printed.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from django.db import transaction
from django.test import TestCase, override_settings

from sharedservices.contract import contract
from sharedservices.tests.feeding import ROLES, TODAY, Fed

LONG = os.environ.get("LONG") == "1"  # then as every role
METHODS = ("get", "post", "put", "patch", "delete")
Statuses = tuple[int, int, int, int, int, int, int, int]  # one for each of ROLES

PUBLIC: Statuses = (200, 200, 200, 200, 200, 200, 200, 200)
# Nobody may, and a token that isn't good for writing there is told that first.
NO_SUCH: Statuses = (401, 405, 405, 405, 405, 403, 401, 401)
NO_SUCH_OF_RETURNS = NO_SUCH


def staff(status: int) -> Statuses:
    """LGA staff whose groups allow it."""
    return (401, 403, 403, status, status, 403, 401, 401)


def own(status: int, few: int = 403) -> Statuses:
    """LGA staff, and the council that it belongs to; for another it isn't there."""
    return (401, status, 404, status, status, few, 401, 401)


# Whoever sees it may not judge it; whoever doesn't, doesn't learn that it is there.
JUDGED: Statuses = (401, 403, 404, 200, 200, 403, 401, 401)
# Others' rows are faulty rows; importing is a permission of LGA staff.
IN_BULK: Statuses = (401, 200, 422, 200, 200, 403, 401, 401)
READ_BY_ALL_THAT_MAY: Statuses = (401, 200, 200, 200, 200, 200, 401, 401)

# What stands at an address -> by method.
TABLE: dict[str, dict[str, Statuses]] = {
    "councils": {"get": PUBLIC, "post": staff(201)},
    "council": {"get": PUBLIC, "put": staff(200), "patch": staff(200)},
    "arrangements": {"get": PUBLIC, "post": staff(201)},
    "arrangement": {"get": PUBLIC, "put": staff(200), "patch": staff(200)},
    "partnerships": {"get": PUBLIC, "post": staff(201)},
    "partnership": {"get": PUBLIC, "put": staff(200), "patch": staff(200), "delete": staff(204)},
    "body partnerships": {"get": PUBLIC, "post": staff(201)},
    "body partnership": {"get": PUBLIC, "put": staff(200), "patch": staff(200), "delete": staff(204)},
    "returns": {"get": READ_BY_ALL_THAT_MAY},
    "return": {"get": own(200, few=200)},
    "answer": {"get": own(200, few=200), "put": own(200), "patch": own(200)},
    "submit": {"post": own(200)},
    "query": {"post": JUDGED},
    "accept": {"post": JUDGED},
    "reopen": {"post": JUDGED},
    "bulk": {"post": IN_BULK},
}
# Reading a deed: there is nothing to read.
NOT_READ: Statuses = (401, 405, 405, 405, 405, 405, 401, 401)
NOT_READ_IN_BULK: Statuses = (401, 405, 405, 405, 405, 403, 401, 401)
STATE = {"submit": "in_progress", "query": "submitted", "accept": "submitted", "reopen": "accepted"}


@override_settings(REGISTER_TODAY=TODAY, ZEAL_RAISE=False)
class WriteMatrixTests(Fed, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.feed()

    def expected(self, of: str, method: str) -> Statuses:
        if method in TABLE[of]:
            return TABLE[of][method]
        if method == "get":
            return NOT_READ_IN_BULK if of == "bulk" else NOT_READ
        return NO_SUCH

    def ask(self, of: str, method: str, role: str) -> int:
        """The status; what was written is taken back."""
        before = transaction.savepoint()
        if of in STATE:
            self.answered()
            self.state(STATE[of])
        program, address = self.programs[role], self.addresses[of]
        headers = {}
        if method in ("put", "patch", "delete"):
            headers["If-Match"] = self.programs["analyst"].get(address).get("ETag", '"1"')
        body = self.whole(of) if method == "put" else self.body(of)
        kwargs: dict[str, Any] = {"headers": headers}
        if method != "get":
            kwargs |= {"data": body, "content_type": "application/json"}
        status = getattr(program, method)(address, **kwargs).status_code
        transaction.savepoint_rollback(before)
        transaction.savepoint_commit(before)  # or thousands would lie in each other
        return status

    def whole(self, of: str) -> dict[str, Any]:
        """What reading it gives, with what is to change: sent back as it is."""
        answer = self.programs["analyst"].get(self.addresses[of])
        read = answer.json()["data"] if answer.status_code == 200 else {}
        return (read if isinstance(read, dict) else {}) | self.body(of)

    def test_every_address_by_every_method_as_each_role(self):
        lines = [f"{'':20} {'':6} " + " ".join(f"{role:>13}" for role in ROLES)]
        for of in TABLE:
            for method in METHODS:
                statuses = self.expected(of, method)
                # What is everybody's, and what an address takes from nobody, some of the roles stand for.
                told_apart = (method in TABLE[of] and statuses != PUBLIC) or LONG
                asked = ROLES if told_apart else ("anonymous", "analyst", "few scopes")
                expected = {role: status for role, status in zip(ROLES, statuses, strict=True) if role in asked}
                found = {role: self.ask(of, method, role) for role in asked}
                lines.append(f"{of:20} {method.upper():6} " + " ".join(f"{found.get(role, ''):>13}" for role in ROLES))
                with self.subTest(address=of, method=method):
                    assert found == expected
        sys.stdout.write("\n" + "\n".join(lines) + "\n")

    def test_the_table_names_every_address_that_a_program_may_write_to(self):
        described = {
            (path, method)
            for path, methods in contract()["paths"].items()
            for method in methods
            if "/returns/" in path or set(methods) != {"get"}
        }
        named = set()
        for of, methods in TABLE.items():
            address = self.addresses[of].partition("?")[0]
            path = next(
                each
                for each, _ in sorted(described, key=lambda one: "{" in one[0])
                if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each), address)
            )
            named |= {(path, method) for method in methods}
        assert named == described
