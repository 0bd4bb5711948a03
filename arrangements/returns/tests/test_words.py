"""An amount beside last year's answer, as the page says it on the server; tests/browser holds the script to the same."""

from dataclasses import dataclass

from arrangements.returns.vocabulary import NOT_RETURNED, Outcome
from arrangements.returns.words import echoed, in_words


@dataclass
class Last:
    """Last year's answer."""

    amount: int | None
    in_words: str = ""


def test_beside_an_amount_beside_a_word_and_beside_nothing():
    assert echoed(410_000, Last(350_000), "2013/14") == "£410,000, up £60,000 (17.1%) on 2013/14"
    assert echoed(410_000, Last(None, "Not calculated"), "2013/14") == "£410,000; 2013/14: not calculated"
    assert echoed(0, None, "2013/14") == "£0"


def test_what_was_frozen_without_an_answer_has_its_word_too():
    assert [in_words(*each) for each in [(Outcome.FIGURE, 0), (Outcome.WITHHELD, None), (NOT_RETURNED, None)]] == [
        "£0",
        "Withheld",
        "Not returned",
    ]
