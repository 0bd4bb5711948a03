"""Which file fills which model, and how its rows are told apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models

from councils.models import Council, CouncilName, FormerCode, PartnerBody, Region, Succession

# How the files name a row of another file.
REFERRED_TO_BY: dict[type[models.Model], str] = {Region: "slug", Council: "gss_code"}


@dataclass(frozen=True)
class Table:
    """A file and the model its lines become. `key` names the fields that stay when the rest of a row changes."""

    file: str
    model: type[models.Model]
    key: tuple[str, ...]
    fields: dict[str, str]
    removes: bool = False
    lasting: tuple[str, ...] = ()  # fields that stay as the register has them where the file leaves them empty

    @property
    def noun(self) -> str:
        """What its rows are called: councils, regions."""
        return str(self.model._meta.verbose_name_plural)

    @property
    def own_column(self) -> str | None:
        """The column that refers to another row of the same file."""
        related = {column: self.model._meta.get_field(name).related_model for column, name in self.fields.items()}
        return next((column for column, model in related.items() if model is self.model), None)

    def rows(self) -> models.QuerySet[Any]:
        """All rows of the model, with the rows they refer to."""
        relations = [field.name for field in self.model._meta.get_fields() if isinstance(field, models.ForeignKey)]
        return self.model._default_manager.select_related(*relations)

    def key_of(self, one: models.Model) -> tuple[Any, ...]:
        """What makes it the same row as before; a related object that isn't written yet stands for itself."""
        parts = [getattr(one, name) for name in self.key]
        return tuple((part.pk or id(part)) if isinstance(part, models.Model) else part for part in parts)

    def columns_of(self, names: Iterable[str]) -> list[str]:
        """The columns, in the order of the file, that fill these fields; the key's columns where none does."""
        names = set(names)
        columns = [column for column, name in self.fields.items() if name in names]
        return columns or self.columns_of(self.key)


def same(*names: str) -> dict[str, str]:
    """Columns that are called what the fields are called."""
    return {name: name for name in names}


# In the order in which they need each other. Councils are known by their slug, for their codes may change.
TABLES = [
    Table("regions.csv", Region, ("slug",), same("slug", "name", "gss_code")),
    Table(
        "councils.csv",
        Council,
        ("slug",),
        same("gss_code", "name", "short_name", "slug", "kind", "region", "county", "started_on", "ended_on")
        | same("hex_q", "hex_r", "latitude", "longitude", "population", "website"),
        lasting=("ended_on",),
    ),
    Table(
        "council_names.csv",
        CouncilName,
        ("council", "kind", "name"),
        {"gss_code": "council"} | same("name", "kind", "used_from", "used_until"),
        removes=True,
    ),
    Table("former_codes.csv", FormerCode, ("code",), {"gss_code": "council"} | same("code", "ended_on"), removes=True),
    Table("successions.csv", Succession, ("predecessor", "successor"), same("predecessor", "successor"), removes=True),
    Table("partner_bodies.csv", PartnerBody, ("slug",), same("slug", "name", "kind", "region", "started_on", "ended_on")),
]
