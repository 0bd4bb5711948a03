"""As many rows of a model as one likes, for the lists of the admin: a row that is there, over and over, by one statement."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection, models
from django.utils import timezone

from arrangements.register.models import Arrangement, FormerName, Partnership
from arrangements.releases.press.models import PressAnswer
from arrangements.releases.press.quotes import Quote
from arrangements.returns.chasing.models import ContactMade, CouncilContact, Reminder
from arrangements.returns.chasing.vocabulary import Means, ReminderState
from arrangements.returns.followup.models import Flag
from arrangements.returns.importing.models import ReturnImport
from arrangements.returns.models import FinancialYear, Query
from arrangements.returns.vocabulary import ReturnState
from arrangements.tests.builders import (
    accept_all,
    make_analyst,
    make_arrangement,
    make_release,
    make_return,
    make_saving,
    make_service,
    make_year,
)
from councils.models import Council, CouncilName, FormerCode
from councils.tests.builders import make_body, make_council, make_region, make_token, make_user
from sharedservices.common.tests.triggers import triggers_off

# Returns are spread over so many councils, and over as many years as it takes; a year has so many releases.
BREADTH, REVISIONS = 400, 30_000
FIRST_YEAR = 1500
YEAR = f"(SELECT id FROM arrangements_financialyear WHERE starts_on = make_date({FIRST_YEAR} + (i - 1) / {{each}}, 4, 1))"
ARRANGEMENT = "(SELECT id FROM arrangements_arrangement WHERE reference = 'SSR-' || (100000 + i))"
COUNCIL = f"(SELECT id FROM councils_council WHERE slug = 'town-' || (1 + mod(i - 1, {BREADTH})))"
# What differs from row to row, by column, where `i` counts from 1. A model that the admin gets needs a line here.
DIFFERS: dict[str, dict[str, str]] = {
    "auth.Group": {"name": "'Group ' || i"},
    "councils.Region": {"name": "'Region ' || i", "slug": "'region-' || i", "gss_code": "'E12' || lpad(i::text, 6, '0')"},
    "councils.Council": {
        "name": "'Town ' || i || ' Council'", "short_name": "'Town ' || i", "slug": "'town-' || i",
        "gss_code": "'E06' || lpad(i::text, 6, '0')",
    },
    "councils.PartnerBody": {"name": "'Body ' || i", "slug": "'body-' || i"},
    "councils.User": {"email": "'person' || i || '@example.com'"},
    "councils.ApiToken": {"name": "'Feed ' || i", "digest": "md5(i::text)"},
    "arrangements.ServiceCategory": {"name": "'Category ' || i", "slug": "'category-' || i"},
    "arrangements.Service": {"name": "'Service ' || i", "slug": "'service-' || i"},
    "arrangements.Arrangement": {"name": "'Shared ' || md5(i::text)", "reference": "'SSR-' || (100000 + i)"},
    "arrangements.Partnership": {"arrangement_id": ARRANGEMENT},
    "arrangements.FinancialYear": {
        "starts_on": f"make_date({FIRST_YEAR} - 1 + i, 4, 1)", "opens_on": "NULL", "closes_on": "NULL",
    },
    "arrangements.AnnualReturn": {"council_id": COUNCIL, "year_id": YEAR.format(each=BREADTH)},
    "arrangements.Release": {
        "revision": f"1 + mod(i, {REVISIONS})", "slug": "'made-' || i", "year_id": YEAR.format(each=REVISIONS),
        "published_at": "NULL",
    },
    "arrangements.ReportedSaving": {"arrangement_id": ARRANGEMENT},
    "arrangements.Query": {},
    "arrangements.CouncilContact": {"email": "'box' || i || '@example.org'"},
    "arrangements.Reminder": {},
    "arrangements.ContactMade": {},
    "arrangements.Flag": {},
    "arrangements.ReturnImport": {},
    "arrangements.PressAnswer": {},
    "arrangements.MistakeReport": {},
    "account.EmailAddress": {"email": "'other' || i || '@example.com'", "verified": "false", "primary": "false"},
    "mfa.Authenticator": {},
}  # fmt: skip
# No more of these can be told apart.
MOST = {"arrangements.FinancialYear": 500}
AS_MANY = 0
# What rows of a model hang on, and how many of these it takes; `AS_MANY` as there are to be rows.
HANGS_ON: dict[str, list[tuple[type[models.Model], int]]] = {
    "arrangements.AnnualReturn": [(Council, BREADTH), (FinancialYear, 250)],
    "arrangements.Release": [(FinancialYear, 4)],
    "arrangements.ReportedSaving": [(Arrangement, AS_MANY)],
}


def furnish() -> None:
    """A row or more of everything, as the register has them: with parties, names, answers, queries and a release."""
    region, other = make_region("South East"), make_region("London")
    county = make_council("Surrey County Council", "county", region)
    council = make_council("Ash District Council", "district", region, county=county, short_name="Ash")
    partner = make_council("Birch Council", region=other)
    CouncilName.objects.create(council=council, name="Old Ash", kind="official", used_until=date(2012, 3, 31))
    FormerCode.objects.create(council=council, code="E07800009", ended_on=date(2012, 3, 31))
    body = make_body("Surrey Police")
    arrangement = make_arrangement(council, partner, name="Shared everything", bodies=[body], clients=[county])
    arrangement.other_services.add(make_service("legal"), make_service("parks", "environment"))
    FormerName.objects.create(arrangement=arrangement, name="Pilot")
    arrangement.replaces.add(make_arrangement(council, partner, name="Before it"))
    before, year = make_year(2013), make_year(2014)
    make_saving(arrangement, before)
    make_saving(arrangement, year)
    accept_all(before)
    release = make_release(before)
    asked = make_return(council, year, ReturnState.QUERIED)
    analyst = make_analyst()
    Query.objects.create(
        annual_return=asked, arrangement=arrangement, text="Is it?", raised_by=analyst, raised_at=datetime(2015, 4, 1, tzinfo=UTC)
    )
    moment = datetime(2015, 4, 1, tzinfo=UTC)
    CouncilContact.objects.create(council=council, email="returns@example.org")
    said = {"subject": "Your return", "body": "It is due.", "recipients": ["returns@example.org"]}
    Reminder.objects.create(annual_return=asked, state=ReminderState.CANCELLED, drafted_by=analyst, drafted_at=moment, **said)
    called = {"means": Means.values[0], "note": "It comes tomorrow.", "made_on": moment.date()}
    ContactMade.objects.create(annual_return=asked, made_by=analyst, **called)
    Flag.objects.create(annual_return=asked, arrangement=arrangement, text="To look at", raised_by=analyst, raised_at=moment)
    counted = {"rows": 1, "new": 1, "changed": 0, "left_out": 0}
    ReturnImport.objects.create(
        year=year, file_name="returns.xlsx", sha256="0" * 64, imported_by=analyst, imported_at=moment, **counted
    )
    quote = Quote(release.slug, "figures/savings-total/", "figure", "Reported savings", 1, "£1")
    PressAnswer.objects.create(
        release=release, question="How much?", answer="£1", quotes=[quote.stored()], answered_by=analyst, answered_at=moment
    )
    reports = apps.get_model("arrangements", "MistakeReport")
    reports.objects.create(arrangement=arrangement, text="It began a year later.", reported_at=timezone.now())
    officer = make_user("officer@example.com", councils=[council, partner])
    make_token(officer)
    Group.objects.get_or_create(name="readers")
    EmailAddress.objects.create(user=officer, email=officer.email, verified=True, primary=True)
    Authenticator.objects.create(user=officer, type=Authenticator.Type.WEBAUTHN, data={"name": "A key", "credential": {}})


def multiply(model: type[models.Model], count: int) -> int:
    """Make so many rows of the model like its first, or as many as there can be; how many were made.

    Our triggers rest meanwhile. What the register's own triggers would keep is made afterwards.
    """
    count = min(count, MOST.get(model._meta.label, count))
    with triggers_off(), connection.cursor() as cursor:
        for other, few in HANGS_ON.get(model._meta.label, []):
            _copy(cursor, other, few or count)
        _copy(cursor, model, count)
        if model is Arrangement:
            _copy(cursor, Partnership, count)
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_refresh(ARRAY(SELECT id FROM arrangements_arrangement))")
        cursor.execute("SELECT known_names_refresh(ARRAY(SELECT id FROM councils_council))")
        cursor.execute("ANALYZE")
    return count


def _copy(cursor: Any, model: type[models.Model], count: int) -> None:
    """The model's first row, so many times, in what differs as `DIFFERS` says."""
    table, differs = model._meta.db_table, DIFFERS[model._meta.label]
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key and not field.generated]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(differs.get(column, f'first."{column}"') for column in columns)
    first = model._base_manager.order_by("pk")[0].pk
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} AS first, generate_series(1, %s) AS i WHERE first.id = %s",
        [count, first],
    )
