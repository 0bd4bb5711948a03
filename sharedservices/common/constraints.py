"""Constraints that several rooms state: each is a function that returns one, with the words an analyst reads."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F, Func, Q


def one_of(field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """The column holds one of the codes of a closed list."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": choices.values}),
        name=f"%(app_label)s_%(class)s_{field}_is_of_its_list",
        violation_error_message=f"The {field.replace('_', ' ')} must be one of: {', '.join(choices.values)}.",
    )


def both_or_neither(first: str, second: str) -> models.CheckConstraint:
    """Two columns that only make sense together: who and when."""
    return models.CheckConstraint(
        condition=Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
        | Q(**{f"{first}__isnull": False, f"{second}__isnull": False}),
        name=f"%(app_label)s_%(class)s_{first}_with_{second}",
        violation_error_message=f"Give both {first.replace('_', ' ')} and {second.replace('_', ' ')}, or neither.",
    )


class ConditionalExclusion(ExclusionConstraint):
    """An exclusion constraint whose condition speaks of fields. Where one of them is at fault already, it is silent.

    Django's own fails then, as the condition asks for a value that isn't there. To the database the two are the same.
    """

    def validate(
        self, model: Any, instance: models.Model, exclude: Iterable[str] | None = None, using: str = DEFAULT_DB_ALIAS
    ) -> None:
        """Raise `ValidationError` if another row excludes this one; `exclude` names the fields at fault."""
        if not set(exclude or ()) & set(fields_named_in(self.condition)):
            super().validate(model, instance, exclude=exclude, using=using)

    def deconstruct(self) -> tuple[str, Any, Any]:
        """As Django's own, so that migrations needn't know the difference."""
        _, positional, named = super().deconstruct()
        return "django.contrib.postgres.constraints.ExclusionConstraint", positional, named


def fields_named_in(part: Any) -> list[str]:
    """The names of the fields that a constraint, or a part of one, speaks of; some may come twice."""
    if isinstance(part, models.BaseConstraint):
        _, _, parts = part.deconstruct()
        return fields_named_in([parts.get("fields"), parts.get("condition"), parts.get("expressions")])
    if isinstance(part, str):
        return [part.split("__")[0]]
    if isinstance(part, F):
        return [part.name]  # type: ignore[attr-defined]
    if isinstance(part, Q):
        # Of a comparison, the right-hand side counts only where it is a field too.
        sides = [
            [side[0], side[1] if isinstance(side[1], F) else None] if isinstance(side, tuple) else side for side in part.children
        ]
        return fields_named_in(sides)
    if isinstance(part, Func):
        return fields_named_in(part.get_source_expressions())
    if isinstance(part, list | tuple):
        return [name for inner in part for name in fields_named_in(inner)]
    return []
