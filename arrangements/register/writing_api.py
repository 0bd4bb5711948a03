"""Writing arrangements by the API: what the admin's form may write of them, by the same rules. Their parts: `parts_api.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import connection
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from arrangements.register import keeping
from arrangements.register.models import Arrangement, BodyPartnership, Membership, Partnership, Service
from arrangements.register.offering import REASON_WANTED, Offer
from arrangements.register.vocabulary import Aim, EndReason, Governance, Role, StartPrecision
from councils.models import Council, PartnerBody
from councils.tokens import Scope
from sharedservices.common.api_writing import Given, Writes
from sharedservices.common.problems import Fault, Refused
from sharedservices.common.strict import (
    ByKey,
    ByKeys,
    Code,
    Codes,
    Day,
    Flag,
    PublicWriting,
    Row,
    Text,
    differing,
)

MOST_PARTIES = 200


class Part(Row):
    """Somebody's part in a new arrangement; `PARTY` is whose."""

    PARTY: ClassVar[str]


class CouncilPart(Part):
    """A council's part in a new arrangement."""

    PARTY = "council"

    council = ByKey(Council.objects.all(), "gss_code", help_text="GSS code.")
    role = Code(choices=Role.choices, required=False)
    answers = Flag(required=False, help_text="Whether this council makes the return for the arrangement.")
    joined_on = Day(required=False, allow_null=True, help_text="Null: since the arrangement began.")
    left_on = Day(required=False, allow_null=True, help_text="Last day, inclusive. Null: still in.")


class BodyPart(Part):
    """A body's part in a new arrangement."""

    PARTY = "body"

    body = ByKey(PartnerBody.objects.all(), "slug", help_text="Its slug.")
    joined_on = Day(required=False, allow_null=True, help_text="Null: since the arrangement began.")
    left_on = Day(required=False, allow_null=True, help_text="Last day, inclusive. Null: still in.")


class ArrangementWriting(PublicWriting):
    """What may be written of an arrangement. Its parties come with it when it is new; later they are partnerships."""

    EXAMPLE = {
        "name": "Newford and Oldham shared payroll",
        "summary": "One team pays the staff of both.",
        "main_service": "ict",
        "other_services": [],
        "governance": "shared_staff",
        "aims": ["savings"],
        "started_on": "2015-04-01",
        "start_precision": "day",
        "ended_on": None,
        "end_reason": "",
        "replaces": [],
        "contact": "payroll@newford.example",
        "source": "Cabinet, 3 March 2015",
        "source_url": "",
        "reason": "From our contracts register",
    }

    name = Text(help_text="By its name a new one is known when it is sent again.")
    summary = Text(required=False, allow_blank=True)
    main_service = ByKey(Service.objects.all(), "slug", help_text="Its slug; the money counts under its category.")
    other_services = ByKeys(child=ByKey(Service.objects.all(), "slug"), required=False, help_text="Slugs.")
    governance = Code(choices=Governance.choices, required=False)
    aims = Codes(child=Code(choices=Aim.choices), required=False)
    started_on = Day(required=False, allow_null=True, help_text="First day in force; of a month or a year its first day.")
    start_precision = Code(choices=StartPrecision.choices, required=False)
    ended_on = Day(required=False, allow_null=True, help_text="Last day in force, inclusive.")
    end_reason = Code(choices=EndReason.choices, required=False, allow_blank=True)
    replaces = ByKeys(child=ByKey(Arrangement.objects.all(), "reference"), required=False, help_text="References.")
    contact = Text(required=False, allow_blank=True, help_text="A role mailbox or a page, never a person. Public.")
    source = Text(required=False, allow_blank=True)  # type: ignore[assignment]
    source_url = Text(required=False, allow_blank=True)


class NewArrangement(ArrangementWriting):
    """A new arrangement with its parties: two or more on every day."""

    EXAMPLE = {**ArrangementWriting.EXAMPLE, "councils": [{"council": "E06000036", "role": "lead", "answers": True}]}

    councils = serializers.ListField(
        child=CouncilPart(), required=False, max_length=MOST_PARTIES, help_text="The councils that take part."
    )
    bodies = serializers.ListField(
        child=BodyPart(), required=False, max_length=MOST_PARTIES, help_text="The bodies that take part."
    )
    another_than = serializers.ListField(
        child=Text(), required=False, max_length=MOST_PARTIES,
        help_text="References of arrangements that are like it, where it is another all the same: then `reason` says why.",
    )  # fmt: skip

    @property
    def names(self) -> list[str]:
        return [name for name in super().names if name not in ("councils", "bodies", "another_than")]


class ArrangementWrites(Writes):
    """Arrangements are added and changed, and never deleted: one that is over gets its last day."""

    model = Arrangement
    writing = ArrangementWriting
    write_scope = Scope.WRITE_ARRANGEMENTS

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add an arrangement with its parties. Sent again it changes nothing: it is known by its name."""
        self.writing = self.body_for("POST")
        return super().create(request, *args, **kwargs)

    def body_for(self, method: str) -> type[ArrangementWriting]:
        return NewArrangement if method == "POST" else ArrangementWriting

    def standing(self, given: Given) -> Arrangement | None:
        """By its name; of several, that which is all that is given. Where it is said to be another, no other will do."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"arrangement {given.values['name']}"])
        whole = ("other_services", "replaces", "partnerships__council", "body_partnerships__body")
        of_name = Arrangement.objects.filter(name=given.values["name"]).select_related("main_service")
        named = list(of_name.prefetch_related(*whole).order_by("pk"))
        if equal := next((each for each in named if not self.differences(each, given)), None):
            return equal
        return named[0] if named and not given.values.get("another_than") else None

    def differences(self, stands: Arrangement, given: Given) -> list[Any]:
        """Of a new one, its parties count too."""
        found = super().differences(stands, given)
        parts: list[tuple[str, type[Part], str]] = [
            ("councils", CouncilPart, "partnerships"),
            ("bodies", BodyPart, "body_partnerships"),
        ]
        for name, part, relation in parts:
            if name in given.values:
                theirs = [dict(part(instance=row).data) for row in getattr(stands, relation).all()]
                yours = [dict(part(instance=party).data) for party in _parties(given.values[name], stands, name)]
                if sorted(map(str, theirs)) != sorted(map(str, yours)):
                    found += differing([name], {}, {name: theirs}, {name: yours})
        return found

    def make(self, given: Given) -> Arrangement:
        values = dict(given.values)
        councils, bodies = values.pop("councils", []), values.pop("bodies", [])
        another_than, links = values.pop("another_than", []), self.links(given)
        arrangement = Arrangement(**{name: value for name, value in values.items() if name not in links})
        parties = [*_parties(councils, arrangement, "councils"), *_parties(bodies, arrangement, "bodies")]
        self._offer(arrangement, parties, links, another_than, given.reason)
        try:
            keeping.begin(arrangement, parties, links)
        except keeping.MembershipInvalid as refused:
            number = parties.index(refused.membership)
            of_councils = number < len(councils)
            at = f"/body/councils/{number}" if of_councils else f"/body/bodies/{number - len(councils)}"
            part = (CouncilPart if of_councils else BodyPart)(data=None)
            raise part.refusal(refused.error, at) from refused
        return arrangement

    def _offer(self, new: Arrangement, parties: Sequence[Membership], links: Any, another_than: list[str], why: str) -> None:
        """`Refused` while there are some that it may well be, and it isn't said that it is another."""
        found = keeping.may_be_already(new, parties, links.get("other_services", ()))
        said = Offer(QueryDict(mutable=True))
        said.shown, said.is_another, said.why = another_than, bool(another_than), why
        references = [each.arrangement.reference for each in found]
        if not found or said.is_met_for(references):
            return
        told = "; ".join(f"{each.arrangement.reference} {each.arrangement} ({each.why})" for each in found)
        if set(references) <= set(another_than):
            faults = [Fault("/body/reason", REASON_WANTED, "a_reason", why, "Its partners have left the older one")]
        else:
            detail = (
                f"The register may hold it already: {told}. Change that one; or, if yours is another, name these in"
                " “another_than” and say why in “reason”."
            )
            faults = [Fault("/body/another_than", detail, "likely_duplicate", None, references)]
        raise Refused(409, "It may be there already", faults=faults)

    def change(self, row: Arrangement, given: Given) -> None:
        keeping.keep(row, self.links(given))

    def key_of(self, row: Arrangement) -> str:
        return row.reference

    def reverse_item(self, row: Arrangement) -> str:
        return reverse("api-arrangements-detail", args=[row.reference], request=self.request)


def _parties(given: Sequence[dict[str, Any]], arrangement: Arrangement, name: str) -> list[Membership]:
    model: Any = Partnership if name == "councils" else BodyPartnership
    return [model(**each, arrangement=arrangement) for each in given]
