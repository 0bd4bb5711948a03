"""Tokens, by which programs read what isn't public and write. Only a digest is kept; the secret is shown once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from sharedservices.common.constraints import both_or_neither
from sharedservices.common.history import recorded
from sharedservices.common.periods import spelled
from sharedservices.common.today import now, today
from sharedservices.common.versions import Versioned, VersionedQuerySet, version_rises

# Found by whoever looks for secrets that have slipped into a file.
BEGINS = "ssr_"
SHOWN = len(BEGINS) + 6
LONGEST_LIFE = timedelta(days=366)
NOTED_EVERY = timedelta(hours=1)


class Scope(models.TextChoices):
    """What a token is good for; its account must be allowed the same."""

    READ_RETURNS = "read_returns", "Read returns and their answers"
    WRITE_RETURNS = "write_returns", "Write answers and move returns on"
    WRITE_ARRANGEMENTS = "write_arrangements", "Write arrangements and partnerships"
    WRITE_COUNCILS = "write_councils", "Write councils"


class ApiTokenQuerySet(VersionedQuerySet):
    """The language of tokens."""

    def visible_to(self, user: Any) -> Self:
        """Whoever looks after accounts sees all; others their own."""
        return self.all() if user.has_perm("councils.change_user") else self.filter(user=user.pk)

    def of_secret(self, secret: str) -> ApiToken | None:
        """The token of the secret, with its account; None where there is none."""
        return self.filter(digest=digest_of(secret)).select_related("user").first()


def new_secret() -> str:
    """A secret of 256 bits."""
    return f"{BEGINS}{secrets.token_urlsafe(32)}"


def digest_of(secret: str) -> str:
    """What is kept of a secret. It is as long as its digest and as random, so that no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


# Its use is noted beside it, and is no change of it.
@recorded("digest", "last_used_at")
class ApiToken(Versioned):
    """By which a program acts for an account, within its scopes, until its last day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="api_tokens",
        verbose_name="account",
        help_text="The program may do what the account may, within the scopes. An officer’s reaches the officer’s councils only.",
    )
    name = models.CharField(max_length=80, help_text="The program or system that uses it, as the history will name it.")
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices), help_text="What it is good for.")
    begins = models.CharField("begins with", max_length=SHOWN, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    made_on = models.DateField(editable=False)
    expires_on = models.DateField("last day", help_text="The last day on which it works: at most a year ahead.")
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField("last used", null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta(Versioned.Meta):
        ordering = ["-made_on", "name"]
        verbose_name = "API token"
        triggers = [version_rises(condition=pgtrigger.AnyChange(exclude=["last_used_at"]))]
        constraints = [
            both_or_neither("revoked_by", "revoked_at"),
            models.UniqueConstraint(
                fields=["user", "name"],
                name="an_account_has_each_name_of_a_token_once",
                violation_error_message="The account has a token of this name. Give this one another.",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("made_on")) & Q(expires_on__lte=F("made_on") + LONGEST_LIFE),
                name="a_token_works_for_a_year_at_most",
                violation_error_message="The last day lies in the past, or more than a year ahead.",
            ),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values) & Q(scopes__len__gt=0),
                name="a_token_has_scopes_of_the_list",
                violation_error_message=f"Give one scope or more, each one of: {', '.join(Scope.values)}.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Its account is active, and there is something that it could reach."""
        super().clean()
        account = self.user if self.user_id else None
        if account is None:
            return
        if not account.is_active:
            raise ValidationError({"user": f"{account} is not active, and a token of it would open nothing."})
        if not account.is_staff and not account.councils.exists():
            raise ValidationError({"user": f"{account} has no council. Give the account its councils first."})

    @property
    def why_not(self) -> str:
        """Why it doesn't work, in a sentence; "" while it does."""
        if self.revoked_at is not None:
            return "The token has been revoked. Ask for another."
        if self.expires_on < today():
            return f"The token worked until {spelled(self.expires_on)}. Ask for another."
        return "" if self.user.is_active else "The account of the token is closed."

    @property
    def state(self) -> str:
        """Where it stands, in a word."""
        if self.revoked_at is not None:
            return "Revoked"
        if self.expires_on < today():
            return "Expired"
        return "Works" if self.user.is_active else "Account closed"

    def note_use(self) -> None:
        """Note that it is used, to the hour: a program that asks a thousand times is noted once."""
        moment = now()
        if self.last_used_at is None or moment - self.last_used_at >= NOTED_EVERY:
            type(self).objects.filter(pk=self.pk).update(last_used_at=moment)

    def revoke(self, by: Any) -> None:
        """From now on it opens nothing, and never will again."""
        if self.revoked_at is None:
            self.revoked_by, self.revoked_at = by, now()
            self.save(update_fields=["revoked_by", "revoked_at"])


def issue(*, user: Any, name: str, scopes: list[str], expires_on: date, by: Any) -> tuple[ApiToken, str]:
    """A new token and its secret, which is kept nowhere."""
    token = ApiToken(user=user, name=name, scopes=scopes, expires_on=expires_on)
    secret = prepare(token, by)
    token.full_clean()
    token.save()
    return token, secret


def prepare(token: ApiToken, by: Any) -> str:
    """Give the token a secret, and say who made it; the secret."""
    secret = new_secret()
    token.begins, token.digest = secret[:SHOWN], digest_of(secret)
    token.made_by, token.made_on = by, today()
    return secret


__all__ = ["ApiToken"]
