"""Likely duplicates: what makes two arrangements alike, and what the form of a new one does about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.test import TestCase, override_settings
from django.urls import reverse

from arrangements.register.duplicates import Sketch, alike, likeness
from arrangements.register.models import Arrangement
from arrangements.tests.builders import make_analyst, make_arrangement, make_service
from councils.tests.builders import make_body, make_council
from sharedservices.common.tests.admin_forms import as_read, messages_of, with_row, words

ALWAYS = ((None, None),)
ICT = Sketch(
    name="Kingston and Sutton shared ICT service",
    category=1,
    services=frozenset({10}),
    period=(date(2012, 4, 1), None),
    parties={("council", 1): ALWAYS, ("council", 2): ALWAYS, ("body", 1): ALWAYS},
)


def likely(**changes: Any) -> bool:
    return likeness(ICT, replace(ICT, name="Something else", **changes)).is_likely


def among(*councils: int) -> dict[Any, Any]:
    return {("council", key): ALWAYS for key in councils}


def test_two_parties_in_common_and_a_service_of_the_same_category_make_two_alike():
    assert likely()
    assert likely(services=frozenset({11}))
    assert likely(category=2)
    assert likely(category=2, services=frozenset({11, 10}))
    assert not likely(category=2, services=frozenset({11}))
    assert likely(parties={**among(1, 9), ("body", 1): ALWAYS})
    assert not likely(parties=among(1, 9))
    assert not likely(parties={("council", 9): ALWAYS, ("body", 2): ALWAYS})


def test_a_council_and_a_body_of_the_same_key_are_two():
    assert not likely(parties={("council", 1): ALWAYS, ("body", 2): ALWAYS})


def test_they_must_be_in_force_on_the_same_day():
    assert likely(period=(None, date(2012, 4, 1)))
    assert not likely(period=(None, date(2012, 3, 31)))
    assert likely(period=(None, None))


def test_and_the_parties_take_part_on_the_same_day():
    until, after = (None, date(2013, 3, 31)), (date(2013, 4, 1), None)
    left = replace(ICT, parties={("council", 1): (until,), ("council", 2): ALWAYS})
    came = replace(ICT, name="Something else", parties={("council", 1): (after,), ("council", 2): ALWAYS})
    assert not likeness(left, came).is_likely
    back = replace(came, parties={("council", 1): (after, until), ("council", 2): ALWAYS})
    assert likeness(left, back).is_likely
    # An empty joining day is the whole's first, which here is after the others have left.
    later = replace(ICT, name="Something else", period=(date(2013, 4, 1), None))
    assert not likeness(left, later).is_likely


def test_a_name_much_like_it_makes_up_for_a_party_or_for_the_service():
    assert likeness(ICT, replace(ICT, parties=among(1, 9))).is_likely
    assert likeness(ICT, replace(ICT, category=2, services=frozenset({11}))).is_likely
    assert not likeness(ICT, replace(ICT, category=2, services=frozenset({11}), parties=among(1, 9))).is_likely
    assert not likeness(ICT, replace(ICT, parties=among(8, 9))).is_likely


def test_names_are_alike_whatever_order_and_whatever_every_name_says():
    name = "Kingston and Sutton shared ICT service"
    assert alike(name, "Shared ICT service of Sutton & Kingston") == 1
    assert alike(name, "Kingston upon Thames and Sutton ICT") > 0.55
    assert alike(name, "North Essex Parking Partnership") < 0.2
    assert alike("Shared services", "Joint partnership") < 1
    assert alike("", name) == alike(name, "…") == 0


def test_the_likelier_one_scores_more():
    same, other_service, fewer = (
        likeness(ICT, one).score for one in (ICT, replace(ICT, services=frozenset({11})), replace(ICT, parties=among(1, 2)))
    )
    assert same > other_service
    assert same > fewer


@override_settings(
    REGISTER_TODAY=date(2015, 4, 20), REQUIRE_SECOND_FACTOR=False, ZEAL_ALLOWLIST=[{"model": "*", "field": "get()"}]
)
class EnteringTests(TestCase):
    """An analyst enters an arrangement that the register holds under another name."""

    @classmethod
    def setUpTestData(cls):
        cls.first, cls.second, cls.third = (make_council(f"{name} Council") for name in ("Firstford", "Secondley", "Thirdham"))
        cls.ict, cls.legal, cls.waste = make_service("ict"), make_service("legal"), make_service("waste", "environment")
        cls.there = make_arrangement(cls.first, cls.second, name="Shared ICT", service=cls.ict)
        cls.analyst = make_analyst("analyst@example.org")
        cls.url = reverse("admin:arrangements_arrangement_add")

    def setUp(self):
        self.client.force_login(self.analyst)

    def typed(self, *councils: Any, service: Any = None, **fields: Any) -> dict[str, Any]:
        sent = as_read(self.client.get(self.url))
        sent |= {"name": "Computing together", "main_service": (service or self.legal).pk, "started_on": "2014-04-01", **fields}
        for council in councils or (self.first, self.second):
            sent = with_row(sent, "partnerships", council=council.pk, role="partner")
        return sent

    def post(self, sent: dict[str, Any]) -> Any:
        return self.client.post(self.url, sent)

    def confirmed(self, response: Any, why: str, **more: Any) -> dict[str, Any]:
        """The page sent again with what it shows, as another arrangement."""
        return {
            **as_read(response), "offered": response.context["offer"].references, "is_another": "on", "why_another": why, **more
        }  # fmt: skip

    def test_the_one_that_is_there_is_offered_before_anything_is_saved(self):
        response = self.post(self.typed())
        assert response.status_code == 200
        assert Arrangement.objects.count() == 1
        self.assertContains(response, reverse("admin:arrangements_arrangement_change", args=[self.there.pk]))
        assert f"{self.there.reference} Shared ICT: 2 parties in common, a service of the same category" in words(response)
        assert as_read(response)["name"] == "Computing together"

    def test_sending_it_again_is_no_answer(self):
        response = self.post(as_read(self.post(self.typed())))
        assert response.context["offer"].found
        assert Arrangement.objects.count() == 1

    def test_another_arrangement_needs_a_reason_of_ten_letters_which_its_history_keeps(self):
        offered = self.post(self.typed())
        for why in ["", "too short", "a         b"]:
            response = self.post(self.confirmed(offered, why))
            assert "Say in 10 letters or more why this is another arrangement" in words(response)
            assert Arrangement.objects.count() == 1
        response = self.post(self.confirmed(offered, "It serves the schools alone"))
        assert response.status_code == 302, messages_of(response)
        made = Arrangement.objects.get(name="Computing together")
        reason = f"Another than {self.there.reference}: It serves the schools alone"
        history = self.client.get(reverse("admin:arrangements_arrangement_history", args=[made.pk]))
        assert words(history).count(reason) == 3  # of the arrangement and of its parties
        assert made.partnerships.count() == 2

    def test_a_reason_without_the_tick_is_no_answer(self):
        offered = self.post(self.typed())
        sent = self.confirmed(offered, "It serves the schools alone")
        del sent["is_another"]
        assert self.post(sent).context["offer"].found
        assert Arrangement.objects.count() == 1

    def test_what_was_said_of_one_is_not_said_of_another_that_came_since(self):
        offered = self.post(self.typed())
        make_arrangement(self.first, self.second, name="Legal services", service=self.legal)
        response = self.post(self.confirmed(offered, "It serves the schools alone"))
        assert [each.arrangement.name for each in response.context["offer"].found] == ["Legal services", "Shared ICT"]
        assert self.post(self.confirmed(response, "It serves the schools alone")).status_code == 302

    def test_nor_is_it_said_by_naming_none(self):
        self.post(self.typed())
        sent = {**self.typed(), "offered": "", "is_another": "on", "why_another": "It serves the schools alone"}
        assert self.post(sent).context["offer"].found
        assert Arrangement.objects.count() == 1

    def test_what_was_said_outlives_another_refusal(self):
        offered = self.post(self.typed())
        refused = self.post(self.confirmed(offered, "It serves the schools alone", name=""))
        assert "This field is required." in messages_of(refused)
        self.assertContains(refused, f'<input type="hidden" name="offered" value="{self.there.reference}">')
        self.assertContains(refused, '<input type="hidden" name="why_another" value="It serves the schools alone">')

    def test_what_has_nothing_like_it_is_simply_saved(self):
        assert self.post(self.typed(self.first, self.third)).status_code == 302
        assert self.post(self.typed(service=self.waste)).status_code == 302
        assert Arrangement.objects.count() == 3

    def test_one_that_had_ended_before_is_not_offered(self):
        Arrangement.objects.filter(pk=self.there.pk).update(ended_on=date(2014, 3, 31), end_reason="replaced")
        assert self.post(self.typed()).status_code == 302

    def test_bodies_count_among_the_parties(self):
        police = make_body("Northshire Police")
        make_arrangement(self.third, bodies=[police], name="Control room", service=self.ict)
        sent = with_row(self.typed(self.third, service=self.legal), "body_partnerships", body=police.pk)
        assert [each.arrangement.name for each in self.post(sent).context["offer"].found] == ["Control room"]

    def test_another_service_of_its_own_counts_too(self):
        sent = self.typed(service=self.waste, other_services=[self.ict.pk])
        assert "2 parties in common, the same service" in words(self.post(sent))

    def test_an_existing_one_is_not_asked_about(self):
        twin = make_arrangement(self.first, self.second, name="Shared ICT too", service=self.ict)
        url = reverse("admin:arrangements_arrangement_change", args=[twin.pk])
        assert self.client.post(url, {**as_read(self.client.get(url)), "name": "Shared ICT again"}).status_code == 302

    def test_what_is_no_form_yet_is_refused_for_that_alone(self):
        for fields in [{"main_service": ""}, {"main_service": "abc"}, {"other_services": ["abc"]}, {"started_on": "soon"}]:
            response = self.post({**self.typed(), **fields})
            assert response.status_code == 200
            assert Arrangement.objects.count() == 1
