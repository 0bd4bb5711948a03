"""No lost update by any form of the admin: every one that is registered is walked, its inlines' rows too.

Read, written elsewhere by `update()` and by raw SQL, sent on the old reading: compared, and nothing stored; sent again: stored.
A form registered tomorrow is walked as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.db import connection, models, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from arrangements.public.mistakes.actions import report_mistake
from arrangements.returns.chasing.models import ContactMade, CouncilContact, Reminder
from arrangements.returns.chasing.vocabulary import Means
from arrangements.returns.models import AnnualReturn
from arrangements.tests.builders import make_analyst
from arrangements.tests.standing import WorldTestCase
from arrangements.tests.world import TODAY
from councils.models import Council, Succession
from councils.tests.builders import make_token, make_user
from sharedservices.common.form_values import of_field
from sharedservices.common.tests.admin_forms import as_read, compared, messages_of

# Pages of the register's own, whose writes are guarded and tested where they live.
OWN_PAGES = {
    "arrangements.ReportedSaving": "its page is the return; many at once: arrangements/returns/tests/test_bulk.py",
    "arrangements.Query": "its page is the return; many at once: arrangements/returns/tests/test_bulk.py",
    "arrangements.AnnualReturn": "each answer carries its version: arrangements/returns/tests/test_return_page.py",
    "arrangements.Flag": "its page is the return; each deed locks its flag: arrangements/returns/followup/tests",
    "arrangements.ReturnImport": "an import is never changed; undoing spares what was edited since: returns/importing/tests",
    "arrangements.PressAnswer": "an answer never changes: arrangements/releases/press/tests/test_log.py",
    "arrangements.Release": "a release is frozen; it is approved by its digest: arrangements/releases/tests/test_publishing.py",
}
MOST_TRIED = 12


@dataclass(frozen=True)
class Place:
    """A row in a form: the page it stands on, and what the names of its fields begin with."""

    page: str
    row: models.Model
    prefix: str

    @property
    def name(self) -> str:
        return f"{self.row._meta.label}{' in an inline' if self.prefix else ''}"


def another(value: Any, field: models.Field, form_field: forms.Field, taken: list[Any], other: int) -> Any:
    """A sound value that differs from the one that stands; another for each number. None: the test knows none."""
    if isinstance(field, models.DateField) and value:
        return value + timedelta(days=other)
    if isinstance(field, models.IntegerField | models.DecimalField) and value is not None:
        return value + other
    if type(field) in {models.CharField, models.TextField} and not field.choices:
        return None if any("Regex" in type(each).__name__ for each in field.validators) else f"Written {other}"
    if isinstance(form_field, forms.ModelChoiceField) and not isinstance(form_field, forms.ModelMultipleChoiceField):
        return form_field.queryset.exclude(pk__in=taken).order_by("pk").values_list("pk", flat=True)[other - 1]
    return None


# A form looks up each row that it saves.
@pytest.mark.xdist_group("house")
@override_settings(REGISTER_TODAY=TODAY, REQUIRE_SECOND_FACTOR=False, ZEAL_RAISE=False)
class EveryFormTests(WorldTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.superuser = make_user("super@example.org", staff=True, is_superuser=True)
        ended = Council.objects.get(slug="gone")
        Succession.objects.create(predecessor=ended, successor=Council.objects.get(slug="maple"))
        officer = make_user("officer@example.org", councils=[ended])
        EmailAddress.objects.get_or_create(user=officer, email=officer.email)
        make_token(officer)
        Authenticator.objects.create(user=officer, type="totp", data={"secret": "kept"})
        analyst, asked, moment = make_analyst(), AnnualReturn.objects.earliest("pk"), timezone.now()
        CouncilContact.objects.create(council=asked.council, email="returns@example.org")
        letter = {"subject": "Your return", "body": "It is due.", "recipients": ["returns@example.org"]}
        Reminder.objects.create(annual_return=asked, drafted_by=analyst, drafted_at=moment, **letter)
        called = {"means": Means.values[0], "note": "It comes tomorrow.", "made_on": TODAY - timedelta(days=30)}
        ContactMade.objects.create(annual_return=asked, made_by=analyst, **called)
        report_mistake(record=asked.council, text="Its website is another.")

    def setUp(self):
        self.client.force_login(self.superuser)

    def places(self) -> Iterator[Place]:
        """A row for each form and each inline that can be changed, on a page that is sound as it stands."""
        for model, its_admin in admin.site._registry.items():
            if model._meta.label in OWN_PAGES:
                continue
            page = self.sound_page(model._base_manager.all(), lambda row, model=model: (model, row.pk))
            assert page is not None, (
                f"{model._meta.label} has a page that isn't a form of the admin: say in OWN_PAGES what guards it"
            )
            response = self.client.get(page[0])
            if not response.context["has_change_permission"]:
                continue
            yield Place(page[0], page[1], "")
            for inline in its_admin.inlines:
                yield from self.in_inline(model, inline)

    def in_inline(self, model: Any, inline: Any) -> Iterator[Place]:
        fk = next(
            field
            for field in inline.model._meta.fields
            if field.related_model is model and (not inline.fk_name or field.name == inline.fk_name)
        )
        found = self.sound_page(inline.model._base_manager.all(), lambda row: (model, getattr(row, fk.attname)))
        assert found is not None, f"no row of {inline.model._meta.label} stands on a page that can be saved"
        page, row = found
        sets = [each.formset for each in self.client.get(page).context["inline_admin_formsets"] if each.has_change_permission]
        for formset in sets:
            if formset.model is inline.model and formset.fk.name == fk.name:
                number = next(at for at, form in enumerate(formset.initial_forms) if form.instance.pk == row.pk)
                yield Place(page, row, f"{formset.prefix}-{number}-")

    def sound_page(self, rows: Any, of: Any) -> tuple[str, models.Model] | None:
        """The first page that can be saved as it is read, of those that the rows stand on."""
        for row in rows.order_by("pk")[:MOST_TRIED]:
            model, key = of(row)
            page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key])
            response = self.client.get(page)
            if "adminform" not in response.context:
                return None
            if not response.context["has_change_permission"]:
                return page, row
            before = transaction.savepoint()
            saved = self.client.post(page, as_read(response)).status_code == 302
            transaction.savepoint_rollback(before)
            if saved:
                return page, row
        return None

    def form_of(self, response: Any, place: Place) -> tuple[Any, list[models.Model]]:
        """The place's form, and the rows beside its row."""
        if not place.prefix:
            return response.context["adminform"].form, [place.row]
        prefix, number = place.prefix.removesuffix("-").rsplit("-", 1)
        formset = next(e.formset for e in response.context["inline_admin_formsets"] if e.formset.prefix == prefix)
        return formset.forms[int(number)], [form.instance for form in formset.initial_forms]

    def field_to_change(self, place: Place, form: Any, beside: list[models.Model]) -> tuple[str, Any, Any]:
        """A field of the form with two sound values that differ from what stands and from each other."""
        for name, form_field in form.fields.items():
            if form_field.disabled or name not in {field.name for field in place.row._meta.fields}:
                continue
            field = place.row._meta.get_field(name)
            if field.primary_key or (place.prefix and name == getattr(form, "fk_name", "")):
                continue
            stands = getattr(place.row, field.attname)
            theirs, mine = (
                another(stands, field, form_field, [getattr(each, field.attname) for each in beside], at) for at in (1, 2)
            )
            if theirs is not None and not (field.related_model and not place.prefix and field.related_model is type(place.row)):
                return name, theirs, mine
        raise AssertionError(f"{place.name} has no field that the test can change")

    def elsewhere(self, door: str, row: models.Model, field: models.Field, value: Any) -> None:
        if door == "update()":
            type(row)._base_manager.filter(pk=row.pk).update(**{field.attname: value})
        else:
            with connection.cursor() as cursor:
                cursor.execute(f'UPDATE "{row._meta.db_table}" SET "{field.column}" = %s WHERE id = %s', [value, row.pk])

    def test_what_rests_on_an_old_reading_is_compared_and_not_stored_and_what_is_sent_again_is(self):
        walked = []
        for place in self.places():
            for door in ["update()", "raw SQL"]:
                with self.subTest(place=place.name, door=door):
                    before = transaction.savepoint()
                    self.walk(place, door)
                    transaction.savepoint_rollback(before)
            walked.append(place.name)
        assert len(walked) >= 15, walked
        assert "auth.Group" in walked
        assert "arrangements.Partnership in an inline" in walked

    def walk(self, place: Place, door: str) -> None:
        read = self.client.get(place.page)
        form, beside = self.form_of(read, place)
        name, theirs, mine = self.field_to_change(place, form, beside)
        field, form_field = place.row._meta.get_field(name), form.fields[name]
        sent = {**as_read(read), f"{place.prefix}{name}": mine}
        self.elsewhere(door, place.row, field, theirs)
        response = self.client.post(place.page, sent)
        assert response.status_code == 200
        assert messages_of(response) == []
        assert len(compared(response)) == 1, compared(response)
        assert len(set(compared(response)[0][1:])) == 3, compared(response)
        standing = type(place.row)._base_manager.get(pk=place.row.pk)
        assert of_field(form_field, getattr(standing, field.attname)) == of_field(form_field, theirs)

        again = self.client.post(place.page, as_read(response))
        assert again.status_code == 302, messages_of(again)
        standing = type(place.row)._base_manager.get(pk=place.row.pk)
        assert of_field(form_field, getattr(standing, field.attname)) == of_field(form_field, mine)

    def test_a_form_that_has_lost_its_reading_stores_nothing(self):
        for place in self.places():
            with self.subTest(place=place.name):
                read = self.client.get(place.page)
                form, beside = self.form_of(read, place)
                name, _, mine = self.field_to_change(place, form, beside)
                sent = {
                    key: value
                    for key, value in as_read(read).items()
                    if key != f"{place.prefix}read_version" and not key.startswith("initial-")
                }
                response = self.client.post(place.page, {**sent, f"{place.prefix}{name}": mine})
                assert response.status_code == 200
                assert len(compared(response)) == 1, compared(response)
