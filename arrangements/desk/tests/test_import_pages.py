"""The pages of an import: nothing changes before confirming, twelve queries at most, and only for those who may."""

import csv
import io
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrangements.releases.effect import figures_held
from arrangements.returns.importing import steps, uploads
from arrangements.returns.importing.models import ReturnImport
from arrangements.returns.importing.staging import NotKept
from arrangements.returns.importing.tests.counted import counted
from arrangements.returns.importing.tests.sheets import row_of, sheet
from arrangements.returns.importing.tests.staged import staged
from arrangements.returns.importing.tests.twelve import make_spring
from arrangements.returns.models import ReportedSaving
from arrangements.returns.workbook.columns import COLUMNS
from arrangements.returns.workbook.reading import read_table
from arrangements.tests.builders import make_analyst, make_arrangement, make_saving
from councils.tests.builders import make_council, make_user
from sharedservices.common.tests.amount import MANY
from sharedservices.tests.house import client_of

MOST = 12


def csv_of(rows, name="returns.csv", encoding="utf-8", extra=()):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*(column.heading for column in COLUMNS), *extra])
    writer.writerows([*(row.get(column.key, "") for column in COLUMNS), *extra] for row in rows)
    return SimpleUploadedFile(name, out.getvalue().encode(encoding))


class ImportPageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.spring = make_spring()
        cls.year, cls.analyst = cls.spring.year, make_analyst()

    def setUp(self):
        self.client = client_of(self.analyst)
        self.start = reverse("admin:import-start")

    def upload(self, rows, **more):
        response = self.client.post(self.start, {"year": self.year.slug, "file": csv_of(rows, **more)})
        assert response.status_code == 302, response.content.decode()
        self.token = response["Location"].rstrip("/").rsplit("/", 1)[1]
        return self.look()

    def spring_rows(self):
        return [{key: cell.text for key, cell in row.cells.items()} for row in self.spring.table.rows]

    def address(self, name="import-preview", *more):
        return reverse(f"admin:{name}", args=[self.token, *more])

    def look(self, **asked):
        return self.client.get(self.address(), asked)

    def put(self, number, **sent):
        return self.client.post(self.address("import-row", number), sent, follow=True)

    def do(self, deed, **sent):
        return self.client.post(self.address(), {"deed": deed, **sent}, follow=True)

    def right(self, *numbers):
        return [
            row_of(self.spring.by_row[number], self.year, outcome="Figure", amount="420000", note="File") for number in numbers
        ]

    # From the file to the preview

    def test_a_file_is_checked_and_shown_and_nothing_of_the_register_changes(self):
        before = counted()
        page = self.upload(self.spring_rows())
        self.assertContains(page, "6 rows ready, 10 to fix.")
        self.assertContains(page, "Unchanged: 1; New: 3; Changed: 1; Changed on both sides: 1; To fix: 10.")
        self.assertContains(page, "Sheet returns.csv, cell A6, Council: read “Kingston”.")
        self.assertContains(page, f"{reverse('admin:import-rules')}#council-ambiguous")
        self.assertContains(page, "10 rows are still to fix.")
        self.assertNotContains(page, "Confirm:")
        assert counted() == before

    def test_a_file_that_cannot_be_read_says_why_at_the_field_and_is_not_kept(self):
        for content, message in [(b"", "The file is empty"), (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "File: ")]:
            file = SimpleUploadedFile("picture.xlsx", content)
            page = self.client.post(self.start, {"year": self.year.slug, "file": file})
            self.assertContains(page, message)
        self.assertContains(self.client.post(self.start, {"year": self.year.slug}), "Choose a file.")
        assert uploads.open_uploads(self.analyst.pk) == []

    def test_a_file_without_the_columns_that_are_needed_names_them(self):
        file = SimpleUploadedFile("short.csv", b"Council,Arrangement reference,Outcome\nA,SSR-0001,Figure\n")
        page = self.client.post(self.start, {"year": self.year.slug, "file": file})
        self.assertContains(page, "The file has no column headed “Amount in pounds”.")

    def test_columns_that_are_not_known_are_named(self):
        self.assertContains(self.upload(self.right(2), extra=["Mood"]), "were not read: “Mood”.")

    def test_a_file_in_the_encodings_of_old_programs_is_read(self):
        for encoding in ("utf-8-sig", "cp1252", "utf-16"):
            self.assertContains(self.upload(self.right(2), encoding=encoding), "1 row ready")

    def test_files_that_wait_are_listed_for_their_owner_alone(self):
        self.upload(self.spring_rows())
        self.assertContains(self.client.get(self.start), "returns.csv, 2014/15</a>: 10 to fix")
        self.assertNotContains(client_of(make_analyst()).get(self.start), "returns.csv")

    # Who may

    def test_another_persons_upload_and_one_that_never_was_look_alike(self):
        self.upload(self.spring_rows())
        other = client_of(make_analyst())
        for ask in (
            lambda client: client.get(self.address()),
            lambda client: client.post(self.address(), {"deed": "confirm"}),
            lambda client: client.post(self.address("import-row", 8), {"put": "{}"}),
            lambda client: client.get(self.address("import-copy")),
        ):
            theirs = ask(other)
            token, self.token = self.token, "never"
            never = ask(other)
            self.token = token
            assert (theirs.status_code, never.status_code) == (404, 404)
            assert re.sub(r'value="\w+"', "", theirs.content.decode()) == re.sub(r'value="\w+"', "", never.content.decode())

    def test_who_may_not_import_is_refused_everywhere(self):
        self.upload(self.spring_rows())
        stranger = client_of(make_user(staff=True))
        for address in (self.start, reverse("admin:import-rules"), self.address(), self.address("import-copy")):
            assert stranger.get(address).status_code == 403
        assert stranger.post(self.address("import-row", 8), {"put": "{}"}).status_code == 403

    # Repairs

    def test_a_pick_puts_the_row_right_and_the_counter_falls(self):
        page = self.upload(self.spring_rows())
        [pick] = re.findall(r'name="put" value="([^"]*)">Divide by 1,000: £410,000', page.content.decode())
        assert json.loads(pick.replace("&quot;", '"')) == {"amount": "410000"}
        page = self.put(9, put=pick.replace("&quot;", '"'))
        self.assertContains(page, "7 rows ready, 9 to fix.")

    def test_values_typed_again_and_reasons_count(self):
        self.upload(self.spring_rows())
        self.assertContains(self.put(8, **{"cell-amount": "£1.2m", "cell-reason": "New contract since April"}), "9 to fix.")
        self.assertContains(self.put(9, **{"cell-amount": "410000000", "cell-reason": "Truly so, says the county"}), "8 to fix.")
        self.assertContains(self.put(11, **{"cell-outcome": "Too early to say", "cell-amount": ""}), "7 to fix.")

    def test_what_still_does_not_fit_says_so_at_its_row(self):
        self.upload(self.spring_rows())
        self.assertContains(self.put(8, **{"cell-amount": "about nothing"}), "“about nothing” is not an amount in pounds.")

    def test_rows_are_left_out_and_taken_in_again(self):
        self.upload(self.spring_rows())
        self.assertContains(self.put(17, leave_out="17"), "Take row 17 in again")
        self.assertContains(self.put(17, take_in="yes"), "10 to fix.")
        self.assertContains(self.do("leave-out"), "Left out: 10")

    def test_forms_that_no_page_sends_change_nothing_and_say_so(self):
        self.upload(self.spring_rows())
        for number, sent in [(8, {"put": "[1]"}), (8, {"put": "{"}), (8, {"put": '{"amount": 5}'}), (8, {"put": '{"moon": "1"}'}),
                             (999, {"put": "{}"}), (999, {"cell-amount": "1"}), (8, {"leave_out": "999"})]:  # fmt: skip
            page = self.put(number, **sent)
            assert page.status_code == 200, sent
            self.assertContains(page, "messagelist")
            self.assertContains(page, "10 to fix.")
        self.assertContains(self.do("explode"), "The form names no deed that the register knows.")

    def test_the_copy_holds_the_rows_and_what_is_wrong_and_can_be_uploaded_again(self):
        self.upload(self.spring_rows())
        response = self.client.get(self.address("import-copy"))
        assert response["Content-Disposition"] == 'attachment; filename="returns to correct.xlsx"'
        table = read_table(response.content, "copy.xlsx")
        assert [row.number for row in table.rows] == list(range(2, 18))
        assert table.unknown == []

    # Confirming

    def test_confirming_imports_and_leads_to_the_import_and_so_does_the_old_address_afterwards(self):
        self.upload(self.right(2, 3))
        page = self.do("confirm")
        made = ReturnImport.objects.get()
        self.assertContains(page, "Imported as one act: 1 new answer and 1 changed.")
        self.assertContains(page, "Undo this import")
        assert self.look()["Location"] == made.get_absolute_url()

    def test_both_sides_are_shown_and_nothing_is_stored_before_a_choice(self):
        page = self.upload(self.spring_rows())
        self.assertContains(page, "<td>£410,000</td><td>£415,000</td><td>£430,000</td>", html=False)
        self.do("leave-out")
        self.assertContains(self.look(), "1 row that changed on both sides needs a choice.")
        self.assertContains(self.do("confirm"), "Row 5 changed on both sides. Choose whose answer stands in each; then confirm.")
        self.do("choose", **{"choice-5": "theirs"})
        self.do("confirm")
        assert ReportedSaving.objects.get(arrangement=self.spring.by_row[5], year=self.year).amount == 415_000

    def test_the_effect_told_is_what_the_figures_are_afterwards(self):
        def total():
            return next(figure.display for figure in figures_held(self.year) if figure.key == "savings-total")

        before = total()
        page = self.upload(self.right(2, 3))
        told = re.search(r"Reported savings from (.+?) to (.+?);", page.content.decode())
        self.do("confirm")
        assert (told[1], told[2]) == (before, total())

    def test_a_register_that_changed_since_stops_it_and_shows_what_is_so_now(self):
        self.upload(self.right(2, 3))
        make_saving(self.spring.by_row[2], self.year, 5)
        page = self.do("confirm")
        self.assertContains(page, "Nothing was imported: the register has changed since the rows were checked")
        self.assertContains(page, "Changed on both sides: 1")
        assert not ReturnImport.objects.exists()

    def test_the_same_file_again_has_nothing_to_do(self):
        rows = self.spring_rows()
        self.upload(rows)
        self.do("leave-out")
        self.do("keep-theirs")
        self.do("confirm")
        before = counted()
        page = self.upload(rows)
        self.assertContains(page, "Nothing to do.")
        self.assertContains(page, "This very file was imported before")
        self.assertNotContains(page, "Confirm:")
        assert counted() == before

    def test_a_discarded_upload_is_gone(self):
        self.upload(self.right(2))
        self.assertContains(self.do("discard"), "The upload is discarded.")
        with pytest.raises(NotKept):
            uploads.opened(self.token, self.analyst.pk)
        assert self.look().status_code == 404

    # Large files

    def test_a_large_file_is_read_on_a_page_that_shows_how_far_it_is_and_goes_on_by_itself(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(steps, "READ_AT_ONCE", 10)
            patch.setattr(steps, "SECONDS_A_STEP", 0)
            patch.setattr(steps.advance, "__kwdefaults__", {"seconds": 0})
            page = self.upload(self.spring_rows())
            assert page["Refresh"] == "1"
            self.assertContains(page, "Finding each row’s line")
            self.assertContains(self.client.get(self.start), "not checked to the end")
            page = self.look()
            assert page["Refresh"] == "1"
            page = self.look()
        assert "Refresh" not in page
        self.assertContains(page, "6 rows ready, 10 to fix.")

    def test_a_large_file_that_cannot_be_read_leads_back_with_the_reason(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(steps, "READ_AT_ONCE", 10)
            file = SimpleUploadedFile("short.csv", b"Council,Arrangement reference,Outcome\nA,SSR-0001,Figure\n")
            page = self.client.post(self.start, {"year": self.year.slug, "file": file}, follow=True)
        self.assertContains(page, "The file has no column headed “Amount in pounds”.")
        assert uploads.open_uploads(self.analyst.pk) == []

    # Queries

    def queries(self, rows):
        usual = self.spring.by_row[2].partnerships.get(answers=True).council
        made = [make_arrangement(usual, make_council()) for _ in range(rows)]
        table = sheet([row_of(one, self.year, amount=("much", 5_000, 6_000)[at % 3], note="File") for at, one in enumerate(made)])
        self.token = staged(self.year, table, self.analyst)
        found = {}
        for address in (self.address(), f"{self.address()}?faults=1&changes=1", self.start, reverse("admin:import-rules")):
            with CaptureQueriesContext(connection) as captured:
                assert self.client.get(address).status_code == 200
            found[address.replace(self.token, "")] = len(captured)
        self.do("leave-out")
        self.do("confirm")
        made = ReturnImport.objects.latest("pk")
        undo = reverse("admin:arrangements_returnimport_undo", args=[made.pk])
        for name, address in {
            "import": made.get_absolute_url(), "undo": undo, "list": reverse("admin:arrangements_returnimport_changelist"),
        }.items():  # fmt: skip
            with CaptureQueriesContext(connection) as captured:
                assert self.client.get(address).status_code == 200
            found[name] = len(captured)
        return found

    def test_twelve_queries_a_page_at_most_and_as_many_with_many_rows_as_with_ten(self):
        few = self.queries(10)
        assert {name: count for name, count in few.items() if count > MOST} == {}
        many = self.queries(MANY)
        assert {name: (few[name], many[name]) for name in few if few[name] < many[name]} == {}
