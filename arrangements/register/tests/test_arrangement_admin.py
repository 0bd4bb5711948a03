"""An arrangement in the admin: what its form refuses, what a second writer sees, and what the history tells."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.test import Client, TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrangements.register.models import Arrangement, BodyPartnership, Partnership
from arrangements.tests.builders import make_analyst, make_arrangement, make_partnership, make_service
from councils.tests.builders import make_body, make_council, make_user
from sharedservices.common.history import written_by
from sharedservices.common.periods import spelled
from sharedservices.common.tests.admin_forms import as_read, compared, happened, messages_of, with_row, words
from sharedservices.common.tests.amount import MANY

STALE = "Somebody changed this since you opened it, and nothing was saved."


# A form looks up each row that it saves.
@override_settings(
    REGISTER_TODAY=date(2015, 4, 20), REQUIRE_SECOND_FACTOR=False, ZEAL_ALLOWLIST=[{"model": "*", "field": "get()"}]
)
class ArrangementAdminTestCase(TestCase):
    """An analyst before an arrangement of two councils, of which the first leads and answers."""

    @classmethod
    def setUpTestData(cls):
        cls.first, cls.second = make_council("Firstford Council"), make_council("Secondley Council")
        cls.arrangement = make_arrangement(cls.first, cls.second, name="Shared ICT")
        cls.analyst = make_analyst("analyst@example.org")
        cls.url = reverse("admin:arrangements_arrangement_change", args=[cls.arrangement.pk])
        reader = Client()
        reader.force_login(cls.analyst)
        cls.read = as_read(reader.get(cls.url))

    def setUp(self):
        self.client.force_login(self.analyst)

    def post(self, sent: dict[str, Any], url: str = "") -> Any:
        return self.client.post(url or self.url, sent)

    def standing(self) -> Any:
        """All that is stored of it."""
        arrangement = Arrangement.objects.filter(pk=self.arrangement.pk).values()
        parties = Partnership.objects.filter(arrangement=self.arrangement).order_by("pk").values()
        bodies = BodyPartnership.objects.filter(arrangement=self.arrangement).order_by("pk").values()
        return [*arrangement, *parties, *bodies]

    def number(self, read: dict[str, Any], field: str, value: int) -> int:
        """Which of the partnerships' rows has the value."""
        rows = range(int(read["partnerships-TOTAL_FORMS"]))
        return next(row for row in rows if str(read[f"partnerships-{row}-{field}"]) == str(value))

    def assert_refused(self, sent: dict[str, Any], *expected: str) -> None:
        """The form comes back with the messages, and nothing is stored."""
        before = self.standing()
        response = self.post(sent)
        assert response.status_code == 200
        given = " ".join(messages_of(response))
        for message in expected:
            assert message in given
        assert self.standing() == before

    def assert_saved(self, sent: dict[str, Any]) -> None:
        response = self.post(sent)
        assert response.status_code == 302, messages_of(response)


class SavingTests(ArrangementAdminTestCase):
    def test_what_is_sent_back_as_read_changes_nothing(self):
        before = self.standing()
        self.assert_saved(self.read)
        assert self.standing() == before

    def test_an_arrangement_is_made_with_its_parties_and_gets_a_reference(self):
        url = reverse("admin:arrangements_arrangement_add")
        sent = as_read(self.client.get(url))
        sent |= {"name": "New waste partnership", "main_service": make_service("waste").pk, "started_on": "2014-04-01"}
        sent = with_row(sent, "partnerships", council=self.first.pk, role="lead", answers="on")
        sent = with_row(sent, "body_partnerships", body=make_body().pk)
        sent = with_row(sent, "former_names", name="Old waste partnership")
        response = self.post(sent, url)
        assert response.status_code == 302, messages_of(response)
        made = Arrangement.objects.get(name="New waste partnership")
        assert made.reference.startswith("SSR-")
        assert (made.partnerships.count(), made.body_partnerships.count()) == (1, 1)
        assert made.former_names.get().name == "Old waste partnership"

    def test_a_change_leaves_who_and_which_door(self):
        self.assert_saved({**self.read, "name": "Shared ICT service"})
        event = Arrangement.pgh_event_model.objects.filter(pgh_obj=self.arrangement).latest("pgh_id")
        assert event.pgh_context.metadata["user"] == self.analyst.pk
        assert event.pgh_context.metadata["door"] == "admin"

    def test_its_reference_is_not_a_field_and_it_is_never_deleted(self):
        self.assert_saved({**self.read, "reference": "SSR-9999", "is_illustrative": "on"})
        standing = Arrangement.objects.get(pk=self.arrangement.pk)
        assert standing.reference == self.arrangement.reference
        assert not standing.is_illustrative
        assert self.client.get(self.url.replace("change", "delete")).status_code == 403

    def test_nobody_but_staff_with_the_right_gets_anywhere(self):
        for user, expected in [(make_user(councils=[self.first]), 302), (make_user(staff=True), 403)]:
            self.client.force_login(user)
            assert self.client.get(self.url).status_code == expected
            assert self.post({**self.read, "name": "Mine"}).status_code == expected
        assert Arrangement.objects.get(pk=self.arrangement.pk).name == "Shared ICT"


class RefusalTests(ArrangementAdminTestCase):
    """Each rule broken once on the form. The messages tell an analyst what to do."""

    def row(self, number: int, **fields: Any) -> dict[str, Any]:
        return {**self.read, **{f"partnerships-{number}-{name}": value for name, value in fields.items()}}

    def test_two_parties_are_needed_on_every_day(self):
        fewer = "The arrangement has fewer than two parties"
        self.assert_refused(self.row(1, DELETE="on"), f"{fewer} on 1 April 2010.")
        self.assert_refused(self.row(1, left_on="2014-03-31"), f"{fewer} on 1 April 2014.")
        self.assert_refused(self.row(1, joined_on="2014-04-01"), f"{fewer} on 1 April 2010.")
        self.assert_refused(with_row(self.row(1, left_on="2014-03-31"), "partnerships", council=make_council().pk,
                                     role="partner", joined_on="2014-04-02"), f"{fewer} on 1 April 2014.")  # fmt: skip

    def test_councils_and_bodies_count_together(self):
        body = make_body()
        left = self.row(1, left_on="2014-03-31")
        self.assert_refused(with_row(left, "body_partnerships", body=body.pk, joined_on="2014-04-02"), "on 1 April 2014")
        self.assert_saved(with_row(left, "body_partnerships", body=body.pk, joined_on="2014-04-01"))
        read = as_read(self.client.get(self.url))
        self.assert_refused({**read, "body_partnerships-0-DELETE": "on"}, "fewer than two parties on 1 April 2014")
        self.assert_refused({**read, "body_partnerships-0-left_on": "2015-03-31"}, "on 1 April 2015")

    def test_a_council_is_in_it_once_at_a_time(self):
        message = "This council is already in the arrangement during that period."
        again = {"council": self.second.pk, "role": "partner"}
        self.assert_refused(with_row(self.read, "partnerships", **again), message)
        third = {"council": make_council().pk, "role": "partner"}
        both_new = with_row(self.read, "partnerships", **third, left_on="2014-04-01")
        self.assert_refused(with_row(both_new, "partnerships", **third, joined_on="2014-04-01"), message)
        self.assert_saved(with_row(both_new, "partnerships", **third, joined_on="2014-04-02"))

    def test_a_row_moved_into_the_time_of_a_new_one_is_refused_too(self):
        self.assert_saved(with_row(self.read, "partnerships", council=make_council().pk, role="partner"))
        self.read = as_read(self.client.get(self.url))
        self.assert_saved(self.row(1, left_on="2013-03-31"))
        self.read = as_read(self.client.get(self.url))
        moved = self.row(1, left_on="2014-03-31")
        back = {"council": self.second.pk, "role": "partner", "joined_on": "2013-06-01"}
        self.assert_refused(with_row(moved, "partnerships", **back), "already in the arrangement during that period")

    def test_a_body_is_in_it_once_at_a_time(self):
        body = make_body()
        twice = with_row(with_row(self.read, "body_partnerships", body=body.pk), "body_partnerships", body=body.pk)
        self.assert_refused(twice, "This body is already in the arrangement during that period.")

    def test_one_council_answers_at_a_time(self):
        message = "Another council already answers for this arrangement during that period."
        self.assert_refused(self.row(1, answers="on"), message)
        new = {"role": "partner", "answers": "on"}
        self.assert_refused(with_row(self.read, "partnerships", council=make_council().pk, **new), message)
        del self.read["partnerships-0-answers"]
        two = with_row(self.read, "partnerships", council=make_council().pk, **new)
        self.assert_refused(with_row(two, "partnerships", council=make_council().pk, **new), message)
        self.assert_saved(two)

    def test_one_council_leads_at_a_time_and_a_client_doesn_t_answer(self):
        self.assert_refused(self.row(1, role="lead"), "Another council already leads this arrangement during that period.")
        self.read["partnerships-0-role"] = "partner"
        two = with_row(self.read, "partnerships", council=make_council().pk, role="lead")
        self.assert_refused(with_row(two, "partnerships", council=make_council().pk, role="lead"), "already leads")
        self.assert_refused(self.row(0, role="client"), "A client can't answer for an arrangement")

    def test_an_abolished_council_leaves_on_its_last_day(self):
        ended = make_council("Endedford Council", ended_on=date(2013, 3, 31))
        new = {"council": ended.pk, "role": "partner"}
        self.assert_refused(with_row(self.read, "partnerships", **new), "Endedford Council ended on 31 March 2013")
        after = {**new, "left_on": "2013-04-01"}
        self.assert_refused(with_row(self.read, "partnerships", **after), "can't take part until 1 April 2013")
        self.assert_saved(with_row(self.read, "partnerships", **new, left_on="2013-03-31"))

    def test_a_council_to_come_joins_on_its_first_day(self):
        new = {"council": make_council("Newham Vale Council", started_on=date(2013, 4, 1)).pk, "role": "partner"}
        self.assert_refused(with_row(self.read, "partnerships", **new), "Newham Vale Council began on 1 April 2013")
        before = {**new, "joined_on": "2013-03-31"}
        self.assert_refused(with_row(self.read, "partnerships", **before), "can't take part from 31 March 2013")
        self.assert_saved(with_row(self.read, "partnerships", **new, joined_on="2013-04-01"))

    def test_periods_lie_within_the_arrangements(self):
        self.assert_refused(self.row(1, joined_on="2010-03-31"), "before the arrangement started on 1 April 2010")
        ended = {"ended_on": "2014-03-31", "end_reason": "dissolved"}
        self.assert_refused({**self.row(1, left_on="2014-04-01"), **ended}, "after the arrangement ended on 31 March 2014")
        self.assert_refused(self.row(1, joined_on="2014-03-31", left_on="2014-03-30"), "can't be before")
        self.assert_saved({**self.row(1, left_on="2014-03-31"), **ended})

    def test_wrong_dates_are_messages(self):
        wrong = [
            ({"ended_on": "2010-03-31", "end_reason": "dissolved"}, "The end date can't be before the start date."),
            ({"ended_on": "2014-03-31"}, "An end date needs a reason, and a reason an end date."),
            ({"end_reason": "dissolved"}, "An end date needs a reason, and a reason an end date."),
            ({"started_on": "banana"}, "Enter a valid date."),
            ({"started_on": "2014-02-30"}, "Enter a valid date."),
            ({"started_on": "20140-01-01"}, "Enter a valid date."),
            ({"partnerships-0-joined_on": "yesterday"}, "Enter a valid date."),
            ({"started_on": ""}, "Give a start date with its precision"),
            ({"start_precision": "unknown"}, "Give a start date with its precision"),
        ]
        for fields, message in wrong:
            with self.subTest(fields=fields):
                self.assert_refused({**self.read, **fields}, message)

    def test_other_wrong_values_are_messages_too(self):
        wrong = [
            ({"name": ""}, "This field is required."),
            ({"name": "x" * 161}, "at most 160 characters"),
            ({"main_service": "999999"}, "Select a valid choice."),
            ({"main_service": "abc"}, "Select a valid choice."),
            ({"other_services": ["abc"]}, "“abc” is not a valid value."),
            ({"governance": "monarchy"}, "Select a valid choice."),
            ({"aims": ["glory"]}, "Select a valid choice."),
            ({"source_url": "not an address"}, "Enter a valid URL."),
            ({"partnerships-0-council": "999999"}, "Select a valid choice."),
            ({"partnerships-0-role": "boss"}, "Select a valid choice."),
        ]
        for fields, message in wrong:
            with self.subTest(fields=fields):
                self.assert_refused({**self.read, **fields}, message)

    def test_an_address_that_holds_no_key_answers_404_or_leads_back(self):
        for page in ["change", "history"]:
            response = self.client.get(f"/admin/arrangements/arrangement/abc/{page}/", follow=True)
            assert response.status_code in {200, 404}


class StaleTests(ArrangementAdminTestCase):
    """Somebody else saved in between, by whatever door: both sides are shown, and saving again is a decision."""

    def elsewhere(self, door: str, model: Any, key: int, field: str, value: Any) -> None:
        if door == "save":
            one = model.objects.get(pk=key)
            setattr(one, field, value)
            one.save()
        elif door == "update":
            model.objects.filter(pk=key).update(**{field: value})
        else:
            with connection.cursor() as cursor:
                cursor.execute(f"UPDATE {model._meta.db_table} SET {field} = %s WHERE id = %s", [value, key])

    def test_on_the_form(self):
        for door in ["save", "update", "raw SQL"]:
            with self.subTest(door):
                read = as_read(self.client.get(self.url))
                self.elsewhere(door, Arrangement, self.arrangement.pk, "name", f"Theirs by {door}")
                before = self.standing()
                response = self.post({**read, "name": f"Mine beside {door}", "summary": "Mine too"})
                assert STALE in words(response)
                assert compared(response)[0] == ("Name", read["name"], f"Theirs by {door}", f"Mine beside {door}")
                assert self.standing() == before

                again = as_read(response)
                assert (again["name"], again["summary"]) == (f"Mine beside {door}", "Mine too")
                self.assert_saved(again)
                assert Arrangement.objects.get(pk=self.arrangement.pk).name == f"Mine beside {door}"

    def test_on_a_row_of_its_parties(self):
        row = self.arrangement.partnerships.get(council=self.second)
        for door, theirs, mine in [
            ("save", date(2011, 4, 1), date(2011, 5, 1)),
            ("update", date(2012, 4, 1), date(2012, 5, 1)),
            ("raw SQL", date(2013, 4, 1), date(2013, 5, 1)),
        ]:
            with self.subTest(door):
                make_partnership(self.arrangement, make_council())  # so that there are two on every day
                read = as_read(self.client.get(self.url))
                number = self.number(read, "id", row.pk)
                self.elsewhere(door, Partnership, row.pk, "joined_on", theirs)
                before = self.standing()
                response = self.post({**read, "name": f"Beside {door}", f"partnerships-{number}-joined_on": mine})
                assert STALE in words(response)
                assert [row[2:] for row in compared(response)] == [(spelled(theirs), spelled(mine))]
                assert self.standing() == before

                self.assert_saved(as_read(response))
                row.refresh_from_db()
                assert row.joined_on == mine
                assert Arrangement.objects.get(pk=self.arrangement.pk).name == f"Beside {door}"

    def test_a_row_that_somebody_took_out_meanwhile_is_told_and_stays_out_unless_it_is_put_back(self):
        for chosen, comes_back in [("theirs", False), ("mine", True)]:
            with self.subTest(chosen):
                third = make_partnership(self.arrangement, make_council())
                read, key = as_read(self.client.get(self.url)), third.pk
                number = self.number(read, "id", key)
                third.delete()
                before = self.standing()
                response = self.post({**read, f"partnerships-{number}-joined_on": "2012-04-01"})
                assert happened(response) == [(f"Partnership: {third}", "Taken out")]
                assert compared(response) == [("Joined on", "nothing", "taken out", "1 April 2012")]
                assert self.standing() == before
                again = as_read(response)
                choice = f"take-partnerships-{key}"
                assert again[choice] == "theirs"
                self.assert_saved({**again, choice: chosen})
                back = self.arrangement.partnerships.filter(council=third.council)
                assert [row.joined_on for row in back] == ([date(2012, 4, 1)] if comes_back else [])

    def test_a_row_taken_out_meanwhile_that_i_didn_t_touch_is_told_and_leaves_the_form(self):
        third = make_partnership(self.arrangement, make_council())
        read = as_read(self.client.get(self.url))
        Partnership.objects.filter(pk=third.pk).delete()
        response = self.post({**read, "name": "Mine"})
        assert happened(response) == [(f"Partnership: {third}", "Taken out")]
        assert compared(response) == []
        assert as_read(response)["partnerships-TOTAL_FORMS"] == "2"
        self.assert_saved(as_read(response))
        assert Arrangement.objects.get(pk=self.arrangement.pk).name == "Mine"
        assert self.arrangement.partnerships.count() == 2

    def test_a_row_that_both_took_out_is_out(self):
        third = make_partnership(self.arrangement, make_council())
        read = as_read(self.client.get(self.url))
        number = self.number(read, "id", third.pk)
        Partnership.objects.filter(pk=third.pk).delete()
        self.assert_saved({**read, f"partnerships-{number}-DELETE": "on"})

    def test_a_row_added_meanwhile_joins_the_form_and_counts_among_the_parties(self):
        third = make_council("Thirdham Council")
        added = make_partnership(self.arrangement, third, joined_on=date(2012, 4, 1))
        fourth = {"council": third.pk, "role": "partner", "joined_on": "2013-04-01"}
        response = self.post(with_row({**self.read, "name": "Mine"}, "partnerships", **fourth))
        assert happened(response) == [(f"Partnership: {added}", "Added")]
        again = as_read(response)
        assert again["partnerships-INITIAL_FORMS"] == "3"
        assert again[f"partnerships-{self.number(again, 'council', third.pk)}-joined_on"] == "01/04/2012"
        self.assert_refused(again, "This council is already in the arrangement during that period.")
        again["partnerships-TOTAL_FORMS"] = "3"
        self.assert_saved(again)
        assert self.arrangement.partnerships.count() == 3
        assert Arrangement.objects.get(pk=self.arrangement.pk).name == "Mine"

    def test_a_row_ticked_to_be_taken_out_that_somebody_changed_stays_until_it_is_decided(self):
        for chosen, stays in [("theirs", True), ("mine", False)]:
            with self.subTest(chosen):
                third = make_partnership(self.arrangement, make_council())
                read = as_read(self.client.get(self.url))
                number = self.number(read, "id", third.pk)
                self.elsewhere("update", Partnership, third.pk, "role", "client")
                before = self.standing()
                response = self.post({**read, f"partnerships-{number}-DELETE": "on"})
                assert compared(response) == [("Role", "Partner", "Client", "to be taken out")]
                assert self.standing() == before
                again = {**as_read(response), f"take-partnerships-{third.pk}-DELETE": chosen}
                self.assert_saved(again)
                assert self.arrangement.partnerships.filter(pk=third.pk, role="client").exists() == stays

    def test_where_both_changed_a_row_theirs_can_be_chosen_field_by_field(self):
        row = self.arrangement.partnerships.get(council=self.second)
        make_partnership(self.arrangement, make_council())
        read = as_read(self.client.get(self.url))
        Partnership.objects.filter(pk=row.pk).update(role="client", joined_on=date(2012, 4, 1))
        number = self.number(read, "id", row.pk)
        mine = {f"partnerships-{number}-role": "lead", f"partnerships-{number}-joined_on": "2013-04-01"}
        response = self.post({**read, **mine})
        assert [field for field, *_ in compared(response)] == ["Role", "Joined on"]
        self.assert_saved({**as_read(response), f"take-partnerships-{row.pk}-role": "theirs"})
        row.refresh_from_db()
        assert (row.role, row.joined_on) == ("client", date(2013, 4, 1))

    def test_an_old_reading_that_comes_back_untouched_beside_a_change_is_told_too(self):
        self.elsewhere("update", Arrangement, self.arrangement.pk, "name", "Theirs")
        response = self.post({**self.read, "partnerships-1-role": "client"})
        assert compared(response) == [("Name", "Shared ICT", "Theirs", "Shared ICT")]
        assert not self.arrangement.partnerships.filter(role="client").exists()
        self.assert_saved(as_read(response))
        assert self.arrangement.partnerships.filter(role="client").exists()
        assert Arrangement.objects.get(pk=self.arrangement.pk).name == "Theirs"

    def test_what_stands_and_what_was_typed_are_compared_in_words(self):
        self.elsewhere("update", Partnership, self.arrangement.partnerships.get(council=self.second).pk, "role", "client")
        response = self.post({**self.read, "partnerships-1-joined_on": "2011-04-01"})
        assert compared(response) == [
            ("Role", "Partner", "Client", "Partner"),
            ("Joined on", "nothing", "nothing", "1 April 2011"),
        ]

    def test_the_services_it_also_shares_are_compared_by_name(self):
        """They live in a table of their own, whose every change raises the arrangement's version."""
        first, other, third = make_service("payroll"), make_service("legal"), make_service("audit")
        for door in ["add", "raw SQL", "take out"]:
            with self.subTest(door):
                self.arrangement.other_services.set([first])
                read = as_read(self.client.get(self.url))
                theirs = {"add": "Legal, Payroll", "raw SQL": "Legal", "take out": "nothing"}[door]
                if door == "add":
                    self.arrangement.other_services.add(other)
                elif door == "raw SQL":
                    with connection.cursor() as cursor:
                        cursor.execute("UPDATE arrangements_arrangement_other_services SET service_id = %s", [other.pk])
                else:
                    self.arrangement.other_services.clear()
                stand = list(self.arrangement.other_services.all())
                response = self.post({**read, "other_services": [third.pk]})
                assert compared(response) == [("Other services", "Payroll", theirs, "Audit")]
                assert list(self.arrangement.other_services.all()) == stand
                self.assert_saved(as_read(response))
                assert list(self.arrangement.other_services.all()) == [third]

    def test_rows_that_have_changed_places_are_named_after_themselves(self):
        """Django names each row by its place among those that stand."""
        make_partnership(self.arrangement, make_council("Thirdham Council"))
        read = as_read(self.client.get(self.url))
        first = self.arrangement.partnerships.get(council=self.first)
        self.elsewhere("update", Partnership, first.pk, "joined_on", date(2012, 4, 1))
        response = self.post({**read, "name": "Mine"})
        shown = next(each for each in response.context["inline_admin_formsets"] if each.formset.prefix == "partnerships")
        rows = [(row.original.pk, row.form.instance.pk) for row in shown if row.original is not None]
        assert len(rows) == 3
        assert all(one == other for one, other in rows)

    def test_links_that_only_they_changed_are_kept_beside_mine(self):
        before, other = make_arrangement(name="Before it"), make_service("legal")
        read = as_read(self.client.get(self.url))
        self.arrangement.replaces.add(before)
        self.arrangement.other_services.add(other)
        response = self.post({**read, "name": "Mine"})
        assert ("Replaces", "nothing", "Before it", "nothing") in compared(response)
        self.assert_saved(as_read(response))
        assert list(self.arrangement.replaces.all()) == [before]
        assert list(self.arrangement.other_services.all()) == [other]
        assert Arrangement.objects.get(pk=self.arrangement.pk).name == "Mine"

    def test_what_was_carried_survives_another_refusal_in_between(self):
        third = make_service("audit")
        refused = self.post({**self.read, "other_services": [third.pk], "name": ""})
        assert "This field is required." in messages_of(refused)
        self.arrangement.other_services.add(make_service("legal"))
        response = self.post({**as_read(refused), "name": "Mine"})
        assert ("Other services", "nothing", "Legal", "Audit") in compared(response)


class HistoryTests(ArrangementAdminTestCase):
    def test_it_tells_old_and_new_who_by_which_door_and_why_of_rows_taken_out_too(self):
        third = make_council("Thirdham Council")
        self.assert_saved({**with_row(self.read, "partnerships", council=third.pk, role="partner"), "name": "Shared IT"})
        with written_by(door="import", reason="From the file of 2012"):
            self.arrangement.partnerships.filter(council=third).update(joined_on=date(2012, 4, 1))
        read = as_read(self.client.get(self.url))
        number = self.number(read, "council", third.pk)
        self.assert_saved({**read, f"partnerships-{number}-DELETE": "on"})
        url = reverse("admin:arrangements_arrangement_history", args=[self.arrangement.pk])
        with CaptureQueriesContext(connection) as counted:
            response = self.client.get(url)
        assert len(counted) <= 12
        told = [(event.deed, event.subject, event.actor, event.door, event.reason) for event in response.context["events"]]
        role = f"database role {self.role()}"
        assert told[:3] == [
            ("Deleted", "Thirdham Council in Shared IT", "analyst@example.org", "admin", ""),
            ("Changed", "Thirdham Council in Shared IT", role, "import", "From the file of 2012"),
            ("Added", "Thirdham Council in Shared IT", "analyst@example.org", "admin", ""),
        ]
        assert "joined on: “” → “1 April 2012”" in words(response)
        assert "name: “Shared ICT” → “Shared IT”" in words(response)

    def role(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT session_user")
            return cursor.fetchone()[0]


class QueryCountTests(ArrangementAdminTestCase):
    def queries(self, url: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert self.client.get(url).status_code == 200
        return len(counted)

    def test_neither_list_nor_form_takes_more_queries_as_the_register_grows(self):
        urls = [reverse("admin:arrangements_arrangement_changelist"), self.url]
        councils = [make_council() for _ in range(20)]

        def grow(count: int) -> None:
            for number in range(count):
                make_arrangement(councils[number % 10], councils[10 + number % 10], bodies=[make_body()])

        grow(10)
        few = [self.queries(url) for url in urls]
        grow(MANY)
        assert [self.queries(url) for url in urls] == few
        assert max(few) <= 12

    def test_nor_does_the_form_of_an_arrangement_with_many_parties(self):
        def grow(count: int) -> None:
            for _ in range(count):
                make_partnership(self.arrangement, make_council())
                BodyPartnership.objects.create(arrangement=self.arrangement, body=make_body())

        grow(5)
        few = self.queries(self.url)
        grow(35)
        assert self.queries(self.url) == few <= 12

    def test_the_list_is_searched_with_a_slip_and_by_a_council(self):
        make_arrangement(name="Waste partnership")
        for typed in ["Shared ICT", "Sharad ICT", "Secondley", self.arrangement.reference]:
            rows = self.client.get(reverse("admin:arrangements_arrangement_changelist"), {"q": typed}).context["cl"].result_list
            assert [row.name for row in rows] == ["Shared ICT"], typed

    def test_the_list_is_narrowed_by_status_today(self):
        make_arrangement(name="Over", ended_on=date(2015, 4, 19), end_reason="expired")
        make_arrangement(name="To come", started_on=date(2015, 4, 21))
        for status, name in [("operating", "Shared ICT"), ("ended", "Over"), ("not-started", "To come")]:
            rows = (
                self.client.get(reverse("admin:arrangements_arrangement_changelist"), {"status": status})
                .context["cl"]
                .result_list
            )
            assert [row.name for row in rows] == [name]
