"""An arrangement's page: what happened in words and drawn, what was reported with words for what is missing, whom to ask."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import TestCase, override_settings
from hypothesis import given
from hypothesis import strategies as st

from arrangements.public.arrangement_page import drawn, happenings, memberships_of, shown_day
from arrangements.public.tests.test_pages import table, words
from arrangements.register.models import Arrangement
from arrangements.register.vocabulary import EndReason, StartPrecision
from arrangements.returns.vocabulary import Outcome
from arrangements.tests.builders import (
    accept_all,
    make_arrangement,
    make_partnership,
    make_release,
    make_saving,
    make_service,
    make_year,
)
from councils.tests.builders import make_body, make_council
from sharedservices.common.timelines import WIDTH, Period, Row, timeline

TODAY = date(2015, 4, 20)
DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))


def told(arrangement):
    """What happened, as lines."""
    arrangement.refresh_from_db()
    return [f"{each.when}: {each.what}" for each in happenings(arrangement, memberships_of(arrangement))]


@override_settings(REGISTER_TODAY=TODAY)
class HappeningsTests(TestCase):
    def test_who_began_joined_and_left_is_told_in_order_and_to_the_precision_known(self):
        arrangement = make_arrangement(
            make_council("Ash Council"), make_council("Beech Council"), bodies=[make_body("Mid Police")],
            started_on=date(2011, 4, 1), start_precision=StartPrecision.YEAR,
            ended_on=date(2015, 3, 31), end_reason=EndReason.REPLACED,
        )  # fmt: skip
        make_partnership(arrangement, make_council("Cedar Council"), joined_on=date(2012, 6, 1), left_on=date(2013, 3, 31))
        make_partnership(arrangement, make_council("Elm Council"), joined_on=date(2012, 6, 1), left_on=date(2015, 3, 31))
        assert told(arrangement) == [
            "2011: It began with Ash, Beech and Mid Police.",
            "1 June 2012: Cedar and Elm joined.",
            "31 March 2013, last day: Cedar left.",
            "31 March 2015, last day: It ended: replaced by another arrangement.",
        ]

    def test_whoever_stays_in_another_part_has_neither_left_nor_joined(self):
        first, second = make_council("Ash Council"), make_council("Beech Council")
        arrangement = make_arrangement(first, second)
        for council, role in ((first, "partner"), (second, "lead")):
            earlier = arrangement.partnerships.get(council=council)
            answered = earlier.answers
            arrangement.partnerships.filter(pk=earlier.pk).update(left_on=date(2013, 6, 30))
            make_partnership(arrangement, council, role=role, joined_on=date(2013, 7, 1), answers=not answered)
        assert told(arrangement) == [
            "1 April 2010: It began with Ash and Beech.",
            "1 July 2013: Beech became the lead or host authority and answers for it from then on.",
            "1 July 2013: Ash became a partner and no longer answers for it.",
        ]

    def test_what_lies_ahead_is_told_as_what_will_be(self):
        arrangement = make_arrangement(
            make_council("Ash Council"), make_council("Beech Council"), started_on=date(2015, 4, 20),
            ended_on=date(2016, 3, 31), end_reason=EndReason.EXPIRED,
        )  # fmt: skip
        make_partnership(arrangement, make_council("Elm Council"), joined_on=date(2015, 4, 21), left_on=date(2015, 12, 31))
        assert told(arrangement) == [
            "20 April 2015: It began with Ash and Beech.",
            "21 April 2015: Elm joins.",
            "31 December 2015, last day: Elm leaves.",
            "31 March 2016, last day: It ends: agreement or contract expired.",
        ]

    def test_a_start_that_nobody_knows_comes_first_and_is_said(self):
        arrangement = make_arrangement(
            make_council("Ash Council"), make_council("Beech Council"), started_on=None, start_precision=StartPrecision.UNKNOWN
        )
        assert told(arrangement) == ["Not known when: It began with Ash and Beech."]
        assert drawn(memberships_of(arrangement)) is None

    def test_a_party_that_left_and_came_back_has_one_lane_with_both_periods(self):
        back = make_council("Back Council")
        arrangement = make_arrangement(make_council("Ash Council"), make_council("Beech Council"))
        make_partnership(arrangement, back, left_on=date(2012, 3, 31))
        make_partnership(arrangement, back, joined_on=date(2014, 4, 1))
        lane = next(each for each in drawn(memberships_of(arrangement)).lanes if each.name == "Back")
        assert lane.words == ("1 April 2010 to 31 March 2012, partner", "since 1 April 2014, partner")
        first, second = lane.spans
        assert first.x + first.width < second.x
        assert second.is_open
        assert not first.is_open


@given(st.lists(st.tuples(st.none() | DAYS, st.none() | st.integers(0, 4_000), DAYS), min_size=1, max_size=6))
def test_a_day_lies_under_the_bars_of_those_that_belong_on_it(periods):
    """The drawing says what the dates say: whoever belongs on a day has a bar there, and nobody whose period is long past."""
    rows, days = [], [day for _, _, day in periods]
    for number, (start, length, _) in enumerate(periods):
        end = None if length is None else (start or date(2000, 1, 1)) + timedelta(days=length)
        rows.append(Row(str(number), "", "partner", ((Period(start, end, "partner"), ""),)))
    shown = timeline(rows, TODAY)
    first = date(min([TODAY, *(d for row in rows for p, _ in row.periods for d in (p.start, p.end) if d)]).year, 1, 1)
    last = date(max([TODAY, *(d for row in rows for p, _ in row.periods for d in (p.start, p.end) if d)]).year, 12, 31)
    length = (last - first).days + 1
    for row, lane in zip(rows, shown.lanes, strict=True):
        period, span = row.periods[0][0], lane.spans[0]
        assert 0 <= span.x <= span.x + span.width <= WIDTH
        for day in (day for day in days if first <= day <= last):
            at = WIDTH * (day - first).days / length
            if (period.start is None or period.start <= day) and (period.end is None or day <= period.end):
                assert span.x - 1 <= at <= span.x + span.width + 1


@override_settings(REGISTER_TODAY=TODAY)
class PageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.lead = make_council("Lead Council", website="https://lead.example.org")
        cls.long = make_arrangement(
            cls.lead, make_council(), name="Partnership " + "of very many words and more " * 4, service=make_service("legal"),
            contact="shared@example.org", aims=["savings", "resilience"],
        )  # fmt: skip
        cls.bare = make_arrangement(contact="")
        for number, amount in ((2012, 250_000), (2013, 300_000)):
            make_saving(cls.long, make_year(number), amount)
        make_saving(cls.bare, make_year(2012), outcome=Outcome.NOT_CALCULATED)
        cls.young = make_arrangement(started_on=date(2013, 4, 1))
        make_saving(cls.young, make_year(2013), 0)
        for number in (2012, 2013):
            accept_all(make_year(number))
            make_release(make_year(number))

    def test_the_chart_reads_what_was_reported_and_its_file_has_the_same_rows(self):
        text = words(self.client, self.long.get_absolute_url())
        assert "Reported savings rose from £250,000 in 2012/13 to £300,000 in 2013/14: by £50,000, 20 per cent." in text
        file = self.client.get(f"{self.long.get_absolute_url()}savings.csv").content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(file)))
        assert [(row["code"], row["pounds"], row["in_words"]) for row in rows] == [
            ("2012-13", "250000", "£250,000"), ("2013-14", "300000", "£300,000")
        ]  # fmt: skip

    def test_what_is_missing_is_a_word_and_never_a_zero(self):
        assert table(self.client, self.bare.get_absolute_url(), "What was reported, by year").endswith(
            "2013/14 Not returned 2013-14.r1 : its row 2012/13 Not calculated 2012-13.r1 : its row"
        )
        young = words(self.client, self.young.get_absolute_url())
        assert "2012/13 Not operating on 31 March 2012-13.r1" in young
        assert "Reported savings in 2013/14: £0." in young
        file = self.client.get(f"{self.bare.get_absolute_url()}savings.csv").content.decode("utf-8-sig")
        assert "2012-13,2012/13,,Not calculated,Not calculated" in file

    def test_without_a_figure_there_is_no_empty_drawing(self):
        page = self.client.get(self.bare.get_absolute_url()).content.decode()
        assert "register-trend" not in page
        assert '<svg class="register-trend' in self.client.get(self.long.get_absolute_url()).content.decode()

    def test_whom_to_ask_is_the_mailbox_and_the_lead_council(self):
        page = self.client.get(self.long.get_absolute_url()).content.decode()
        assert 'href="mailto:shared@example.org"' in page
        assert "https://lead.example.org" in page
        assert "Contact None recorded" in words(self.client, self.bare.get_absolute_url())

    def test_it_says_how_to_cite_it_and_where_to_report_a_mistake(self):
        text = words(self.client, self.bare.get_absolute_url())
        assert f"({self.bare.reference})." in text
        assert "Shared Services Register, as it stood on 20 April 2015." in text
        assert f"http://testserver{self.bare.get_absolute_url()}" in text
        assert "Report a mistake on this page" in text

    def test_it_leads_to_its_service_its_category_and_its_years(self):
        page = self.client.get(self.long.get_absolute_url()).content.decode()
        for address in ("/services/legal/", "/categories/back-office/", "/years/2012-13/", "/years/2013-14/"):
            assert f'href="{address}"' in page
            assert self.client.get(address).status_code == 200

    def test_it_asks_no_more_of_the_database_for_fifty_parties(self):
        with self.assertNumQueries(10):
            self.client.get(self.long.get_absolute_url())
        for _ in range(50):
            make_partnership(self.long, make_council(), joined_on=date(2014, 1, 1))
        with self.assertNumQueries(10):
            self.client.get(self.long.get_absolute_url())


@pytest.mark.django_db
def test_the_day_shown_is_today_the_last_day_or_the_first(settings):
    settings.REGISTER_TODAY = TODAY
    assert shown_day(Arrangement(started_on=date(2010, 1, 1))) == TODAY
    assert shown_day(Arrangement(started_on=date(2010, 1, 1), ended_on=date(2014, 1, 1))) == date(2014, 1, 1)
    assert shown_day(Arrangement(started_on=date(2016, 1, 1))) == date(2016, 1, 1)
