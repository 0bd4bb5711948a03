"""Pages of years: each chart has its reading, its rows and its file, from what is stored."""

from __future__ import annotations

import csv
import io
from datetime import date

from django.test import TestCase, override_settings

from arrangements.releases.charting import Published, basis_of
from arrangements.releases.models import ReleasedFigure
from arrangements.releases.tests.stored import behind_the_triggers
from arrangements.releases.year_pages import figures_of, release_charts
from arrangements.tests.builders import accept_all, make_arrangement, make_release, make_saving, make_year
from arrangements.tests.standing import WorldTestCase
from arrangements.tests.world import TODAY
from sharedservices.common.charts import Chart


@override_settings(REGISTER_TODAY=TODAY)
class FurnishedTests(WorldTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.release = cls.world.releases[-1]

    def charts(self) -> list[Chart]:
        return list(release_charts(self.release, figures_of(self.release)))

    def test_every_chart_stands_on_the_page_with_its_reading_its_rows_and_its_file(self):
        page = self.client.get("/years/2013-14/").content.decode()
        for chart in self.charts():
            assert chart.reading in page.replace("&#x27;", "'")
            assert f'id="{chart.key}"' in page
            assert f'href="{chart.csv}"' in page
            rows = list(csv.reader(io.StringIO(self.client.get(chart.csv).content.decode("utf-8-sig"))))
            assert rows[0] == list(chart.header)
            assert [row[0] for row in rows[1:]] == [each.code for each in chart.values]
            assert [row[2] for row in rows[1:]] == ["" if each.value is None else str(each.value) for each in chart.values]

    def test_a_chart_s_numbers_are_the_stored_ones_and_each_leads_to_its_rows(self):
        chart = self.charts()[0]
        for each in chart.values:
            figure = ReleasedFigure.objects.get(release=self.release, key=f"savings-category:{each.code}")
            assert (each.value, each.display) == (figure.value, figure.display)
            assert self.client.get(each.href).status_code == 200
            assert f"From {figure.row_count} arrangement" in each.note

    def test_growth_is_a_count_and_a_per_cent_with_both_figures(self):
        growth = {chart.key: chart for chart in self.charts()}["growth-by-region"]
        for each in growth.values:
            before, now = (
                ReleasedFigure.objects.get(release__slug=slug, key=f"arrangements-region:{each.code}").value
                for slug in ("2012-13.r2", "2013-14.r1")
            )
            assert each.value == now - before
            assert each.note.startswith(f"{before} to {now}")

    def test_years_run_from_the_first_published_to_the_last_and_lead_to_the_figures(self):
        page = self.client.get("/years/").content.decode()
        assert page.index("2013-14/") < page.index("2014-15/")
        file = self.client.get("/years/savings.csv").content.decode("utf-8-sig").splitlines()
        assert [row.split(",")[0] for row in file] == ["code", "2012-13", "2013-14"]
        total = ReleasedFigure.objects.get(release__slug="2012-13.r2", key="savings-total")
        assert f"2012-13,2012/13,{total.value}," in file[1]
        assert "/releases/2012-13.r2/figures/savings-total/" in page
        assert "2012-13.r1" not in page

    def test_six_questions_for_a_year_and_three_for_all(self):
        with self.assertNumQueries(6):
            self.client.get("/years/2013-14/")
        with self.assertNumQueries(3):
            self.client.get("/years/")

    def test_another_definition_breaks_the_trend_and_another_name_does_not(self):
        key = "savings-category:back-office"
        before = Published.with_figures([key]).of(key)
        assert before[0].basis == before[1].basis
        figure = ReleasedFigure.objects.get(release=self.release, key=key)
        with behind_the_triggers():
            ReleasedFigure.objects.filter(pk=figure.pk).update(
                label="Reported savings: Office", definition=figure.definition.replace("Back office", "Office")
            )
            assert len({each.basis for each in Published.with_figures([key]).of(key)}) == 1
            ReleasedFigure.objects.filter(pk=figure.pk).update(definition="Counted quite otherwise.")
            page = self.client.get("/categories/back-office/").content.decode()
        assert "Before 2013/14 they were counted by another definition" in page
        assert "register-trend__break" in page

    def test_a_plain_measure_keeps_its_whole_definition(self):
        figure = ReleasedFigure(label="Arrangements", definition="Those operating.")
        assert basis_of(figure) == "Those operating."


@override_settings(REGISTER_TODAY=date(2017, 4, 20))
class GapTests(TestCase):
    def test_a_year_between_without_a_release_is_a_gap_in_words(self):
        arrangement = make_arrangement()
        make_year(2014)
        for number in (2013, 2015):
            make_saving(arrangement, make_year(number), 1_000)
            accept_all(make_year(number))
            make_release(make_year(number))
        page = self.client.get("/years/").content.decode()
        assert "Nothing published" in page
        assert "There is no figure for 2014/15." in page
        assert "2014-15,2014/15,,Nothing published," in self.client.get("/years/savings.csv").content.decode()

    def test_before_anything_is_published_pages_say_so(self):
        make_year(2013)
        assert "No year has been published yet." in self.client.get("/years/").content.decode()
        assert "Nothing has been published for this year yet." in self.client.get("/years/2013-14/").content.decode()
        assert self.client.get("/years/savings.csv").content.decode("utf-8-sig").strip() == "code,name,pounds,in_words,note"
