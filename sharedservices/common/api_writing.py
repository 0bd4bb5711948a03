"""The writing side of the API, whatever is written: who may, on which reading, in which words, and what a refusal says.

The rules themselves are the models' and the actions'; here they are only asked, and answered as problem documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.http import Http404
from django.utils.http import parse_etags
from drf_spectacular.openapi import AutoSchema
from psycopg.errors import DeadlockDetected
from rest_framework.request import Request
from rest_framework.response import Response

from sharedservices.common.api import LICENCE, ReadList, refuse_names
from sharedservices.common.bodies import read_json
from sharedservices.common.errors import RuleBroken
from sharedservices.common.history import written_by
from sharedservices.common.merging import readings
from sharedservices.common.problems import Fault, Refused, of_the_token, within
from sharedservices.common.public_notes import LONGEST
from sharedservices.common.strict import A_RULE, PUBLIC_NOTE, REASON, REFUSED, UNREADABLE, Strict, Writing, differing, same
from sharedservices.common.versions import StaleWrite

DOOR = "API"
OURS = re.compile(r'"(\d{1,9})(?:-[0-9a-f]{32})?"')
STALE = "It has changed since you read it"
TAKEN = "It stands already, and otherwise"


def etag(version: int) -> str:
    """The validator of what was just written: its version, which `If-Match` goes by."""
    return f'"{version}"'


def version_read(request: Request, *, required: bool = True) -> set[int] | None:
    """The versions that `If-Match` names; `Refused` with 428 where it must name one and doesn't. None: it isn't there.

    Of an entity tag the version counts: what else the tag of an answer tells of is the rest of the register.
    """
    given = request.META.get("HTTP_IF_MATCH", "").strip()
    if given and given != "*":
        return {int(found[1]) for each in parse_etags(given) if (found := OURS.fullmatch(each))}
    if given or required:
        detail = "Send the ETag of your last reading as If-Match, so that nobody’s change is overwritten unseen."
        fault = Fault("/headers/If-Match", detail, "says_what_was_read", given, '"7"')
        raise Refused(428, "Say what you read", faults=[fault])
    return None


@contextmanager
def one_act(request: Request, reason: str = "", public_note: str = "") -> Iterator[None]:
    """All or nothing; the trail says that it came by the API, by whom, by which token and why."""
    by = written_by(door=DOOR, user=request.user, reason=reason, public_note=public_note, token=str(request.auth))
    try:
        with transaction.atomic(), by:
            yield
    except RuleBroken as refusal:
        at = "/path" if request.method == "DELETE" else "/body"  # which a deletion hasn't
        raise Refused(422, REFUSED, faults=[Fault(at, message, A_RULE) for message in refusal.messages]) from refusal
    except (IntegrityError, OperationalError) as error:
        if isinstance(error, OperationalError) and not isinstance(error.__cause__, DeadlockDetected):
            raise
        raise Refused(
            409, "Somebody was quicker", "Another write came between. Read what stands now, and send yours again."
        ) from error


def must_have(request: Request, permission: str) -> None:
    """403 where the account may not do this; the admin asks for the same."""
    if not request.user.has_perm(permission):
        said = f"The account of this token may not do this: it lacks the permission {permission}."
        raise Refused(403, "Not allowed", faults=[of_the_token(said, "a_permission")])


def body_of(request: Request) -> dict[str, Any]:
    """The object of the body."""
    found = read_json(request._request)
    if not isinstance(found, dict):
        raise Refused(400, UNREADABLE, faults=[Fault("/body", "Write an object, in curly brackets.", "of_its_type", found)])
    return found


class Given:
    """What a body gives: values for the row, the fields that say them, and what is said of the write."""

    def __init__(self, serializer: Writing) -> None:
        self.serializer = serializer
        values = serializer.read()
        self.reason, self.public_note = values.pop(REASON, "").strip(), values.pop(PUBLIC_NOTE, "").strip()
        self.values = values
        self.names = [name for name in serializer.names if name in serializer.initial_data]
        if len(self.public_note) > LONGEST:
            detail = f"The public note has {len(self.public_note):,} characters, and {LONGEST} is the most."
            raise Refused(400, UNREADABLE, faults=[Fault(within("/body", PUBLIC_NOTE), detail, "max_length", self.public_note)])


class WritingSchema(AutoSchema):
    """What the contract says of the bodies."""

    def get_request_serializer(self) -> Any:
        view: Any = self.view
        return view.body_for(self.method)() if self.method in ("POST", "PUT", "PATCH") else super().get_request_serializer()


class Writes(ReadList):
    """A list of the API whose rows may be written. Its queries, lookups and readings are a list's."""

    model: ClassVar[Any]
    writing: type[Writing]
    says_version = True
    # Fields that are given once: they are in addresses, or say what the row is about.
    given_once: ClassVar[tuple[str, ...]] = ()
    schema = WritingSchema()

    # What a room says

    def body_for(self, method: str) -> type[Writing]:
        """In which words a body of the method is read."""
        return self.writing

    def standing(self, given: Given) -> Any:
        """The row that has the natural key of what is given already; None: there is none. Until the end none is added."""
        raise NotImplementedError

    def make(self, given: Given) -> Any:
        """Store a new row."""
        raise NotImplementedError

    def change(self, row: Any, given: Given) -> None:
        """Store the row, to which the values have been given."""
        raise NotImplementedError

    def key_of(self, row: Any) -> str:
        """The row in addresses."""
        raise NotImplementedError

    # The deeds

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add one. Sent again it changes nothing: 200 if all that is given stands so, 409 if it stands otherwise."""
        refuse_names(request)
        self._must("add")
        given = Given(self.writing(data=body_of(request)))
        with self._one_act(given):
            stands = self.standing(given)
            if stands is None:
                return self._answer(self.make(given), 201)
        differences = self.differences(stands, given)
        if not differences:
            return self._answer(stands, 200)
        raise self._refused(409, TAKEN, "What you add stands already, with other values. Change it there.", stands, differences)

    def update(self, request: Request, *args: Any, partial: bool = False, **kwargs: Any) -> Response:
        """Replace all that may be written of it, on the reading that `If-Match` names."""
        refuse_names(request)
        item = self.get_object()
        self._must("change")
        read = version_read(request) or set()
        writing = self.writing(data=self._without_echo(body_of(request), item), partial=partial)
        given = Given(writing if partial else writing.whole())
        with self._one_act(given):
            try:
                row = self.held(item, read)
            except StaleWrite as stale:
                return self._stale(stale.current, read, given)
            if self.differences(row, given):
                self._must_stay(row, given)
                for attribute, value in given.values.items():
                    if not self._is_link(attribute):
                        setattr(row, attribute, value)
                self.change(row, given)
        return self._answer(row, 200)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what is given, on the reading that `If-Match` names."""
        return self.update(request, *args, partial=True, **kwargs)

    def hold_first(self, row: Any) -> None:
        """What must be locked before the row is."""

    def held(self, item: Any, read: set[int]) -> Any:
        """The row, locked; `StaleWrite` unless it stands at a version that was read."""
        self.hold_first(item)
        version = item.version if item.version in read else next(iter(read), None)
        try:
            return self.model.objects.for_write(pk=item.pk, version=version)
        except self.model.DoesNotExist as error:  # taken out this moment
            raise Http404 from error

    def differences(self, stands: Any, given: Given) -> list[Any]:
        """In which fields the row isn't what is given."""
        return differing(given.names, {}, self.shown(stands, given.names), self._yours(given, stands))

    # Words

    def shown(self, row: Any, names: Iterable[str]) -> dict[str, Any]:
        """Those fields of the row in the words of its bodies."""
        fields = self.writing().fields
        return {name: _in_words(fields[name], row) for name in names}

    def links(self, given: Given) -> dict[str, list[Any]]:
        """What is given for links to other rows, which are stored after the row itself."""
        return {attribute: value for attribute, value in given.values.items() if self._is_link(attribute)}

    def _is_link(self, attribute: str) -> bool:
        return any(field.name == attribute for field in self.model._meta.many_to_many)

    def _yours(self, given: Given, row: Any) -> dict[str, Any]:
        """What was given in the same words as `shown`."""
        mine = self.model(**{field.attname: getattr(row, field.attname) for field in self.model._meta.concrete_fields})
        for attribute, value in given.values.items():
            if not self._is_link(attribute):
                setattr(mine, attribute, value)
        fields = self.writing().fields
        linked = {name for name in given.names if self._is_link(str(fields[name].source))}
        yours = self.shown(mine, [name for name in given.names if name not in linked])
        return yours | {name: fields[name].to_representation(given.values[str(fields[name].source)]) for name in linked}

    def _base(self, row: Any, read: set[int]) -> dict[str, Any]:
        """The row as it was at the version that was read, less its links; empty where the trail doesn't know it."""
        kept = next((found for version in read if (found := readings(self.model, {row.pk: version}).get(row.pk))), None)
        if kept is None:
            return {}
        writing = self.writing()
        own = [name for name in writing.names if not self._is_link(str(writing.fields[name].source))]
        return self.shown(self.model(**kept), own)

    def _without_echo(self, body: dict[str, Any], item: Any) -> dict[str, Any]:
        """The body less what reading gives besides, where it was sent back as it was read."""
        current, writing = self.get_serializer(item).data, self.writing()
        echoed = {name for name in body if name not in writing.fields and name in current}
        for name in echoed:
            if not same(body[name], current[name]):
                detail = f"{name}: it follows from the rest and can’t be written. Leave it out, or send it as it was read."
                raise Refused(
                    400, UNREADABLE, faults=[Fault(within("/body", name), detail, "read_only", body[name], current[name])]
                )
        return {name: value for name, value in body.items() if name not in echoed}

    def _must_stay(self, row: Any, given: Given) -> None:
        names = [name for name in self.given_once if name in given.names]
        stands, yours = self.shown(row, names), self._yours(given, row)
        for name in names:
            if yours[name] != stands[name]:
                detail = f"{name}: it is given once and stays “{stands[name]}”."
                raise Refused(
                    422, REFUSED, faults=[Fault(within("/body", name), detail, "given_once", yours[name], stands[name])]
                )

    # Answers

    def _must(self, deed: str) -> None:
        must_have(self.request, f"{self.model._meta.app_label}.{deed}_{self.model._meta.model_name}")

    @contextmanager
    def _one_act(self, given: Given) -> Iterator[None]:
        try:
            with one_act(self.request, given.reason, given.public_note):
                yield
        except ValidationError as error:
            raise given.serializer.refusal(error) from error

    def _stale(self, stands: Any, read: set[int], given: Given) -> Response:
        """What another has changed meanwhile. Where all that is given stands by now, it was sent twice: nothing to do."""
        theirs, yours = self.shown(stands, given.names), self._yours(given, stands)
        differences = differing(given.names, self._base(stands, read), theirs, yours)
        if not differences:
            return self._answer(stands, 200)
        detail = "Somebody changed it since you read it, and nothing was stored. Compare, and send it again on what stands now."
        raise self._refused(412, STALE, detail, stands, differences)

    def _refused(self, status: int, title: str, detail: str, stands: Any, differences: list[Any]) -> Refused:
        current = self._read_again(stands)
        return Refused(status, title, detail, current=current, version=stands.version, differences=differences)

    def _read_again(self, row: Any) -> Mapping[str, Any]:
        return self.get_serializer(self.found(self.key_of(row))).data

    def _answer(self, row: Any, status: int) -> Response:
        """The row as reading gives it, with its version."""
        item = self.found(self.key_of(row))
        address = self.reverse_item(row)
        return written(self.request, self.get_serializer(item).data, item.version, status, address)

    def reverse_item(self, row: Any) -> str:
        """Where the row is read."""
        raise NotImplementedError


def _in_words(field: Any, row: Any) -> Any:
    """What the row says in the field."""
    value = row if field.source == "*" else getattr(row, str(field.source))
    return None if value is None else field.to_representation(value)


def written(request: Request, data: Any, version: int | None, status: int = 200, address: str = "") -> Response:
    """The answer to a write: what stands now, in the envelope of every answer."""
    where = address or request.build_absolute_uri()
    response = Response(
        {"data": data, "meta": {"count": 1, "release": None, "licence": LICENCE}, "links": {"self": where}}, status=status
    )
    if version is not None:
        response["ETag"] = etag(version)
    if status == 201:
        response["Location"] = where
    return response


def read_strictly(request: Request, serializer: type[Strict]) -> dict[str, Any]:
    """The values of a body that is no row."""
    return serializer(data=body_of(request)).read()
