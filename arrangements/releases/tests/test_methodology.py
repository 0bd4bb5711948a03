"""How the figures are made, and the LGA's own series beside them: every figure has its paragraph, and nothing is added up."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import TestCase

from arrangements.releases.figures import compute
from arrangements.releases.published_series import FILE, LgaFigure, load_lga_figures, points_of
from arrangements.releases.tests.made_rows import make_row, make_rows
from arrangements.releases.tests.small_year import make_small_year
from arrangements.releases.vocabulary import LgaMeasure
from arrangements.tests.builders import make_release
from sharedservices.common.charts import Point, series
from sharedservices.common.trail import events


def ids_on(page: str) -> Counter:
    return Counter(re.findall(r' id="([^"]+)"', page))


class MethodologyTests(TestCase):
    def test_every_measure_has_a_paragraph_of_its_own(self):
        page = self.client.get("/methodology/").content.decode()
        measures = {figure.measure for figure in compute(make_rows(make_row(amount=1)), make_rows(make_row(amount=1)))}
        found = ids_on(page)
        assert {measure for measure in measures if found[measure] != 1} == set(), "say in methodology.html how it is counted"
        assert [name for name, count in found.items() if count > 1] == []

    def test_every_link_within_the_page_leads_to_a_heading_or_paragraph(self):
        page = self.client.get("/methodology/").content.decode()
        assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids_on(page))

    def test_each_figure_s_page_links_to_its_paragraph(self):
        release = make_release(make_small_year().year)
        found = ids_on(self.client.get("/methodology/").content.decode())
        for figure in release.figures.all():
            page = self.client.get(f"/releases/{release.slug}/figures/{figure.key}/").content.decode()
            (target,) = re.findall(r'href="/methodology/#([^"]+)"', page)
            assert target == figure.measure
            assert found[target] == 1


class PublishedSeriesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.count = load_lga_figures()

    def test_the_file_holds_the_published_totals_each_with_its_basis(self):
        totals = LgaFigure.objects.filter(measure="savings", subject="England", basis="to-date")
        assert {f"{each.published:%Y-%m}": each.value for each in totals if each.value != 165_000_000} == {
            "2011-12": 156_500_000, "2012-12": 249_000_000, "2013-01": 263_000_000, "2013-03": 278_000_000,
            "2014-05": 357_000_000, "2015-07": 462_000_000, "2016-06": 500_000_000, "2018-07": 840_000_000,
            "2018-10": 971_000_000, "2019-07": 1_340_000_000,
        }  # fmt: skip
        assert [each.value for each in LgaFigure.objects.filter(basis="in-year")] == [200_000_000]
        assert LgaFigure.objects.filter(published__year=2017).count() == 0

    def test_each_figure_names_its_source(self):
        assert not LgaFigure.objects.filter(source="").exists()
        assert {each.source for each in LgaFigure.objects.filter(source_url="")} == {"Computerworld UK, 2014"}

    def test_loading_again_writes_nothing_and_what_differs_is_brought_back(self):
        written = events(LgaFigure).count()
        assert load_lga_figures() == self.count == LgaFigure.objects.count()
        assert events(LgaFigure).count() == written
        LgaFigure.objects.filter(value=357_000_000).update(value=358_000_000)
        load_lga_figures()
        assert LgaFigure.objects.filter(value=357_000_000).count() == 1

    def test_a_file_with_an_unknown_basis_is_refused_whole(self):
        broken = FILE.parent / "broken.csv"
        text = FILE.read_text(encoding="utf-8").replace(",to-date,", ",guessed,", 1)
        broken.write_text(text, encoding="utf-8")
        try:
            with pytest.raises(ValidationError):
                load_lga_figures(broken)
        finally:
            broken.unlink()
        assert LgaFigure.objects.count() == self.count

    def test_the_page_and_its_file_have_every_figure_with_basis_and_source(self):
        page = self.client.get("/published-figures/").content.decode()
        rows = list(csv.DictReader(io.StringIO(self.client.get("/published-figures.csv").content.decode("utf-8-sig"))))
        assert len(rows) == self.count
        for each, row in zip(LgaFigure.objects.all(), rows, strict=True):
            assert row["value"] == str(each.value)
            assert row["basis"] == each.basis
            assert each.source_url.replace("&", "&amp;") in page
        assert "No figure of this register contains any of them." in page
        assert page.count('class="register-break"') == 2

    def test_no_other_part_of_the_register_reads_it(self):
        readers = {
            str(path.relative_to(settings.BASE_DIR))
            for path in settings.BASE_DIR.glob("*/**/*.py")
            if "tests" not in path.parts and "migrations" not in path.parts and ".venv" not in path.parts
            if "published_series" in path.read_text(encoding="utf-8") or "LgaFigure" in path.read_text(encoding="utf-8")
        }
        assert readers == {
            "arrangements/models.py",  # so that Django finds it
            "arrangements/demonstration/load.py",
            "arrangements/management/commands/load_lga_figures.py",
            "arrangements/releases/methodology.py",
            "arrangements/releases/published_series.py",
        }

    def test_a_register_without_it_says_so(self):
        LgaFigure.objects.all().delete()
        assert "been loaded" in self.client.get("/published-figures/").content.decode()

    def test_years_without_a_figure_stay_empty_and_what_was_only_expected_is_no_point(self):
        points = points_of(list(LgaFigure.objects.all()), LgaMeasure.SAVINGS)
        assert [(point.label, point.value) for point in points if point.value is None] == [("2017", None)]
        assert 169_000_000 not in [point.value for point in points]


def test_a_break_is_marked_where_the_basis_changes_and_bars_of_another_basis_are_drawn_otherwise():
    points = [
        Point("2011", 50, "£50", "forecast", 2011),
        Point("2012", 100, "£100", "to date", 2012),
        Point("2013", None, "no figure found", "", 2013),
        Point("2014", 0, "£0", "to date", 2014),
        Point("2015", 1, "£1", "to date", 2015),
    ]
    marks = series(points)
    assert [mark.broken for mark in marks] == ["", "Break: forecast above, to date below", "", "", ""]
    assert [(mark.bar.kind, mark.bar.width) for mark in marks] == [
        ("unlike", 500), ("total", 1000), ("nothing", 0), ("nothing", 0), ("total", 10),
    ]  # fmt: skip
    assert series([]) == ()
