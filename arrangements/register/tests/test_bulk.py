"""Many arrangements changed at once: judged as one is, all or none or those that pass, and never over a stale reading."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrangements.register.models import Arrangement, Partnership
from arrangements.register.vocabulary import Role
from arrangements.tests.builders import make_analyst, make_partnership, make_service
from councils.tests.builders import make_council, make_user
from sharedservices.common.tests.admin_forms import as_read, words
from sharedservices.common.tests.amount import MANY

LIST = reverse("admin:arrangements_arrangement_changelist")
REASON = "The councils have written to us"
END = {"ended_on": "2014-03-31", "end_reason": "dissolved", "reason": REASON}


@override_settings(REGISTER_TODAY=date(2015, 4, 20), REQUIRE_SECOND_FACTOR=False)
class BulkTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.lead, cls.partner, cls.third = (make_council(f"{name} Council") for name in ("Leadford", "Partnerley", "Thirdham"))
        cls.analyst = make_analyst("analyst@example.org")

    def setUp(self):
        self.client.force_login(self.analyst)

    def make(self, count: int) -> list[Arrangement]:
        made = Arrangement.objects.bulk_create(
            Arrangement(name=f"Arrangement {number:03}", main_service=make_service(), started_on=date(2010, 4, 1))
            for number in range(count)
        )
        for council, role in ((self.lead, Role.LEAD), (self.partner, Role.PARTNER)):
            Partnership.objects.bulk_create(Partnership(arrangement=each, council=council, role=role) for each in made)
        return made

    def tick(self, deed: str, rows: list[Arrangement], **more: Any) -> Any:
        """Tick the rows in the list as it is now, and choose the deed."""
        listed = ",".join(f"{row.pk}:{version}" for row, version in self.versions(rows))
        ticked = {"action": f"bulk-{deed}", "_selected_action": [row.pk for row in rows], "index": "0", "as_listed": listed}
        return self.client.post(LIST, {**ticked, **more})

    def versions(self, rows: list[Arrangement]) -> list[tuple[Arrangement, int]]:
        standing = dict(Arrangement.objects.values_list("pk", "version"))
        return [(row, standing[row.pk]) for row in rows]

    def send(self, page: Any, **given: Any) -> Any:
        """Send the page with what is given."""
        carried = {name: page.context[name] for name in ("rows", "back", "stale")}
        return self.client.post(page.context["address"], {**carried, "if_some_fail": "none", "apply": "on", **given})

    def refused(self, response: Any) -> list[tuple[str, str]]:
        return [(label, fault.rule) for label, _, faults in response.context["refused"] for fault in faults]

    def ended(self) -> int:
        return Arrangement.objects.filter(ended_on=date(2014, 3, 31), end_reason="dissolved").count()


class ThreeHundredTests(BulkTestCase):
    """300 rows of which 7 break a rule: those 7 are reported by row and rule, and all or none changes, or the others."""

    def setUp(self):
        super().setUp()
        self.rows = self.make(300)
        started, left, joins, over = self.rows[3:5], self.rows[50:52], self.rows[100:102], self.rows[200]
        Arrangement.objects.filter(pk__in=[row.pk for row in started]).update(started_on=date(2014, 4, 1))
        for row in left:
            make_partnership(row, self.third, left_on=date(2014, 12, 31))
        for row in joins:
            make_partnership(row, self.third, joined_on=date(2014, 4, 1))
        Arrangement.objects.filter(pk=over.pk).update(ended_on=date(2013, 3, 31), end_reason="expired")
        self.broken = [
            *((str(row), "ends-before-it-starts") for row in started),
            *((str(row), "outside-the-period") for row in [*left, *joins]),
            (str(over), "ended-already"),
        ]

    def test_all_or_none_changes_none_and_names_the_seven(self):
        page = self.tick("end", self.rows)
        assert "300 arrangements are ticked." in words(page)
        response = self.send(page, **END)
        assert self.refused(response) == self.broken
        assert "Nothing was changed. A rule stands against 7 of the 300; 293 pass." in words(response)
        assert "Thirdham Council: 31 December 2014 is after the arrangement ended on 31 March 2014." in words(response)
        assert self.ended() == 0

    def test_those_that_pass_are_changed_in_one_act_with_the_reason_in_the_trail(self):
        response = self.send(self.tick("end", self.rows), **END, if_some_fail="passing")
        assert "293 arrangements ended on 31 March 2014. 7 of 300 were not changed." in words(response)
        assert self.refused(response) == self.broken
        assert self.ended() == 293
        events = Arrangement.pgh_event_model.objects.filter(pgh_label="update", end_reason="dissolved")
        assert events.count() == 293
        assert events.values("pgh_context").distinct().count() == 1
        said = events[0].pgh_context.metadata
        assert (said["reason"], said["door"], said["user"]) == (REASON, "bulk change", self.analyst.pk)

    def test_a_look_ahead_says_the_same_and_changes_nothing(self):
        response = self.send(self.tick("end", self.rows), **END, if_some_fail="passing", look="on")
        assert self.refused(response) == self.broken
        assert "Nothing was changed: this was a look ahead." in words(response)
        assert self.ended() == 0
        again = self.send(response, **END, if_some_fail="passing")
        assert again.context["result"].changed == 293

    @override_settings(ZEAL_RAISE=False)  # a form looks up each row that it saves
    def test_each_of_the_seven_is_refused_on_its_own_page_too(self):
        names = {name for name, rule in self.broken if rule != "ended-already"}
        for row in Arrangement.objects.filter(name__in=names):
            url = reverse("admin:arrangements_arrangement_change", args=[row.pk])
            sent = {**as_read(self.client.get(url)), "ended_on": "2014-03-31", "end_reason": "dissolved"}
            assert self.client.post(url, sent).status_code == 200, row


class StaleTests(BulkTestCase):
    def test_a_row_that_changed_since_it_was_ticked_is_reported_with_what_changed_and_kept(self):
        rows = self.make(3)
        page = self.tick("set-governance", rows)
        Arrangement.objects.filter(pk=rows[1].pk).update(governance="informal")
        given = {"governance": "joint_committee", "reason": REASON}
        response = self.send(page, **given)
        assert self.refused(response) == [("Arrangement 001", "changed-meanwhile")]
        assert "governance form “Not known” → “Informal collaboration”" in words(response)
        assert not Arrangement.objects.filter(governance="joint_committee").exists()

        some = self.send(page, **given, if_some_fail="passing")
        assert some.context["result"].changed == 2
        assert Arrangement.objects.get(pk=rows[1].pk).governance == "informal"

    def test_one_that_changed_since_the_list_was_read_too_though_it_was_ticked_after(self):
        rows = self.make(2)
        listed = ",".join(f"{row.pk}:{version}" for row, version in self.versions(rows))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE arrangements_arrangement SET governance = 'other' WHERE id = %s", [rows[0].pk])
        page = self.tick("set-governance", rows, as_listed=listed)
        response = self.send(page, governance="informal", reason=REASON)
        assert self.refused(response) == [("Arrangement 000", "changed-meanwhile")]

    def test_it_is_changed_as_it_stands_once_that_is_chosen(self):
        rows = self.make(2)
        page = self.tick("set-governance", rows)
        Arrangement.objects.filter(pk=rows[0].pk).update(governance="other")
        given = {"governance": "informal", "reason": REASON}
        response = self.send(page, **given)
        Arrangement.objects.filter(pk=rows[1].pk).update(governance="other")
        response = self.send(response, **given, include="on")
        assert self.refused(response) == [("Arrangement 001", "changed-meanwhile")]
        assert self.send(response, **given, include="on").status_code == 302
        assert Arrangement.objects.filter(governance="informal").count() == 2

    def test_a_row_that_is_gone_is_reported(self):
        rows = self.make(2)
        page = self.tick("set-governance", rows)
        Partnership.objects.filter(arrangement=rows[0]).delete()
        rows[0].delete()
        response = self.send(page, governance="informal", reason=REASON)
        assert [rule for _, rule in self.refused(response)] == ["gone"]


class AskingTests(BulkTestCase):
    def test_a_reason_and_a_value_are_asked_for(self):
        page = self.tick("end", self.make(1))
        for left_out, message in [
            ({"reason": ""}, "This field is required."),
            ({"reason": "too short"}, "Give a reason of 10 letters or more"),
            ({"ended_on": ""}, "This field is required."),
            ({"ended_on": "soon"}, "Enter a valid date."),
            ({"end_reason": ""}, "This field is required."),
            ({"end_reason": "boredom"}, "Select a valid choice."),
            ({"if_some_fail": "perhaps"}, "Select a valid choice."),
        ]:
            with self.subTest(left_out):
                assert message in words(self.send(page, **{**END, **left_out}))
        assert self.ended() == 0

    def test_after_it_the_list_comes_back_with_its_filters(self):
        rows = self.make(2)
        page = self.tick("end", rows)
        back = f"{LIST}?status=operating"
        response = self.send(page, **END, back=back)
        assert response["Location"] == back
        assert self.send(self.tick("end", self.make(1)), **END, back="https://elsewhere.example/")["Location"] == LIST

    def test_the_main_service_moves_the_money_to_its_category(self):
        rows, waste = self.make(2), make_service("waste", "environment")
        assert self.send(self.tick("set-main-service", rows), main_service=waste.pk, reason=REASON).status_code == 302
        assert Arrangement.objects.in_category([waste.category]).count() == 2

    def test_what_is_so_already_is_left_alone(self):
        rows = self.make(2)
        Arrangement.objects.filter(pk=rows[0].pk).update(governance="informal")
        before = dict(Arrangement.objects.values_list("pk", "version"))
        self.send(self.tick("set-governance", rows), governance="informal", reason=REASON)
        after = dict(Arrangement.objects.values_list("pk", "version"))
        assert after == {rows[0].pk: before[rows[0].pk], rows[1].pk: before[rows[1].pk] + 1}

    def test_what_the_database_alone_refuses_is_named_by_row(self):
        rows = self.make(3)
        Arrangement.objects.filter(pk=rows[1].pk).update(started_on=None, start_precision="unknown")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(
                "ALTER TABLE arrangements_arrangement ADD CONSTRAINT an_end_has_a_start"
                " CHECK (ended_on IS NULL OR started_on IS NOT NULL)"
            )
        page = self.tick("end", rows)
        assert self.refused(self.send(page, **END)) == [("Arrangement 001", "refused")]
        assert self.ended() == 0
        response = self.send(page, **END, if_some_fail="passing")
        assert (response.context["result"].changed, self.ended()) == (2, 2)

    def test_nobody_but_staff_with_the_right_gets_there(self):
        rows = self.make(1)
        page = self.tick("end", rows)
        for user, expected in [(make_user(councils=[self.lead]), 302), (make_user(staff=True), 403)]:
            self.client.force_login(user)
            response = self.send(page, **END)
            assert response.status_code == expected
            assert self.ended() == 0
        self.client.force_login(self.analyst)
        assert self.client.post(page.context["address"].replace("end", "nothing"), {"rows": "1:1"}).status_code == 404

    def test_an_address_without_rows_leads_back_to_the_list(self):
        address = self.tick("end", self.make(1)).context["address"]
        for sent in [{}, {"rows": ""}, {"rows": "abc"}, {"rows": "1:x,y:2,:,"}, {"rows": "9" * 40 + ":1"}]:
            assert self.client.post(address, sent)["Location"] == LIST
        assert self.client.get(address)["Location"] == LIST


class QueryTests(BulkTestCase):
    def count(self, rows: list[Arrangement]) -> list[int]:
        with CaptureQueriesContext(connection) as opened:
            page = self.tick("end", rows)
        with CaptureQueriesContext(connection) as looked:
            self.send(page, **END, look="on")
        with CaptureQueriesContext(connection) as changed:
            assert self.send(page, **END).status_code == 302
        return [len([each for each in captured if "SAVEPOINT" not in each["sql"]]) for captured in (opened, looked, changed)]

    def test_the_pages_take_as_many_queries_for_many_as_for_ten(self):
        few = self.count(self.make(10))
        assert self.count(self.make(MANY)) == few
        assert max(few) <= 12, few
