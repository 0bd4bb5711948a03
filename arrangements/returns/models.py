"""What was reported: years, one return per council asked, and one answer per arrangement and year."""

from __future__ import annotations

from collections.abc import Collection
from datetime import MAXYEAR, date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Concat, ExtractYear, LPad
from django.urls import reverse

from arrangements.register.models import Arrangement
from arrangements.returns.querysets import AnnualReturnQuerySet, FinancialYearQuerySet, ReportedSavingQuerySet
from arrangements.returns.vocabulary import AMOUNT_GOES_WITH_A_FIGURE, OPEN_FOR_ANSWERS, Outcome, QueryState, ReturnState
from councils.models import Council
from sharedservices.common.constraints import both_or_neither, one_of
from sharedservices.common.history import recorded
from sharedservices.common.money import pounds
from sharedservices.common.versions import VERSION_RISES_ALWAYS, Versioned

FIRST_MONTH = 4
OUTCOMES = dict(Outcome.choices)


class LastOfMarch(Func):
    """31 March of the year after the one a date falls in."""

    template = "make_date((EXTRACT(YEAR FROM %(expressions)s)::int + 1), 3, 31)"
    output_field = models.DateField()


def _year_number(plus: int = 0) -> Any:
    return Cast(ExtractYear("starts_on") + Value(plus), models.CharField())


def _shown(first: int) -> str:
    return f"{first}/{(first + 1) % 100:02d}"


@recorded("slug", "ends_on")
class FinancialYear(Versioned):
    """A year from 1 April to 31 March: shown 2013/14, written 2013-14 in addresses."""

    starts_on = models.DateField(unique=True, help_text="1 April.")
    slug = models.GeneratedField(
        expression=Concat(
            _year_number(),
            Value("-"),
            LPad(Cast((ExtractYear("starts_on") + Value(1)) % Value(100), models.CharField()), 2, Value("0")),
        ),
        output_field=models.CharField(max_length=7),
        db_persist=True,
        unique=True,
    )
    ends_on = models.GeneratedField(expression=LastOfMarch("starts_on"), output_field=models.DateField(), db_persist=True)
    opens_on = models.DateField(
        "collection opens on", null=True, blank=True, help_text="After 31 March. Empty: no collection planned."
    )
    closes_on = models.DateField("collection closes on", null=True, blank=True, help_text="The last day for answers.")

    objects = FinancialYearQuerySet.as_manager()

    class Meta(Versioned.Meta):
        ordering = ["-starts_on"]
        triggers = [VERSION_RISES_ALWAYS]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__month=FIRST_MONTH, starts_on__day=1),
                name="a_financial_year_starts_on_1_april",
                violation_error_message="A financial year starts on 1 April.",
            ),
            models.CheckConstraint(
                condition=Q(opens_on__isnull=True) | Q(opens_on__gt=LastOfMarch("starts_on")),
                name="a_collection_opens_after_31_march",
                violation_error_message="The collection opens after 31 March, when the year is over.",
            ),
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(closes_on__gte=F("opens_on")),
                name="a_collection_closes_on_or_after_it_opens",
                violation_error_message="The collection can't close before it opens.",
            ),
            both_or_neither("opens_on", "closes_on"),
        ]

    def __str__(self) -> str:
        return _shown(self.starts_on.year)

    def get_absolute_url(self) -> str:
        return reverse("year", args=[self.slug])

    def clean(self) -> None:
        """The last 31 March that a date can hold ends the year 9998/99."""
        super().clean()
        if self.starts_on and self.starts_on.year == MAXYEAR:
            raise ValidationError({"starts_on": f"The register holds no year that starts in {MAXYEAR}."})

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        """Leaves the slug out, which the database writes and Django can't read before; `starts_on` is as unique."""
        super().validate_unique({*(exclude or ()), "slug"})

    @property
    def previous_starts_on(self) -> date:
        """1 April of the year before."""
        return self.starts_on.replace(year=self.starts_on.year - 1)

    @property
    def before(self) -> str:
        """The year before as it is shown, whether the register holds it or not."""
        return _shown(self.starts_on.year - 1)

    @property
    def after(self) -> str:
        """The year after as it is shown, whether the register holds it or not."""
        return _shown(self.starts_on.year + 1)

    @property
    def slug_before(self) -> str:
        """The year before as addresses write it."""
        return self.before.replace("/", "-")

    @property
    def slug_after(self) -> str:
        """The year after as addresses write it."""
        return self.after.replace("/", "-")


@recorded()
class AnnualReturn(Versioned):
    """One council asked for one year. Its lines are the arrangements it answers for on 31 March: a query, not rows."""

    year = models.ForeignKey(FinancialYear, on_delete=models.PROTECT, related_name="returns")
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="returns")
    state = models.CharField(max_length=12, choices=ReturnState.choices, default=ReturnState.NOT_STARTED)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = AnnualReturnQuerySet.as_manager()

    class Meta(Versioned.Meta):
        ordering = ["-year__starts_on", "council"]
        constraints = [
            one_of("state", ReturnState),
            models.UniqueConstraint(
                fields=["council", "year"],
                name="a_council_is_asked_once_a_year",
                violation_error_message="This council is already asked for this year.",
            ),
            both_or_neither("submitted_by", "submitted_at"),
            both_or_neither("accepted_by", "accepted_at"),
            models.CheckConstraint(
                condition=Q(state=ReturnState.ACCEPTED, accepted_at__isnull=False)
                | (~Q(state=ReturnState.ACCEPTED) & Q(accepted_at__isnull=True)),
                name="an_accepted_return_says_when",
                violation_error_message="An accepted return says who accepted it and when; no other return does.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.council}, {self.year}"

    @property
    def is_open_for_answers(self) -> bool:
        """Whether answers may still be recorded; a submitted or accepted return is reopened first."""
        return self.state in OPEN_FOR_ANSWERS

    def lines(self) -> Any:
        """The arrangements operating on 31 March that the council answers for, by name."""
        return Arrangement.objects.operating_in(self.year).answered_for_by([self.council_id], on=self.year.ends_on)

    def clean(self) -> None:
        """Only a council in force on 31 March can be asked."""
        super().clean()
        if self.council_id and self.year_id and not self.council.in_force_on(self.year.ends_on):
            raise ValidationError(
                {"council": f"{self.council} was not in force on 31 March {self.year.ends_on.year} and can't be asked."}
            )


def amount_goes_with_a_figure() -> models.CheckConstraint:
    """Rule 2: an amount if and only if the outcome is a figure."""
    return models.CheckConstraint(
        condition=Q(outcome=Outcome.FIGURE, amount__isnull=False) | (~Q(outcome=Outcome.FIGURE) & Q(amount__isnull=True)),
        name="%(app_label)s_%(class)s_amount_goes_with_a_figure",
        violation_error_message=AMOUNT_GOES_WITH_A_FIGURE,
    )


@recorded()
class ReportedSaving(Versioned):
    """The answer for one arrangement and year: the whole arrangement's saving in that year, net, in whole pounds."""

    arrangement = models.ForeignKey(Arrangement, on_delete=models.PROTECT, related_name="reported_savings")
    year = models.ForeignKey(FinancialYear, on_delete=models.PROTECT, related_name="reported_savings")
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    amount = models.BigIntegerField(
        "amount in pounds",
        null=True,
        blank=True,
        help_text="In this financial year, net, whole arrangement, all partners together.",
    )
    note = models.TextField(blank=True, help_text="Source of the figure, or why there is none.")

    objects = ReportedSavingQuerySet.as_manager()

    class Meta(Versioned.Meta):
        ordering = ["-year__starts_on", "arrangement"]
        constraints = [
            one_of("outcome", Outcome),
            models.UniqueConstraint(
                fields=["arrangement", "year"],
                name="a_saving_is_one_per_arrangement_and_year",
                violation_error_message="This arrangement already has an answer for this year; change that one.",
            ),
            amount_goes_with_a_figure(),
        ]

    def __str__(self) -> str:
        return f"{self.arrangement}, {self.year}: {self.in_words}"

    @property
    def in_words(self) -> str:
        """The amount, or the word for its absence."""
        return in_words(self.outcome, self.amount)


def in_words(outcome: str, amount: int | None) -> str:
    """An answer as people say it: its amount, or the word for its absence."""
    return pounds(amount) if amount is not None else str(OUTCOMES.get(outcome, outcome))


@recorded()
class Query(Versioned):
    """A question about one line of a return: raised, answered by the council, settled by an analyst."""

    annual_return = models.ForeignKey(AnnualReturn, on_delete=models.PROTECT, related_name="queries")
    arrangement = models.ForeignKey(Arrangement, on_delete=models.PROTECT, related_name="queries")
    rule = models.CharField(max_length=60, blank=True, help_text="The rule that raised it; empty where an analyst did.")
    about = models.CharField(max_length=40, blank=True, help_text="The answer that the rule doubted, in words.")
    text = models.TextField(help_text="What is asked, in words the council understands.")
    state = models.CharField(max_length=10, choices=QueryState.choices, default=QueryState.OPEN)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who looks after it.",
    )
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True, help_text="Why it is settled.")
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta(Versioned.Meta):
        ordering = ["-raised_at"]
        verbose_name_plural = "queries"
        constraints = [
            one_of("state", QueryState),
            both_or_neither("settled_by", "settled_at"),
            models.CheckConstraint(
                condition=Q(state=QueryState.SETTLED, settled_at__isnull=False)
                | (~Q(state=QueryState.SETTLED) & Q(settled_at__isnull=True)),
                name="a_settled_query_says_when",
                violation_error_message="A settled query says who settled it and when; no other query does.",
            ),
        ]

    def __str__(self) -> str:
        return f"Query about {self.arrangement}, {self.annual_return}"
