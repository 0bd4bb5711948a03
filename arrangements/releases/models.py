"""What was published: releases, their frozen rows, figures and files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate, Length, Lower, Trim, Upper
from django.db.models.lookups import GreaterThanOrEqual
from django.urls import reverse

from arrangements.register.models import Arrangement
from arrangements.register.vocabulary import Governance, StartPrecision
from arrangements.releases.freezing_triggers import RELEASE_TRIGGERS, frozen_rows
from arrangements.releases.querysets import (
    FrozenQuerySet,
    ReleasedArrangementQuerySet,
    ReleasedCouncilQuerySet,
    ReleaseQuerySet,
)
from arrangements.releases.vocabulary import WAIVABLE, GateName, ReleaseKind, Unit
from arrangements.returns.models import FinancialYear, amount_goes_with_a_figure
from arrangements.returns.states import SHORTEST_REASON
from arrangements.returns.vocabulary import RELEASED_OUTCOMES, ReturnState
from councils.models import Council, CouncilKind
from sharedservices.common.constraints import both_or_neither, one_of
from sharedservices.common.history import recorded
from sharedservices.common.today import now
from sharedservices.common.versions import Versioned


@recorded()
class Release(Versioned):
    """One publication of one year. Prepared and approved by two people; public from its moment on, and for ever."""

    year = models.ForeignKey(FinancialYear, on_delete=models.PROTECT, related_name="releases")
    revision = models.PositiveSmallIntegerField()
    slug = models.CharField(max_length=20, unique=True, help_text="As in addresses: 2013-14.r1.")
    kind = models.CharField(max_length=12, choices=ReleaseKind.choices, default=ReleaseKind.PROVISIONAL)
    compared_with = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="compared_by",
        help_text="The release its changes are measured from.",
    )
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, help_text="Public from this moment on.")
    public_note = models.TextField(blank=True, help_text="What moved and why, in words for everyone.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of its rows, figures and files.")

    objects = ReleaseQuerySet.as_manager()

    class Meta(Versioned.Meta):
        ordering = ["-year__starts_on", "-revision"]
        triggers = [*Versioned.Meta.triggers, *RELEASE_TRIGGERS]
        permissions = [
            ("prepare_release", "Can prepare or discard a release"),
            ("approve_release", "Can approve and publish a release that somebody else prepared"),
        ]
        constraints = [
            one_of("kind", ReleaseKind),
            models.UniqueConstraint(
                fields=["year", "revision"],
                name="a_revision_number_is_given_once",
                violation_error_message="This year already has a release with this revision number.",
            ),
            models.CheckConstraint(
                condition=Q(revision__gte=1),
                name="revisions_count_from_one",
                violation_error_message="Revisions count from 1.",
            ),
            both_or_neither("approved_by", "approved_at"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="another_person_approves",
                violation_error_message="The person who prepared a release can't approve it. Ask a second person.",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | ~Q(digest=""),
                name="only_a_prepared_release_is_approved",
                violation_error_message="Only a release whose preparation is complete can be approved.",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(approved_at__isnull=False),
                name="only_an_approved_release_is_published",
                violation_error_message="Approve the release before setting its moment of publication.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}, revision {self.revision}"

    def get_absolute_url(self) -> str:
        return reverse("release", args=[self.slug])

    def is_public(self, at: datetime | None = None) -> bool:
        """Whether its moment of publication is reached."""
        return self.published_at is not None and self.published_at <= (at or now())

    @property
    def stage(self) -> str:
        """Where it stands, in a word or two."""
        if self.is_public():
            return "published"
        if self.published_at:
            return "scheduled"
        return "approved" if self.approved_at else "prepared"


def of_release(related_name: str) -> models.ForeignKey:
    """The release a frozen row belongs to. The database cascades (see the migration that adds the key)."""
    return models.ForeignKey(Release, on_delete=models.DO_NOTHING, related_name=related_name, db_constraint=False, editable=False)


def codes() -> Any:
    """A list of codes or slugs, for filters."""
    return ArrayField(models.CharField(max_length=80), default=list)


class ReleasedArrangement(models.Model):
    """An arrangement operating on 31 March as it stood when the release was prepared: values, not references."""

    release = of_release("arrangements")
    arrangement = models.ForeignKey(Arrangement, on_delete=models.PROTECT, related_name="released")
    reference = models.CharField(max_length=12)
    name = models.CharField(max_length=160)
    outcome = models.CharField(max_length=16, choices=RELEASED_OUTCOMES)
    amount = models.BigIntegerField(null=True)
    category = models.CharField(max_length=60)
    category_name = models.CharField(max_length=80)
    main_service = models.CharField(max_length=60)
    main_service_name = models.CharField(max_length=80)
    services = codes()
    governance = models.CharField(max_length=24, choices=Governance.choices)
    started_on = models.DateField()
    start_precision = models.CharField(max_length=8, choices=StartPrecision.choices)
    answering = models.CharField("answering council", max_length=9, blank=True)
    partners = models.JSONField(
        default=list, help_text="One object per council: gss_code, slug, name, kind, role, region, county."
    )
    bodies = models.JSONField(default=list, help_text="One object per partner body: slug, name, kind.")
    involved = codes()
    leads = codes()
    partners_only = codes()
    clients = codes()
    partner_kinds = codes()
    regions = codes()
    counties = codes()
    party_count = models.PositiveSmallIntegerField(help_text="Lead and partner councils and bodies.")
    is_illustrative = models.BooleanField(default=False)
    search = models.TextField(help_text="All its names and those of its parties, to be searched.")

    objects = ReleasedArrangementQuerySet.as_manager()

    class Meta:
        ordering = ["release", "reference"]
        triggers = frozen_rows()
        constraints = [
            models.UniqueConstraint(fields=["release", "reference"], name="an_arrangement_is_frozen_once_a_release"),
            amount_goes_with_a_figure(),
        ]
        indexes = [
            GinIndex(OpClass(Upper("search"), name="gin_trgm_ops"), name="released_arrangement_search"),
            # In the orders of lists.
            models.Index("release", Collate(Lower("name"), "C"), "reference", name="released_by_name"),
            models.Index("release", F("amount").desc(nulls_last=True), "reference", name="released_by_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} in {self.release_id}"


class ReleasedCouncil(models.Model):
    """A council in force on 31 March: whether it was asked, what became of its return, how many arrangements it is in."""

    release = of_release("councils")
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="released")
    gss_code = models.CharField(max_length=9)
    slug = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=CouncilKind.choices)
    region = models.CharField(max_length=60)
    region_name = models.CharField(max_length=60)
    county = models.CharField(max_length=9, blank=True)
    asked = models.BooleanField()
    state = models.CharField(max_length=12, choices=ReturnState.choices, blank=True)
    answered_for = models.PositiveSmallIntegerField(help_text="Arrangements it makes the return for.")
    arrangements = models.PositiveSmallIntegerField(help_text="Arrangements it is lead or partner in.")

    objects = ReleasedCouncilQuerySet.as_manager()

    class Meta:
        ordering = ["release", "short_name"]
        triggers = frozen_rows()
        constraints = [models.UniqueConstraint(fields=["release", "gss_code"], name="a_council_is_frozen_once_a_release")]

    def __str__(self) -> str:
        return f"{self.name} in {self.release_id}"

    @property
    def is_involved(self) -> bool:
        """Lead or partner in at least one operating arrangement."""
        return self.arrangements > 0


class ReleasedFigure(models.Model):
    """A figure as published: value, words, definition, and the rows that make it."""

    release = of_release("figures")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=120, help_text="Its id: a measure, and after a colon what it is for.")
    measure = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    value = models.BigIntegerField(null=True)
    unit = models.CharField(max_length=10, choices=Unit.choices)
    display = models.CharField(max_length=60)
    definition = models.TextField()
    rounding = models.CharField(max_length=120)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    rows = models.CharField(max_length=200, help_text="The frozen list that makes it, from the release's address on.")
    row_count = models.PositiveIntegerField()
    inputs = models.JSONField(help_text="Lists of references and codes, and the figures it is measured from.")

    objects = FrozenQuerySet.as_manager()

    class Meta:
        ordering = ["release", "position"]
        triggers = frozen_rows()
        constraints = [models.UniqueConstraint(fields=["release", "key"], name="a_figure_is_published_once_a_release")]

    def __str__(self) -> str:
        return f"{self.key} in {self.release_id}"


class Promised(models.Model):
    """Bytes that are written once and promised for ever."""

    media_type = models.CharField(max_length=80)
    content = models.BinaryField()
    size = models.PositiveIntegerField(help_text="In bytes.")
    sha256 = models.CharField("SHA-256", max_length=64)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        abstract = True


class ReleasedFile(Promised):
    """A file as published: the rows of a release, or its figures."""

    release = of_release("files")
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["release", "name"]
        triggers = frozen_rows()
        constraints = [models.UniqueConstraint(fields=["release", "name"], name="a_file_is_published_once_a_release")]

    def __str__(self) -> str:
        return f"{self.name} in {self.release_id}"


class ReleasedDocument(Promised):
    """A figure's own document as published, to be read (.html) or to be computed with (.json)."""

    release = of_release("documents")
    figure = models.ForeignKey(
        ReleasedFigure, on_delete=models.DO_NOTHING, related_name="documents", db_constraint=False, editable=False
    )
    name = models.CharField(max_length=130, help_text="The figure's id with .html or .json.")

    class Meta:
        ordering = ["release", "name"]
        triggers = frozen_rows()
        constraints = [models.UniqueConstraint(fields=["release", "name"], name="a_document_is_published_once_a_release")]

    def __str__(self) -> str:
        return f"{self.name} in {self.release_id}"


LONGEST_REASON = 2_000


def says_why() -> models.CheckConstraint:
    """A reason of ten letters or more."""
    return models.CheckConstraint(
        condition=Q(GreaterThanOrEqual(Length(Trim("reason")), SHORTEST_REASON)),
        name="%(app_label)s_%(class)s_says_why",
        violation_error_message=f"Give a reason of {SHORTEST_REASON} letters or more: it is published with the release.",
    )


@recorded()
class Waiver(Versioned):
    """Why a year may be published although a gate is open. It covers what was open then, and nothing that opens later."""

    year = models.ForeignKey(FinancialYear, on_delete=models.PROTECT, related_name="waivers")
    gate = models.CharField(max_length=12, choices=[(name.value, name.label) for name in WAIVABLE])
    reason = models.TextField(max_length=LONGEST_REASON, help_text="Published with the release, word for word.")
    covers = ArrayField(models.CharField(max_length=60), help_text="Each thing behind the gate, in the state it was in.")
    waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    waived_at = models.DateTimeField()

    class Meta(Versioned.Meta):
        ordering = ["year", "gate"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "gate"],
                name="a_gate_is_waived_once_a_year",
                violation_error_message="This gate of the year is waived already. Withdraw that waiver first.",
            ),
            models.CheckConstraint(
                condition=Q(gate__in=WAIVABLE),
                name="only_some_gates_may_be_waived",
                violation_error_message=f"Only these gates may be waived: {', '.join(name.label.lower() for name in WAIVABLE)}.",
            ),
            models.CheckConstraint(
                condition=~Q(covers=[]),
                name="a_waiver_covers_something",
                violation_error_message="Nothing is behind this gate: there is nothing to waive.",
            ),
            says_why(),
        ]

    def __str__(self) -> str:
        return f"{self.get_gate_display()} of {self.year}, waived"


class ReleasedNote(models.Model):
    """What a release was published without, and why: a waiver as it stood when the release was prepared."""

    release = of_release("notes")
    gate = models.CharField(max_length=12, choices=GateName.choices)
    count = models.PositiveIntegerField(help_text="How many things the gate was open for.")
    said = models.TextField(help_text="What was open, in a sentence.")
    reason = models.TextField(help_text="Why the year was published without it.")

    objects = FrozenQuerySet.as_manager()

    class Meta:
        ordering = ["release", "pk"]
        triggers = frozen_rows()
        constraints = [
            models.UniqueConstraint(fields=["release", "gate"], name="a_gate_is_noted_once_a_release"),
            says_why(),
        ]

    def __str__(self) -> str:
        return f"{self.get_gate_display()} in {self.release_id}"
