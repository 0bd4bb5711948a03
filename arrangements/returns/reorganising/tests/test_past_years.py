"""What was published and what was reported of years over before the first day stays as it is, to the byte."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.apps import apps
from django.db.models import F
from django.test import Client, override_settings

from arrangements.register.models import Arrangement, Partnership
from arrangements.releases.models import Release
from arrangements.returns.models import AnnualReturn, ReportedSaving
from arrangements.returns.reorganising.actions import reorganise
from arrangements.returns.reorganising.facts import Act, read
from arrangements.returns.reorganising.plan import Plan
from arrangements.tests.builders import make_analyst
from arrangements.tests.standing import WorldTestCase
from arrangements.tests.world import TODAY
from councils.models import Council, CouncilKind, Region
from councils.tests.builders import made_code

FIRST_DAY = date(2015, 4, 1)
FROZEN = ["Release", "ReleasedArrangement", "ReleasedCouncil", "ReleasedFigure", "ReleasedFile"]


def published() -> dict[str, bytes]:
    """Every page, list, file and figure of every release, on the site and by the API."""
    client, found = Client(), {}
    for release in Release.objects.all():
        of_it = f"/releases/{release.slug}/"
        pages = [of_it, *(f"{of_it}{name}" for name in ["arrangements/", "arrangements.csv", "councils/", "councils.csv"])]
        pages += [f"{of_it}files/{file.name}" for file in release.files.all()]
        pages += [f"{of_it}figures/{figure.key}/" for figure in release.figures.all()]
        pages += [f"/api/v1{of_it}", *(f"/api/v1{of_it}{name}/" for name in ["arrangements", "councils", "figures"])]
        pages.append(f"/years/{release.year.slug}/")
        for page in pages:
            response = client.get(page)
            assert response.status_code == 200, page
            content = b"".join(response.streaming_content) if response.streaming else response.content
            # What a list may be filtered by is today's: it offers new councils too. What it shows is not.
            found[page] = re.sub(rb"<select.*?</select>", b"", content, flags=re.DOTALL)
    return found


def reported() -> dict[int, list[tuple]]:
    """The lines and answers of every return."""
    return {
        each.pk: [
            (each.state, each.version, line.pk, *(ReportedSaving.objects.filter(arrangement=line, year=each.year).values_list()))
            for line in each.lines().order_by("pk")
        ]
        for each in AnnualReturn.objects.select_related("year")
    }


def frozen() -> dict[str, list]:
    """Every frozen row."""
    return {name: list(apps.get_model("arrangements", name).objects.order_by("pk").values_list()) for name in FROZEN}


def operating() -> dict[tuple[str, date], list]:
    """Who takes part in what, and answers, on days before the first."""
    days = [date(2012, 6, 1), date(2013, 3, 31), date(2014, 3, 31), date(2014, 4, 1), date(2015, 3, 31)]
    return {
        (arrangement.reference, day): sorted(
            arrangement.partnerships.in_force_on(day).values_list("council__gss_code", "role", "answers")
        )
        for day in days
        for arrangement in Arrangement.objects.in_force_on(day)
    }


@pytest.mark.xdist_group("house")
@override_settings(REGISTER_TODAY=TODAY)
class PastYearsTests(WorldTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        # Made in bulk, some of its parts begin before their arrangement, which no form would store.
        Partnership.objects.filter(joined_on__lt=F("arrangement__started_on")).update(joined_on=None)

    def test_a_county_and_its_districts_are_reorganised_and_nothing_that_was_published_or_reported_differs(self):
        county = Council.objects.get(slug="northshire")
        old = [county, *county.districts.all()]
        east, west = (
            Council(
                name=f"{name} Northshire Council",
                short_name=f"{name} Northshire",
                slug=f"{name.lower()}-northshire",
                gss_code=made_code("E06"),
                kind=CouncilKind.UNITARY,
                region=Region.objects.get(name="South East"),
                started_on=FIRST_DAY,
            )
            for name in ("East", "West")
        )
        predecessors = {each: [east, west] if each == county else [(east, west)[at % 2]] for at, each in enumerate(old)}
        follows = {each.gss_code: tuple(one.gss_code for one in some) for each, some in predecessors.items()}
        plan = Plan(read(Act(FIRST_DAY, follows, {each.gss_code: each for each in (east, west)})), {})
        assert len([one for one in plan.inherited if not one.had_left]) > 50

        before = published(), reported(), frozen(), operating()
        assert len(before[0]) > 100
        reorganise(
            predecessors=predecessors,
            successors=[east, west],
            first_day=FIRST_DAY,
            choices=plan.all_choices(),
            user=make_analyst(),
        )
        after = published(), reported(), frozen(), operating()
        for was, now in zip(before[0].items(), after[0].items(), strict=True):
            assert was == now
        assert after == before
        assert Arrangement.objects.filter(partnerships__council__in=[east, west]).distinct().count() > 20
