"""The filters of the chasing page; they are its address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from arrangements.returns.models import AnnualReturn, FinancialYear
from arrangements.returns.vocabulary import ReturnState
from councils.models import Council, CouncilKind, Region
from sharedservices.common.filters import OneChosen, OneObject, Search, StrictFilterSet
from sharedservices.common.today import today

ANY = [("", "Any")]
# Names in the address that aren't filters: the pages of the list and of the drafts.
ALSO_KNOWN = ("page", "drafts")


class ChasingFilter(StrictFilterSet):
    """The returns of one year: the one asked for, or else the one whose collection opened last."""

    year = OneObject(queryset=FinancialYear.objects.all(), method="leave", label="Financial year")
    q = Search(method="of_council", label="Council")
    region = OneObject(queryset=Region.objects.all(), codes=("gss_code",), method="in_region", label="Region")
    kind = OneChosen(choices=[*ANY, *CouncilKind.choices], method="of_kind", label="Kind of council")
    state = OneChosen(choices=[*ANY, *ReturnState.choices], method="in_state", label="State of the return")
    answer = OneChosen(
        choices=[*ANY, ("outstanding", "Outstanding"), ("given", "Given")], method="with_answer", label="The council’s answer"
    )
    contact = OneChosen(choices=[*ANY, ("some", "Has a contact"), ("none", "No contact")], method="with_contact", label="Contact")

    class Meta:
        model = AnnualReturn
        fields: Sequence[str] = []

    @property
    def year_shown(self) -> FinancialYear | None:
        """The year asked for, or the one whose collection opened last; None where none has."""
        years: list[Any] = self.form.fields["year"].objects  # type: ignore[attr-defined]
        opened = [year for year in years if year.opens_on and year.opens_on <= today()]
        return self.chosen("year") or max(opened, key=lambda year: year.starts_on, default=None)

    def filter_queryset(self, queryset: Any) -> QuerySet:
        rows = queryset.filter(year=self.year_shown).with_progress().for_chasing(today())
        return super().filter_queryset(rows)

    def leave(self, returns: QuerySet, name: str, year: FinancialYear) -> QuerySet:
        return returns

    def of_council(self, returns: QuerySet, name: str, text: str) -> QuerySet:
        return returns.filter(council__in=Council.objects.found_by(text).order_by().values("pk"))

    def in_region(self, returns: QuerySet, name: str, region: Region) -> QuerySet:
        return returns.filter(council__region=region)

    def of_kind(self, returns: QuerySet, name: str, kind: str) -> QuerySet:
        return returns.filter(council__kind=kind)

    def in_state(self, returns: QuerySet, name: str, state: str) -> QuerySet:
        return returns.filter(state=state)

    def with_answer(self, returns: QuerySet, name: str, answer: str) -> QuerySet:
        return returns.filter(is_outstanding=answer == "outstanding")

    def with_contact(self, returns: QuerySet, name: str, contact: str) -> QuerySet:
        none: dict[str, Any] = {"addresses": []}
        return returns.filter(**none) if contact == "none" else returns.exclude(**none)


def listed_for(request: HttpRequest) -> tuple[ChasingFilter, list[Any]]:
    """The returns that the address asks for, all pages of them: no year has more than there are councils."""
    returns = AnnualReturn.objects.visible_to(request.user).select_related("council__region", "year")
    filterset = ChasingFilter(request.GET, queryset=returns, request=request, also_known=ALSO_KNOWN)
    filterset.refuse_bad()
    return filterset, list(filterset.qs)
