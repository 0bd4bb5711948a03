"""The form of a new arrangement offers those that it may well be, before it is saved; to save it all the same takes a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse

from arrangements.register.duplicates import Likeness, Party, Sketch, likely_duplicates
from arrangements.register.models import Arrangement
from arrangements.register.parties import Period

SHORTEST_REASON = 10
REASON_WANTED = f"Say in {SHORTEST_REASON} letters or more why this is another arrangement; it is kept in its history."


@dataclass(frozen=True)
class Offered:
    """An arrangement that the new one may be."""

    arrangement: Arrangement
    how: Likeness

    @property
    def page(self) -> str:
        """Where it is kept."""
        return reverse("admin:arrangements_arrangement_change", args=[self.arrangement.pk])

    @property
    def why(self) -> str:
        """What the two have in common."""
        shared = "the same service" if self.how.is_same_service else "a service of the same category"
        said = [f"{self.how.parties} {'party' if self.how.parties == 1 else 'parties'} in common"]
        said += [shared] if self.how.is_same_service or self.how.is_same_category else []
        return ", ".join([*said, *(["a name much like it"] if self.how.names > 0.5 else [])])


class Offer:
    """What the form of a new arrangement said of likely duplicates, and `found`: those that it still has to be told of."""

    def __init__(self, data: QueryDict) -> None:
        self.shown = [reference for reference in data.get("offered", "").split(",") if reference]
        self.is_another = bool(data.get("is_another"))
        self.why = " ".join(data.get("why_another", "").split())
        self.other_services = [int(key) for key in data.getlist("other_services") if key.isdecimal() and len(key) < 10]
        self.found: list[Offered] = []
        self.error = ""

    @property
    def reason(self) -> str:
        """What the trail keeps; "" where nothing was confirmed."""
        return f"Another than {', '.join(self.shown)}: {self.why}" if self.is_met_for(self.shown) and self.shown else ""

    @property
    def references(self) -> str:
        """The references that the form shows."""
        return ",".join(each.arrangement.reference for each in self.found)

    def is_met_for(self, references: list[str]) -> bool:
        """Whether it was said, of these that were shown and with a reason, that this is another."""
        return self.is_another and len(self.why) >= SHORTEST_REASON and set(references) <= set(self.shown)

    def must_be_met(self, new: Arrangement, formsets: Mapping[str, Any]) -> None:
        """`ValidationError` while there are arrangements that the new one may well be and nobody has said that it isn't."""
        if new.main_service_id is None:
            return  # the form says so already
        self.found = [Offered(row, how) for row, how in likely_duplicates(self._sketch(new, formsets))]
        references = [each.arrangement.reference for each in self.found]
        if not self.found or self.is_met_for(references):
            self.found = []
            return
        if self.is_another and set(references) <= set(self.shown):
            self.error = REASON_WANTED
        raise ValidationError("The register may hold this arrangement already: see the top of the page.", code="likely-duplicate")

    def _sketch(self, new: Arrangement, formsets: Mapping[str, Any]) -> Sketch:
        parties: dict[Party, list[Period]] = {}
        for kind, formset in formsets.items():
            for form in formset.forms if formset is not None else []:
                if form.has_changed() and form not in formset.deleted_forms and form.cleaned_data.get(kind):
                    period = form.cleaned_data.get("joined_on"), form.cleaned_data.get("left_on")
                    parties.setdefault((kind, form.cleaned_data[kind].pk), []).append(period)
        return Sketch(
            name=new.name,
            category=new.main_service.category_id,
            services=frozenset({new.main_service_id, *self.other_services}),
            period=(new.started_on, new.ended_on),
            parties={party: tuple(periods) for party, periods in parties.items()},
        )
