"""The API's returns: read by whoever may see them, moved on by the same deeds as in the admin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Collate, Lower
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from arrangements.register.models import Arrangement
from arrangements.returns import actions, querying
from arrangements.returns.columns import RETURN_COLUMNS
from arrangements.returns.models import AnnualReturn, FinancialYear
from arrangements.returns.reading import lines_of
from arrangements.returns.rights import KEEP_RETURNS, may_answer, may_judge
from arrangements.returns.vocabulary import ReturnState
from councils.filters import slugs_by_former_code
from councils.models import Council, Region
from councils.tokens import Scope
from sharedservices.common.api import ReadList, refuse_names
from sharedservices.common.api_writing import DOOR, STALE, one_act, read_strictly, version_read, written
from sharedservices.common.errors import RuleBroken
from sharedservices.common.filters import Chosen, Objects
from sharedservices.common.ordering import OrderedFilterSet, Orders
from sharedservices.common.problems import Fault, Refused
from sharedservices.common.strict import LONGEST_REASON, ByKey, Strict, Text

NO_STATE_FOR_IT = "Its state doesn’t allow this"


class ReturnSerializer(serializers.Serializer):
    """One council asked for one year: where its return stands."""

    year = serializers.CharField(source="year.slug")
    council = serializers.CharField(source="council.gss_code")
    council_name = serializers.CharField(source="council.name")
    state = serializers.CharField(help_text="not_started, in_progress, submitted, queried or accepted.")
    lines = serializers.IntegerField(help_text="Arrangements that the council answers for on 31 March.")
    answered = serializers.IntegerField(help_text="Those of them with an answer.")
    open_queries = serializers.IntegerField(help_text="Questions about it that aren’t settled.")
    closes_on = serializers.DateField(source="year.closes_on", allow_null=True, help_text="The last day for answers.")
    submitted_at = serializers.DateTimeField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text="Of the return’s state. Each answer has its own.")


class AnswerSerializer(serializers.Serializer):
    """One line of a return: an arrangement, what was answered for the year, and last year beside it."""

    reference = serializers.CharField()
    name = serializers.CharField()
    outcome = serializers.CharField(allow_null=True, help_text="Null: no answer yet.")
    amount = serializers.IntegerField(allow_null=True, help_text="Whole pounds, of the whole arrangement, in this year, net.")
    note = serializers.CharField(help_text="Source of the figure, or why there is none.")
    version = serializers.IntegerField(help_text="Of the answer: `If-Match` goes by it. 0 where there is none.")
    open_queries = serializers.IntegerField()
    last_outcome = serializers.CharField(allow_null=True, help_text="As answered for the year before.")
    last_amount = serializers.IntegerField(allow_null=True)


class ReturnInFullSerializer(ReturnSerializer):
    """A return with its lines."""

    answers = serializers.SerializerMethodField()

    @extend_schema(responses=AnswerSerializer(many=True))
    def get_answers(self, annual_return: Any) -> list[dict[str, Any]]:
        return [dict(AnswerSerializer(line).data) for line in lines_of(annual_return)]


class ReturnFilter(OrderedFilterSet):
    """Returns of all years."""

    year = Objects(queryset=FinancialYear.objects.all(), method="of_years", label="Financial year", help_text="2014-15.")
    state = Chosen(choices=ReturnState.choices, method="in_states", label="State")
    council = Objects(
        queryset=Council.objects.all(),
        codes=("gss_code",),
        former_codes=slugs_by_former_code,
        method="of_councils",
        label="Council",
    )
    region = Objects(queryset=Region.objects.all(), codes=("gss_code",), method="of_regions", label="Region")

    orders = Orders({"council": Collate(Lower("council__short_name"), "C"), "submitted": F("submitted_at")}, unique="id")

    class Meta:
        model = AnnualReturn
        fields: Sequence[str] = []

    def of_years(self, returns: Any, name: str, years: list[Any]) -> Any:
        return returns.filter(year__in=years)

    def in_states(self, returns: Any, name: str, states: list[str]) -> Any:
        return returns.filter(state__in=states)

    def of_councils(self, returns: Any, name: str, councils: list[Any]) -> Any:
        return returns.filter(council__in=councils)

    def of_regions(self, returns: Any, name: str, regions: list[Any]) -> Any:
        return returns.filter(council__region__in=regions)


class Nothing(Strict):
    """A deed that needs no words; a reason may be kept with it."""

    reason = Text(required=False, allow_blank=True, max_length=LONGEST_REASON, help_text="Kept in the history.")


class Why(Strict):
    """A deed that needs a reason."""

    EXAMPLE = {"reason": "The council has sent a correction"}

    reason = Text(max_length=LONGEST_REASON, help_text="Ten letters or more; kept with the return.")


class Question(Strict):
    """A question about one line."""

    EXAMPLE = {"reference": "SSR-0001", "text": "Is this the saving of one year?"}

    reference = ByKey(Arrangement.objects.all(), "reference", help_text="The arrangement that the question is about.")
    text = Text(max_length=LONGEST_REASON, help_text="What is asked, in words the council understands; ten letters or more.")


class OfReturn(ReadList):
    """What hangs on a return in its address. Others' returns aren't there."""

    is_private = True
    read_scope = Scope.READ_RETURNS
    write_scope = Scope.WRITE_RETURNS
    says_version = True

    def get_queryset(self) -> QuerySet[Any]:
        """Those that the account may see."""
        returns = AnnualReturn.objects.visible_to(self.request.user).select_related("year", "council")
        return returns.with_progress().with_open_queries()

    def annual_return(self) -> Any:
        """The return of the address, by a present or a former code of its council."""
        year, code = self.kwargs["year"], self.kwargs["council"].upper()
        of_year = self.get_queryset().filter(year__slug=year)
        found = of_year.filter(council__gss_code=code).first() or of_year.filter(council__former_codes__code=code).first()
        if found is None:
            raise Http404
        return found


class ReturnViewSet(OfReturn):
    """Returns: LGA staff see all; a council's token reaches its own, and those of the councils before it."""

    serializer_class = ReturnSerializer
    filterset_class = ReturnFilter
    columns = RETURN_COLUMNS


class ReturnItemViewSet(OfReturn):
    """One return with its lines and answers, by year and GSS code."""

    serializer_class = ReturnInFullSerializer
    filterset_class = ReturnFilter
    columns = RETURN_COLUMNS

    def get_object(self) -> Any:
        return self.annual_return()

    @extend_schema(request=Nothing)
    def submit(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say that the return is complete. Each line has an answer, if only a reason why not."""
        return self._deed(request, Nothing, may_answer, lambda asked, given: actions.submit(annual_return=asked, **self._by))

    @extend_schema(request=Question)
    def query(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ask the council about one line of a submitted return."""
        return self._deed(
            request,
            Question,
            may_judge,
            lambda asked, given: querying.query(
                annual_return=asked, arrangement=given["reference"], text=given["text"], **self._by
            ),
        )

    @extend_schema(request=Nothing)
    def accept(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take the return as right: its answers enter the next release. No query is open."""
        return self._deed(request, Nothing, may_judge, lambda asked, given: actions.accept(annual_return=asked, **self._by))

    @extend_schema(request=Why)
    def reopen(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Let answers change again, for a stated reason."""
        return self._deed(
            request, Why, may_judge, lambda asked, given: actions.reopen(annual_return=asked, reason=given["reason"], **self._by)
        )

    @property
    def _by(self) -> dict[str, Any]:
        return {"user": self.request.user, "door": DOOR}

    def _deed(
        self,
        request: Request,
        words: type[Strict],
        may: Callable[[Any], bool],
        deed: Callable[[AnnualReturn, dict[str, Any]], Any],
    ) -> Response:
        refuse_names(request)
        item = self.get_object()
        if not may(request.user):
            raise Refused(403, "Not allowed", f"The account of this token may not do this: it needs {KEEP_RETURNS}.")
        read = version_read(request, required=False)
        given = read_strictly(request, words)
        with one_act(request, given.get("reason", "").strip()), self._as_it_stands(item):
            held = AnnualReturn.objects.select_for_update(of=("self",)).get(pk=item.pk)
            if read is not None and held.version not in read:
                detail = "The return has moved on since you read it, and nothing was done."
                raise Refused(412, STALE, detail, current=self._current(), version=held.version)
            deed(held, given)
        after = self.annual_return()
        return written(request, self.get_serializer(after).data, after.version, address=self._address(request))

    @contextmanager
    def _as_it_stands(self, item: Any) -> Iterator[None]:
        """What a deed refuses is a conflict with where the return stands; the answer shows it."""
        try:
            yield
        except RuleBroken as refusal:
            faults = [Fault("/body", message, "a_rule_of_the_register") for message in refusal.messages]
            raise Refused(409, NO_STATE_FOR_IT, faults=faults, current=self._current(), version=item.version) from refusal

    def _current(self) -> dict[str, Any]:
        return dict(self.get_serializer(self.annual_return()).data)

    def _address(self, request: Request) -> str:
        return request.build_absolute_uri(request.path.rstrip("/").rpartition("/")[0] + "/")
