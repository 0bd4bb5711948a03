"""Finding an arrangement by what people type."""

import pytest
from django.test import TestCase
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from arrangements.register.models import Arrangement, FormerName, Service
from arrangements.tests.builders import make_arrangement, make_partnership, make_service
from councils.models import CouncilName
from councils.tests.builders import make_body, make_council


def found(text):
    """The names of what the text finds."""
    return sorted(Arrangement.objects.found_by(text).values_list("name", flat=True))


class FindingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.sutton = make_council(name="London Borough of Sutton", short_name="Sutton", kind="london_borough")
        cls.folkestone = make_council(name="Folkestone and Hythe District Council", short_name="Folkestone and Hythe")
        CouncilName.objects.create(council=cls.folkestone, name="Shepway", kind="short", used_until="2018-03-31")
        CouncilName.objects.create(council=cls.folkestone, name="Shepway District Council", kind="alias")
        revenues = Service.objects.create(
            slug="revenues-and-benefits", name="Revenues and benefits", category=make_service().category
        )
        cls.onesource = make_arrangement(cls.sutton, make_council(), name="Onesource", service=make_service("waste", "streets"))
        FormerName.objects.create(arrangement=cls.onesource, name="Thames Gateway Partnership")
        FormerName.objects.create(arrangement=cls.onesource, name="Gateway to Thames")
        cls.coast = make_arrangement(
            cls.folkestone,
            make_council(),
            name="Coast fifty% discount",
            service=revenues,
            bodies=[make_body(name="Dover Port")],
        )
        cls.coast.other_services.add(make_service("legal_help", "back-office"))
        make_arrangement(name="Quite another")

    def test_it_is_found_by_each_thing_people_know_of_it(self):
        for text, name in [
            ("Onesource", "Onesource"),
            ("onesour", "Onesource"),
            ("  ONESOURCE ", "Onesource"),
            ("Thames Gateway", "Onesource"),
            ("gateway partnership", "Onesource"),
            (self.onesource.reference, "Onesource"),
            (self.onesource.reference.lower(), "Onesource"),
            ("Sutton", "Onesource"),
            ("sutton council", "Onesource"),
            ("LB Sutton", "Onesource"),
            (self.sutton.gss_code, "Onesource"),
            ("Shepway", "Coast fifty% discount"),
            ("Folkestone & Hythe", "Coast fifty% discount"),
            ("Dover", "Coast fifty% discount"),
            ("revenues", "Coast fifty% discount"),
            ("Legal_help", "Coast fifty% discount"),
        ]:
            with self.subTest(text):
                assert found(text) == [name]

    def test_a_service_is_found_by_its_category_too(self):
        assert "Onesource" in found("streets")

    def test_a_slip_of_one_letter_is_forgiven(self):
        for text, name in [
            ("Onesurce", "Onesource"),
            ("Onesouurce", "Onesource"),
            ("Onesoruce", "Onesource"),
            ("Suton", "Onesource"),
            ("Suttno", "Onesource"),
            ("Thames Gatway Partnership", "Onesource"),
            ("Shepwya", "Coast fifty% discount"),
            ("Dover Prot", "Coast fifty% discount"),
        ]:
            with self.subTest(text):
                assert found(text) == [name]

    def test_a_slip_is_looked_for_only_where_nothing_is_spelled_so(self):
        make_arrangement(name="Hart")
        make_arrangement(name="Hat and coat")
        assert found("hat") == ["Hat and coat"]

    def test_words_that_each_stand_somewhere_find_it_together(self):
        for text, name in [
            ("Sutton Onesource", "Onesource"),
            ("waste sutton", "Onesource"),
            ("gateway   sutton", "Onesource"),
            ("Dover revenues shepway", "Coast fifty% discount"),
        ]:
            with self.subTest(text):
                assert found(text) == [name]
        assert found("Sutton Dover") == []

    def test_words_apart_are_looked_for_only_where_they_dont_stand_together(self):
        make_arrangement(self.sutton, make_council(), name="Waste of Sutton")
        assert found("waste of sutton") == ["Waste of Sutton"]

    def test_two_slips_are_too_many(self):
        assert found("Onsorce") == []

    def test_many_ways_to_match_give_one_row(self):
        make_partnership(self.onesource, make_council(name="Onesource Council"))
        FormerName.objects.create(arrangement=self.onesource, name="Onesource Two")
        make_service("onesource-service")
        self.onesource.other_services.add(Service.objects.get(slug="onesource-service"))
        assert found("onesource") == ["Onesource"]

    def test_signs_of_patterns_and_quotes_are_letters_like_others(self):
        assert found("%") == found("fifty%") == ["Coast fifty% discount"]
        assert found("l_h") == found("_") == ["Coast fifty% discount"]
        for text in ["On_so_rce", "O%e", "\\", "'", "';--", '"', "''", "(", "[a-z]", ".*", "$"]:
            with self.subTest(text):
                assert found(text) == []

    def test_a_quote_in_a_name_is_found(self):
        make_arrangement(name="King's “Lynn” & partners")
        for text in ("King's", "kings", "“Lynn”", "Lynn & partners"):
            with self.subTest(text):
                assert found(text) == ["King's “Lynn” & partners"]

    def test_nonsense_finds_nothing(self):
        for text in ["xyzzyq", "SSR-", "SSR-99999999", "E0", "!!!", "a" * 10_000, "İ" * 300, "-" * 300]:
            with self.subTest(text[:20]):
                assert found(text) == []

    def test_it_follows_other_phrases_and_is_followed_by_them(self):
        rows = Arrangement.objects.involving([self.sutton])
        assert rows.found_by("onesource").count() == 1
        assert rows.found_by("coast fifty").count() == 0
        assert Arrangement.objects.found_by("gateway").involving([self.sutton]).count() == 1

    def test_the_number_of_queries_doesnt_grow_with_the_register(self):
        for _ in range(30):
            make_arrangement(bodies=[make_body()])
        for text, most in [("onesource", 3), ("Made-up", 3), ("Suton", 4), ("xyzzyq", 3), ("xyzzyq sutton", 5)]:
            with self.subTest(text), self.assertNumQueries(most):
                list(Arrangement.objects.found_by(text))


class AnyTextTests(HypothesisTestCase):
    @classmethod
    def setUpTestData(cls):
        make_arrangement(bodies=[make_body()])

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(text=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=300))
    def test_any_text_is_harmless(self, text):
        assert Arrangement.objects.found_by(text).count() <= 1


@pytest.mark.django_db
def test_what_is_searched_for_by_its_own_name_is_always_found():
    for name in ["A", "Of the", "50%", "a_b", "back\\slash", "O'Brien", "Ynys Môn", "100", "& Co", "council"]:
        arrangement = make_arrangement(name=name)
        assert arrangement in Arrangement.objects.found_by(name), name
