"""Two people at once, each on a connection of their own: one wins, the other is refused, and nothing is lost."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from arrangements.returns.actions import accept, open_collection
from arrangements.returns.answering import Answer, StaleAnswers, record_answers
from arrangements.returns.models import AnnualReturn, Query, ReportedSaving
from arrangements.returns.querying import query
from arrangements.returns.vocabulary import Outcome, ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_year
from councils.tests.builders import make_council
from sharedservices.common.errors import RuleBroken

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do the deeds at the same moment, each on its own connection; what each gave or raised."""
    start, results = Barrier(len(deeds)), [None] * len(deeds)

    def do(number: int, deed: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=10)
            results[number] = deed()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [Thread(target=do, args=numbered) for numbered in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


@pytest.fixture
def asked():
    """A return with one line."""
    council = make_council()
    make_arrangement(council, make_council())
    return make_return(council, make_year(2013))


def answering(asked: AnnualReturn, amount: int, version: int | None) -> Callable[[], int]:
    """Somebody who answers the only line with the amount, on that reading."""
    answer, user = Answer(asked.lines().get().pk, Outcome.FIGURE, amount, "Council return", version), make_analyst()
    return lambda: record_answers(annual_return=asked, answers=[answer], user=user)


def one_won(results: list[Any]) -> int:
    """Which of the two stored its answer; the other was refused with what the winner had stored."""
    assert sorted(type(result).__name__ for result in results) == ["StaleAnswers", "int"], results
    return results.index(1)


def test_of_two_first_answers_one_is_stored_and_the_other_refused(asked):
    results = at_once(answering(asked, 1_000, None), answering(asked, 2_000, None))
    winner = one_won(results)
    saving = ReportedSaving.objects.get()
    assert saving.amount == (1_000, 2_000)[winner]
    refused = results[1 - winner]
    assert isinstance(refused, StaleAnswers)
    assert [conflict.stands for conflict in refused.conflicts] == [saving]
    assert ReportedSaving.pgh_event_model.objects.count() == 1


def test_of_two_changes_on_one_reading_one_is_stored_and_the_other_refused(asked):
    make_saving(asked.lines().get(), asked.year, amount=1)
    results = at_once(answering(asked, 1_000, 1), answering(asked, 2_000, 1))
    winner = one_won(results)
    saving = ReportedSaving.objects.get()
    assert (saving.amount, saving.version) == ((1_000, 2_000)[winner], 2)
    assert results[1 - winner].conflicts[0].wanted.amount == (2_000, 1_000)[winner]


def test_two_who_give_the_same_answer_are_both_content(asked):
    assert sorted(at_once(answering(asked, 1_000, None), answering(asked, 1_000, None))) == [0, 1]
    assert ReportedSaving.objects.get().version == 1


def test_two_who_open_a_collection_make_each_return_once(settings):
    settings.REGISTER_TODAY = date(2014, 4, 20)
    year, user = make_year(2013), make_analyst()
    for _ in range(5):
        make_council()
    results = at_once(*[lambda: open_collection(year=year, user=user)] * 2)
    assert sorted(results) == [0, 5]
    assert year.returns.count() == 5


def test_a_return_is_accepted_or_queried_but_not_both(asked):
    user, line = make_analyst(), asked.lines().get()
    submitted = {"state": ReturnState.SUBMITTED, "submitted_by": user, "submitted_at": "2014-05-01T12:00Z"}
    AnnualReturn.objects.update(**submitted)
    results = at_once(
        lambda: accept(annual_return=asked, user=user),
        lambda: query(annual_return=asked, arrangement=line, text="Why did it double?", user=user),
    )
    assert [isinstance(result, RuleBroken) for result in results].count(True) == 1, results
    stands = AnnualReturn.objects.get().state
    assert stands == (ReturnState.QUERIED if Query.objects.exists() else ReturnState.ACCEPTED)


def test_a_return_isnt_accepted_under_an_answer_that_comes_at_the_same_moment(asked):
    """Either the answer is in before it is refused to be accepted, or it is accepted and takes no answer."""
    user = make_analyst()
    make_saving(asked.lines().get(), asked.year, amount=1)
    AnnualReturn.objects.update(state=ReturnState.QUERIED, submitted_by=user, submitted_at="2014-05-01T12:00Z")
    accepted, answered = at_once(lambda: accept(annual_return=asked, user=user), answering(asked, 1_000, 1))
    assert accepted is None
    assert isinstance(answered, RuleBroken) == (ReportedSaving.objects.get().amount == 1)
    assert AnnualReturn.objects.get().state == ReturnState.ACCEPTED
