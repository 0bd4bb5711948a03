"""Downloading the workbooks in the admin: who may, and what comes."""

from __future__ import annotations

import io
from datetime import date
from zipfile import ZipFile

from django.contrib.auth.models import Group, Permission
from django.test import TestCase, override_settings
from django.urls import reverse

from arrangements.returns.workbook.reading import read_table
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_year
from councils.tests.builders import make_council, make_user

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@override_settings(REGISTER_TODAY=date(2014, 4, 20), REQUIRE_SECOND_FACTOR=False)
class DownloadTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.year = make_year(2013)
        cls.councils = [make_council("Adur Council"), make_council("Worthing Council")]
        for council, other in (cls.councils, cls.councils[::-1]):
            make_arrangement(council, other, name=f"Led by {council.short_name}")
        cls.returns = [make_return(council, cls.year) for council in cls.councils]
        cls.analyst = make_analyst()

    def setUp(self):
        self.client.force_login(self.analyst)
        self.addresses = {
            "year": reverse("admin:arrangements_annualreturn_workbook", args=["2013-14"]),
            "zip": reverse("admin:arrangements_annualreturn_workbooks", args=["2013-14"]),
            "own": reverse("admin:arrangements_annualreturn_own_workbook", args=[self.returns[1].pk]),
        }

    def names(self, content: bytes) -> list[str]:
        return [row.cells["arrangement"].text for row in read_table(content, "x").rows]

    def test_the_years_workbook_one_councils_and_all_in_an_archive(self):
        assert list(self.addresses.values())[:2] == [
            "/admin/arrangements/annualreturn/workbook/2013-14/",
            "/admin/arrangements/annualreturn/workbooks/2013-14/",
        ]
        response = self.client.get(self.addresses["year"])
        assert response["Content-Type"] == XLSX
        assert response["Content-Disposition"] == 'attachment; filename="returns-2013-14.xlsx"'
        assert "no-store" in response["Cache-Control"]
        assert self.names(response.content) == ["Led by Adur", "Led by Worthing"]

        response = self.client.get(self.addresses["own"])
        assert response["Content-Disposition"] == 'attachment; filename="returns-2013-14-worthing.xlsx"'
        assert self.names(response.content) == ["Led by Worthing"]

        response = self.client.get(self.addresses["zip"])
        assert response["Content-Type"] == "application/zip"
        assert response["Content-Disposition"] == 'attachment; filename="returns-2013-14.zip"'
        assert ZipFile(io.BytesIO(response.content)).namelist() == ["returns-2013-14-adur.xlsx", "returns-2013-14-worthing.xlsx"]

    def test_the_list_of_returns_leads_to_them(self):
        response = self.client.get(reverse("admin:arrangements_annualreturn_changelist"))
        self.assertContains(response, f'href="{self.addresses["year"]}"')
        self.assertContains(response, f'href="{self.addresses["zip"]}"')

    def test_a_year_without_returns_is_said_and_one_that_is_not_there_is_not_found(self):
        make_year(2014)
        response = self.client.get(reverse("admin:arrangements_annualreturn_workbook", args=["2014-15"]), follow=True)
        self.assertContains(response, "2014/15 has no returns yet. Open its collection first")
        for name in ("workbook", "workbooks"):
            assert self.client.get(reverse(f"admin:arrangements_annualreturn_{name}", args=["1999-00"])).status_code == 404
        for key in ("99999999", "none"):
            assert self.client.get(f"/admin/arrangements/annualreturn/{key}/workbook/").status_code == 404

    def test_only_who_may_see_returns_gets_them(self):
        self.client.force_login(make_user(councils=self.councils))
        for address in self.addresses.values():
            assert self.client.get(address).status_code in (302, 403)
        self.client.force_login(make_user(staff=True))
        for address in self.addresses.values():
            assert self.client.get(address).status_code == 403
        self.client.logout()
        for address in self.addresses.values():
            assert self.client.get(address).status_code == 302
        reader = make_user(staff=True)
        reader.user_permissions.add(Permission.objects.get(codename="view_annualreturn"))
        self.client.force_login(reader)
        for address in self.addresses.values():
            assert self.client.get(address).status_code == 200
        assert Group.objects.filter(name="analyst").exists()

    def test_they_are_only_read(self):
        for address in self.addresses.values():
            assert self.client.post(address).status_code == 405
            assert self.client.head(address).status_code == 200
