"""The API's returns in bulk: many answers of one year as rows or as the workbook itself; all or nothing, with a report by row."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from arrangements.returns.answering import ReasonsMissing, StaleAnswers
from arrangements.returns.importing import at_once
from arrangements.returns.importing.committing import MAY_IMPORT, store, what_is_not_permitted
from arrangements.returns.importing.rows import Fault as RowFault
from arrangements.returns.importing.rows import JudgedRow, RowKind, RowText
from arrangements.returns.models import FinancialYear
from arrangements.returns.rights import may_answer
from arrangements.returns.workbook.columns import BY_KEY, COLUMNS
from arrangements.returns.workbook.reading import LARGEST_UPLOAD, FileRefused, read_table
from councils.tokens import Scope
from sharedservices.common.api import ReadApi
from sharedservices.common.api_writing import DOOR, one_act, written
from sharedservices.common.bodies import JSON_KINDS, kind_of, read_bytes, read_json
from sharedservices.common.filters import BadFilters, closest, nearest
from sharedservices.common.problems import Fault, Refused, of_the_token, within
from sharedservices.common.strict import REFUSED, UNREADABLE

FILE_KINDS = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
MOST_ROWS = 5_000
LONGEST_CELL = 5_000
NAMES = ("year", "dry_run")
EXAMPLE_ROW = {"reference": "SSR-0001", "outcome": "figure", "amount": 410000, "note": "Section 151 officer", "version": None}


# Which of them make a row: the others are read past.
ROW_SCHEMA = {
    "type": "object",
    "description": "The columns of the workbook by their keys: which arrangement, what is answered, and the version it rests on.",
    "additionalProperties": False,
    "properties": {
        column.key: {"type": ["string", "integer", "null"], "maxLength": LONGEST_CELL, "description": column.meaning}
        for column in COLUMNS
    },
}


@extend_schema_field({"type": "array", "minItems": 1, "maxItems": MOST_ROWS, "items": ROW_SCHEMA})
class Rows(serializers.ListField):
    """Rows as objects."""


class BulkSerializer(serializers.Serializer):
    """Rows of one year."""

    rows = Rows()


class ReportRowSerializer(serializers.Serializer):
    """How one row fares."""

    row = serializers.IntegerField(help_text="Its number: from 1, or as the sheet shows it.")
    reference = serializers.CharField(allow_null=True)
    kind = serializers.CharField(help_text="new, changed, unchanged, unanswered, stale (changed by another meanwhile) or faulty.")
    answer = serializers.DictField(allow_null=True, help_text="Outcome, amount and note that it gives.")
    stands = serializers.DictField(allow_null=True, help_text="What stands.")
    version = serializers.IntegerField(allow_null=True, help_text="Of what stands.")
    errors = serializers.ListField(  # type: ignore[assignment]
        child=serializers.DictField(), help_text="What is wrong, as in every problem."
    )


class ReportSerializer(serializers.Serializer):
    """How the rows fare together. `stored` says how many answers were written: none in a dry run."""

    year = serializers.CharField()
    dry_run = serializers.BooleanField()
    acceptable = serializers.BooleanField(help_text="Whether all of it can be stored.")
    stored = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Rows by kind.")
    rows = ReportRowSerializer(many=True)


@dataclass(frozen=True)
class Sent:
    """What was sent."""

    year: FinancialYear
    dry_run: bool
    rows: Sequence[RowText]
    sha256: str
    are_objects: bool


class BulkViewSet(ReadApi, ViewSet):
    """Answers of one year for many lines at once."""

    is_private = True
    read_scope = write_scope = Scope.WRITE_RETURNS

    @extend_schema(request=BulkSerializer, responses=ReportSerializer)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Store all rows, or none: each is judged as in an import of the admin, and reported. `dry_run=true` only reports.

        Sent again it changes nothing. A row rests on the version that it names: the workbook of the admin carries it.
        """
        user: Any = request.user
        if not (user.has_perm(MAY_IMPORT) if user.is_staff else may_answer(user)):
            said = f"The account of this token may not do this: it lacks the permission {MAY_IMPORT}."
            raise Refused(403, "Not allowed", faults=[of_the_token(said, "a_permission")])
        sent = _sent(request)
        name = f"{request.auth}"
        with nullcontext() if sent.dry_run else one_act(request):
            if not sent.dry_run:
                FinancialYear.objects.select_for_update(no_key=True).get(pk=sent.year.pk)
            rows = at_once.judged(sent.year, sent.rows, name, user)
            report = Report(sent, rows)
            if sent.dry_run:
                return written(request, report.told(), None)
            if not report.is_acceptable:
                raise report.refusal()
            stored = self._store(sent, rows, name)
        return written(request, report.told(stored), None)

    def _store(self, sent: Sent, rows: Sequence[JudgedRow], name: str) -> int:
        to_write = [row for row in rows if row.is_written]
        if not to_write:
            return 0
        user: Any = self.request.user
        new, changed = (at_once.numbers(rows, kind) for kind in (RowKind.NEW, RowKind.CHANGED))
        if user.is_staff and (refused := what_is_not_permitted(new, changed, user)):
            raise Refused(403, "Not allowed", faults=[of_the_token(said, "a_permission") for said in refused])
        try:
            made = store(
                year=sent.year,
                rows=to_write,
                user=user,
                file_name=f"{name} (API)",
                sha256=sent.sha256,
                rows_in_file=len(rows),
                left_out=0,
                door=DOOR,
            )
        except (StaleAnswers, ReasonsMissing, ValidationError) as error:
            detail = "The register has changed while the rows were judged, and nothing was stored. Send them again."
            raise Refused(409, "Somebody was quicker", detail) from error
        return made.new + made.changed


class Report:
    """How the rows fare."""

    def __init__(self, sent: Sent, rows: Sequence[JudgedRow]) -> None:
        self.sent, self.rows = sent, rows
        self.texts = {row.number: row for row in sent.rows}

    @property
    def is_acceptable(self) -> bool:
        """Whether no row is to be put right first."""
        return not any(row.kind in (RowKind.FAULTY, RowKind.STALE) for row in self.rows)

    def told(self, stored: int = 0) -> dict[str, Any]:
        """As the answer gives it."""
        return {
            "year": self.sent.year.slug,
            "dry_run": self.sent.dry_run,
            "acceptable": self.is_acceptable,
            "stored": stored,
            "counts": dict(sorted(Counter(str(row.kind) for row in self.rows).items())),
            "rows": [self._row(row) for row in self.rows],
        }

    def refusal(self) -> Refused:
        """Why nothing was stored: 412 where all that is wrong is that others changed the same meanwhile."""
        faulty = [row for row in self.rows if row.kind == RowKind.FAULTY]
        stale = [row for row in self.rows if row.kind == RowKind.STALE]
        faults = [fault for row in faulty for fault in self._faults(row)] + [self._moved_on(row) for row in stale]
        count = len(faulty) + len(stale)
        detail = f"{count:,} of {len(self.rows):,} rows can’t be stored, and so none was. `report` says how each fares."
        return Refused(422 if faulty else 412, REFUSED, detail, faults, report=self.told())

    def _row(self, row: JudgedRow) -> dict[str, Any]:
        found = [self._moved_on(row)] if row.kind == RowKind.STALE else self._faults(row)
        return {
            "row": row.number,
            "reference": row.line.reference if row.line else self.texts[row.number]["reference"] or None,
            "kind": str(row.kind),
            "answer": _answer(row.answer),
            "stands": _answer(row.stands),
            "version": row.version,
            "errors": [fault.entry() for fault in found],
        }

    def _faults(self, row: JudgedRow) -> list[Fault]:
        return [self._fault(row, fault) for fault in row.faults]

    def _fault(self, row: JudgedRow, fault: RowFault) -> Fault:
        picked = next((dict(pick.cells) for pick in fault.suggestions if pick.cells), None)
        example = picked.get(fault.column, picked) if picked else EXAMPLE_ROW.get(fault.column)
        detail = fault.message
        if fault.is_doubt:
            detail += " Correct it, or say in “reason” why it is right."
        return Fault(self._at(row.number, fault.column, fault.cell), detail, fault.rule.replace("-", "_"), fault.read, example)

    def _moved_on(self, row: JudgedRow) -> Fault:
        said = self.texts[row.number]["version"]
        detail = f"The answer has changed since version {said or 0}. Compare, and send version {row.version}."
        return Fault(self._at(row.number, "version", f"row {row.number}"), detail, "says_what_was_read", said, row.version)

    def _at(self, number: int, column: str, cell: str) -> str:
        if self.sent.are_objects:
            return within(within("/body/rows", number - 1), column)
        return within("/body", cell)


def _answer(values: tuple[Any, ...]) -> dict[str, Any] | None:
    return dict(zip(("outcome", "amount", "note"), values, strict=True)) if values else None


def _sent(request: Request) -> Sent:
    year, dry_run = _asked(request)
    kind = kind_of(request._request, (*JSON_KINDS, *FILE_KINDS))
    if kind not in FILE_KINDS:
        rows, content = _objects(read_json(request._request, LARGEST_UPLOAD)), b""
        content = repr([(row.number, sorted(row.texts.items())) for row in rows]).encode()
    else:
        content = read_bytes(request._request, LARGEST_UPLOAD)
        try:
            table = read_table(content, "the body")
        except FileRefused as error:
            raise Refused(
                400, UNREADABLE, faults=[Fault("/body", said, "a_table_of_returns") for said in error.messages]
            ) from error
        if table.missing:
            named = ", ".join(f"“{BY_KEY[key].heading}”" for key in table.missing)
            detail = f"It has no column {named}. Name the columns as in the year’s workbook."
            raise Refused(400, UNREADABLE, faults=[Fault("/body", detail, "a_table_of_returns")])
        rows = [at_once.row_of_table(row) for row in table.rows]
    if not 0 < len(rows) <= MOST_ROWS:
        detail = (
            f"It has {len(rows):,} rows. Send from 1 to {MOST_ROWS:,} at once; more in several requests, or through the admin."
        )
        raise Refused(400 if not rows else 413, UNREADABLE, faults=[Fault("/body/rows", detail, "from_1_to_5000")])
    return Sent(year, dry_run, rows, hashlib.sha256(content).hexdigest(), kind not in FILE_KINDS)


def _asked(request: Request) -> tuple[FinancialYear, bool]:
    """The year, and whether it is only asked how the rows would fare."""
    problems = []
    for name, values in request.query_params.lists():
        if name not in NAMES:
            message = f"{name[:60]}: this address takes no such name.{nearest(name, NAMES)}"
            problems.append(_wrong(name, values[0], message, "a_known_name", closest(name, NAMES) or "year"))
        elif len(values) > 1:
            problems.append(_wrong(name, ", ".join(values), f"{name}: give one value.", "given_once", values[0]))
    slug, dry_run = request.query_params.get("year", ""), request.query_params.get("dry_run", "false")
    years = {each.slug: each for each in FinancialYear.objects.collected()}
    if slug not in years:
        message = f"year: “{slug[:60]}” is not a year with returns.{nearest(slug, years)}"
        problems.append(_wrong("year", slug, message, "one_of_its_values", closest(slug, years) or next(iter(years), "2014-15")))
    if dry_run not in ("true", "false"):
        message = f"dry_run: “{dry_run[:60]}” is neither true nor false."
        problems.append(_wrong("dry_run", dry_run, message, "true_or_false", "true"))
    if problems:
        raise BadFilters(problems)
    return years[slug], dry_run == "true"


def _wrong(name: str, value: str, message: str, rule: str, example: str) -> dict[str, str]:
    return {"name": name, "value": value, "message": message, "rule": rule, "example": example}


def _objects(body: Any) -> list[RowText]:
    """The rows of a body of JSON: each an object of texts and whole numbers, by the keys of the workbook's columns."""
    if not isinstance(body, dict) or set(body) != {"rows"} or not isinstance(body["rows"], list):
        detail = "Write an object with the one field “rows”: a list of objects."
        at = "/body/rows" if isinstance(body, dict) and "rows" in body else "/body"
        raise Refused(400, UNREADABLE, faults=[Fault(at, detail, "of_its_type", None, {"rows": [EXAMPLE_ROW]})])
    faults = [fault for number, row in enumerate(body["rows"]) for fault in _of_row(within("/body/rows", number), row)]
    if faults:
        raise Refused(400, UNREADABLE, faults=faults)
    return [at_once.row_of_texts(number, row) for number, row in enumerate(body["rows"], start=1)]


def _of_row(pointer: str, row: Any) -> list[Fault]:
    if not isinstance(row, dict):
        return [Fault(pointer, "Write an object, in curly brackets.", "of_its_type", row, EXAMPLE_ROW)]
    faults = []
    for key, value in row.items():
        if not at_once.is_column(key):
            near = closest(key, BY_KEY)
            detail = f"{key[:60]}: no column has this key.{nearest(key, BY_KEY)}"
            faults.append(Fault(within(pointer, key), detail, "a_known_name", value, near or "reference"))
        elif not (value is None or isinstance(value, str) or type(value) is int):
            detail = f"{key}: write text in quotation marks, a whole number or null."
            faults.append(Fault(within(pointer, key), detail, "of_its_type", value, EXAMPLE_ROW.get(key)))
        elif len(str(value)) > LONGEST_CELL:
            detail = f"{key}: it has more than {LONGEST_CELL:,} letters. Shorten it."
            faults.append(Fault(within(pointer, key), detail, "too_long", value))
    return faults
