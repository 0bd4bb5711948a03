"""Filters that refuse what they don't know: one FilterSet serves page, file and API, and its form is the address.

Blank values count as not given, since a form without script sends them. A name that no filter has, a value that no
list holds and a second value where one is meant are refused with the nearest good ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, time
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

NONE = "none"
LONGEST_SEARCH = 200
MOST_NAMED = 12
# Nobody reads more, and whoever sends thousands of bad names gets no long answer for it.
MOST_PROBLEMS = 10
LONGEST_SHOWN = 60
DIGITS = re.compile(r"-?[0-9]+")


class BadFilters(Exception):
    """Filters that can't be followed. `problems` has a name, the value given, a sentence, the rule and a good example each."""

    def __init__(self, problems: list[dict[str, str]]) -> None:
        self.problems = problems[:MOST_PROBLEMS]
        super().__init__(" ".join(problem["message"] for problem in self.problems))


def closest(value: str, good: Iterable[str]) -> str:
    """The good value most like the one given; an empty text where none is like it."""
    return next(iter(get_close_matches(value[:LONGEST_SEARCH].lower(), list(good), n=1, cutoff=0.6)), "")


def nearest(value: str, good: Iterable[str]) -> str:
    """A phrase that names the good values: the nearest one first, or the whole list where it is short."""
    good = list(good)
    close = closest(value, good)
    hint = f" Did you mean “{close}”?" if close else ""
    more = len(good) - MOST_NAMED
    named = ", ".join(good[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{hint} Good values: {named}." if good else hint


def codes_of(field: Any) -> list[str]:
    """The codes of a closed list, less the blank one."""
    return [str(code) for code, _ in field.choices if code]


class ChosenField(forms.MultipleChoiceField):
    """Any of a closed list of codes."""

    rule = "one_of_its_values"

    def example(self, value: str) -> str:
        """The nearest code, or else the first."""
        return _example_among(codes_of(self), value)

    def validate(self, value: list[str]) -> None:
        for one in value:
            if not self.valid_value(one):
                raise ValidationError(f"“{one[:LONGEST_SHOWN]}” is not one of its values.{nearest(one, codes_of(self))}")


class OneChosenField(forms.ChoiceField):
    """One of a closed list of codes."""

    rule = "one_of_its_values"

    def example(self, value: str) -> str:
        """The nearest code, or else the first."""
        return _example_among(codes_of(self), value)

    def validate(self, value: str) -> None:
        if value and not self.valid_value(value):
            raise ValidationError(f"“{value[:LONGEST_SHOWN]}” is not one of its values.{nearest(value, codes_of(self))}")


def _example_among(good: list[str], value: str) -> str:
    return closest(value, good) or next(iter(good), "")


class ObjectsField(forms.MultipleChoiceField):
    """Any of the objects of a queryset, each by its slug or by a code; gives a list of objects.

    With `none_label` the word `none` is among the values, and stands in the list as `NONE`. `former_codes` gives slugs
    by codes that stood once; it is asked only about what is neither a slug nor a code.
    """

    rule = "one_of_its_values"

    def __init__(
        self,
        *,
        queryset: QuerySet | Callable[[], QuerySet],
        codes: tuple[str, ...] = (),
        former_codes: Callable[[], dict[str, str]] = dict,
        none_label: str = "",
        **kwargs: Any,
    ) -> None:
        self.queryset, self.codes, self.former_codes, self.none_label = queryset, codes, former_codes, none_label
        kwargs.setdefault("required", False)
        super().__init__(choices=self._options, **kwargs)

    def example(self, value: str) -> str:
        """The nearest slug, or else the first."""
        return _example_among([slug for slug, _ in self._options() if slug], value)

    @cached_property
    def objects(self) -> list[Model]:
        """The objects to choose from, read once for each form."""
        return list(self.queryset() if callable(self.queryset) else self.queryset.all())

    def _options(self) -> list[tuple[str, str]]:
        none = [(NONE, self.none_label)] if self.none_label else []
        return none + [(one.slug, str(one)) for one in self.objects]  # type: ignore[attr-defined]

    def __deepcopy__(self, memo: dict[int, Any]) -> ObjectsField:
        return type(self)(
            queryset=self.queryset, codes=self.codes, former_codes=self.former_codes, none_label=self.none_label,
            required=self.required, label=self.label, help_text=self.help_text, widget=self.widget,
        )  # fmt: skip

    @cached_property
    def by_name(self) -> dict[str, Any]:
        """The objects by their slugs and codes, in small letters."""
        by_name: dict[str, Any] = {getattr(one, code).lower(): one for one in self.objects for code in self.codes}
        by_name |= {one.slug: one for one in self.objects}  # type: ignore[attr-defined]
        return by_name | ({NONE: NONE} if self.none_label else {})

    @cached_property
    def by_former_code(self) -> dict[str, Any]:
        """The objects by codes they no longer bear; read only where a name is none of the present ones."""
        return {code.lower(): self.by_name[slug] for code, slug in self.former_codes().items() if slug in self.by_name}

    def named(self, name: str) -> Any:
        """The object of that slug, code or former code; None where there is none."""
        return self.by_name.get(name.lower()) or self.by_former_code.get(name.lower())

    def prepare_value(self, value: Any) -> Any:
        """Codes shown as the slugs that the options bear."""
        if not isinstance(value, list | tuple):
            return value
        return [getattr(self.named(str(name)), "slug", name) for name in value]

    def clean(self, value: Any) -> list[Any]:
        chosen = []
        for name in value or []:
            found = self.named(name)
            if found is None:
                slugs = [slug for slug, _ in self._options() if slug]
                raise ValidationError(f"“{name[:LONGEST_SHOWN]}” is not one of its values.{nearest(name, slugs)}")
            chosen.append(found)
        return chosen

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class OneObjectField(ObjectsField):
    """One of the objects of a queryset, or None."""

    widget = forms.Select

    def _options(self) -> list[tuple[str, str]]:
        return [("", "Any"), *super()._options()]

    def to_python(self, value: Any) -> Any:
        return value

    def clean(self, value: Any) -> Any:
        found = super().clean([value] if value else [])
        return found[0] if found else None


class WholePoundsField(forms.IntegerField):
    """Whole pounds; the message says how to write them."""

    rule = "whole_pounds"

    def example(self, value: str) -> str:
        return "250000"

    default_error_messages = {"invalid": "Write whole pounds in digits, such as 250000."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=-(10**12), max_value=10**12, **kwargs)
        # For the script that follows what is typed: what it needn't ask the register about.
        self.widget.attrs |= {"pattern": r"\s*-?[0-9]{1,13}\s*", "data-asked": self.error_messages["invalid"]}

    def to_python(self, value: Any) -> int | None:
        """Plain digits: Python would take those of any script, and 1_000."""
        if value not in self.empty_values and not DIGITS.fullmatch(str(value).strip()):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class SearchField(forms.CharField):
    """What a reader types into the search box."""

    rule = "short_text"

    def example(self, value: str) -> str:
        return "waste"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_SEARCH, strip=True, **kwargs)
        self.error_messages["max_length"] = f"Search for at most {LONGEST_SEARCH} characters."


class Chosen(django_filters.Filter):
    """Filter by any of a closed list of codes."""

    field_class = ChosenField


class OneChosen(django_filters.Filter):
    """Filter by one of a closed list of codes."""

    field_class = OneChosenField


class Objects(django_filters.Filter):
    """Filter by any of a queryset's objects."""

    field_class = ObjectsField


class OneObject(django_filters.Filter):
    """Filter by one of a queryset's objects."""

    field_class = OneObjectField


class WholePounds(django_filters.Filter):
    """Filter by an amount."""

    field_class = WholePoundsField


class Search(django_filters.Filter):
    """Filter by words."""

    field_class = SearchField


class DayField(forms.DateField):
    """A day, 2014-04-01."""

    rule = "day"

    def example(self, value: str) -> str:
        return "2014-04-01"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"pattern": "[0-9]{4}-[0-9]{2}-[0-9]{2}", "data-asked": self.error_messages["invalid"]}


class Day(django_filters.Filter):
    """Filter by a day, 2014-04-01."""

    field_class = DayField

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        kwargs.setdefault("error_messages", {"invalid": "Write the day like 2014-04-01."})
        super().__init__(**kwargs)


class MomentField(forms.Field):
    """A moment, 2014-05-01T09:30, or a day, which stands for its end. In London unless it says otherwise."""

    rule = "moment"

    def example(self, value: str) -> str:
        return "2014-05-01T09:30"

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        try:
            moment = parse_datetime(value) if "T" in value else None
            day = parse_date(value) if moment is None else None
        except ValueError:
            moment = day = None
        if moment is None and day is not None:
            moment = datetime.combine(day, time.max)
        if moment is None:
            raise ValidationError("Write a day like 2014-05-01 or a moment like 2014-05-01T09:30.")
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


class Moment(django_filters.Filter):
    """Filter by a moment."""

    field_class = MomentField


class StrictFilterSet(django_filters.FilterSet):
    """A FilterSet that refuses unknown names and values. `also_known` are names that its surface reads, for paging."""

    def __init__(self, data: QueryDict | None = None, *args: Any, also_known: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.given = without_blanks(data)
        self.also_known = also_known
        self._instead: dict[str, Any] = {}
        self._searched: dict[str, QuerySet] = {}
        super().__init__(self.given, *args, **kwargs)

    def refuse_bad(self) -> None:
        """Raise `BadFilters` if a name or a value can't be followed."""
        problems = [*self._unknown_names(), *self._repeated()]
        if not self.form.is_valid():
            problems += [self._problem(name, message) for name, messages in self.form.errors.items() for message in messages]
        if problems:
            raise BadFilters(problems)

    def chosen(self, name: str) -> Any:
        """What was chosen for a filter, cleaned."""
        return self._instead[name] if name in self._instead else self.form.cleaned_data.get(name)

    @contextmanager
    def chosen_instead(self, **values: Any) -> Iterator[None]:
        """Within it, other values stand where something else was chosen, or nothing was; None: nothing is chosen."""
        before, self._instead = self._instead, values
        try:
            yield
        finally:
            self._instead = before

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Every filter that is on. What a search finds is asked once, however often the rest is asked in other words."""
        for name in self.form.cleaned_data:
            if name in self._searched:
                queryset = queryset.filter(pk__in=self._searched[name])
                continue
            queryset = self.filters[name].filter(queryset, self.chosen(name))
            if isinstance(self.filters[name], Search) and self.chosen(name):
                self._searched[name] = queryset.order_by().values("pk")
        return queryset

    def _problem(self, name: str, message: str) -> dict[str, str]:
        field: Any = self.form.fields[name]
        value = self._value_at_fault(name, message)
        return {
            "name": name,
            "value": value,
            "message": f"{name}: {message}",
            "rule": getattr(field, "rule", "its_form"),
            "example": field.example(value) if hasattr(field, "example") else "",
        }

    def _value_at_fault(self, name: str, message: str) -> str:
        """Of several values the one that the message quotes."""
        values = self.given.getlist(name)
        return next((value for value in values if f"“{value[:LONGEST_SHOWN]}”" in message), values[-1] if values else "")

    def _unknown_names(self) -> list[dict[str, str]]:
        good = [*self.base_filters, *self.also_known]
        return [
            {
                "name": name,
                "value": str(self.given[name]),
                "message": f"{name[:LONGEST_SHOWN]}: no filter has this name.{nearest(name, good)}",
                "rule": "a_known_name",
                "example": _example_among(good, name),
            }
            for name in self.given
            if name not in good
        ]

    def _repeated(self) -> list[dict[str, str]]:
        return [
            {
                "name": name,
                "value": ", ".join(values),
                "message": f"{name}: give one value, not {len(values)}.",
                "rule": "given_once",
                "example": values[0],
            }
            for name, values in self.given.lists()
            if len(values) > 1
            and (name in self.also_known or (name in self.form.fields and not takes_several(self.form.fields[name])))
        ]


def takes_several(field: forms.Field) -> bool:
    """Whether the filter may be given more than once, meaning any of its values."""
    return isinstance(field, forms.MultipleChoiceField) and not isinstance(field, OneObjectField)


def without_blanks(data: QueryDict | None) -> QueryDict:
    """The same names and values, less the blank ones."""
    kept = QueryDict(mutable=True)
    for name, values in data.lists() if data is not None else ():
        filled = [value for value in values if value.strip()]
        if filled:
            kept.setlist(name, filled)
    return kept
