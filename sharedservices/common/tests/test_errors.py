"""Refusals."""

from sharedservices.common.errors import RuleBroken


def test_a_refusal_of_one_sentence_is_one_message():
    refusal = RuleBroken("The year is not over.")
    assert refusal.messages == ["The year is not over."]
    assert str(refusal) == "The year is not over."


def test_a_refusal_of_several_keeps_them_apart_and_in_order():
    refusal = RuleBroken(f"Fault {number}." for number in (1, 2))
    assert refusal.messages == ["Fault 1.", "Fault 2."]
    assert str(refusal) == "Fault 1. Fault 2."
