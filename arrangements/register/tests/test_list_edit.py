"""The list of arrangements changed in place: each row carries its version, and what somebody changed meanwhile is compared."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrangements.register.models import Arrangement
from arrangements.tests.builders import make_analyst, make_arrangement
from councils.tests.builders import make_council
from sharedservices.common.history import written_by
from sharedservices.common.tests.admin_forms import compared, happened, list_as_read

LIST = reverse("admin:arrangements_arrangement_changelist")


@override_settings(
    REGISTER_TODAY=date(2015, 4, 20), REQUIRE_SECOND_FACTOR=False, ZEAL_ALLOWLIST=[{"model": "*", "field": "get()"}]
)
class ListEditTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.councils = make_council("Firstford Council"), make_council("Secondley Council")
        cls.rows = [make_arrangement(*cls.councils, name=f"Arrangement {letter}") for letter in "ABC"]
        cls.analyst = make_analyst("analyst@example.org")

    def setUp(self):
        self.client.force_login(self.analyst)

    def read(self, **query: str) -> dict[str, Any]:
        return list_as_read(self.client.get(LIST, query))

    def with_form(self, read: dict[str, Any], **forms: str) -> dict[str, Any]:
        """The same with other governance forms, by the letter of the row."""
        rows = {str(read[f"form-{number}-id"]): number for number in range(int(read["form-TOTAL_FORMS"]))}
        keys = {row.name[-1]: str(row.pk) for row in self.rows}
        return {**read, **{f"form-{rows[keys[letter]]}-governance": value for letter, value in forms.items()}}

    def standing(self) -> list[str]:
        return list(Arrangement.objects.order_by("name").values_list("governance", flat=True))

    def test_rows_are_changed_in_the_list(self):
        assert self.client.post(LIST, self.with_form(self.read(), A="informal", C="other")).status_code == 302
        assert self.standing() == ["informal", "not_known", "other"]

    def test_a_row_changed_meanwhile_is_compared_and_nothing_stored(self):
        for door in ["update()", "raw SQL"]:
            with self.subTest(door):
                Arrangement.objects.update(governance="not_known")
                read = self.read()
                if door == "update()":
                    Arrangement.objects.filter(pk=self.rows[1].pk).update(governance="other")
                else:
                    with connection.cursor() as cursor:
                        cursor.execute(
                            "UPDATE arrangements_arrangement SET governance = 'other' WHERE id = %s", [self.rows[1].pk]
                        )
                response = self.client.post(LIST, self.with_form(read, A="informal", B="joint_committee"))
                assert response.status_code == 200
                assert compared(response) == [("Governance form", "Not known", "Another form", "Joint committee")]
                assert happened(response) == [("Arrangement: Arrangement B", "Changed")]
                assert self.standing() == ["not_known", "other", "not_known"]
                again = list_as_read(response)
                assert self.client.post(LIST, {**again, f"take-form-{self.rows[1].pk}-governance": "theirs"}).status_code == 302
                assert self.standing() == ["informal", "other", "not_known"]

    def test_a_row_that_i_left_alone_is_told_and_kept_as_they_left_it(self):
        read = self.read()
        Arrangement.objects.filter(pk=self.rows[1].pk).update(governance="other")
        response = self.client.post(LIST, self.with_form(read, A="informal"))
        assert compared(response) == [("Governance form", "Not known", "Another form", "Not known")]
        assert self.client.post(LIST, list_as_read(response)).status_code == 302
        assert self.standing() == ["informal", "other", "not_known"]

    def test_a_change_of_what_the_list_doesn_t_edit_is_no_conflict(self):
        read = self.read()
        Arrangement.objects.filter(pk=self.rows[0].pk).update(summary="Theirs")
        assert self.client.post(LIST, self.with_form(read, A="informal")).status_code == 302
        row = Arrangement.objects.get(pk=self.rows[0].pk)
        assert (row.governance, row.summary) == ("informal", "Theirs")

    def test_rows_that_have_changed_places_meanwhile_keep_their_own_forms(self):
        read = self.read()
        Arrangement.objects.filter(pk=self.rows[0].pk).update(name="Zebra")
        make_arrangement(*self.councils, name="Before all others")
        Arrangement.objects.filter(pk=self.rows[2].pk).update(governance="other")
        response = self.client.post(LIST, self.with_form(read, A="informal", C="joint_committee"))
        shown = response.context["cl"]
        named = [(row.name, form["governance"].value()) for row, form in zip(shown.result_list, shown.formset.forms, strict=True)]
        assert named == [
            ("Arrangement B", "not_known"), ("Arrangement C", "joint_committee"),
            ("Before all others", "not_known"), ("Zebra", "informal"),
        ]  # fmt: skip

    def test_a_row_that_the_filter_no_longer_shows_is_sent_again_all_the_same(self):
        url = f"{LIST}?governance__exact=not_known"
        read = self.read(governance__exact="not_known")
        Arrangement.objects.filter(pk=self.rows[1].pk).update(governance="other")
        response = self.client.post(url, self.with_form(read, B="informal"))
        assert compared(response) == [("Governance form", "Not known", "Another form", "Informal collaboration")]
        assert len(response.context["cl"].result_list) == 2
        self.assertContains(response, '<input type="hidden" name="form-2-governance" value="informal"')
        assert self.client.post(url, list_as_read(response)).status_code == 302
        assert self.standing() == ["not_known", "informal", "not_known"]

    def test_a_row_that_is_gone_is_told(self):
        read = self.read()
        gone = self.rows[1]
        gone.partnerships.all().delete()
        Arrangement.objects.filter(pk=gone.pk).delete()
        response = self.client.post(LIST, self.with_form(read, A="informal", B="other"))
        assert happened(response) == [("Arrangement: Arrangement B", "Taken out")]
        assert self.client.post(LIST, list_as_read(response)).status_code == 302
        assert self.standing() == ["informal", "not_known"]

    def test_without_versions_nothing_is_stored(self):
        read = {name: value for name, value in self.read().items() if not name.endswith("read_version")}
        response = self.client.post(LIST, self.with_form(read, A="informal"))
        assert compared(response) == [("Governance form", "nothing", "Not known", "Informal collaboration")]
        assert self.standing() == ["not_known"] * 3

    def test_every_field_of_the_list_says_whose_it_is(self):
        self.assertContains(self.client.get(LIST), 'aria-label="Governance form: Arrangement A"')

    def test_comparing_takes_no_more_queries_for_more_rows(self):
        def queries(count: int) -> int:
            rows = [make_arrangement(*self.councils) for _ in range(count)]
            read = self.read()
            with written_by(door="import", user=self.analyst):
                Arrangement.objects.filter(pk__in=[row.pk for row in rows]).update(governance="other")
            with CaptureQueriesContext(connection) as counted:
                assert len(happened(self.client.post(LIST, read))) == count
            Arrangement.objects.update(governance="not_known")
            return len(counted)

        few = queries(5)
        assert queries(40) == few
