"""No broken link: every link of every public page leads somewhere, and every fragment to an id that is there.

Each address is asked for once. Of addresses that differ only in their keys or in what filters say one is followed, of
fragments all.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import resolve
from django.urls.exceptions import Resolver404

from arrangements.tests.world import TODAY
from sharedservices.tests.house import HouseTestCase, client_of

OF_SIGNING_IN = ["/accounts/login/", "/accounts/password/reset/", "/councils/atlantis/", "/arrangements/?year=banana"]


class Read(HTMLParser):
    """The ids of a page, and where its links and forms lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            elif name in ("href", "action", "formaction") and value is not None:
                self.links.append(value)


@pytest.mark.xdist_group("house")
@override_settings(REGISTER_TODAY=TODAY)
class LinkTests(HouseTestCase):
    def setUp(self):
        self.answers: dict[str, tuple[int, Read | None]] = {}
        self.followed: dict[str, str] = {}

    def read(self, address: str, client=None) -> tuple[int, Read | None]:
        """Status and page of an address, asked for once."""
        if address not in self.answers:
            response: HttpResponse = (client or self.client).get(address)
            is_page = response.get("Content-Type", "").startswith("text/html")
            self.answers[address] = response.status_code, Read(response.content.decode()) if is_page else None
        return self.answers[address]

    def is_to_be_followed(self, address: str) -> bool:
        """Whether it is to be followed: of each route with each set of filters the first."""
        pieces = urlsplit(address)
        names = ",".join(sorted(re.findall(r"(?:^|&)([^=&]+)=", pieces.query)))
        sort = f"{resolve(pieces.path).route}?{names}"
        return self.followed.setdefault(sort, address) == address

    def broken(self, page: str, read: Read, client=None) -> list[str]:
        """The links of a page that lead nowhere."""
        found = [f"{page} has the id {each} {read.ids.count(each)} times" for each in set(read.ids) if read.ids.count(each) > 1]
        for link in dict.fromkeys(read.links):
            target = urlsplit(urljoin(f"http://testserver{page}", link))
            if target.netloc != "testserver" or target.path.startswith("/static/"):
                continue
            address = target.path + (f"?{target.query}" if target.query else "")
            try:
                is_followed = self.is_to_be_followed(address)
            except Resolver404:
                found.append(f"{page} links to {link}, where nothing is")
                continue
            if target.fragment:
                ids = read.ids if address == page else getattr(self.read(address, client)[1], "ids", [])
                if target.fragment not in ids:
                    found.append(f"{page} links to {link}, and there is no such id")
            elif is_followed and (status := self.read(address, client)[0]) not in (200, 302, 405):
                found.append(f"{page} links to {link}, which answers {status}")
        return found

    def test_every_link_of_every_public_page_leads_somewhere(self):
        found = []
        for page in [*self.house.pages(), *OF_SIGNING_IN]:
            status, read = self.read(page)
            if read is not None:
                assert status in (200, 400, 404), page
                found += self.broken(page, read)
        assert found == []
        assert len(self.followed) > 60

    def test_and_every_link_of_an_officer_s_pages(self):
        officer = client_of(self.house.people["officer"])
        found = []
        for below in ("", "preview/", "board-paper/", f"queries/{self.house.query}/"):
            page = f"/my-council/willow/{below}"
            status, read = self.read(page, officer)
            assert status == 200, page
            found += self.broken(page, read, officer)
        assert found == []

    def test_a_broken_one_would_be_found(self):
        """The other side, by a page that has each fault."""
        links = ["/nowhere/x/y", "/methodology/#moon", "/councils/atlantis/"]
        page = "".join(f'<a href="{link}">a link</a>' for link in links) + '<p id="x"><p id="x">'
        assert len(self.broken("/cite/", Read(page))) == 4
