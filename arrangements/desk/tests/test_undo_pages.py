"""Taking an import back in the admin: two clicks, and what was edited since is shown with a box to tick."""

from django.test import TestCase
from django.urls import reverse

from arrangements.returns.importing import repairing, uploads
from arrangements.returns.importing.committing import commit_import
from arrangements.returns.importing.models import ReturnImport
from arrangements.returns.importing.tests.staged import staged
from arrangements.returns.importing.tests.twelve import make_spring
from arrangements.returns.models import ReportedSaving
from arrangements.tests.builders import make_analyst
from councils.tests.builders import make_user
from sharedservices.tests.house import client_of


class UndoPageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.spring = make_spring()
        cls.year, cls.analyst = cls.spring.year, make_analyst()
        token = staged(cls.year, cls.spring.table, cls.analyst)
        with uploads.held(token, cls.analyst.pk) as upload:
            repairing.leave_out_all_faulty(upload)
            repairing.keep_all_theirs(upload)
            cls.made = commit_import(staged=upload, user=cls.analyst)

    def setUp(self):
        self.client = client_of(self.analyst)
        self.undo = reverse("admin:arrangements_returnimport_undo", args=[self.made.pk])

    def test_the_list_and_the_imports_page_say_who_when_what(self):
        page = self.client.get(reverse("admin:arrangements_returnimport_changelist"))
        self.assertContains(page, "returns.xlsx")
        self.assertContains(page, reverse("admin:arrangements_returnimport_add"))
        page = self.client.get(self.made.get_absolute_url())
        self.assertContains(page, "2 new answers and 1 changed</strong>, of 16 rows; 11 left out.")
        self.assertContains(page, "<td>£410,000</td><td>£420,000</td>")

    def test_adding_one_leads_to_choosing_a_file(self):
        assert self.client.get(reverse("admin:arrangements_returnimport_add"))["Location"] == reverse("admin:import-start")

    def test_two_clicks_take_it_back(self):
        self.assertContains(self.client.get(self.made.get_absolute_url()), self.undo)
        self.assertContains(self.client.get(self.undo), "3 answers will stand as before the import")
        page = self.client.post(self.undo, follow=True)
        self.assertContains(page, "Undone as one act: 3 answers put back, 0 left alone.")
        self.assertContains(page, "Undone by")
        self.assertNotContains(page, self.undo)

    def test_what_was_edited_since_is_listed_and_put_back_only_where_it_is_ticked(self):
        ReportedSaving.objects.filter(arrangement=self.spring.by_row[3], year=self.year).update(amount=7)
        page = self.client.get(self.undo)
        self.assertContains(page, "Edited since (1)")
        self.assertContains(page, "<td>£410,000</td><td>£420,000</td><td>£7</td>")
        self.client.post(self.undo, {"also": [self.spring.by_row[3].pk]})
        assert ReportedSaving.objects.get(arrangement=self.spring.by_row[3], year=self.year).amount == 410_000

    def test_a_second_undoing_is_refused_in_words(self):
        self.client.post(self.undo)
        self.assertContains(self.client.post(self.undo, follow=True), "was undone already")
        self.assertContains(self.client.get(self.undo), "This import can’t be undone")

    def test_who_may_not_undo_may_not_and_nobody_deletes_one(self):
        viewer = client_of(make_user(staff=True))
        assert viewer.get(self.undo).status_code in (403, 404)
        assert viewer.get(self.made.get_absolute_url()).status_code in (403, 404)
        address = reverse("admin:arrangements_returnimport_delete", args=[self.made.pk])
        assert self.client.post(address, {"post": "yes"}).status_code == 403
        assert ReturnImport.objects.count() == 1

    def test_the_history_tells_the_import_and_its_undoing(self):
        self.client.post(self.undo)
        page = self.client.get(reverse("admin:arrangements_returnimport_history", args=[self.made.pk]))
        self.assertContains(page, "Import of returns.xlsx undone")
