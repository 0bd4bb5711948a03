"""Saving on a return's page: what is stored, what is refused and at which line, what is undone; nothing is lost."""

from __future__ import annotations

import os
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from arrangements.returns.answering import Answer, record_many
from arrangements.returns.models import ReportedSaving
from arrangements.returns.tests.return_pages import MOVED_ON, REASON, WRONG, ReturnPageTestCase
from arrangements.returns.vocabulary import Outcome, ReturnState
from arrangements.tests.builders import make_analyst, make_arrangement, make_saving, make_year


class SavingTests(ReturnPageTestCase):
    def test_answers_are_stored_and_the_return_is_in_progress(self):
        response = self.save(self.answer(0, "figure", "£410k", "Ledger"), self.answer(1, "not_aimed"))
        self.assertContains(response, "Saved: 2 answers changed.")
        first, second = self.stored(0), self.stored(1)
        assert (first.outcome, first.amount, first.note) == (Outcome.FIGURE, 410_000, "Ledger")
        assert (second.outcome, second.amount) == (Outcome.NOT_AIMED, None)
        assert self.stored(2) is None
        assert self.state() == ReturnState.IN_PROGRESS
        event = ReportedSaving.pgh_event_model.objects.filter(pgh_obj=first).get()
        assert event.pgh_context.metadata["user"] == self.analyst.pk
        assert event.pgh_context.metadata["door"] == "admin"

    def test_zero_and_less_than_nothing_are_figures(self):
        self.save(self.answer(0, "figure", "0"), self.answer(1, "figure", "-2,000"))
        assert (self.stored(0).amount, self.stored(1).amount) == (0, -2_000)

    def test_what_is_sent_back_untouched_changes_nothing(self):
        note = "First line\nand a second"
        saving = make_saving(self.lines[0], self.year, note=note)
        read = self.as_read()
        read[f"line-{self.lines[0].pk}-note"] = note.replace("\n", "\r\n")  # as browsers send it
        self.assertContains(self.save(read=read), "Nothing had changed.")
        saving.refresh_from_db()
        assert (saving.version, saving.note) == (1, note)
        assert self.state() == ReturnState.NOT_STARTED

    def test_each_wrong_answer_is_told_at_its_line_kept_as_typed_and_stores_nothing(self):
        wrong = [
            (("figure", "abc"), "“abc” is not an amount in pounds. Write it like 410,000, £410k or 0.41m."),
            (("figure", "12.50"), "“12.50” is not in whole pounds. Leave out the pence."),
            (("figure", ""), "Give an amount for a figure: 0 if nothing was saved."),
            (("figure", "999999999999999999999"), "is more than £100 billion. Check the amount and its unit."),
            (("figure", "9" * 10_000), "is more than £100 billion. Check the amount and its unit."),
            (("withheld", "5"), "£5 goes with “Figure” only. Choose “Figure”, or empty the amount."),
            (("", "5"), "Choose an outcome for this line."),
            (("", "", "A note alone"), "Choose an outcome for this line."),
            (("guessed", ""), "Select a valid choice. guessed is not one of the available choices."),
            (("withheld", "", "x" * 2_001), "Ensure this value has at most 2000 characters"),
        ]
        for typed, message in wrong:
            with self.subTest(typed=typed[1][:20], message=message):
                response = self.save(self.answer(0, *typed), self.answer(1, "figure", "7,000"))
                self.assertContains(response, WRONG)
                form = self.line_of(response, 0).form
                assert message in str(form.errors)
                assert not self.line_of(response, 1).form.errors
                assert form["amount"].value() == typed[1]
                assert self.line_of(response, 1).form["amount"].value() == "7,000"
        assert not ReportedSaving.objects.exists()
        assert self.state() == ReturnState.NOT_STARTED

    def test_an_answer_that_was_given_is_not_taken_away(self):
        make_saving(self.lines[0], self.year)
        response = self.save(self.answer(0))
        assert "can be changed, and not taken away" in str(self.line_of(response, 0).form.errors)
        assert self.stored(0).amount == 100_000

    def test_a_line_of_another_return_is_not_stored_by_this_one(self):
        other = make_arrangement(self.partner, self.council)
        self.save({f"line-{other.pk}-outcome": "figure", f"line-{other.pk}-amount": "5"}, self.answer(0, "too_early"))
        assert not ReportedSaving.objects.filter(arrangement=other).exists()
        assert self.stored(0).outcome == Outcome.TOO_EARLY

    def test_a_version_that_is_no_number_is_refused(self):
        response = self.save(self.answer(0, "figure", "5,000"), {f"line-{self.lines[0].pk}-version": "x"})
        self.assertContains(response, WRONG)
        assert self.stored(0) is None

    def test_a_form_without_a_deed_or_with_one_that_nobody_knows_does_nothing(self):
        for deed in ["", "publish"]:
            response = self.save(self.answer(0, "figure", "5,000"), deed=deed)
            self.assertContains(response, "The form names no deed that the register knows. Nothing was saved.")
        assert not ReportedSaving.objects.exists()


LONG = bool(os.environ.get("LONG"))


class QueryCountTests(ReturnPageTestCase):
    """A save takes a constant number of queries, however many lines it changes; so does one that is refused."""

    def grow(self, count: int) -> None:
        for _ in range(count):
            line = make_arrangement(self.council, self.partner)
            make_saving(line, make_year(2013), 350_000)
            make_saving(line, self.year, 355_000)

    def queries(self, amount: str, *, first: bool = False, moved_on: bool = False) -> int:
        """How many it takes to change every line to about the amount, each with a reason of its own."""
        sent: dict[str, Any] = {}
        for number, line in enumerate(self.client.get(self.url).context["lines"]):
            sent |= {line.form.add_prefix(name): line.form[name].value() or "" for name in line.form.fields}
            sent |= {line.form.add_prefix("amount"): f"{amount}{number:03}", line.form.add_prefix("outcome"): "figure"}
            sent |= {line.form.add_prefix("note"): "Ledger", line.form.add_prefix("reason"): f"Reason number {number}"}
            if first:
                sent[line.form.add_prefix("reason")] = ""
        if moved_on:
            ReportedSaving.objects.filter(year=self.year).update(note="Moved on")
        with CaptureQueriesContext(connection) as counted:
            self.client.post(self.url, {"deed": "save", **sent})
        return len(counted)

    def test_as_many_with_many_lines_as_with_ten(self):
        counts = []
        for more in (7, 90 if LONG else 30):
            self.grow(more)
            counts.append(
                {
                    "usual": self.queries("360"),
                    "refused for doubts": self.queries("2000", first=True),
                    "doubted": self.queries("2000"),
                    "mended": self.queries("361"),
                    "moved on": self.queries("362", moved_on=True),
                }
            )
        few, many = counts
        assert few == many
        assert max(few.values()) <= 37


class DoubtTests(ReturnPageTestCase):
    """An unusual answer: told at its line, and stored once it is corrected or a reason is given."""

    UNUSUAL = "Nothing was saved: some answers look unusual."

    def setUp(self):
        super().setUp()
        make_saving(self.lines[0], make_year(2013), 350_000)

    def test_it_is_told_at_its_line_with_what_may_have_been_meant_and_stores_nothing(self):
        response = self.save(self.answer(0, "figure", "410"), self.answer(1, "not_aimed"))
        self.assertContains(response, self.UNUSUAL)
        self.assertContains(response, "£410 is about a thousandth of last year’s £350,000. Did you mean £410,000?")
        self.assertContains(response, f'name="use" value="{self.lines[0].pk}:410000">Use £410,000')
        assert [field.field.name for field in self.line_of(response, 0).fields][-1] == "reason"
        assert [field.field.name for field in self.line_of(response, 1).fields][-1] == "note"
        assert not ReportedSaving.objects.filter(year=self.year).exists()

    def test_what_was_meant_is_used_and_all_is_saved_by_one_press(self):
        read = {**self.as_read(), **self.answer(0, "figure", "410"), **self.answer(1, "not_aimed")}
        response = self.client.post(self.url, {**read, "use": f"{self.lines[0].pk}:410000"}, follow=True)
        self.assertContains(response, "Saved: 2 answers changed.")
        assert self.stored(0).amount == 410_000

    def test_a_press_that_names_no_line_or_no_amount_does_no_harm(self):
        read = {**self.as_read(), **self.answer(0, "figure", "360,000")}
        for use in ["", "0:5", ":", f"{self.lines[1].pk}", f"{self.lines[0].pk}:many"]:
            with self.subTest(use):
                ReportedSaving.objects.filter(year=self.year).delete()
                self.client.post(self.url, {**read, "use": use})
                assert self.stored(0) is None or self.stored(0).amount == 360_000
        assert self.stored(1) is None

    def test_a_reason_stores_it_and_is_shown_as_a_query_that_waits_for_the_analyst(self):
        self.save(self.answer(0, "figure", "410"), {f"line-{self.lines[0].pk}-reason": "Too short"})
        assert self.stored(0) is None
        response = self.save(self.answer(0, "figure", "410"), {f"line-{self.lines[0].pk}-reason": REASON})
        self.assertContains(response, "Saved: 1 answer changed.")
        self.assertContains(response, "Waits for the analyst.")
        self.assertContains(response, f"Answer: {REASON}")
        assert self.stored(0).amount == 410


class MissingTests(ReturnPageTestCase):
    def test_a_missing_source_is_asked_for_at_its_field(self):
        for outcome, amount, message in [
            ("figure", "5,000", "Say where the figure comes from, such as “Council return, e-mail of 3 March”."),
            ("withheld", "", "Say in a line why there is no figure."),
        ]:
            response = self.save(self.answer(0, outcome, amount, note=""))
            self.assertContains(response, "Nothing was saved: some lines break a rule.")
            assert self.line_of(response, 0).form.errors == {"note": [message]}
            self.assertContains(response, message, count=1 if outcome == "withheld" else None)
        assert self.stored(0) is None


class MovedOnTests(ReturnPageTestCase):
    """Somebody else answered in between, by whatever door."""

    def elsewhere(self, door: str, **fields: Any) -> None:
        changed = fields or {"amount": 300_000}
        saving = ReportedSaving.objects.filter(arrangement=self.lines[0], year=self.year)
        if door == "save":
            one = saving.get()
            for name, value in changed.items():
                setattr(one, name, value)
            one.save()
        elif door == "update":
            saving.update(**changed)
        elif door == "raw SQL":
            with connection.cursor() as cursor:
                cursor.execute("UPDATE arrangements_reportedsaving SET amount = 300000")
        else:
            read = Answer(self.lines[0].pk, "figure", 300_000, "Theirs", saving.get().version)
            record_many(year=self.year, answers=[read], user=make_analyst(), door=door)

    def parts(self, response: HttpResponse) -> list[tuple[str, str, str, str, bool]]:
        return [
            (part.label, part.base, part.theirs, part.mine, part.is_conflict) for part in self.line_of(response, 0).moved_on.parts
        ]

    def send_again(self, response: HttpResponse, **choices: str) -> HttpResponse:
        taken = {f"line-{self.lines[0].pk}-take-{part}": side for part, side in choices.items()}
        return self.send(**self.shown(response), **taken)

    def test_all_three_are_shown_nothing_is_stored_and_saving_again_keeps_mine(self):
        for door in ["save", "update", "raw SQL", "import"]:
            with self.subTest(door):
                ReportedSaving.objects.all().delete()
                make_saving(self.lines[0], self.year, 100_000, note="Theirs")
                read = self.as_read()
                self.elsewhere(door)
                response = self.save(self.answer(0, "figure", "200,000", "Theirs"), self.answer(1, "withheld"), read=read)
                self.assertContains(response, f"{MOVED_ON} Each such line shows both sides. What is in the form is kept")
                assert self.parts(response) == [("Answer", "£100,000", "£300,000", "£200,000", True)]
                assert self.line_of(response, 0).form["amount"].value() == "200,000"
                assert self.stored(0).amount == 300_000
                assert self.stored(1) is None
                self.assertContains(self.send_again(response), "Saved: 2 answers changed.")
                assert self.stored(0).amount == 200_000
                assert self.stored(1).outcome == Outcome.WITHHELD

    def test_who_changed_it_and_by_which_door_is_told(self):
        make_saving(self.lines[0], self.year, 100_000)
        read = self.as_read()
        colleague = make_analyst("colleague@example.org")
        theirs = Answer(self.lines[0].pk, "figure", 300_000, "Ledger", 1)
        record_many(year=self.year, answers=[theirs], user=colleague, door="import")
        response = self.save(self.answer(0, "figure", "200,000"), read=read)
        assert self.line_of(response, 0).moved_on.happened.startswith("Changed by colleague@example.org at ")
        assert self.line_of(response, 0).moved_on.happened.endswith("(import)")

    def test_theirs_is_taken_by_one_choice(self):
        make_saving(self.lines[0], self.year, 100_000, note="Ledger")
        read = self.as_read()
        self.elsewhere("update", outcome="withheld", amount=None, note="Not agreed by all")
        response = self.save(self.answer(0, "figure", "200,000", "Outturn"), read=read)
        assert self.parts(response) == [
            ("Answer", "£100,000", "Withheld", "£200,000", True),
            ("Source, or why none", "Ledger", "Not agreed by all", "Outturn", True),
        ]
        self.assertContains(self.send_again(response, answer="theirs", note="theirs"), "Nothing had changed.")
        assert (self.stored(0).outcome, self.stored(0).note) == (Outcome.WITHHELD, "Not agreed by all")
        self.assertContains(self.send_again(response, answer="theirs", note="mine"), "Saved: 1 answer changed.")
        assert (self.stored(0).outcome, self.stored(0).note) == (Outcome.WITHHELD, "Outturn")

    def test_parts_that_only_one_side_touched_are_put_together(self):
        make_saving(self.lines[0], self.year, 100_000, note="Ledger")
        read = self.as_read()
        self.elsewhere("update", note="Ledger, page 3")
        response = self.save(self.answer(0, "figure", "200,000", "Ledger"), read=read)
        self.assertContains(response, "They touch different parts and are put together below: save again to keep that.")
        assert self.parts(response) == [
            ("Answer", "£100,000", "£100,000", "£200,000", False),
            ("Source, or why none", "Ledger", "Ledger, page 3", "Ledger", False),
        ]
        form = self.line_of(response, 0).form
        assert (form["amount"].value(), form["note"].value()) == ("200,000", "Ledger, page 3")
        assert self.stored(0).amount == 100_000
        self.send_again(response)
        assert (self.stored(0).amount, self.stored(0).note) == (200_000, "Ledger, page 3")

    def test_outcome_and_amount_are_one_and_never_put_together_from_two_answers(self):
        make_saving(self.lines[0], self.year, 100_000, note="Ledger")
        read = self.as_read()
        self.elsewhere("update", outcome="withheld", amount=None)
        response = self.save(self.answer(0, "figure", "200,000", "Ledger"), read=read)
        form = self.line_of(response, 0).form
        assert (form["outcome"].value(), form["amount"].value()) == ("figure", "200,000")
        self.send_again(response)
        assert (self.stored(0).outcome, self.stored(0).amount) == (Outcome.FIGURE, 200_000)

    def test_so_is_a_first_answer_that_somebody_else_gave_first(self):
        read = self.as_read()
        make_saving(self.lines[0], self.year, 100_000)
        response = self.save(self.answer(0, "figure", "200,000"), read=read)
        self.assertContains(response, MOVED_ON)
        assert self.parts(response) == [
            ("Answer", "no answer", "£100,000", "£200,000", True),
            ("Source, or why none", "nothing", "nothing", "Council return", True),
        ]
        assert self.stored(0).amount == 100_000

    def test_an_answer_that_was_taken_back_can_be_given_again_or_left(self):
        for choice, stands in [("mine", True), ("theirs", False)]:
            with self.subTest(choice):
                ReportedSaving.objects.all().delete()
                make_saving(self.lines[0], self.year, 100_000, note="Ledger")
                read = self.as_read()
                self.outside_any_request()
                ReportedSaving.objects.all().delete()
                response = self.save(self.answer(0, "figure", "200,000", "Ledger"), read=read)
                assert self.parts(response) == [
                    ("Answer", "£100,000", "no answer", "£200,000", True),
                    ("Source, or why none", "Ledger", "nothing", "Ledger", True),
                ]
                assert self.line_of(response, 0).moved_on.happened.startswith("Taken back by database role ")
                self.send_again(response, answer=choice)
                assert (self.stored(0) is not None) == stands

    def test_one_that_moves_on_again_is_shown_again_and_theirs_is_the_newest(self):
        make_saving(self.lines[0], self.year, 100_000, note="Ledger")
        read = self.as_read()
        self.elsewhere("update")
        response = self.save(self.answer(0, "figure", "200,000", "Ledger"), read=read)
        self.elsewhere("update", amount=400_000)
        again = self.send_again(response, answer="theirs")
        self.assertContains(again, MOVED_ON)
        assert self.parts(again) == [("Answer", "£300,000", "£400,000", "£200,000", True)]
        assert self.stored(0).amount == 400_000

    def test_what_both_answered_alike_is_no_conflict(self):
        read = self.as_read()
        make_saving(self.lines[0], self.year, 100_000, note="Council return")
        self.assertContains(self.save(self.answer(0, "figure", "100000"), read=read), "Nothing had changed.")

    def test_a_line_nobody_touched_doesnt_undo_what_was_answered_meanwhile(self):
        make_saving(self.lines[0], self.year, 100_000)
        read = self.as_read()
        self.elsewhere("update")
        response = self.save(self.answer(1, "withheld"), read=read)
        self.assertContains(response, "Saved: 1 answer changed.")
        assert self.stored(0).amount == 300_000

    def test_what_was_typed_is_still_shown_when_the_return_was_submitted_meanwhile(self):
        read = self.as_read()
        self.be(ReturnState.SUBMITTED)
        response = self.save(self.answer(0, "figure", "200,000", "Typed for an hour"), read=read)
        self.assertContains(response, "is submitted. Reopen it to change an answer.")
        self.assertContains(response, "Typed for an hour")
        assert self.stored(0).amount == 100_000


class UndoTests(ReturnPageTestCase):
    def test_a_save_offers_to_be_undone_and_leads_to_where_that_stands(self):
        response = self.client.post(self.url, {"deed": "save", **self.as_read(), **self.answer(0, "figure", "5,000")})
        assert response["Location"] == f"{self.url}#saved"
        response = self.client.get(self.url)
        act = response.context["act"]
        self.assertContains(response, f'<input type="hidden" name="act" value="{act.key}">')
        self.assertContains(response, "1 answer. <button")
        response = self.send("undo", act=act.key)
        self.assertContains(response, "Undone: 1 answer is as it was before that save.")
        self.assertNotContains(response, 'value="undo"')
        assert self.stored(0) is None
        assert self.state() == ReturnState.NOT_STARTED

    def test_lines_left_alone_are_named(self):
        self.save(self.answer(0, "figure", "5,000"), self.answer(1, "figure", "6,000"))
        act = self.client.get(self.url).context["act"]
        ReportedSaving.objects.filter(arrangement=self.lines[1]).update(amount=7_000)
        response = self.send("undo", act=act.key)
        self.assertContains(response, "Undone: 1 answer is as it was before that save.")
        self.assertContains(response, "Left alone, as changed since: Line B.")

    def test_a_key_that_is_none_or_nothings_is_refused(self):
        for act in ["", "abc", "00000000-0000-0000-0000-000000000000"]:
            self.assertContains(self.send("undo", act=act), "There is nothing of yours to undo here.")

    def test_nobody_else_is_offered_it(self):
        self.save(self.answer(0, "figure", "5,000"))
        self.client.force_login(make_analyst())
        assert self.client.get(self.url).context["act"] is None


class PasteTests(ReturnPageTestCase):
    """Rows from a spreadsheet fill the form, and store nothing."""

    def paste(self, text: str, typed: dict[str, Any] | None = None, **more: Any) -> HttpResponse:
        return self.client.post(self.url, {**self.as_read(), **(typed or {}), "deed": "paste", "pasted": text, **more})

    def test_the_form_is_filled_in_what_goes_where_is_told_and_nothing_is_stored(self):
        row = f"{self.lines[1].reference}\tLine B\t£410k\tLedger"
        response = self.paste(row, typed=self.answer(0, "figure", "12,0"))
        form = self.line_of(response, 1).form
        assert [form[name].value() for name in ("outcome", "amount", "note")] == ["figure", "£410k", "Ledger"]
        assert self.line_of(response, 1).echo == "£410,000"
        self.assertContains(response, "is filled in below, and not saved yet.")
        self.assertContains(response, "<strong>Amount: £410,000</strong>")
        # What was typed elsewhere is kept, and not judged yet.
        assert self.line_of(response, 0).form["amount"].value() == "12,0"
        assert not self.line_of(response, 0).form.errors
        assert not ReportedSaving.objects.exists()
        self.assertContains(self.send(**{**self.shown(response), **self.answer(0)}), "Saved: 1 answer changed.")
        assert self.stored(1).amount == 410_000

    def test_a_script_is_given_the_fields_and_the_preview_alone(self):
        row = f"{self.lines[1].reference}\tNot calculated\tNo baseline"
        response = self.client.post(
            self.url, {**self.as_read(), "deed": "paste", "pasted": row}, headers={"accept": "application/json"}
        )
        prefix = f"line-{self.lines[1].pk}"
        assert response.json()["fields"] == {
            f"{prefix}-outcome": "not_calculated",
            f"{prefix}-amount": "",
            f"{prefix}-note": "No baseline",
        }
        assert "Outcome: Not calculated" in response.json()["shown"]
        assert not ReportedSaving.objects.exists()

    def test_a_row_pasted_into_a_lines_field_goes_to_that_line(self):
        response = self.paste("410,000\tLedger", into=self.lines[2].pk)
        assert self.line_of(response, 2).form["amount"].value() == "410,000"
        for into in ["abc", "9" * 30, "-1"]:
            self.assertContains(self.paste("410,000\tLedger", into=into), "doesn’t say which line it is about.")

    def test_what_is_pasted_is_shown_as_text(self):
        response = self.paste(f"{self.lines[0].reference}\t5,000\t<script>alert(1)</script>")
        self.assertContains(response, "&lt;script&gt;alert(1)&lt;/script&gt;")
        self.assertNotContains(response, "<script>alert")
