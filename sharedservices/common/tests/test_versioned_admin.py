"""The admin over any versioned row, here a partner body: refused when stale, both sides shown, nothing lost."""

from datetime import date
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test import TestCase, override_settings
from django.urls import reverse

from sharedservices.common.tests.admin_forms import as_read, messages_of, words

STALE = "Somebody changed this since you opened it, and nothing was saved."


def bodies() -> Any:
    """Rows that carry a version; of a room above, asked for by name so that the ground imports nothing."""
    return apps.get_model("councils", "PartnerBody").objects


@override_settings(REQUIRE_SECOND_FACTOR=False, ZEAL_ALLOWLIST=[{"model": "*", "field": "get()"}])
class VersionedAdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        regions = apps.get_model("councils", "Region").objects
        cls.london = regions.create(name="London", slug="london", gss_code="E12000007")
        cls.north = regions.create(name="North East", slug="north-east", gss_code="E12000001")
        cls.body = bodies().create(name="Thames Police", slug="thames", kind="police", region=cls.london)
        cls.analyst = get_user_model().objects.create_user("analyst@example.org", is_staff=True)
        cls.analyst.groups.set(Group.objects.filter(name="analyst"))

    def setUp(self):
        self.client.force_login(self.analyst)
        self.url = reverse("admin:councils_partnerbody_change", args=[self.body.pk])
        self.read = as_read(self.client.get(self.url))

    def standing(self) -> dict[str, Any]:
        return bodies().values().get(pk=self.body.pk)

    def elsewhere(self, door: str, name: str) -> None:
        """Somebody else gives it a name, by one door or another."""
        if door == "save":
            one = bodies().get(pk=self.body.pk)
            one.name = name
            one.save()
        elif door == "save of some fields":
            one = bodies().get(pk=self.body.pk)
            one.name = name
            one.save(update_fields=["name"])
        elif door == "update":
            bodies().filter(pk=self.body.pk).update(name=name)
        else:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE councils_partnerbody SET name = %s WHERE id = %s", [name, self.body.pk])

    def test_the_form_carries_the_version_it_read(self):
        assert self.read["read_version"] == 1
        self.client.post(self.url, {**self.read, "name": "Severn Police"})
        assert as_read(self.client.get(self.url))["read_version"] == 2

    def test_a_fresh_reading_is_saved(self):
        assert self.client.post(self.url, {**self.read, "name": "Severn Police"}).status_code == 302
        assert self.standing()["name"] == "Severn Police"

    def test_a_stale_one_is_refused_with_both_sides_and_saving_again_keeps_the_second(self):
        for door in ["save", "save of some fields", "update", "raw SQL"]:
            with self.subTest(door):
                read = as_read(self.client.get(self.url))
                self.elsewhere(door, f"Theirs by {door}")
                before = self.standing()
                response = self.client.post(self.url, {**read, "name": f"Mine beside {door}", "kind": "fire"})
                assert response.status_code == 200
                assert STALE in words(response)
                assert f"Name: now “Theirs by {door}”, yours “Mine beside {door}”." in messages_of(response)
                assert self.standing() == before
                again = as_read(response)
                assert (again["name"], again["kind"]) == (f"Mine beside {door}", "fire")
                assert self.client.post(self.url, again).status_code == 302
                assert self.standing()["name"] == f"Mine beside {door}"

    def test_a_third_change_in_between_is_told_again(self):
        self.elsewhere("update", "Second")
        response = self.client.post(self.url, {**self.read, "name": "Mine"})
        self.elsewhere("update", "Third")
        response = self.client.post(self.url, as_read(response))
        assert "Name: now “Third”, yours “Mine”." in messages_of(response)
        assert self.standing()["name"] == "Third"

    def test_both_sides_are_told_in_words(self):
        bodies().filter(pk=self.body.pk).update(kind="fire", region=self.north, ended_on=date(2014, 3, 31))
        told = messages_of(self.client.post(self.url, {**self.read, "name": "Mine"}))
        assert "Kind: now “Fire and rescue”, yours “Police”." in told
        assert "Region: now “North East”, yours “London”." in told
        assert "Ended on: now “31 March 2014”, yours “nothing”." in told
        assert len(told) == 5

    def test_without_the_version_or_with_a_wrong_one_nothing_is_saved(self):
        for version in ["", "0", "99", "-1", "banana", "9" * 30]:
            response = self.client.post(self.url, {**self.read, "name": "Mine", "read_version": version})
            assert response.status_code == 200, version
            assert self.standing()["name"] == "Thames Police"

    def test_sending_back_what_stands_is_no_conflict(self):
        self.elsewhere("update", "Severn Police")
        assert self.client.post(self.url, {**self.read, "name": "Severn Police"}).status_code == 302
        assert self.standing()["version"] == 2

    def test_the_history_is_for_those_who_may_see_the_row(self):
        url = reverse("admin:councils_partnerbody_history", args=[self.body.pk])
        self.client.post(self.url, {**self.read, "name": "Severn Police"})
        assert "name: “Thames Police” → “Severn Police”" in words(self.client.get(url))
        self.client.force_login(get_user_model().objects.create_user("other@example.org", is_staff=True))
        assert self.client.get(url).status_code == 403
        self.client.logout()
        assert self.client.get(url).status_code == 302

    def test_no_such_row_answers_404(self):
        for key in ["999999", "9" * 30, "abc"]:
            assert self.client.get(f"/admin/councils/partnerbody/{key}/history/").status_code == 404, key
