"""What is shared: services, arrangements, and who takes part in them when."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Collate, Lower, Upper
from django.urls import reverse

from arrangements.register.constraints import (
    END_HAS_A_REASON,
    PARTNERSHIP_RULES,
    START_IS_KNOWN_OR_NOT,
    one_membership_at_a_time,
)
from arrangements.register.querysets import ArrangementQuerySet, PartnershipQuerySet, PartQuerySet, ServiceQuerySet
from arrangements.register.search_triggers import (
    KEPT_BY_ARRANGEMENTS,
    KEPT_BY_CATEGORIES,
    KEPT_BY_SERVICES,
    kept_by_links,
)
from arrangements.register.vocabulary import Aim, EndReason, Governance, Role, StartPrecision
from councils.models import Council, PartnerBody
from sharedservices.common.constraints import one_of
from sharedservices.common.history import recorded
from sharedservices.common.periods import covers, ends_on_or_after_it_starts, spelled
from sharedservices.common.versions import Versioned, version_rises_with_links


@recorded()
class ServiceCategory(Versioned):
    """The upper level of our own list of services. Slugs stand for ever."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80, unique=True)

    class Meta(Versioned.Meta):
        ordering = ["name"]
        verbose_name_plural = "service categories"
        triggers = [*Versioned.Meta.triggers, *KEPT_BY_CATEGORIES]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("category", args=[self.slug])


@recorded()
class Service(Versioned):
    """A service that councils share, under one category."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80, unique=True)
    category = models.ForeignKey(ServiceCategory, on_delete=models.PROTECT, related_name="services")

    objects = ServiceQuerySet.as_manager()

    class Meta(Versioned.Meta):
        ordering = ["name"]
        triggers = [*Versioned.Meta.triggers, *KEPT_BY_SERVICES]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("service", args=[self.slug])


class NextReference(Func):
    """The next reference, SSR-0001 onwards, from a sequence: never reused."""

    function = "next_arrangement_reference"
    output_field = models.CharField()


@recorded()
class Arrangement(Versioned):
    """Two or more parties that share a service. Money counts under its main service's category."""

    reference = models.CharField(
        max_length=12,
        unique=True,
        db_default=NextReference(),
        editable=False,
        validators=[RegexValidator(r"^SSR-\d{4,}$", "A reference looks like SSR-0001.")],
    )
    name = models.CharField(max_length=160)
    summary = models.TextField(blank=True)
    main_service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="arrangements", help_text="The money counts under its category."
    )
    other_services = models.ManyToManyField(Service, blank=True, related_name="also_arrangements")
    governance = models.CharField("governance form", max_length=24, choices=Governance.choices, default=Governance.NOT_KNOWN)
    aims = ArrayField(
        models.CharField(max_length=12, choices=Aim.choices),
        default=list,
        blank=True,
        help_text="What it was set up for.",
    )
    started_on = models.DateField(
        null=True, blank=True, help_text="First day in force. For a month or a year, its first day. Empty if not known."
    )
    start_precision = models.CharField(
        "start is known to the", max_length=8, choices=StartPrecision.choices, default=StartPrecision.DAY
    )
    ended_on = models.DateField(null=True, blank=True, help_text="Last day in force, inclusive.")
    end_reason = models.CharField(max_length=20, choices=EndReason.choices, blank=True)
    replaces = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="replaced_by",
        help_text="Arrangements this one took over from.",
    )
    contact = models.CharField(max_length=200, blank=True, help_text="A role mailbox or a page, never a person. Public.")
    source = models.CharField(max_length=300, blank=True, help_text="Where the facts come from.")
    source_url = models.URLField("address of the source", max_length=500, blank=True)
    is_illustrative = models.BooleanField(
        "illustrative", default=False, help_text="Made up for a demonstration; says so wherever it is shown."
    )

    objects = ArrangementQuerySet.as_manager()

    class Meta(Versioned.Meta):
        ordering = [Lower("name"), "reference"]
        triggers = [*Versioned.Meta.triggers, *KEPT_BY_ARRANGEMENTS]
        # In the usual order of lists.
        indexes = [
            models.Index(Collate(Lower("name"), "C"), "reference", name="arrangements_by_name"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="arrangement_by_part_of_name"),
            models.Index(fields=["started_on", "ended_on"], name="arrangement_by_period"),
        ]
        constraints = [
            one_of("governance", Governance),
            one_of("start_precision", StartPrecision),
            ends_on_or_after_it_starts(),
            START_IS_KNOWN_OR_NOT,
            END_HAS_A_REASON,
            models.CheckConstraint(
                condition=Q(reference__regex=r"^SSR-\d{4,}$"),
                name="a_reference_is_of_its_form",
                violation_error_message="A reference looks like SSR-0001.",
            ),
            models.CheckConstraint(
                condition=Q(aims__contained_by=Aim.values),
                name="aims_are_of_their_list",
                violation_error_message=f"Each aim must be one of: {', '.join(Aim.values)}.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("arrangement", args=[self.reference])

    @property
    def start_in_words(self) -> str:
        """The start to the precision known: "1 April 2013", "April 2013", "2013", "not known"."""
        if self.started_on is None:
            return "not known"
        if self.start_precision == StartPrecision.YEAR:
            return str(self.started_on.year)
        if self.start_precision == StartPrecision.MONTH:
            return f"{self.started_on:%B %Y}"
        return spelled(self.started_on)

    def status_on(self, day: date) -> str:
        """`not-started`, `operating` or `ended`; an arrangement whose start is unknown has not started."""
        if self.ended_on is not None and self.ended_on < day:
            return "ended"
        return "operating" if self.started_on is not None and self.started_on <= day else "not-started"


@recorded()
class FormerName(Versioned):
    """A name that the arrangement bore before, or by which people also look for it."""

    arrangement = models.ForeignKey(Arrangement, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=160)

    class Meta(Versioned.Meta):
        ordering = ["name"]
        triggers = [*Versioned.Meta.triggers, *kept_by_links()]
        constraints = [
            models.UniqueConstraint(
                fields=["arrangement", "name"],
                name="an_arrangement_has_each_former_name_once",
                violation_error_message="This former name is already recorded.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(Versioned):
    """One party's part in one arrangement. An empty joining day means since the arrangement began."""

    joined_on = models.DateField(null=True, blank=True, help_text="First day. Empty: since the arrangement began.")
    left_on = models.DateField(null=True, blank=True, help_text="Last day, inclusive. Empty: still in, or until its end.")

    class Meta(Versioned.Meta):
        abstract = True

    arrangement: models.ForeignKey
    arrangement_id: int | None
    party_field: str

    @property
    def party(self) -> Council | PartnerBody:
        """The council or body that takes part."""
        return getattr(self, self.party_field)

    @property
    def party_id(self) -> int | None:
        """The party's key; None while a form leaves it out."""
        return getattr(self, f"{self.party_field}_id")

    @property
    def first_day(self) -> date | None:
        """The day it joined, or the arrangement's first; None where neither is known."""
        return self.joined_on or self.arrangement.started_on

    @property
    def last_day(self) -> date | None:
        """The day it left, or the arrangement's last; None while it goes on."""
        return self.left_on or self.arrangement.ended_on

    def in_force_on(self, day: date) -> bool:
        """Whether the party takes part on the day; both ends count."""
        return covers(self.first_day, self.last_day, day)

    def clean(self) -> None:
        """The period lies within the arrangement's and within the party's life."""
        super().clean()
        if self.arrangement_id is None or self.party_id is None:  # the form has said so already
            return
        errors = {**self._outside_the_arrangement(), **self._outside_the_life()}
        if errors:
            raise ValidationError(errors)

    def _outside_the_arrangement(self) -> dict[str, str]:
        arrangement, errors = self.arrangement, {}
        if self.joined_on and arrangement.started_on and self.joined_on < arrangement.started_on:
            errors["joined_on"] = (
                f"Joined on {spelled(self.joined_on)}, before the arrangement started on"
                f" {spelled(arrangement.started_on)}. Leave it empty for a founding party."
            )
        if self.left_on and arrangement.started_on and self.left_on < arrangement.started_on:
            errors["left_on"] = f"{spelled(self.left_on)} is before the arrangement started on {spelled(arrangement.started_on)}."
        last = self.left_on or self.joined_on
        if last and arrangement.ended_on and last > arrangement.ended_on:
            errors["left_on"] = (
                f"{spelled(last)} is after the arrangement ended on {spelled(arrangement.ended_on)}."
                " Leave it empty to end with the arrangement."
            )
        return errors

    def _outside_the_life(self) -> dict[str, str]:
        party, errors = self.party, {}
        if self.first_day and party.started_on and self.first_day < party.started_on:
            errors["joined_on"] = (
                f"{party} began on {spelled(party.started_on)} and can't take part from {spelled(self.first_day)}."
                " Record its predecessor up to the day before."
            )
        if party.ended_on and (self.last_day is None or self.last_day > party.ended_on):
            until = f"until {spelled(self.last_day)}" if self.last_day else "without an end"
            errors["left_on"] = (
                f"{party} ended on {spelled(party.ended_on)} and can't take part {until}."
                f" Let it leave on {spelled(party.ended_on)} at the latest."
            )
        return errors


@recorded()
class Partnership(Membership):
    """One council's part in one arrangement, and whether that council makes the return for it."""

    arrangement = models.ForeignKey(Arrangement, on_delete=models.CASCADE, related_name="partnerships")
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="partnerships")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.PARTNER)
    answers = models.BooleanField(default=False, help_text="This council makes the return for the arrangement.")

    party_field = "council"
    objects = PartnershipQuerySet.as_manager()

    class Meta(Membership.Meta):
        ordering = ["arrangement", "joined_on", "council"]
        triggers = [*Versioned.Meta.triggers, *kept_by_links("council_id", "councils_council")]
        constraints = [one_of("role", Role), ends_on_or_after_it_starts("joined_on", "left_on"), *PARTNERSHIP_RULES]

    def __str__(self) -> str:
        return f"{self.council} in {self.arrangement}"


@recorded()
class BodyPartnership(Membership):
    """A partner body's part in one arrangement."""

    arrangement = models.ForeignKey(Arrangement, on_delete=models.CASCADE, related_name="body_partnerships")
    body = models.ForeignKey(PartnerBody, on_delete=models.PROTECT, related_name="partnerships")

    party_field = "body"
    objects = PartQuerySet.as_manager()

    class Meta(Membership.Meta):
        ordering = ["arrangement", "joined_on", "body"]
        triggers = [*Versioned.Meta.triggers, *kept_by_links("body_id", "councils_partnerbody")]
        constraints = [
            ends_on_or_after_it_starts("joined_on", "left_on"),
            one_membership_at_a_time(
                "body",
                "a_body_is_in_an_arrangement_once_at_a_time",
                "This body is already in the arrangement during that period.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} in {self.arrangement}"


@recorded()
class OtherService(Arrangement.other_services.through):  # type: ignore[name-defined]
    """A service an arrangement shares besides its main one; named here so that the trail keeps it."""

    class Meta:
        proxy = True
        triggers = [
            *kept_by_links("service_id", "arrangements_service"),
            *version_rises_with_links("arrangements.Arrangement", "arrangement_id"),
        ]

    def __str__(self) -> str:
        return f"{self.service} in {self.arrangement}"


@recorded()
class Replacement(Arrangement.replaces.through):  # type: ignore[name-defined]
    """One arrangement took over from another; named here so that the trail keeps it."""

    class Meta:
        proxy = True
        triggers = version_rises_with_links("arrangements.Arrangement", "from_arrangement_id")

    def __str__(self) -> str:
        return f"{self.from_arrangement} in place of {self.to_arrangement}"


class SearchText(models.Model):
    """All that people know an arrangement by, for the search. Kept by the database (search_triggers.py); nobody writes it.

    `names` and `text` are pieces between strokes: telling words with a space at both ends (`| kingston sutton ict |`),
    and what differs from these as it is written, in small letters (`|kingston and sutton ict|`).
    """

    arrangement = models.OneToOneField(
        Arrangement, primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="search", editable=False
    )
    name = models.TextField(db_collation="C", db_index=True, help_text="The telling words of its name.")
    names = models.TextField(help_text="Its name and former names.")
    text = models.TextField(help_text="These, and the names of its services, their category, its councils and bodies.")
    words = ArrayField(models.TextField(), help_text="Every whole word of the text, the reference and the councils' codes.")

    class Meta:
        default_permissions = ()
        indexes = [
            GinIndex(OpClass("text", name="gin_trgm_ops"), name="search_text_by_any_part"),
            GinIndex(OpClass("names", name="gin_trgm_ops"), name="search_text_by_part_of_name"),
            GinIndex(fields=["words"], name="search_text_by_whole_word"),
        ]

    def __str__(self) -> str:
        return self.text


class SearchWord(models.Model):
    """A word that some arrangement's search text has or had, once or more often: where a slip of a letter may lead."""

    word = models.TextField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.word
