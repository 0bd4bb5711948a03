"""Who: regions, councils through time, partner bodies, and the people who sign in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from councils.name_triggers import KEPT_BY_COUNCILS, KEPT_BY_OTHER_NAMES
from councils.querysets import CouncilQuerySet, PartnerBodyQuerySet
from councils.tokens import ApiToken as ApiToken  # so that Django finds it
from sharedservices.common.constraints import both_or_neither, one_of
from sharedservices.common.history import recorded, recorded_links
from sharedservices.common.periods import DateRange, covers, ends_on_or_after_it_starts, spelled
from sharedservices.common.versions import Versioned, version_rises, version_rises_with_links

COUNCIL_CODE = RegexValidator(r"^E(06|07|08|09|10)\d{6}$", "A council's code is E06 to E10 and six digits.")
REGION_CODE = RegexValidator(r"^E12\d{6}$", "A region's code is E12 and six digits.")
LONGEST_SHORT_NAME = 80
# The box round England.
LATITUDES = [MinValueValidator(49), MaxValueValidator(56)]
LONGITUDES = [MinValueValidator(-7), MaxValueValidator(2)]


@recorded()
class Region(Versioned):
    """One of the nine English regions."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    gss_code = models.CharField("GSS code", max_length=9, unique=True, validators=[REGION_CODE])

    class Meta(Versioned.Meta):
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("region", args=[self.slug])


class CouncilKind(models.TextChoices):
    """The kinds of principal council; the last two are one of a kind and stand outside the 351 asked."""

    COUNTY = "county", "County council"
    DISTRICT = "district", "District council"
    UNITARY = "unitary", "Unitary authority"
    METROPOLITAN = "metropolitan", "Metropolitan borough"
    LONDON_BOROUGH = "london_borough", "London borough"
    CITY_OF_LONDON = "city_of_london", "City of London"
    ISLES_OF_SCILLY = "isles_of_scilly", "Isles of Scilly"


KINDS_ASKED = [
    CouncilKind.COUNTY,
    CouncilKind.DISTRICT,
    CouncilKind.UNITARY,
    CouncilKind.METROPOLITAN,
    CouncilKind.LONDON_BOROUGH,
]


@recorded()
class Council(Versioned):
    """A principal council with a life. `name` is the one it bears now, or bore on its last day; others are dated."""

    gss_code = models.CharField("GSS code", max_length=9, unique=True, validators=[COUNCIL_CODE])
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField("official name", max_length=120)
    short_name = models.CharField(max_length=LONGEST_SHORT_NAME)
    kind = models.CharField(max_length=20, choices=CouncilKind.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="councils")
    county = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="districts",
        help_text="The county council over a district; empty for all others.",
    )
    started_on = models.DateField(
        null=True, blank=True, help_text="First day in its present kind. Empty only for the City of London."
    )
    ended_on = models.DateField(null=True, blank=True, help_text="Last day in force, inclusive.")
    hex_q = models.SmallIntegerField("hexagon column", null=True, blank=True)
    hex_r = models.SmallIntegerField("hexagon row", null=True, blank=True)
    latitude = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True, validators=LATITUDES)
    longitude = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True, validators=LONGITUDES)
    population = models.PositiveIntegerField(null=True, blank=True, help_text="Mid-2020 estimate.")
    website = models.URLField(blank=True)
    successors: models.ManyToManyField = models.ManyToManyField(
        "self", through="Succession", symmetrical=False, related_name="predecessors", blank=True
    )

    objects = CouncilQuerySet.as_manager()

    class Meta(Versioned.Meta):
        ordering = ["short_name", "gss_code"]
        triggers = [*Versioned.Meta.triggers, *KEPT_BY_COUNCILS]
        indexes = [models.Index(Lower("name"), name="council_by_name")]
        constraints = [
            one_of("kind", CouncilKind),
            ends_on_or_after_it_starts(),
            models.CheckConstraint(
                condition=Q(started_on__isnull=False) | Q(kind=CouncilKind.CITY_OF_LONDON),
                name="only_the_city_of_london_has_no_first_day",
                violation_error_message="Give the first day; only the City of London has none.",
            ),
            models.CheckConstraint(
                condition=Q(county__isnull=True) | Q(kind=CouncilKind.DISTRICT),
                name="only_a_district_has_a_county_above_it",
                violation_error_message="Only a district council has a county council above it.",
            ),
            both_or_neither("hex_q", "hex_r"),
            both_or_neither("latitude", "longitude"),
            models.UniqueConstraint(
                fields=["hex_q", "hex_r"],
                name="a_hexagon_belongs_to_one_council",
                deferrable=models.Deferrable.IMMEDIATE,  # two may change places in one statement
                violation_error_message="Another council already stands on this hexagon.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("council", args=[self.slug])

    def in_force_on(self, day: date) -> bool:
        """Whether the council exists on the day; both ends of its life count."""
        return covers(self.started_on, self.ended_on, day)

    def clean(self) -> None:
        """The county above a district is a county council."""
        super().clean()
        if self.county is not None and self.county.kind != CouncilKind.COUNTY:
            raise ValidationError({"county": f"{self.county} is not a county council."})


class NameKind(models.TextChoices):
    """What sort of other name it is."""

    OFFICIAL = "official", "Official name"
    SHORT = "short", "Short name"
    ALIAS = "alias", "Also called"


@recorded()
class CouncilName(Versioned):
    """Another name of a council: one it bore until a day, or one by which people look for it."""

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="other_names")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=NameKind.choices)
    used_from = models.DateField(null=True, blank=True, help_text="Empty: since the council began.")
    used_until = models.DateField(null=True, blank=True, help_text="Last day it was used; empty only for an alias.")

    class Meta(Versioned.Meta):
        verbose_name = "other name"
        ordering = ["council", "used_until", "name"]
        triggers = [*Versioned.Meta.triggers, *KEPT_BY_OTHER_NAMES]
        constraints = [
            one_of("kind", NameKind),
            ends_on_or_after_it_starts("used_from", "used_until"),
            models.CheckConstraint(
                condition=Q(kind=NameKind.ALIAS) | Q(used_until__isnull=False),
                name="a_former_name_has_a_last_day",
                violation_error_message="A former name needs its last day; the present name stands on the council.",
            ),
            models.UniqueConstraint(
                fields=["council", "kind", "name"],
                name="a_council_has_each_other_name_once",
                violation_error_message="This name is already recorded for the council.",
            ),
            ExclusionConstraint(
                name="a_council_bears_one_former_name_of_a_kind_at_a_time",
                expressions=[
                    ("council", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (DateRange("used_from", "used_until"), RangeOperators.OVERLAPS),
                ],
                condition=~Q(kind=NameKind.ALIAS),
                violation_error_message="The council already bears another name of this kind during that period.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A former name was given up while the council lived; the name of its last day stands on the council."""
        super().clean()
        if self.kind == NameKind.SHORT and len(self.name) > LONGEST_SHORT_NAME:
            told = f"A short name has at most {LONGEST_SHORT_NAME} letters, as releases keep it; this one has {len(self.name)}."
            raise ValidationError({"name": f"{told} Shorten it."})
        last_day = self.council.ended_on if self.council_id else None
        if self.kind != NameKind.ALIAS and self.used_until and last_day and self.used_until >= last_day:
            raise ValidationError({"used_until": f"The name of the last day, {spelled(last_day)}, stands on the council."})


class KnownName(models.Model):
    """A name by which a council is found, present, former or also used, beside its telling words (common/names.py).

    Kept by the database (name_triggers.py), so that a search need not reduce every name again; nobody writes it.
    """

    council = models.ForeignKey(
        Council, on_delete=models.DO_NOTHING, db_constraint=False, related_name="known_names", editable=False
    )
    name = models.TextField()
    telling = models.TextField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


@recorded()
class FormerCode(Versioned):
    """A GSS code that stood for the council until its boundary changed."""

    council = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="former_codes")
    code = models.CharField("GSS code", max_length=9, unique=True, validators=[COUNCIL_CODE])
    ended_on = models.DateField(help_text="Last day the code stood.")

    class Meta(Versioned.Meta):
        ordering = ["council", "ended_on"]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        """No council bears the code now."""
        super().clean()
        if Council.objects.filter(gss_code=self.code).exists():
            raise ValidationError({"code": f"{self.code} is the present code of a council."})


@recorded()
class Succession(Versioned):
    """One council took over from another, in whole or in part, on the day after its last."""

    predecessor = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="successions")
    successor = models.ForeignKey(Council, on_delete=models.CASCADE, related_name="successions_from")

    class Meta(Versioned.Meta):
        ordering = ["predecessor", "successor"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="a_succession_is_recorded_once",
                violation_error_message="This succession is already recorded.",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="a_council_does_not_succeed_itself",
                violation_error_message="A council can't succeed itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.successor} succeeds {self.predecessor}"

    def clean(self) -> None:
        """The successor is in force on the day after the predecessor's last."""
        super().clean()
        if not (self.predecessor_id and self.successor_id):
            return
        if self.predecessor.ended_on is None:
            raise ValidationError(f"{self.predecessor} has no last day: nobody has succeeded it.")
        first_day = self.predecessor.ended_on + timedelta(days=1)
        if not self.successor.in_force_on(first_day):
            raise ValidationError(f"{self.successor} was not in force on {spelled(first_day)}, to take over.")


class BodyKind(models.TextChoices):
    """Kinds of partner that make no return."""

    POLICE = "police", "Police"
    FIRE = "fire", "Fire and rescue"
    NHS = "nhs", "NHS body"
    NATIONAL_PARK = "national_park", "National park"
    COMBINED_AUTHORITY = "combined_authority", "Combined authority"
    STRATEGIC_AUTHORITY = "strategic_authority", "Strategic authority"
    OTHER = "other", "Other public body"


@recorded()
class PartnerBody(Versioned):
    """A partner outside the principal councils: police, fire, NHS, a national park."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20, choices=BodyKind.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="partner_bodies")
    started_on = models.DateField(null=True, blank=True, help_text="Empty where it is not known.")
    ended_on = models.DateField(null=True, blank=True, help_text="Last day, inclusive.")

    objects = PartnerBodyQuerySet.as_manager()

    class Meta(Versioned.Meta):
        ordering = ["name"]
        verbose_name_plural = "partner bodies"
        constraints = [one_of("kind", BodyKind), ends_on_or_after_it_starts()]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Accounts are made by staff; nobody signs up."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An account with the address in lower case; without a password it can't sign in until one is set."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An account that may do everything; for setting up."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)


@recorded("password", "last_login")
class User(AbstractBaseUser, PermissionsMixin, Versioned):
    """Somebody who signs in: LGA staff (analysts, publishers), or an officer of one or more councils."""

    email = models.EmailField(unique=True, error_messages={"unique": "This address already has an account."})
    name = models.CharField(max_length=120, blank=True)
    is_staff = models.BooleanField("LGA staff", default=False, help_text="May use the admin.")
    is_active = models.BooleanField("active", default=True)
    councils = models.ManyToManyField(
        Council,
        blank=True,
        related_name="officers",
        help_text="For an officer; shared officers have several.",
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta(Versioned.Meta):
        ordering = ["email"]
        # Signing in and choosing a password are its owner's doing, and nothing that staff's form shows.
        triggers = [version_rises(condition=pgtrigger.AnyChange(exclude=["password", "last_login"]))]
        constraints = [
            # With the field's own uniqueness: one account per address, however it is typed.
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="an_address_is_kept_in_small_letters",
                violation_error_message="Write the address in small letters.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        """Capitals in an address don't matter."""
        super().clean()
        self.email = self.email.strip().lower()

    @property
    def sees_unpublished(self) -> bool:
        """LGA staff see every unpublished row; officers only those of their councils."""
        return self.is_active and self.is_staff


@recorded_links
class OfficerCouncil(User.councils.through):  # type: ignore[name-defined, misc]
    """That an officer answers for a council; kept in the trail because it opens unpublished rows."""

    class Meta:
        proxy = True
        triggers = version_rises_with_links("councils.User", "user_id")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.council} looked after by {self.user}"


@recorded_links
class GroupMember(User.groups.through):  # type: ignore[name-defined, misc]
    """That an account is in a group; kept in the trail because it gives rights."""

    class Meta:
        proxy = True
        triggers = version_rises_with_links("councils.User", "user_id")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user} among the {self.group}s"


@recorded_links
class OwnPermission(User.user_permissions.through):  # type: ignore[name-defined, misc]
    """That an account has a permission of its own; kept in the trail because it gives rights."""

    class Meta:
        proxy = True
        triggers = version_rises_with_links("councils.User", "user_id")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user} with the permission “{self.permission}”"


@recorded_links
class GroupPermission(Group.permissions.through):  # type: ignore[name-defined, misc]
    """That a group has a permission; kept in the trail because it gives rights to all its members."""

    class Meta:
        proxy = True
        default_permissions = ()
