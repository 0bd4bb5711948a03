"""Contacts, reminders, calls and flags are in no public page, file or answer, and on no officer's page."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.cache import cache
from django.test import override_settings

from arrangements.public.register_files import listing
from arrangements.returns.chasing.models import CouncilContact
from arrangements.returns.chasing.tests.made import make_contact, make_contact_made, make_reminder
from arrangements.returns.followup.tests.made import make_comment, make_flag
from arrangements.returns.models import AnnualReturn
from arrangements.tests.world import TODAY
from sharedservices.tests.house import API_LISTS, LISTS, ROLES, HouseTestCase, client_of
from sharedservices.tests.test_roles import ACCOUNTS, API, PAGES

# Words that stand in nothing else: addresses, names, letters, notes, flags.
MARKS = ("zebrafinch", "Quillfeather", "quillfeather", "marmalade", "periwinkle", "tambourine", "hullabaloo")


@pytest.mark.xdist_group("house")
@override_settings(REGISTER_TODAY=TODAY)
class NeverPublicTests(HouseTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        for annual_return in AnnualReturn.objects.select_related("council", "year"):
            council = annual_return.council
            if not CouncilContact.objects.filter(council=council).exists():
                make_contact(council, f"zebrafinch@{council.slug}.example.org", name="Zebrafinch team")
                make_contact(council, f"q.quillfeather@{council.slug}.example.org", kind="officer", name="Q Quillfeather")
            recipients = [f"zebrafinch@{council.slug}.example.org"]
            make_reminder(annual_return, recipients=recipients, subject="Of marmalade", body="Marmalade: marmalade.")
            make_reminder(annual_return, "sent", recipients=recipients, body="More marmalade.")
            make_contact_made(annual_return, date(2015, 4, 1), note="Spoke to Quillfeather of periwinkles.")
            for line in [None, *annual_return.lines()[:2]]:
                flag = make_flag(annual_return, line, text="What a tambourine!")
                make_comment(flag, text="A hullabaloo.")

    def setUp(self):
        cache.clear()

    def addresses(self) -> list[str]:
        """All that the house and the table of roles know, each council's page and the errors that name good values."""
        house = self.house
        named = {
            "reference": house.reference,
            "code": house.council.gss_code,
            "partnership": house.partnership,
            "body_partnership": house.body_partnership,
            "files": listing()["id"],
            "query": house.query,
        }
        of_table = [pattern.format(**named) for cases in {**PAGES, **API, **ACCOUNTS}.values() for pattern, _ in cases]
        councils = [f"/councils/{council.slug}/" for council in house.world.councils]
        wrong = ["/councils/?region=zebra", "/arrangements/?council=zebra", "/api/v1/councils/?q=zebrafinch"]
        searches = [f"{address}?q=zebrafinch" for address in (*LISTS, *API_LISTS)]
        deeper = [f"{address}?limit=1000" for address in API_LISTS]
        return list(dict.fromkeys([*of_table, *house.pages(), *house.api_items(), *LISTS, *API_LISTS, *councils, *wrong,
                                   *searches, *deeper]))  # fmt: skip

    def test_they_stand_where_staff_work(self):
        """Otherwise the rest would claim nothing."""
        staff = client_of(self.house.people["analyst"])
        seen = b"".join(
            staff.get(address).content
            for address in (
                "/admin/chasing/",
                "/admin/arrangements/councilcontact/?all=",
                "/admin/arrangements/contactmade/",
                f"/admin/arrangements/annualreturn/{AnnualReturn.objects.earliest('pk').pk}/change/",
            )
        ).decode()
        assert [mark for mark in MARKS if mark.lower() not in seen.lower()] == []

    def test_nobody_else_is_given_a_word_of_them(self):
        found = []
        for role in ROLES:
            client = client_of(self.house.people.get(role))
            for address in self.addresses():
                if role != "anonymous" and address.startswith("/api/"):
                    continue  # it gives each role the same bytes: test_roles.py
                answer = client.get(address)
                told = answer.content.decode(errors="replace") + str(answer.headers)
                asked = "zebrafinch" in address  # a search is repeated to whoever made it
                marks = [mark for mark in MARKS if mark.lower() in told.lower() and not (asked and mark == "zebrafinch")]
                found += [(role, address, mark) for mark in marks]
                if asked and "zebrafinch@" in told:
                    found.append((role, address, "an address"))
        assert found == []
        assert len(self.addresses()) > 80

    def test_the_contract_of_the_api_knows_no_contact(self):
        contract = client_of(None).get("/api/v1/openapi.json").json()
        names = str(contract["components"]).lower()
        assert not any(word in names for word in ("councilcontact", "reminder", "flag", "contactmade"))
