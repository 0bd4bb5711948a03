"""One row's form over the data of its page: the row as it was read, as it stands, and as it was sent, field by field."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from sharedservices.common.form_values import carried, carry, of_field, put, sent

READ_VERSION = "read_version"

Values = dict[str, Any]


@dataclass
class RowForm:
    """`form` is bound to `data`. `choice` is what the names of the page's choices about this row begin with."""

    form: Any
    data: QueryDict
    choice: str
    fixed: Collection[str] = ()  # fields that aren't the sender's to change, such as the whole that the row belongs to

    @property
    def model(self) -> Any:
        return self.form._meta.model

    @property
    def names(self) -> list[str]:
        """The form's fields that are the row's own."""
        own = {field.name for field in [*self.model._meta.concrete_fields, *self.model._meta.many_to_many]}
        left_out = {*self.fixed, self.model._meta.pk.name}
        return [name for name, field in self.form.fields.items() if name in own - left_out and not field.disabled]

    def stored(self, row: Any) -> Values:
        """What stands."""
        links = {each.name for each in self.model._meta.many_to_many}
        return {
            name: of_field(self.form.fields[name], _links(row, name) if name in links else getattr(row, self._column(name)))
            for name in self.names
        }

    def base(self, row: Any, read: int | None, kept: Values | None) -> Values | None:
        """What was read: at the version, of which the trail has `kept` the columns. None where nobody knows.

        Links, and all of a row that has no version, are as the form has carried them.
        """
        if getattr(row, "version", None) is None:
            values = {name: carried(self.form, name) for name in self.names}
            return None if None in values.values() else values
        if row.version == read:
            return self.stored(row)
        return self.from_trail(kept) if kept else None

    def from_trail(self, kept: Values) -> Values:
        """What the trail kept of the columns; links as the form has carried them."""
        return {
            name: carried(self.form, name) if field.show_hidden_initial else of_field(field, kept.get(self._column(name)))
            for name in self.names
            for field in [self.form.fields[name]]
        }

    def mine(self) -> Values:
        """What was sent."""
        return {name: sent(self.form, name) for name in self.names}

    def has_chosen_theirs(self, name: str) -> bool:
        return self.data.get(f"{self.choice}-{name}") == "theirs"

    def put(self, name: str, value: Any) -> None:
        """Write the value into the page's data, as a browser would send it."""
        field = self.form.fields[name]
        prepared = value if isinstance(value, str | frozenset) else field.prepare_value(value)
        put(self.data, field.widget, self.form.add_prefix(name), prepared)

    def rests_on(self, row: Any, stored: Values) -> None:
        """From here on the data rest on what stands."""
        if hasattr(row, "version"):
            self.data[self.form.add_prefix(READ_VERSION)] = str(row.version)
        for name, value in stored.items():
            if self.form.fields[name].show_hidden_initial:
                carry(self.data, self.form, name, value)

    def _column(self, name: str) -> str:
        return self.model._meta.get_field(name).attname


def _links(row: Any, name: str) -> list[Any]:
    return list(getattr(row, name).order_by().values_list("pk", flat=True))
