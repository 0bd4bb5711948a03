"""What the gates of a year are computed from, read in five queries however many rows there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, CharField, Exists, ExpressionWrapper, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.functional import cached_property

from arrangements.register.checks import faults_among, operating_with_parties
from arrangements.register.models import Arrangement
from arrangements.register.vocabulary import INVOLVED_ROLES
from arrangements.releases.figures import ArrangementRow, CouncilRow, Figure, Rows, compute
from arrangements.releases.models import Release, ReleasedCouncil, Waiver
from arrangements.returns.followup.models import Flag
from arrangements.returns.models import AnnualReturn, FinancialYear, Query, ReportedSaving
from arrangements.returns.vocabulary import NOT_RETURNED, RELEASED_OUTCOMES, QueryState, ReturnState
from councils.models import Council

OUTSTANDING = [ReturnState.NOT_STARTED, ReturnState.IN_PROGRESS]


@dataclass(frozen=True)
class Facts:
    """Everything about a year that its gates turn on.

    Each return bears `was_used` (the last release used it), `lines` and `answered`, and its open queries and flags, each with
    key, words and state, and the line it is about.
    The rows are those that would be frozen, in what figures need of them, and the figures they come to.
    """

    returns: Sequence[Any]
    faults: Sequence[tuple[Arrangement, str]]
    rows: Rows
    waivers: dict[str, Waiver] = field(default_factory=dict)

    @cached_property
    def figures(self) -> list[Figure]:
        """The figures that would be frozen, less those of change."""
        return compute(self.rows)


def read_facts(year: FinancialYear, last: Release | None) -> Facts:
    """The facts of the year as they stand, where `last` is its last release."""
    operating, returns = list(_operating(year)), list(_returns(year, last))
    return Facts(
        returns=returns,
        faults=faults_among(operating, year),
        rows=_rows(year, operating, returns),
        waivers={waiver.gate: waiver for waiver in Waiver.objects.filter(year=year).select_related("waived_by")},
    )


def is_held_up(year: FinancialYear) -> bool:
    """Whether a return, a query or a flag holds up the first release of the year, by one query and without the gates' words.

    The gates of the register and of verification, which look at every row, are left to the page that prepares.
    """
    unsettled = Query.objects.exclude(state=QueryState.SETTLED).order_by()
    without_query = ~Exists(unsettled.filter(annual_return=OuterRef("pk")))
    returns = AnnualReturn.objects.exclude(state=ReturnState.ACCEPTED).filter(Q(state__in=OUTSTANDING) | without_query)
    held: Any = FinancialYear.objects.values(
        covered=ArraySubquery(
            Waiver.objects.filter(year=OuterRef("pk")).order_by().values(key=Func("covers", function="unnest"))
        ),
        returns_behind=ArraySubquery(returns.filter(year=OuterRef("pk")).order_by().values(key=_key("return"))),
        queries_behind=ArraySubquery(unsettled.filter(annual_return__year=OuterRef("pk")).values(key=_key("query"))),
        flagged=Exists(Flag.objects.open().filter(annual_return__year=OuterRef("pk"))),
    ).get(pk=year.pk)
    return held["flagged"] or not {*held["returns_behind"], *held["queries_behind"]} <= {*held["covered"]}


def _key(kind: str) -> Concat:
    """What a waiver calls a row in the state it is in."""
    return Concat(Value(f"{kind}:"), Cast("pk", CharField()), Value(":"), "state", output_field=CharField())


def _returns(year: FinancialYear, last: Release | None) -> QuerySet[Any]:
    """Every return of the year, by the name of its council."""
    queries = Query.objects.filter(annual_return=OuterRef("pk")).exclude(state=QueryState.SETTLED)
    flags = Flag.objects.open().filter(annual_return=OuterRef("pk"))
    return (
        AnnualReturn.objects.filter(year=year)
        .select_related("council", "year")
        .with_progress()
        .annotate(
            was_used=_was_used(last),
            open_queries_found=ArraySubquery(_lines(queries)),
            open_flags_found=ArraySubquery(_lines(flags, field="field")),
        )
        .order_by("council__name")
    )


def _lines(rows: QuerySet[Any], **more: str) -> QuerySet[Any]:
    found = JSONObject(pk="pk", state="state", text="text", arrangement="arrangement_id", name="arrangement__name", **more)
    return rows.order_by("raised_at", "pk").values(one=found)


def _was_used(last: Release | None) -> Any:
    """Whether the last release used the return, or that of a council whose returns this one's council took over since."""
    if last is None:
        return Value(False)
    used = ReleasedCouncil.objects.of(last).filter(state=ReturnState.ACCEPTED).values("council")
    taken_over = Council.objects.filter(pk__in=used, successors__isnull=False).exclude(returns__year=last.year)
    return ExpressionWrapper(Q(council__in=used) | Q(council__in=taken_over.values("successors")), output_field=BooleanField())


def _operating(year: FinancialYear) -> QuerySet[Any]:
    """What operated on 31 March, with the answer that would be frozen."""
    counted = ReportedSaving.objects.on_accepted_returns(year).filter(arrangement=OuterRef("pk"))
    return (
        operating_with_parties(year)
        .select_related("main_service__category")
        .annotate(outcome=Subquery(counted.values("outcome")[:1]), amount=Subquery(counted.values("amount")[:1]))
    )


def _rows(year: FinancialYear, operating: Sequence[Any], returns: Sequence[Any]) -> Rows:
    """What figures need. Categories and regions are those that something stands for."""
    involved = {each.pk: _involved(each, year) for each in operating}
    return Rows(
        release="",
        year=str(year),
        arrangements=tuple(
            ArrangementRow(
                reference=each.reference,
                outcome=each.outcome or NOT_RETURNED,
                amount=each.amount,
                category=each.main_service.category.slug,
                regions=tuple(sorted({council.region.slug for council in involved[each.pk]})),
                involved=tuple(council.gss_code for council in involved[each.pk]),
                has_bodies=any(part.in_force_on(year.ends_on) for part in each.body_partnerships.all()),
            )
            for each in operating
        ),
        councils=tuple(CouncilRow(each.council.gss_code, asked=True) for each in returns),
        categories={each.main_service.category.slug: each.main_service.category.name for each in operating},
        regions={council.region.slug: council.region.name for councils in involved.values() for council in councils},
        outcomes=dict(RELEASED_OUTCOMES),
    )


def _involved(arrangement: Arrangement, year: FinancialYear) -> list[Council]:
    """Its lead and partner councils on 31 March."""
    parts = arrangement.partnerships.all()
    return [part.council for part in parts if part.role in INVOLVED_ROLES and part.in_force_on(year.ends_on)]
