"""Financial years: from 1 April to 31 March, both ends counting."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import TestCase

from arrangements.returns.models import FinancialYear
from arrangements.returns.querysets import councils_asked
from arrangements.tests.builders import make_year
from councils.models import KINDS_ASKED, CouncilKind
from councils.tests.builders import make_council


class YearTests(TestCase):
    def test_the_database_writes_its_slug_and_last_day(self):
        for first, slug, shown in [
            (2013, "2013-14", "2013/14"),
            (1999, "1999-00", "1999/00"),
            (2008, "2008-09", "2008/09"),
            (2099, "2099-00", "2099/00"),
        ]:
            year = FinancialYear.objects.create(starts_on=date(first, 4, 1))
            year.refresh_from_db()
            assert (year.slug, year.ends_on, str(year)) == (slug, date(first + 1, 3, 31), shown)

    def test_raw_sql_gets_the_same(self):
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO arrangements_financialyear (starts_on, version) VALUES ('2015-04-01', 1)")
        assert FinancialYear.objects.filter(slug="2015-16", ends_on=date(2016, 3, 31)).exists()

    def test_nobody_can_write_a_slug_by_hand(self):
        year = make_year(2013)
        with pytest.raises(Exception, match="slug"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE arrangements_financialyear SET slug = '2012-13' WHERE id = %s", [year.pk])

    def test_a_year_contains_both_its_ends(self):
        before, year, after = make_year(2012), make_year(2013), make_year(2014)
        for day, containing in [
            (date(2013, 3, 31), before),
            (date(2013, 4, 1), year),
            (date(2014, 2, 28), year),
            (date(2014, 3, 31), year),
            (date(2014, 4, 1), after),
        ]:
            assert FinancialYear.objects.containing(day) == containing

    def test_a_day_of_no_year_that_is_held_is_in_none(self):
        make_year(2013)
        for day in (date(2013, 3, 31), date(2014, 4, 1)):
            with pytest.raises(FinancialYear.DoesNotExist):
                FinancialYear.objects.containing(day)

    def test_a_year_is_over_the_day_after_31_march(self):
        before, year = make_year(2012), make_year(2013)
        assert FinancialYear.objects.latest_ended_by(date(2014, 3, 31)) == before
        assert FinancialYear.objects.latest_ended_by(date(2014, 4, 1)) == year
        assert FinancialYear.objects.latest_ended_by(date(2013, 3, 31)) is None

    def test_years_come_latest_first_and_know_the_one_before(self):
        make_year(2012), make_year(2014), make_year(2013)
        assert [str(year) for year in FinancialYear.objects.all()] == ["2014/15", "2013/14", "2012/13"]
        assert make_year(2013).previous_starts_on == make_year(2012).starts_on


class YearRuleTests(TestCase):
    def assert_refused(self, message, constraint, **fields):
        """`full_clean` says the message; the database names the constraint."""
        year = FinancialYear(**{"starts_on": date(2013, 4, 1), **fields})
        with pytest.raises(ValidationError) as refused:
            year.full_clean()
        assert message in refused.value.messages
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            year.save()

    def assert_accepted(self, **fields):
        year = FinancialYear(**{"starts_on": date(2013, 4, 1), **fields})
        year.full_clean()
        year.save()

    def test_it_starts_on_1_april(self):
        for day in (date(2013, 3, 31), date(2013, 4, 2), date(2013, 1, 1), date(2013, 5, 1)):
            self.assert_refused("A financial year starts on 1 April.", "a_financial_year_starts_on_1_april", starts_on=day)

    def test_it_ends_on_a_date_that_can_be_held(self):
        self.assert_accepted(starts_on=date(9998, 4, 1))
        with pytest.raises(ValidationError, match="The register holds no year that starts in 9999."):
            FinancialYear(starts_on=date(9999, 4, 1)).full_clean()

    def test_it_is_recorded_once(self):
        make_year(2013)
        self.assert_refused("Financial year with this Starts on already exists.", "starts_on")

    def test_a_collection_opens_after_31_march(self):
        closing = {"closes_on": date(2014, 5, 8)}
        message = "The collection opens after 31 March, when the year is over."
        for day in (date(2013, 4, 1), date(2014, 3, 31)):
            self.assert_refused(message, "a_collection_opens_after_31_march", opens_on=day, **closing)
        self.assert_accepted(opens_on=date(2014, 4, 1), **closing)

    def test_a_collection_closes_on_or_after_it_opens(self):
        opening = {"opens_on": date(2014, 4, 7)}
        message = "The collection can't close before it opens."
        self.assert_refused(message, "a_collection_closes_on_or_after_it_opens", closes_on=date(2014, 4, 6), **opening)
        self.assert_accepted(closes_on=date(2014, 4, 7), **opening)

    def test_a_collection_has_a_first_and_a_last_day_or_neither(self):
        message = "Give both opens on and closes on, or neither."
        self.assert_refused(message, "financialyear_opens_on_with_closes_on", opens_on=date(2014, 4, 7))
        self.assert_refused(message, "financialyear_opens_on_with_closes_on", closes_on=date(2014, 4, 7))
        self.assert_accepted()

    def test_its_version_rises_with_every_update(self):
        year = make_year(2013)
        FinancialYear.objects.update(closes_on=date(2014, 6, 1))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE arrangements_financialyear SET closes_on = '2014-06-02'")
        assert FinancialYear.objects.get().version == year.version + 2

    def test_its_changes_are_told(self):
        year = make_year(2013)
        FinancialYear.objects.update(closes_on=date(2014, 6, 1))
        told = FinancialYear.pgh_event_model.objects.filter(pgh_obj_id=year.pk).order_by("pgh_id")
        expected = [("insert", date(2014, 5, 8)), ("update", date(2014, 6, 1))]
        assert list(told.values_list("pgh_label", "closes_on")) == expected


class CouncilsAskedTests(TestCase):
    def test_asked_are_those_in_force_on_31_march_on_both_edges_of_a_life(self):
        for first_day, last_day, asked in [
            (date(1974, 4, 1), None, True),
            (date(2014, 3, 31), None, True),
            (date(2014, 4, 1), None, False),
            (date(1974, 4, 1), date(2014, 3, 31), True),
            (date(1974, 4, 1), date(2014, 3, 30), False),
            (date(2014, 3, 31), date(2014, 3, 31), True),
        ]:
            council = make_council(started_on=first_day, ended_on=last_day)
            assert councils_asked(make_year(2013)).filter(pk=council.pk).exists() is asked

    def test_the_city_and_the_isles_are_not_asked(self):
        for kind in CouncilKind:
            council = make_council(kind=kind)
            assert councils_asked(make_year(2013)).filter(pk=council.pk).exists() is (kind in KINDS_ASKED)
        assert councils_asked(make_year(2013)).count() == 5
