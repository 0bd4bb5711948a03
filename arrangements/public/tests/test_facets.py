"""Every option of every filter says how many rows the list would hold: true of any filters together, on each list."""

from __future__ import annotations

import os
from datetime import date
from random import Random
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import QueryDict
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from arrangements.public.filters import RegisterFilter
from arrangements.register.models import Arrangement, BodyPartnership, Service
from arrangements.releases.filters import FrozenCouncilFilter, FrozenFilter
from arrangements.releases.models import Release, ReleasedArrangement, ReleasedCouncil
from arrangements.tests.by_hand import read_facts, register_list
from arrangements.tests.standing import WorldTestCase
from arrangements.tests.world import SEED, TODAY
from councils.filters import CouncilFilter
from councils.models import Council, CouncilKind, PartnerBody
from sharedservices.common.facets import ALL, FacetedFilterSet
from sharedservices.common.filters import NONE, takes_several
from sharedservices.common.options import read_options

COMBINATIONS = 1_000 if os.environ.get("LONG") == "1" else 24
RELEASE = "2013-14.r1"
# What a reader may give besides choosing among options.
WRITTEN = {
    "q": ["shared", "joint", "birch", "atlantis", "hazle"],
    "saving_min": ["-3000", "0", "40000"],
    "saving_max": ["0", "1000000"],
    "in_force_on": ["2013-03-31", "2015-04-20"],
}

Query = dict[str, list[str]]


def query_dict(query: Query) -> QueryDict:
    asked = QueryDict(mutable=True)
    for name, values in query.items():
        asked.setlist(name, values)
    return asked


@override_settings(REGISTER_TODAY=TODAY)
class CountTests(WorldTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        service = Service.objects.get(slug="ict")
        cls.of_bodies = Arrangement.objects.create(name="Bodies", main_service=service, started_on=date(2010, 4, 1))
        cls.of_nobody = Arrangement.objects.create(name="Nobody yet", main_service=service, started_on=date(2010, 4, 1))
        for body in PartnerBody.objects.all()[:2]:
            BodyPartnership.objects.create(arrangement=cls.of_bodies, body=body)
        for each in (cls.of_bodies, cls.of_nobody):
            each.refresh_from_db()
        cls.release = Release.objects.get(slug=RELEASE)

    def lists(self) -> dict[type[FacetedFilterSet], Any]:
        return {
            RegisterFilter: Arrangement.objects.visible_to(AnonymousUser()).for_list().with_lead_on(TODAY),
            FrozenFilter: ReleasedArrangement.objects.of(self.release),
            FrozenCouncilFilter: ReleasedCouncil.objects.of(self.release),
            CouncilFilter: Council.objects.visible_to(AnonymousUser()),
        }

    def filtered(self, kind: type[FacetedFilterSet], query: Query, *, state: str = "") -> Any:
        """`state`: nothing is written as long as it is the same, so that what to choose among is read once."""
        filterset = kind(query_dict(query), queryset=self.lists()[kind])
        if state:
            read_options(filterset.form, state)
        filterset.refuse_bad()
        return filterset

    def drawn(self, rng: Random, form: Any) -> Query:
        """Up to four filters with a value or two each."""
        query = {}
        for name in rng.sample(list(form.fields), rng.choice([0, 1, 2, 2, 3, 4])):
            values = WRITTEN.get(name) or self.options(form, name)
            several = takes_several(form.fields[name])
            query[name] = rng.sample(values, rng.randint(1, 2) if several else 1)
        return query

    def options(self, form: Any, name: str) -> list[str]:
        return [value for value, _ in form.fields[name].choices if value]

    def test_the_count_of_an_option_is_that_of_the_list_with_it_chosen(self):
        rng, nonzero = Random(SEED), 0
        for number in range(COMBINATIONS):
            kind = rng.choice([RegisterFilter, RegisterFilter, FrozenFilter, FrozenCouncilFilter, CouncilFilter])
            form = self.filtered(kind, {}, state="as furnished").form
            query = self.drawn(rng, form)
            filterset = self.filtered(kind, query, state="as furnished")
            rows, counts = filterset.qs.count(), filterset.count(f"combination {number}")
            with self.subTest(list=kind.__name__, query=query):
                assert counts[ALL][ALL] == rows
            for name in [*kind.facets, *kind.one_by_one]:
                option = rng.choice(self.options(form, name))
                count = counts.get(name, {}).get(option, 0)
                nonzero += count > 0
                with self.subTest(list=kind.__name__, query=query, name=name, option=option):
                    assert count == self.filtered(kind, {**query, name: [option]}, state="as furnished").qs.count()
        assert nonzero > COMBINATIONS * 2, "most counts are of something"

    def keys(self, kind: type[FacetedFilterSet], query: Query) -> set[int]:
        return set(self.filtered(kind, query).qs.values_list("pk", flat=True))

    def test_the_options_of_a_filter_and_none_are_all(self):
        """Included, excluded and missing are all: nothing is left out of every option, and `none` has none of them."""
        for kind in self.lists():
            form, everything = kind(None).form, self.keys(kind, {})
            for name in kind.facets:
                options = self.options(form, name)
                if not takes_several(form.fields[name]):
                    found = [self.keys(kind, {name: [option]}) for option in options]
                    whole, parts = set.union(*found), sum(map(len, found))
                else:
                    whole = self.keys(kind, {name: options})
                    some, none = self.keys(kind, {name: [o for o in options if o != NONE]}), [NONE] * (NONE in options)
                    parts = len(some) + (len(self.keys(kind, {name: none})) if none else 0)
                with self.subTest(list=kind.__name__, name=name):
                    assert whole == everything
                    assert parts == len(everything)

    def test_none_means_what_it_says(self):
        facts = read_facts()
        both = {self.of_bodies.reference, self.of_nobody.reference}
        for query, found in [
            ({"region": ["none"]}, both),
            ({"council": ["none"]}, both),
            ({"role": ["none"]}, both),
            ({"role": ["none"], "council": ["none"]}, both),
            ({"role": ["none", "lead"], "council": ["willow"]}, None),
            ({"role": ["client"], "council": ["willow", "none"]}, None),
            ({"partner_kind": ["none"]}, {self.of_nobody.reference}),
            ({"regions": ["none"]}, both),
            ({"regions": ["one"]}, None),
            ({"regions": ["one"], "year": ["2013-14"]}, None),
            ({"region": ["none", "london"], "year": ["2013-14"]}, None),
        ]:
            with self.subTest(query=query):
                rows = [row.reference for row in self.filtered(RegisterFilter, query).qs]
                assert rows == register_list(facts, query, TODAY)
                assert set(rows) == (set(rows) if found is None else found)
                assert rows

    def test_a_role_of_no_council_is_held_by_nobody_in_both_lists(self):
        for kind in (RegisterFilter, FrozenFilter):
            for query, found in [({"role": ["partner"]}, False), ({"role": ["partner", "none"]}, kind is RegisterFilter)]:
                with self.subTest(list=kind.__name__, query=query):
                    assert self.filtered(kind, {"council": ["none"], **query}).qs.exists() == found

    def test_the_counts_stand_beside_the_options_of_the_page(self):
        page = self.client.get("/arrangements/?region=london").content.decode()
        london, north = (self.filtered(RegisterFilter, {"region": [slug]}).qs.count() for slug in ("london", "north-west"))
        assert f"London ({london})" in page
        assert f"North West ({north})" in page
        assert "No council (2)" in page
        both = self.filtered(RegisterFilter, {"region": ["london"], "year": ["2013-14"]}).qs.count()
        assert f"2013/14 ({both})" in page
        assert f'role="status">{london} arrangements<' in page
        assert "Region: London<" in page, "a chip bears no count"

    def test_what_is_asked_again_in_the_same_state_is_not_counted_again_and_a_write_is_seen_at_once(self):
        self.client.get("/arrangements/?category=culture")
        with CaptureQueriesContext(connection) as again:
            self.client.get("/arrangements/?category=culture")
        assert not any("pairs_region" in query["sql"] for query in again)
        before = self.client.get("/councils/?kind=unitary").context["page_obj"].paginator.count
        Council.objects.filter(slug="maple").update(kind=CouncilKind.UNITARY)
        assert self.client.get("/councils/?kind=unitary").context["page_obj"].paginator.count == before + 1

    def test_where_nothing_is_found_each_filter_that_could_go_says_what_there_would_be(self):
        query = {"q": ["atlantis"], "category": ["environment"], "region": ["london", "north-west"]}
        response = self.client.get("/arrangements/?" + query_dict(query).urlencode())
        assert response.context["page_obj"].paginator.count == 0
        page = response.content.decode()
        without = {
            name: self.filtered(RegisterFilter, {k: v for k, v in query.items() if k != name}).qs.count() for name in query
        }
        assert without["q"] > 0
        assert f"without “Search: atlantis”</a>: {without['q']} arrangements" in page
        assert without["category"] == 0
        assert "without “Category: Environment”" not in page, "it would be no way out"
        assert "without “Region: London”</a></li>" in page, "another region would stay"
        assert '<a class="govuk-link" href="?">show the whole list</a>' in page
