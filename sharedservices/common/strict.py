"""Bodies of writes as JSON says them: types and names, strictly. What a value must be besides, the models know.

A `Writing` reads a body into values of the model's attributes, and shows a row in the same words, so that what was read, what
stands and what was sent can be put side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError as RowInvalid
from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from sharedservices.common.filters import LONGEST_SHOWN, closest, nearest
from sharedservices.common.problems import Fault, Refused, within

UNREADABLE = "The body can’t be followed"
REFUSED = "A rule of the register refuses it"
A_RULE = "a_rule_of_the_register"
# The framework's and Django's own words for what is wrong, and the register's.
RULES = {"required": "must_be_given", "null": "not_null", "blank": "must_be_given", "invalid": "of_its_type"}
A_DAY = "2014-04-01"
# Beside the fields of every body.
REASON, PUBLIC_NOTE = "reason", "public_note"
LONGEST_REASON = 1_000


class Text(serializers.CharField):
    """Words."""

    default_error_messages = {"invalid": "Write text, in quotation marks."}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Code(serializers.ChoiceField):
    """One of a closed list."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and (data in self.choices or (data == "" and self.allow_blank)):
            return data
        good = [str(code) for code in self.choices if code]
        if not isinstance(data, str):
            raise serializers.ValidationError(f"Write one of its codes, in quotation marks.{nearest('', good)}", "of_its_type")
        raise serializers.ValidationError(
            f"“{data[:LONGEST_SHOWN]}” is not one of its values.{nearest(data, good)}", "one_of_its_values"
        )


class Codes(serializers.ListField):
    """Any of a closed list."""

    default_error_messages = {"not_a_list": "Write a list, in square brackets."}


class Day(serializers.DateField):
    """A day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or len(data) != len(A_DAY) or not data.isascii():
            raise serializers.ValidationError(f"Write the day like “{A_DAY}”.", "day")
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError(f"“{data}” is no day. Write it like “{A_DAY}”.", "day") from error


class Whole(serializers.IntegerField):
    """A whole number, in digits without quotation marks."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            raise serializers.ValidationError("Write a whole number, without quotation marks.", "whole_number")
        return data


class Flag(serializers.BooleanField):
    """True or false."""

    def to_internal_value(self, data: Any) -> bool:
        if type(data) is not bool:
            raise serializers.ValidationError("Write true or false, without quotation marks.", "true_or_false")
        return data


@extend_schema_field({"type": "string"})
class ByKey(serializers.Field):
    """A row by its natural key."""

    def __init__(self, queryset: Any, key: str, **kwargs: Any) -> None:
        self.queryset, self.key = queryset, key
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        what = str(self.queryset.model._meta.verbose_name)
        if not isinstance(data, str):
            raise serializers.ValidationError(f"Write the {self.key} of a {what}, in quotation marks.", "of_its_type")
        found = self.queryset.filter(**{self.key: data}).first()
        if found is None:
            near = closest(data, self.queryset.values_list(self.key, flat=True))
            meant = f" Did you mean “{near}”?" if near else ""
            raise serializers.ValidationError(f"“{data[:LONGEST_SHOWN]}” is the {self.key} of no {what}.{meant}", "a_known_key")
        return found

    def to_representation(self, value: Any) -> Any:
        return getattr(value, self.key)


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class ByKeys(serializers.ListField):
    """Rows by their natural keys, each once."""

    default_error_messages = {"not_a_list": "Write a list, in square brackets."}

    def to_internal_value(self, data: Any) -> list[Any]:
        return list(dict.fromkeys(super().to_internal_value(data)))

    def to_representation(self, data: Any) -> list[Any]:
        rows = data.all() if isinstance(data, models.Manager) else data
        return sorted(self.child.to_representation(row) for row in rows)


class Strict(serializers.Serializer):
    """An object that holds the fields of its list and no others. `EXAMPLE` is a good one."""

    EXAMPLE: ClassVar[dict[str, Any]] = {}

    default_error_messages = {"invalid": "Write an object, in curly brackets."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise serializers.ValidationError({"non_field_errors": [self.error_messages["invalid"]]}, "of_its_type")
        unknown = [name for name in data if name not in self.fields]
        if unknown:
            good = list(self.fields)
            raise serializers.ValidationError(
                {name: [f"{name[:LONGEST_SHOWN]}: no field has this name.{nearest(name, good)}"] for name in unknown},
                "a_known_name",
            )
        return super().to_internal_value(data)

    def read(self) -> dict[str, Any]:
        """The values, by the names of attributes; `Refused` with every fault that was found."""
        if not self.is_valid():
            faults = [self._with_example(fault) for fault in _faults(self.errors, self.initial_data, "/body")]
            raise Refused(400, UNREADABLE, faults=faults)
        return dict(self.validated_data)

    def _with_example(self, fault: Fault) -> Fault:
        name = fault.pointer.removeprefix("/body").strip("/").partition("/")[0]
        example = closest(name, self.fields) or next(iter(self.fields), "") if fault.rule == "a_known_name" else None
        good = example or self.EXAMPLE.get(name) or (A_DAY if fault.rule == "day" else None)
        return Fault(fault.pointer, fault.detail, fault.rule, fault.value, good)


class Row(Strict):
    """What may be written of a model's row. `also` leads from attributes to the field that says them, where it isn't theirs."""

    also: ClassVar[Mapping[str, str]] = {}

    def whole(self) -> Self:
        """The same, with every field of the row to be given: what replaces it says all of it."""
        for name in self.names:
            self.fields[name].required = True
        return self

    @property
    def names(self) -> list[str]:
        """The fields of the row itself."""
        return [str(name) for name in self.fields if name not in (REASON, PUBLIC_NOTE)]

    def field_of(self, attribute: str) -> str:
        """Which field says the attribute; "" where none does."""
        by_source = {field.source: name for name, field in self.fields.items()}
        return by_source.get(attribute) or self.also.get(attribute, "")

    def refusal(self, error: RowInvalid, at: str = "/body") -> Refused:
        """What the model refused, at the field that says it."""
        found = error.error_dict.items() if hasattr(error, "error_dict") else [("", error.error_list)]
        faults = []
        for attribute, errors in found:
            name = self.field_of(attribute)
            pointer = within(at, name) if name else at
            for each in errors:
                said = " ".join(each.messages)
                value = self.initial_data.get(name) if name and isinstance(self.initial_data, dict) else None
                faults.append(Fault(pointer, said, _rule(each), value, self.EXAMPLE.get(name)))
        return Refused(422, REFUSED, faults=faults)


class Writing(Row):
    """The same with why it is written."""

    reason = Text(
        required=False,
        allow_blank=True,
        max_length=LONGEST_REASON,
        help_text="Why it is written; kept in the history, never public.",
    )


class PublicWriting(Writing):
    """The same of what is public."""

    public_note = Text(
        required=False, allow_blank=True, help_text="What the public feed says of the change. 500 characters at most."
    )


def _rule(error: RowInvalid) -> str:
    return RULES.get(error.code or "", error.code or A_RULE).replace("-", "_")


def _faults(errors: Any, sent: Any, pointer: str) -> Iterator[Fault]:
    """Every fault of a serializer, each with its place and what was sent there."""
    if isinstance(errors, Mapping):
        for name, below in errors.items():
            if name == "non_field_errors":
                yield from _faults(below, sent, pointer)
            else:
                yield from _faults(below, _below(sent, name), within(pointer, name))
        return
    for number, each in enumerate(errors):
        if isinstance(each, Mapping):
            yield from _faults(each, _below(sent, number), within(pointer, number))
        else:
            code = getattr(each, "code", "")
            yield Fault(pointer, str(each), RULES.get(code, code).replace("-", "_"), sent)


def _below(sent: Any, name: Any) -> Any:
    if isinstance(sent, Mapping):
        return sent.get(name)
    key = int(name) if str(name).isdecimal() else -1
    return sent[key] if isinstance(sent, list) and 0 <= key < len(sent) else None


def same(one: Any, other: Any) -> bool:
    """Whether two values of JSON say the same; the order of codes in a list says nothing."""
    if isinstance(one, list) and isinstance(other, list) and all(isinstance(each, str) for each in [*one, *other]):
        return sorted(one) == sorted(other)
    return bool(one == other)


def differing(names: Iterable[str], base: Mapping[str, Any], theirs: Mapping[str, Any], yours: Mapping[str, Any]) -> list[Any]:
    """Field by field what differs between theirs and yours, with the base where it is known."""
    return [
        {"field": name, **({"base": base[name]} if name in base else {}), "theirs": theirs.get(name), "yours": yours.get(name)}
        for name in names
        if not same(theirs.get(name), yours.get(name))
    ]
