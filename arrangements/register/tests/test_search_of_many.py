"""The search among two thousand arrangements: the best first, and the same first ones by the shorter way."""

from __future__ import annotations

from random import Random

from django.db import connection
from django.test import TestCase

from arrangements.register.models import Arrangement, FormerName
from bench.filling import fill

COUNT = 2_000
FIRST = 8


class SearchOfManyTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        fill(COUNT)

    def texts(self):
        """Names whole and in part, former names, three letters, and words with a slip."""
        rng = Random(5)
        names = list(Arrangement.objects.order_by("pk").values_list("name", flat=True))
        former = list(FormerName.objects.order_by("pk").values_list("name", flat=True))
        for _ in range(12):
            name = rng.choice(names)
            words = name.split()
            yield from (name, name[: len(name) // 2], rng.choice(words)[:3], " ".join(rng.sample(words, 2)), rng.choice(former))
            yield " ".join(word[:2] + word[3:] for word in words[:2])
        yield from (
            "ict",
            "sutton",
            "london borough of sutton",
            "council",
            "SSR-0007",
            "E09000029",
            "E09000029 waste",
            "xyzzyq",
            "%",
        )

    def test_the_first_are_those_that_the_whole_list_begins_with(self):
        for text in self.texts():
            with self.subTest(text):
                first = [each.pk for each in Arrangement.objects.first_found_by(text, FIRST)]
                assert first == [each.pk for each in Arrangement.objects.found_by(text)[:FIRST]]

    def test_every_arrangement_is_found_by_its_name_among_the_first(self):
        """By the whole name it comes before all that don't begin so; several may be called alike."""
        for arrangement in Arrangement.objects.order_by("pk")[::100]:
            found = Arrangement.objects.first_found_by(arrangement.name, FIRST)
            assert arrangement in found, arrangement.name

    def test_the_texts_are_in_few_pages_beside_the_register_itself(self):
        """A search reads them all at the worst: they hold no name twice."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT avg(length(text)), max(length(text)) FROM arrangements_searchtext")
            average, longest = cursor.fetchone()
        assert average < 600
        assert longest < 3_000
