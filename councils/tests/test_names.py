"""Finding a council by what people type."""

import os
import string

import pytest
from django.test import TestCase
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from councils.loading import load
from councils.models import Council, CouncilName, PartnerBody
from councils.tests.builders import make_body, make_council
from sharedservices.common.names import key_of, telling_words

# With LONG=1 every council is looked for, otherwise every fourth.
EVERY = 1 if os.environ.get("LONG") else 4
SLIPS = ("left out", "put in", "changed", "turned")


def slipped(name: str, slip: str, place: int, letter: str = "x") -> str:
    """The name with one slip of a letter at the place, which is taken modulo its length."""
    place %= len(name) - 1
    if slip == "left out":
        return name[:place] + name[place + 1 :]
    if slip == "put in":
        return name[:place] + letter + name[place:]
    if slip == "changed":
        return name[:place] + letter + name[place + 1 :]
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def finds(text: str, council: Council) -> bool:
    """Whether the text finds the council, whatever else it finds. Looks at this one row alone, to be quick."""
    return Council.objects.filter(pk=council.pk).found_by(text).exists()


def found(text: str) -> list[str]:
    """The slugs of what the text finds, in order."""
    return [council.slug for council in Council.objects.found_by(text)]


class FindingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        load()

    def test_a_council_is_found_by_each_of_its_names_and_codes(self):
        for council in Council.objects.order_by("gss_code").prefetch_related("other_names", "former_codes")[::EVERY]:
            texts = [council.name, council.short_name.upper(), council.gss_code.lower()]
            texts += [name.name for name in council.other_names.all()]
            texts += [code.code for code in council.former_codes.all()]
            for text in texts:
                assert finds(text, council), f"{text} doesn't find {council}"

    def test_a_council_is_found_by_a_name_with_one_slip(self):
        for number, council in enumerate(Council.objects.order_by("gss_code")[::EVERY]):
            name = (council.short_name, council.name)[number % 2]
            text = slipped(name, SLIPS[number // 2 % 4], place=number)
            assert finds(text, council), f"{text} doesn't find {council}"

    def test_the_nearest_comes_first(self):
        for text, nearest in [
            ("Sutton", "sutton"),
            ("Kingston", "kingston-upon-thames"),
            ("Newcastle", "newcastle-upon-tyne"),
            ("Richmond", "richmond-upon-thames"),
            ("Hull", "kingston-upon-hull"),
            ("Durham", "county-durham"),
            ("Bury", "bury"),
            ("Lincoln", "lincoln"),
            ("Lancaster", "lancaster"),
            ("london", "city-of-london"),
            ("E07000112", "folkestone-and-hythe"),
        ]:
            with self.subTest(text):
                assert found(text)[0] == nearest

    def test_generic_words_capitals_and_punctuation_do_not_matter(self):
        for text, slug in [
            ("London Borough of Sutton", "sutton"),
            ("SUTTON COUNCIL", "sutton"),
            ("LB Sutton", "sutton"),
            ("  sutton ", "sutton"),
            ("County Durham", "county-durham"),
            ("Durham County Council", "county-durham"),
            ("kings lynn", "kings-lynn-and-west-norfolk"),
            ("King’s Lynn & West Norfolk", "kings-lynn-and-west-norfolk"),
            ("king's lynn", "kings-lynn-and-west-norfolk"),
            ("St. Helens", "st-helens"),
            ("Hammersmith & Fulham", "hammersmith-and-fulham"),
            ("stoke on trent", "stoke-on-trent"),
            ("LBHF", "hammersmith-and-fulham"),
            ("H&F", "hammersmith-and-fulham"),
            ("RBKC", "kensington-and-chelsea"),
            ("BANES", "bath-and-north-east-somerset"),
            ("BCP Council", "bournemouth-christchurch-and-poole"),
            ("Leeds CC", "leeds"),
        ]:
            with self.subTest(text):
                assert found(text)[0] == slug

    def test_former_names_and_codes_find_their_council_and_no_other(self):
        assert found("Shepway") == ["folkestone-and-hythe"]
        assert found("shepwya district council") == ["folkestone-and-hythe"]
        assert found("E08000016") == ["barnsley"]
        assert found("E08000038") == ["barnsley"]

    def test_nonsense_finds_nothing(self):
        for text in ["xyzzyq", "!!!", "%", "_", "\\", "'; --", "a" * 10_000, "&" * 10_000, "İ" * 10_000, "-" * 300]:
            with self.subTest(text[:20]):
                assert found(text) == []

    def test_python_and_the_database_take_the_same_words_for_telling(self):
        names = [*Council.objects.values_list("name", key_of("name"))]
        names += CouncilName.objects.values_list("name", key_of("name"))
        for name, words in names:
            assert telling_words(name) == words

    def test_signs_of_patterns_are_letters_like_others(self):
        assert Council.objects.matching("%").count() == 0
        assert Council.objects.matching("S_tton").count() == 0

    def test_nothing_typed_leaves_nobody_out(self):
        assert Council.objects.found_by("  ").count() == 365

    def test_the_first_found_are_the_first_of_all_that_are(self):
        for text in [
            "sutton",
            "suton",
            "st",
            "north",
            "E09000029",
            "e07000012",
            "RBKC",
            "taunton deane",
            "durham",
            "xy",
            "bath & n",
            "kensngton",
        ]:
            first = [(each.slug, each.nearness) for each in Council.objects.first_found_by(text, 5)]
            assert first == [(each.slug, each.nearness) for each in Council.objects.found_by(text)[:5]], text
        assert next(each.found_as for each in Council.objects.first_found_by("Taunton Deane", 2)) == "Taunton Deane"

    def test_two_letters_are_too_few_to_forgive(self):
        assert not Council.objects.resembling("xy")

    def test_it_can_narrow_another_query(self):
        assert Council.objects.filter(pk__in=Council.objects.found_by("Suton"), kind="london_borough").count() == 1
        assert Council.objects.filter(predecessors__in=Council.objects.matching("Corby")).count() == 1

    def test_matching_and_resembling_share_nothing_and_make_up_what_is_found(self):
        matching, resembling = Council.objects.matching("hat"), Council.objects.resembling("hat")
        assert [council.slug for council in matching] == ["welwyn-hatfield"]
        assert [council.slug for council in resembling] == ["hart"]
        assert found("hat") == ["welwyn-hatfield", "hart"]


class SlipTests(HypothesisTestCase):
    """Any slip in any name, tried at random."""

    councils: list[Council]

    @classmethod
    def setUpTestData(cls):
        load()
        cls.councils = list(Council.objects.all())

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def test_a_slip_of_one_letter_finds_its_council(self, data):
        council = data.draw(st.sampled_from(self.councils))
        name = data.draw(st.sampled_from([council.name, council.short_name]))
        slip, place = data.draw(st.sampled_from(SLIPS)), data.draw(st.integers(0, len(name)))
        text = slipped(name, slip, place, data.draw(st.sampled_from(string.ascii_letters)))
        assert finds(text, council)

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(text=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=400))
    def test_any_text_is_harmless(self, text):
        assert Council.objects.found_by(text).count() <= 365


class MadeUpNameTests(TestCase):
    def test_a_name_longer_than_the_comparison_reaches_is_harmless(self):
        council = make_council(name="A" * 120, short_name="B" * 80)
        assert finds("A" * 119, council)

    def test_a_name_without_telling_words_is_found_as_written(self):
        council = make_council(name="City Council", short_name="City")
        assert finds("city", council)
        assert not finds("xyzzy", council)

    def test_bodies_are_found_by_part_of_their_name(self):
        body = make_body(name="Wye Valley NHS Trust", kind="nhs")
        make_body(name="Upper Wye Valley Fire")
        assert PartnerBody.objects.found_by("wye valley").first() == body
        assert PartnerBody.objects.found_by("wye valley nhs turst").get() == body
        assert not PartnerBody.objects.found_by("severn")


@pytest.mark.parametrize(("slip", "text"), list(zip(SLIPS, ["Stton", "Sxutton", "Sxtton", "Stuton"], strict=True)))
def test_a_slip_is_what_it_is_called(slip, text):
    assert slipped("Sutton", slip, place=1) == text
