"""A reported mistake: two fields, no account, in the analysts' queue with record and release, gone after ninety days."""

from __future__ import annotations

from datetime import date, timedelta

import pghistory.models
import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import TestCase, override_settings

from arrangements.public.mistakes.actions import forget_old_reports, report_mistake
from arrangements.public.mistakes.models import KEPT, MistakeReport
from arrangements.public.mistakes.views import MOST_AN_HOUR
from arrangements.tests.builders import accept_all, make_analyst, make_arrangement, make_release, make_year
from councils.tests.builders import make_council, make_user
from sharedservices.common.tests.admin_forms import as_read
from sharedservices.common.today import now
from sharedservices.tests.house import client_of

WRONG = {"text": "It began in 2011, says the cabinet report.", "reply_to": "reader@example.org"}


@override_settings(REGISTER_TODAY=date(2015, 4, 20), REQUIRE_SECOND_FACTOR=False)
class MistakeTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.arrangement = make_arrangement()
        accept_all(make_year(2013))
        cls.release = make_release(make_year(2013))
        cls.analyst = make_analyst()

    def setUp(self):
        cache.clear()
        self.address = f"{self.arrangement.get_absolute_url()}mistake/"

    def test_it_reaches_the_queue_with_its_record_and_its_release_filled_in(self):
        answer = self.client.post(self.address, WRONG, follow=True)
        assert answer.redirect_chain == [(self.arrangement.get_absolute_url(), 302)]
        assert "Thank you. The mistake you reported is with" in answer.content.decode()
        report = MistakeReport.objects.get()
        assert (report.arrangement, report.council, report.release) == (self.arrangement, None, self.release)
        queue = client_of(self.analyst).get("/admin/arrangements/mistakereport/?state=open").content.decode()
        assert WRONG["text"] in queue
        assert self.release.slug.partition(".")[0].replace("-", "/") in queue

    def test_a_council_s_page_has_one_too_and_an_address_need_not_be_given(self):
        council = make_council("Town Council")
        self.client.post("/councils/town/mistake/", {"text": "Its website is another.", "reply_to": ""})
        assert MistakeReport.objects.get().record == council

    def test_what_can_t_be_used_is_refused_by_field_and_nothing_is_stored(self):
        for given, said in (
            ({"text": "", "reply_to": ""}, "Say what is wrong, in ten letters or more."),
            ({"text": "No.", "reply_to": ""}, "Say what is wrong, in ten letters or more."),
            ({"text": "x" * 2_001, "reply_to": ""}, "Say it in 2,000 letters or fewer."),
            ({**WRONG, "reply_to": "reader"}, "Give an email address like name@example.org, or leave this empty."),
        ):
            assert said in self.client.post(self.address, given).content.decode()
        assert not MistakeReport.objects.exists()

    def test_a_report_is_of_one_record(self):
        for both in ({"arrangement": self.arrangement, "council": make_council()}, {}):
            with pytest.raises(IntegrityError), transaction.atomic():
                MistakeReport.objects.create(text="Wrong it is.", reported_at=now(), **both)

    def test_saying_what_came_of_it_closes_it(self):
        report = report_mistake(record=self.arrangement, **WRONG)
        staff = client_of(self.analyst)
        page = f"/admin/arrangements/mistakereport/{report.pk}/change/"
        form = staff.get(page)
        assert f"/admin/arrangements/arrangement/{self.arrangement.pk}/change/" in form.content.decode()
        staff.post(page, {**as_read(form), "came_of_it": "Put right: 2011."})
        assert list(MistakeReport.objects.open()) == []
        assert WRONG["text"] not in staff.get("/admin/arrangements/mistakereport/?state=open").content.decode()

    def test_after_ninety_days_it_is_nobody_s_to_read_and_then_gone_from_everywhere(self):
        report = report_mistake(record=self.arrangement, **WRONG)
        last = report.reported_at + KEPT
        assert report in MistakeReport.objects.kept(last - timedelta(seconds=1))
        assert report not in MistakeReport.objects.kept(last)
        MistakeReport.objects.update(reported_at=report.reported_at - KEPT)
        staff = client_of(self.analyst)
        assert WRONG["text"] not in staff.get("/admin/arrangements/mistakereport/").content.decode()
        assert staff.get(f"/admin/arrangements/mistakereport/{report.pk}/change/").status_code == 302
        report_mistake(record=self.arrangement, text="Something else is wrong.")
        assert MistakeReport.objects.count() == 1
        assert forget_old_reports() == 0

    def test_what_the_reader_wrote_stands_in_no_trail(self):
        report_mistake(record=self.arrangement, **WRONG)
        events = pghistory.models.Events.objects.references(MistakeReport.objects.get())
        assert events.count() == 1
        assert "cabinet" not in str(list(events.values()))
        assert "reader@" not in str(list(events.values()))

    def test_nobody_but_staff_sees_one(self):
        report_mistake(record=self.arrangement, **WRONG)
        assert list(MistakeReport.objects.visible_to(make_user())) == []
        assert "cabinet" not in self.client.get(self.arrangement.get_absolute_url()).content.decode()

    def test_one_address_can_t_fill_the_queue(self):
        for _ in range(MOST_AN_HOUR):
            assert self.client.post(self.address, WRONG).status_code == 302
        refused = self.client.post(self.address, WRONG)
        assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
        assert MistakeReport.objects.count() == MOST_AN_HOUR

    def test_text_from_people_is_never_markup(self):
        report_mistake(record=self.arrangement, text="<script>alert(1)</script>")
        assert b"<script>alert" not in client_of(self.analyst).get("/admin/arrangements/mistakereport/").content
