"""Lost updates: each row carries a version that the database raises, and a write says which version it read."""

from typing import Any

import pgtrigger
from django.db import models


def version_rises(*, condition: pgtrigger.Condition | None = None) -> pgtrigger.Trigger:
    """The trigger that raises a row's version with every update that meets the condition."""
    return pgtrigger.Trigger(
        name="version_rises",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=condition,
        func="NEW.version = OLD.version + 1; RETURN NEW;",
    )


def version_rises_with_links(model: str, key: str) -> list[pgtrigger.Trigger]:
    """Triggers for a table of links: a link that is made, moved or broken raises the version of the row that holds it.

    `model` names the row's model (`arrangements.Arrangement`), `key` the column of the link that points to it. So what a
    form shows of a row is at one version, its many-to-many fields included.
    """
    table = model.replace(".", "_").lower()
    made, broken = (
        f'UPDATE "{table}" SET version = version + 1 WHERE id = {row}."{key}";'  # noqa: S608  # the names are the code's own
        for row in ("NEW", "OLD")
    )
    return [
        pgtrigger.Trigger(
            name=f"version_rises_when_{deed}", when=pgtrigger.After, operation=operation, func=f"{func} RETURN NULL;"
        )
        for deed, operation, func in [
            ("made", pgtrigger.Insert, made),
            ("moved", pgtrigger.Update, f"{broken} {made}"),
            ("broken", pgtrigger.Delete, broken),
        ]
    ]


VERSION_RISES_WITH_CHANGES = version_rises(condition=pgtrigger.Condition("OLD.* IS DISTINCT FROM NEW.*"))
# PostgreSQL can't compare whole rows before their generated columns are computed: there it rises with any update.
VERSION_RISES_ALWAYS = version_rises()


class StaleWrite(Exception):
    """The row has changed since the writer read it. Holds the row as it stands now."""

    def __init__(self, current: models.Model) -> None:
        super().__init__(f"{current} has been changed since you opened it.")
        self.current = current


class VersionedQuerySet(models.QuerySet[Any]):
    """Adds the one safe way to take a row for writing."""

    def for_write(self, *, pk: Any, version: int | None) -> Any:
        """Lock and return the row as it stands; `StaleWrite` if it is no longer at the version that was read."""
        current = self.select_for_update(of=("self",)).get(pk=pk)
        if version != current.version:
            raise StaleWrite(current)
        return current


class Versioned(models.Model):
    """A row whose version rises with every change, by whatever door, raw SQL included."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
        triggers = [VERSION_RISES_WITH_CHANGES]
