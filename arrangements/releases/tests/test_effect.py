"""The effect of answers on the figures, told before they are stored, is what a recomputation afterwards finds."""

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from arrangements.releases.effect import Effect, effect_of, figures_held
from arrangements.releases.tests.small_year import make_small_year
from arrangements.returns.models import ReportedSaving
from arrangements.returns.vocabulary import ReturnState
from arrangements.tests.builders import make_arrangement, make_release, make_saving

# Of councils, which no answer moves.
NOT_OF_ANSWERS = {"councils-involved", "councils-asked", "councils-share"}


class EffectTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.small = make_small_year()
        cls.year = cls.small.year

    def values(self):
        return {figure.key: figure.value for figure in figures_held(self.year)}

    def test_where_all_returns_are_accepted_the_figures_held_are_those_of_a_release(self):
        release = make_release(self.year, public=False)
        released = {figure.key: figure.value for figure in release.figures.all() if figure.measure not in NOT_OF_ANSWERS}
        held = self.values()
        assert {key: held[key] for key in released} == released

    def test_answers_on_returns_that_are_not_accepted_count(self):
        self.year.returns.update(
            state=ReturnState.IN_PROGRESS, submitted_by=None, submitted_at=None, accepted_by=None, accepted_at=None
        )
        assert self.values()["savings-total"] == 280_000

    def test_the_effect_told_is_the_difference_found_once_the_answers_are_stored(self):
        answers = {self.small.ict.pk: ("figure", 6_100_000), self.small.waste.pk: ("withheld", None)}
        effect, before = effect_of(self.year, answers), self.values()
        for pk, (outcome, amount) in answers.items():
            ReportedSaving.objects.filter(arrangement=pk, year=self.year).update(outcome=outcome, amount=amount)
        after = self.values()
        assert [each.key for each in effect.moved] == [key for key in before if before[key] != after[key]]
        told = {each.key: (each.now, each.then, each.difference) for each in effect.moved}
        assert told["savings-total"] == ("£280,000", "£6.1 million", "+£5,820,000")
        assert told["arrangements-outcome:withheld"] == ("0", "1", "+1")

    def test_the_sentence_names_the_total_back_office_and_how_many_regional_figures_change(self):
        effect = effect_of(self.year, {self.small.ict.pk: ("figure", 310_000)})
        assert effect.sentence == (
            "Reported savings from £280,000 to £290,000; back office from £300,000 to £310,000; 2 regional figures change."
        )

    def test_a_change_too_small_for_the_headline_is_shown_to_the_pound(self):
        ReportedSaving.objects.filter(arrangement=self.small.ict).update(amount=300_000_000)
        effect = effect_of(self.year, {self.small.ict.pk: ("figure", 300_000_005)})
        assert effect.moved[0].now == "£299,980,000"
        assert effect.moved[0].then == "£299,980,005"

    def test_a_first_answer_moves_an_arrangement_from_not_returned(self):
        fourth = make_arrangement(self.small.kent, self.small.ashford)
        effect = effect_of(self.year, {fourth.pk: ("not_calculated", None)})
        assert {(each.key, each.difference) for each in effect.moved} == {
            ("arrangements-outcome:not_calculated", "+1"),
            ("arrangements-outcome:not_returned", "\N{MINUS SIGN}1"),
        }
        assert effect.sentence == "Reported savings stay as they are; no regional figure changes."

    def test_nothing_moves_where_nothing_changes(self):
        assert effect_of(self.year, {self.small.ict.pk: ("figure", 300_000)}).sentence == "No figure changes."

    def test_it_can_be_kept_as_json(self):
        effect = effect_of(self.year, {self.small.ict.pk: ("figure", 310_000)})
        assert Effect.from_list(effect.as_list()) == effect

    def test_as_many_queries_for_many_arrangements_as_for_few(self):
        def count():
            with CaptureQueriesContext(connection) as captured:
                effect_of(self.year, {})
            return len(captured)

        few = count()
        for _ in range(20):
            make_saving(make_arrangement(), self.year)
        assert count() == few <= 6
