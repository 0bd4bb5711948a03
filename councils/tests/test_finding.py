"""Finding a council: straight to it where the answer is clear, and otherwise what was understood."""

from datetime import date
from html import unescape

from django.test import TestCase

from councils.models import CouncilName
from councils.tests.builders import make_council


class FindingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.kent = make_council("Folkestone and Hythe District Council", "district", short_name="Folkestone and Hythe")
        CouncilName.objects.create(council=cls.kent, name="Shepway", kind="short", used_until=date(2018, 3, 31))
        cls.thames = make_council("Royal Borough of Kingston upon Thames", short_name="Kingston upon Thames")
        cls.hull = make_council("Kingston upon Hull City Council", short_name="Kingston upon Hull")
        cls.york = make_council("City of York Council", short_name="York")
        make_council("Yorkshire Moors Council")
        make_council("Dorset County Council", "county", short_name="Dorset County", ended_on=date(2019, 3, 31))
        make_council("Dorset Council", started_on=date(2019, 4, 1))

    def find(self, text):
        return self.client.get("/find-your-council/", {"q": text})

    def shown(self, text):
        answer = self.find(text)
        assert answer.status_code == 200
        return unescape(answer.content.decode())

    def test_a_clear_answer_leads_straight_to_the_council(self):
        for text, council in [
            ("York", self.york),
            ("city of york council", self.york),
            ("folkestone", self.kent),
            ("Shepway", self.kent),
            (" kingston upon thames ", self.thames),
            (self.hull.gss_code.lower(), self.hull),
        ]:
            self.assertRedirects(self.find(text), council.get_absolute_url(), fetch_redirect_response=False, msg_prefix=text)

    def test_several_are_offered_with_what_tells_them_apart(self):
        page = self.shown("Kingston")
        assert "“Kingston” may mean one of these" in page
        assert self.thames.name in page
        assert self.hull.name in page
        assert "until 31 March 2019" in self.shown("Dorset")

    def test_a_slip_is_said_and_not_followed(self):
        page = self.shown("Shepwey")
        assert "No council is called “Shepwey”. One letter away is:" in page
        assert "Folkestone and Hythe District Council" in page
        assert "found as Shepway" in page

    def test_nothing_found_says_what_to_try(self):
        assert "No council is called “Atlantis”" in self.shown("Atlantis")
        assert "By its name" in self.shown("")

    def test_what_the_address_may_not_hold_is_refused(self):
        for query in ("?q=a&q=b", "?name=york", "?q=" + "a" * 300):
            assert self.client.get(f"/find-your-council/{query}").status_code == 400

    def test_two_queries_whatever_is_typed(self):
        for text in ("Kingston", "York"):
            with self.assertNumQueries(2):
                self.find(text)
