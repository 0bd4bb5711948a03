"""The admin over any versioned row, here a partner body: refused when stale, both sides shown, nothing lost."""

from datetime import date
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import TestCase, override_settings
from django.urls import reverse

from sharedservices.common.history import written_by
from sharedservices.common.tests.admin_forms import as_read, compared, messages_of, words

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
                assert compared(response)[0] == ("Name", read["name"], f"Theirs by {door}", f"Mine beside {door}")
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
        assert compared(response) == [("Name", "Second", "Third", "Mine")]
        assert self.standing()["name"] == "Third"

    def test_both_sides_are_told_in_words_and_what_only_one_changed_is_merged(self):
        bodies().filter(pk=self.body.pk).update(kind="fire", region=self.north, ended_on=date(2014, 3, 31))
        response = self.client.post(self.url, {**self.read, "name": "Mine"})
        assert compared(response) == [
            ("Name", "Thames Police", "Thames Police", "Mine"),
            ("Kind", "Police", "Fire and rescue", "Police"),
            ("Region", "London", "North East", "London"),
            ("Ended on", "nothing", "31 March 2014", "nothing"),
        ]
        assert self.standing()["name"] == "Thames Police"
        assert self.client.post(self.url, as_read(response)).status_code == 302
        stored = self.standing()
        assert (stored["name"], stored["kind"], stored["region_id"]) == ("Mine", "fire", self.north.pk)
        assert stored["ended_on"] == date(2014, 3, 31)

    def test_where_both_changed_the_same_theirs_can_be_chosen(self):
        bodies().filter(pk=self.body.pk).update(name="Theirs", kind="fire")
        response = self.client.post(self.url, {**self.read, "name": "Mine", "kind": "nhs"})
        again = as_read(response)
        assert (again["name"], again["kind"], again["take-name"]) == ("Mine", "nhs", "mine")
        assert self.client.post(self.url, {**again, "take-name": "theirs"}).status_code == 302
        assert (self.standing()["name"], self.standing()["kind"]) == ("Theirs", "nhs")

    def test_theirs_that_was_chosen_and_has_changed_once_more_is_shown_again(self):
        bodies().filter(pk=self.body.pk).update(name="Second")
        response = self.client.post(self.url, {**self.read, "name": "Mine"})
        bodies().filter(pk=self.body.pk).update(name="Third")
        response = self.client.post(self.url, {**as_read(response), "take-name": "theirs"})
        assert compared(response) == [("Name", "Second", "Third", "Second")]
        assert self.client.post(self.url, as_read(response)).status_code == 302
        assert self.standing()["name"] == "Third"

    def test_who_did_it_when_and_by_which_door(self):
        with written_by(door="import", user=self.analyst):
            self.elsewhere("update", "Theirs")
        said = self.client.post(self.url, {**self.read, "name": "Mine"}).context["comparisons"][0].happened
        assert said.startswith("Changed by analyst@example.org, ")
        assert said.endswith(" (import)")

    def test_what_can_t_be_read_is_kept_beside_theirs(self):
        bodies().filter(pk=self.body.pk).update(ended_on=date(2014, 3, 31))
        response = self.client.post(self.url, {**self.read, "ended_on": "soon"})
        assert compared(response) == [("Ended on", "nothing", "31 March 2014", "soon")]
        assert as_read(response)["ended_on"] == "soon"
        again = self.client.post(self.url, as_read(response))
        assert "Enter a valid date." in messages_of(again)
        assert self.client.post(self.url, {**as_read(response), "take-ended_on": "theirs"}).status_code == 302
        assert self.standing()["ended_on"] == date(2014, 3, 31)

    def test_a_change_of_what_the_form_doesn_t_show_is_no_conflict(self):
        bodies().filter(pk=self.body.pk).update(name="Once")
        bodies().filter(pk=self.body.pk).update(name="Thames Police")
        assert self.client.post(self.url, {**self.read, "kind": "fire"}).status_code == 302
        assert self.standing()["kind"] == "fire"

    def test_a_form_that_may_only_be_looked_at_compares_nothing(self):
        reader = get_user_model().objects.create_user("reader@example.org", is_staff=True)
        reader.user_permissions.set(Permission.objects.filter(codename="view_partnerbody"))
        self.client.force_login(reader)
        assert self.client.get(self.url).status_code == 200
        self.elsewhere("update", "Theirs")
        response = self.client.post(self.url, {**self.read, "name": "Mine"})
        assert response.status_code == 403
        self.assertNotContains(response, "Theirs", status_code=403)

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


@override_settings(REQUIRE_SECOND_FACTOR=False, ZEAL_ALLOWLIST=[{"model": "*", "field": "get()"}])
class DeletionTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        london = apps.get_model("councils", "Region").objects.create(name="London", slug="london", gss_code="E12000007")
        cls.body = bodies().create(name="Thames Police", slug="thames", kind="police", region=london)
        cls.person = get_user_model().objects.create_user("person@example.org", is_staff=True, is_superuser=True)

    def setUp(self):
        self.client.force_login(self.person)
        self.url = reverse("admin:councils_partnerbody_delete", args=[self.body.pk])

    def confirm(self, **sent: Any) -> Any:
        return self.client.post(self.url, {"post": "yes", **sent}, follow=True)

    def test_what_was_looked_at_is_deleted(self):
        shown = self.client.get(self.url)
        self.assertContains(shown, '<input type="hidden" name="read_version" value="1">', html=True)
        self.confirm(read_version=1)
        assert not bodies().exists()

    def test_what_has_changed_since_stays_and_is_shown_again(self):
        bodies().update(name="Thames Valley Police")
        for stale in ("1", "", "x"):
            answer = self.confirm(read_version=stale)
            [message] = [str(each) for each in answer.context["messages"]]
            assert message.startswith("Nothing was deleted: Thames Valley Police has been changed since you opened this page.")
            self.assertContains(answer, '<input type="hidden" name="read_version" value="2">', html=True)
        assert bodies().exists()
        self.confirm(read_version=2)
        assert not bodies().exists()

    def test_many_are_not_deleted_unread(self):
        listed = reverse("admin:councils_partnerbody_changelist")
        self.client.post(listed, {"action": "delete_selected", "_selected_action": [self.body.pk], "post": "yes"})
        assert bodies().exists()
