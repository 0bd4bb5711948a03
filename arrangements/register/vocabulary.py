"""The closed lists of the register: codes for ever, words that may change."""

from django.db import models


class Governance(models.TextChoices):
    """How an arrangement is held together, in law or without it."""

    JOINT_COMMITTEE = "joint_committee", "Joint committee"
    LEAD_AUTHORITY = "lead_authority", "Lead or host authority"
    SHARED_STAFF = "shared_staff", "Shared management or staff"
    JOINTLY_OWNED_COMPANY = "jointly_owned_company", "Jointly owned company"
    JOINT_CONTRACT = "joint_contract", "Joint contract or procurement"
    SERVICE_AGREEMENT = "service_agreement", "Service level agreement"
    INFORMAL = "informal", "Informal collaboration"
    OTHER = "other", "Another form"
    NOT_KNOWN = "not_known", "Not known"


class Aim(models.TextChoices):
    """What an arrangement was set up for; several may hold."""

    SAVINGS = "savings", "Savings"
    RESILIENCE = "resilience", "Resilience"
    QUALITY = "quality", "Quality of service"
    CAPACITY = "capacity", "Skills and capacity"
    INCOME = "income", "Income"


class StartPrecision(models.TextChoices):
    """How exactly the start is known."""

    DAY = "day", "Exact day"
    MONTH = "month", "Month"
    YEAR = "year", "Year"
    UNKNOWN = "unknown", "Not known"


class EndReason(models.TextChoices):
    """Why an arrangement ended."""

    PARTNERS_MERGED = "partners_merged", "Partners merged into one council"
    REPLACED = "replaced", "Replaced by another arrangement"
    BROUGHT_IN_HOUSE = "brought_in_house", "Services brought back in-house"
    DISSOLVED = "dissolved", "Dissolved by agreement"
    EXPIRED = "expired", "Agreement or contract expired"
    OTHER = "other", "Another reason"


class Role(models.TextChoices):
    """A council's part. Lead and partner councils are involved; clients buy the service and are shown apart."""

    LEAD = "lead", "Lead or host authority"
    PARTNER = "partner", "Partner"
    CLIENT = "client", "Client"


INVOLVED_ROLES = [Role.LEAD, Role.PARTNER]
# Where one council comes to hold several parts in an arrangement, the last of these counts.
ROLES_BY_STRENGTH: list[str] = [Role.CLIENT, Role.PARTNER, Role.LEAD]
