"""Where analysts keep what is shared: services, arrangements and who takes part in them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from itertools import combinations
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from arrangements.register.bulk import DEEDS
from arrangements.register.models import (
    Arrangement,
    BodyPartnership,
    FormerName,
    OtherService,
    Partnership,
    Replacement,
    Service,
    ServiceCategory,
)
from arrangements.register.offering import Offer
from arrangements.register.parties import Period, first_day_short_of_parties, overlap, short_of_parties
from arrangements.register.vocabulary import Aim, Role
from sharedservices.common.bulk_admin import BulkAdmin
from sharedservices.common.forgiving_admin import Forgiving
from sharedservices.common.history import written_by
from sharedservices.common.public_notes import SaysPublicly
from sharedservices.common.today import today
from sharedservices.common.trail import events
from sharedservices.common.versioned_admin import NamedFieldsFormSet, VersionedAdmin, VersionedForm, VersionedInline


@admin.register(ServiceCategory)
class ServiceCategoryAdmin(VersionedAdmin):
    """The eight categories. A slug stands for ever, so it is set once."""

    list_display = ["name", "slug"]
    search_fields = ["name"]
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj else []


@admin.register(Service)
class ServiceAdmin(Forgiving, VersionedAdmin):
    """Services under their categories."""

    list_display = ["name", "category", "slug"]
    list_filter = ["category"]
    list_select_related = ["category"]
    search_fields = ["name", "category__name"]
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj else []


class ArrangementForm(VersionedForm):
    """An arrangement's own facts."""

    aims = forms.MultipleChoiceField(choices=Aim.choices, required=False, widget=forms.CheckboxSelectMultiple)


class MembershipFormSet(NamedFieldsFormSet):
    """Rows that are judged against each other: by itself a row is judged against those that stand in the database."""

    model: type[models.Model]
    # The name of a constraint, and whether two rows of the same time break it.
    rivals: dict[str, Callable[[dict[str, Any], dict[str, Any]], bool]] = {}

    def clean(self) -> None:
        super().clean()
        messages = {rule.name: str(rule.violation_error_message or "") for rule in self.model._meta.constraints}
        sound = [form for form in _that_will_stand(self) if not form.errors]
        for one, other in combinations(sound, 2):
            for name, are_rivals in self.rivals.items():
                if are_rivals(one.cleaned_data, other.cleaned_data) and overlap(_period(one), _period(other)):
                    other.add_error(None, messages[name])


class BodyPartnershipFormSet(MembershipFormSet):
    """Each body once at a time."""

    rivals = {"a_body_is_in_an_arrangement_once_at_a_time": lambda one, other: one["body"] == other["body"]}


class PartnershipFormSet(MembershipFormSet):
    """Each council once, one that answers and one that leads at a time; and of all parties two or more on every day."""

    rivals = {
        "a_council_is_in_an_arrangement_once_at_a_time": lambda one, other: one["council"] == other["council"],
        "one_council_answers_for_an_arrangement_at_a_time": lambda one, other: one["answers"] and other["answers"],
        "one_council_leads_an_arrangement_at_a_time": lambda one, other: one["role"] == other["role"] == Role.LEAD,
    }
    bodies: forms.BaseInlineFormSet | None = None
    offer: Offer | None = None

    def clean(self) -> None:
        super().clean()
        if any(self.errors) or (self.bodies is not None and not self.bodies.is_valid()):
            return
        self._must_have_two_parties()
        if self.offer is not None:
            self.offer.must_be_met(self.instance, {"council": self, "body": self.bodies})

    def _must_have_two_parties(self) -> None:
        whole = (self.instance.started_on, self.instance.ended_on)
        parties = [*_that_will_stand(self), *(_that_will_stand(self.bodies) if self.bodies is not None else [])]
        day = first_day_short_of_parties(whole, [_period(form) for form in parties])
        if day is not None:
            raise ValidationError(short_of_parties(day))


def _that_will_stand(formset: forms.BaseInlineFormSet) -> list[forms.ModelForm]:
    """The forms whose rows will stand once the formset is saved."""
    return [form for form in formset.forms if form not in formset.deleted_forms and (form.instance.pk or form.has_changed())]


def _period(form: forms.ModelForm) -> Period:
    return form.cleaned_data.get("joined_on"), form.cleaned_data.get("left_on")


class FormerNameInline(VersionedInline):
    model = FormerName


class PartnershipInline(VersionedInline):
    model = Partnership
    formset = PartnershipFormSet
    autocomplete_fields = ["council"]
    fields = ["council", "role", "answers", "joined_on", "left_on", "read_version"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("council", "arrangement")


class BodyPartnershipInline(VersionedInline):
    model = BodyPartnership
    formset = BodyPartnershipFormSet
    autocomplete_fields = ["body"]
    fields = ["body", "joined_on", "left_on", "read_version"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("body", "arrangement")


class StatusFilter(admin.SimpleListFilter):
    """Operating today, ended, or not started."""

    title = "status today"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("operating", "Operating"), ("ended", "Ended"), ("not-started", "Not started or start not known")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        by_status = {
            "operating": queryset.in_force_on,
            "ended": queryset.ended_by,
            "not-started": queryset.not_started_by,
        }
        narrowed = by_status.get(self.value() or "")
        return narrowed(today()) if narrowed else queryset


@admin.register(Arrangement)
class ArrangementAdmin(SaysPublicly, Forgiving, BulkAdmin, VersionedAdmin):
    """Arrangements with their names and parties on one page."""

    form = ArrangementForm
    inlines = [PartnershipInline, BodyPartnershipInline, FormerNameInline]
    bulk_deeds = DEEDS
    list_display = [
        "reference",
        "name",
        "main_service",
        "governance",
        "lead_council",
        "started_on",
        "ended_on",
        "is_illustrative",
    ]
    list_display_links = ["reference", "name"]
    list_editable = ["governance"]
    list_filter = [StatusFilter, "main_service__category", "governance", "is_illustrative"]
    search_fields = ["name", "reference"]
    search_help_text = "Name, former name, reference, council, body or service; a slip of a letter is forgiven."
    autocomplete_fields = ["main_service", "other_services", "replaces"]
    readonly_fields = ["reference", "is_illustrative"]
    fieldsets = [
        (None, {"fields": ["reference", "name", "summary", "is_illustrative", "read_version"]}),
        ("What is shared", {"fields": ["main_service", "other_services", "governance", "aims"]}),
        ("When", {"fields": ["started_on", "start_precision", "ended_on", "end_reason", "replaces"]}),
        ("Where to ask and where it is written", {"fields": ["contact", "source", "source_url"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Arrangement.objects.visible_to(request.user).select_related("main_service").with_lead_on(today())

    @admin.display(description="lead council", ordering="lead_name", empty_value="none")
    def lead_council(self, arrangement: Any) -> str | None:
        return arrangement.lead_name

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        """The councils' rows are judged together with the bodies', so they are introduced to each other.

        Those of a new arrangement are looked for among the arrangements that there are.
        """
        formsets, instances = super()._create_formsets(request, obj, change)
        bodies = next((each for each in formsets if each.model is BodyPartnership), None)
        for each in formsets:
            if isinstance(each, PartnershipFormSet):
                each.bodies, each.offer = bodies, None if change else Offer(request.POST)
        return formsets, instances

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A new arrangement's trail keeps why it is another than those that are like it."""
        reason = Offer(request.POST).reason if request.method == "POST" and object_id is None else ""
        with written_by(door="admin", user=request.user, reason=reason) if reason else nullcontext():
            return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        formsets = [each.formset for each in context["inline_admin_formsets"]]
        context["offer"] = next((each.offer for each in formsets if isinstance(each, PartnershipFormSet)), None)
        return super().render_change_form(request, context, *args, **kwargs)

    def told_with(self, obj: Arrangement) -> list[models.QuerySet]:
        """The arrangement, its parties, names and links; those taken out since too."""
        of_it = [events(model, arrangement=obj.pk) for model in (Partnership, BodyPartnership, FormerName, OtherService)]
        return [*super().told_with(obj), *of_it, events(Replacement, from_arrangement=obj.pk)]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An arrangement ends; it is never deleted, for its reference stands for ever."""
        return False
