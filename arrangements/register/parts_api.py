"""Writing by the API who takes part in an arrangement: councils and bodies, by the rules of the admin's form."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from arrangements.register import keeping
from arrangements.register.models import Arrangement, BodyPartnership, Membership, Partnership
from arrangements.register.vocabulary import Role
from councils.models import Council, PartnerBody
from councils.tokens import Scope
from sharedservices.common.api_writing import STALE, Given, Writes, must_have, one_act, version_read
from sharedservices.common.bodies import is_sound
from sharedservices.common.filters import BadFilters
from sharedservices.common.strict import LONGEST_REASON, ByKey, Code, Day, Flag, PublicWriting
from sharedservices.common.versions import StaleWrite


class PartnershipWriting(PublicWriting):
    """What may be written of a council's part. Arrangement and council are given once."""

    EXAMPLE = {
        "arrangement": "SSR-0001",
        "council": "E06000036",
        "role": "partner",
        "answers": False,
        "joined_on": "2015-04-01",
        "left_on": None,
    }

    arrangement = ByKey(Arrangement.objects.all(), "reference", help_text="Its reference. Given once.")
    council = ByKey(Council.objects.all(), "gss_code", help_text="GSS code. Given once.")
    role = Code(choices=Role.choices, required=False)
    answers = Flag(required=False, help_text="Whether this council makes the return for the arrangement.")
    joined_on = Day(required=False, allow_null=True, help_text="Null: since the arrangement began.")
    left_on = Day(required=False, allow_null=True, help_text="Last day, inclusive. Null: still in, or until its end.")


class BodyPartnershipWriting(PublicWriting):
    """What may be written of a body's part. Arrangement and body are given once."""

    EXAMPLE = {
        "arrangement": "SSR-0001",
        "body": "essex-police",
        "joined_on": "2015-04-01",
        "left_on": None,
    }

    arrangement = ByKey(Arrangement.objects.all(), "reference", help_text="Its reference. Given once.")
    body = ByKey(PartnerBody.objects.all(), "slug", help_text="Its slug. Given once.")
    joined_on = Day(required=False, allow_null=True, help_text="Null: since the arrangement began.")
    left_on = Day(required=False, allow_null=True, help_text="Last day, inclusive. Null: still in, or until its end.")


class PartWrites(Writes):
    """Parts are added, changed, and taken out where they were recorded by mistake."""

    write_scope = Scope.WRITE_ARRANGEMENTS
    lookup_field = "id"
    lookup_value_regex = "[0-9]{1,18}"

    def standing(self, given: Given) -> Membership | None:
        """By arrangement, party and first day."""
        values, party = given.values, self.model.party_field
        values["arrangement"] = keeping.held(values["arrangement"].pk)
        parts = self.model.objects.filter(arrangement=values["arrangement"], **{party: values[party]})
        return parts.filter(joined_on=values.get("joined_on")).select_related("arrangement", party).first()

    def make(self, given: Given) -> Membership:
        part = self.model(**given.values)
        keeping.keep_part(part)
        return part

    def hold_first(self, row: Membership) -> None:
        self.whole = keeping.held(row.arrangement_id)

    def change(self, row: Membership, given: Given) -> None:
        row.arrangement = self.whole
        keeping.keep_part(row)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take out a part recorded by mistake, on the reading that `If-Match` names. One that is over gets its last day."""
        item = self.get_object()
        must_have(request, f"arrangements.delete_{self.model._meta.model_name}")
        read = version_read(request) or set()
        reason = _reason(request)
        with one_act(request, reason):
            try:
                row = self.held(item, read)
            except StaleWrite as stale:
                detail = "Somebody changed it since you read it, and nothing was deleted. Read it again."
                raise self._refused(412, STALE, detail, stale.current, []) from stale
            row.arrangement = self.whole
            keeping.take_out(row)
        return Response(status=204)

    def key_of(self, row: Membership) -> str:
        return str(row.pk)


class PartnershipWrites(PartWrites):
    """The parts of councils."""

    model = Partnership
    writing = PartnershipWriting
    given_once = ("arrangement", "council")

    def reverse_item(self, row: Membership) -> str:
        return reverse("api-partnerships-detail", args=[row.pk], request=self.request)


class BodyPartnershipWrites(PartWrites):
    """The parts of bodies."""

    model = BodyPartnership
    writing = BodyPartnershipWriting
    given_once = ("arrangement", "body")

    def reverse_item(self, row: Membership) -> str:
        return reverse("api-body-partnerships-detail", args=[row.pk], request=self.request)


def _reason(request: Request) -> str:
    """Of a write without a body: its address may say why."""
    unknown = [name for name in request.query_params if name != "reason"]
    reason = request.query_params.get("reason", "")
    if unknown or len(reason) > LONGEST_REASON or not is_sound(reason):
        name, value = (unknown[0], request.query_params[unknown[0]]) if unknown else ("reason", reason)
        message = f"{name[:60]}: a deletion takes a reason, of {LONGEST_REASON:,} characters at most, and nothing else."
        raise BadFilters([{"name": name, "value": value, "message": message, "rule": "a_known_name", "example": "reason"}])
    return reason.strip()
