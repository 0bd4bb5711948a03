"""What the tests of a return's page in the admin share: a return with three lines, and an analyst before it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import TestCase, override_settings
from django.urls import reverse

from arrangements.returns.models import AnnualReturn, ReportedSaving
from arrangements.tests.builders import make_analyst, make_arrangement, make_return, make_saving, make_service, make_year
from councils.tests.builders import make_council

MOVED_ON = "Nothing was saved: 1 of the answers has been changed since you opened this page."
WRONG = "Nothing was saved: some lines need another look."
REASON = "The director has confirmed the figure"


# A deed takes its rows again, under a lock: more than once in one request.
@override_settings(
    REGISTER_TODAY=date(2015, 4, 20), REQUIRE_SECOND_FACTOR=False, ZEAL_ALLOWLIST=[{"model": "*", "field": "get()"}]
)
class ReturnPageTestCase(TestCase):
    """A council's return for 2014/15 with three lines, and an analyst before it."""

    @classmethod
    def setUpTestData(cls):
        cls.year, cls.council = make_year(2014), make_council("Answerford Council")
        cls.partner = make_council("Partnerley Council")
        cls.lines = [
            make_arrangement(cls.council, cls.partner, name=f"Line {letter}", service=make_service(f"service-{letter.lower()}"))
            for letter in "ABC"
        ]
        cls.annual_return = make_return(cls.council, cls.year)
        cls.analyst = make_analyst("analyst@example.org")

    def setUp(self):
        self.client.force_login(self.analyst)
        self.url = reverse("admin:arrangements_annualreturn_change", args=[self.annual_return.pk])

    def as_read(self) -> dict[str, Any]:
        """The fields that the page shows now, as a browser would send them back."""
        return self.shown(self.client.get(self.url))

    def answer(self, line: int, outcome: str = "", amount: str = "", note: str | None = None) -> dict[str, Any]:
        """The fields of one line as somebody fills them in, with a source or reason where there is an outcome."""
        note = ("Council return" if outcome else "") if note is None else note
        prefix = f"line-{self.lines[line].pk}"
        return {f"{prefix}-outcome": outcome, f"{prefix}-amount": amount, f"{prefix}-note": note}

    def outside_any_request(self) -> None:
        """Let what is written next be nobody's: a test's one transaction goes on saying who made the last request."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pghistory.context_id', '', true)")

    def send(self, deed: str = "save", **fields: Any) -> HttpResponse:
        return self.client.post(self.url, {"deed": deed, **fields}, follow=True)

    def save(self, *answers: dict[str, Any], read: dict[str, Any] | None = None, deed: str = "save") -> HttpResponse:
        """Send what was read, with the answers filled in over it."""
        sent = dict(self.as_read() if read is None else read)
        for each in answers:
            sent |= each
        return self.send(deed, **sent)

    def stored(self, line: int) -> ReportedSaving | None:
        return ReportedSaving.objects.filter(year=self.year, arrangement=self.lines[line]).first()

    def state(self) -> str:
        return AnnualReturn.objects.get(pk=self.annual_return.pk).state

    def be(self, state: str) -> None:
        """Put the return into a state, every line answered."""
        AnnualReturn.objects.filter(pk=self.annual_return.pk).delete()
        self.annual_return = make_return(self.council, self.year, state)
        self.url = reverse("admin:arrangements_annualreturn_change", args=[self.annual_return.pk])
        for line in self.lines:
            make_saving(line, self.year)

    def shown(self, response: HttpResponse) -> dict[str, Any]:
        """The fields of a page that was answered, as a browser would send them."""
        fields = (field for line in response.context["lines"] for field in line.form)
        return {field.html_name: "" if field.value() is None else field.value() for field in fields}

    def line_of(self, response: HttpResponse, line: int) -> Any:
        return next(each for each in response.context["lines"] if each.arrangement == self.lines[line])
