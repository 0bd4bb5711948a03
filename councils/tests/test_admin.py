"""The admin of councils and accounts, as analysts and superusers use it."""

from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from councils.models import Council, CouncilName, PartnerBody, Succession, User
from councils.tests.builders import make_body, make_council, make_region, make_user
from councils.tests.test_history import trail
from sharedservices.common.tests.admin_forms import as_read, compared, words


def formset(prefix, *rows, initial=0):
    """The fields of one inline as a browser would send them."""
    sent = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        sent |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return sent


@override_settings(REQUIRE_SECOND_FACTOR=False)
class AdminTestCase(TestCase):
    """Signed in as an analyst."""

    def setUp(self):
        self.analyst = make_user("analyst@example.org", staff=True, groups=["analyst"])
        self.client.force_login(self.analyst)

    def page(self, name, *args):
        return self.client.get(reverse(f"admin:councils_{name}", args=args))

    def queries_of(self, path):
        with CaptureQueriesContext(connection) as queries:
            assert self.client.get(path).status_code == 200
        return len(queries)


class CouncilPageTests(AdminTestCase):
    def sent(self, council, **changes):
        """The form of the council's page with changes, its inlines empty unless given."""
        fields = ["name", "short_name", "gss_code", "kind", "population", "website"]
        sent = {name: getattr(council, name) or "" for name in fields}
        sent |= {"read_version": council.version if council.pk else ""}
        sent |= {"region": council.region_id, "started_on": council.started_on, "ended_on": council.ended_on or ""}
        for prefix in ("other_names", "former_codes", "successions", "successions_from"):
            sent |= formset(prefix)
        return sent | changes

    def post(self, council, **changes):
        return self.client.post(reverse("admin:councils_council_change", args=[council.pk]), self.sent(council, **changes))

    def test_a_change_is_saved_and_told_with_who_and_by_which_door(self):
        council = make_council(population=1)
        response = self.post(council, population=2)
        assert response.status_code == 302
        council.refresh_from_db()
        assert (council.population, council.version) == (2, 2)
        event = trail(council).latest("pgh_id")
        assert event.pgh_context.metadata["door"] == "admin"
        assert event.pgh_context.metadata["user"] == self.analyst.pk

    def test_a_broken_rule_is_a_message_on_the_form_and_nothing_is_stored(self):
        council = make_council(population=1)
        response = self.post(council, ended_on=date(1900, 1, 1), population=2)
        assert response.status_code == 200
        self.assertContains(response, "The end date can&#x27;t be before the start date.")
        council.refresh_from_db()
        assert council.population == 1

    @override_settings(ZEAL_RAISE=False)  # It takes the council of the page and its successor for one loop.
    def test_names_codes_and_successors_are_given_on_the_same_page(self):
        council, successor = make_council(ended_on=date(2019, 3, 31)), make_council()
        inlines = formset("other_names", {"name": "Old", "kind": "official", "used_until": "2012-03-31"})
        inlines |= formset("former_codes", {"code": "E06000001", "ended_on": "2012-03-31"})
        inlines |= formset("successions", {"successor": successor.pk})
        assert self.post(council, **inlines).status_code == 302
        assert str(council.other_names.get()) == "Old"
        assert str(council.former_codes.get()) == "E06000001"
        assert list(council.successors.all()) == [successor]

    def test_two_new_names_of_the_same_time_are_refused_on_the_form(self):
        council = make_council()
        first = {"name": "First", "kind": "official", "used_until": "2014-03-31"}
        second = {"name": "Second", "kind": "official", "used_from": "2014-03-31", "used_until": "2015-03-31"}
        response = self.post(council, **formset("other_names", second, first))
        self.assertContains(response, "“First” and “Second” were used at the same time.")
        assert not CouncilName.objects.exists()
        second["used_from"] = "2014-04-01"
        assert self.post(council, **formset("other_names", second, first)).status_code == 302

    def test_aliases_may_be_given_together_and_a_half_filled_row_is_a_message(self):
        council = make_council()
        aliases = [{"name": name, "kind": "alias", "used_until": "2014-03-31"} for name in ("One", "Other")]
        assert self.post(council, **formset("other_names", *aliases)).status_code == 302
        council = make_council()
        response = self.post(council, **formset("former_codes", {"code": "E06000001"}))
        self.assertContains(response, "This field is required.")

    def test_a_council_is_made_with_an_address_that_then_stays(self):
        new = Council(
            name="Testford Council",
            short_name="Testford",
            gss_code="E06000099",
            kind="unitary",
            region=make_region(),
            started_on=date(2019, 4, 1),
        )
        response = self.client.post(reverse("admin:councils_council_add"), self.sent(new, slug="testford"))
        assert response.status_code == 302
        made = Council.objects.get(slug="testford")
        self.post(made, slug="elsewhere", population=5)
        made.refresh_from_db()
        assert (made.slug, made.population) == ("testford", 5)

    def test_a_council_and_a_region_are_never_deleted(self):
        council = make_council()
        assert self.page("council_delete", council.pk).status_code == 403
        assert self.page("region_delete", council.region_id).status_code == 403
        self.client.force_login(make_user("super@example.org", staff=True, is_superuser=True))
        assert self.page("council_delete", council.pk).status_code == 403
        assert self.page("region_delete", council.region_id).status_code == 403
        assert self.page("region_add").status_code == 403

    def test_a_predecessor_is_shown_and_not_changed_here(self):
        ended, council = make_council(name="Endedford Council", ended_on=date(2019, 3, 31)), make_council()
        Succession.objects.create(predecessor=ended, successor=council)
        self.assertContains(self.page("council_change", council.pk), "Endedford Council")
        assert self.post(council, **formset("successions_from", {"predecessor": council.pk})).status_code == 302
        assert list(council.predecessors.all()) == [ended]


class CouncilListTests(AdminTestCase):
    def names(self, **query):
        response = self.client.get(reverse("admin:councils_council_changelist"), query)
        assert response.status_code == 200
        return [council.short_name for council in response.context["cl"].result_list]

    def test_the_search_takes_former_names_codes_and_slips(self):
        council = make_council(name="Folkestone and Hythe District Council")
        CouncilName.objects.create(council=council, name="Shepway", kind="short", used_until=date(2018, 3, 31))
        council.former_codes.create(code="E07000001", ended_on=date(2012, 3, 31))
        make_council()
        for text in ["folkestone", "Shepwy", "E07000001", council.gss_code]:
            assert self.names(q=text) == ["Folkestone and Hythe District"], text
        assert self.names(q="xyzzy") == []

    def test_the_nearest_comes_first_unless_a_column_is_chosen(self):
        make_council(name="Kingston upon Avon Council")
        make_council(name="Kingston Council")
        assert self.names(q="kingston") == ["Kingston", "Kingston upon Avon"]
        last_name_first = "-0"
        assert self.names(q="kingston", o=last_name_first) == ["Kingston upon Avon", "Kingston"]

    @override_settings(REGISTER_TODAY=date(2015, 4, 20))
    def test_the_list_is_narrowed_by_kind_region_and_life(self):
        make_council(name="Now Council", kind="county", region=make_region("London"), ended_on=date(2015, 4, 20))
        make_council(name="Past Council", ended_on=date(2015, 4, 19))
        assert self.names(life="in-force") == ["Now"]
        assert self.names(life="ended") == ["Past"]
        assert self.names(kind__exact="county") == ["Now"]
        assert self.names(region__id__exact=make_region("London").pk) == ["Now"]

    def test_councils_are_completed_as_they_are_typed(self):
        council = make_council(name="Suttonford Council")
        query = {"app_label": "councils", "model_name": "succession", "field_name": "successor", "term": "sutonford"}
        response = self.client.get(reverse("admin:autocomplete"), query)
        assert [result["id"] for result in response.json()["results"]] == [str(council.pk)]

    def test_its_queries_do_not_grow(self):
        def make(count):
            for _ in range(count):
                make_council(kind="district", county=make_council(kind="county"))
                make_body()

        make(3)
        paths = [reverse(f"admin:councils_{name}_changelist") for name in ("council", "partnerbody", "region")]
        few = [self.queries_of(path) for path in paths]
        make(30)
        assert [self.queries_of(path) for path in paths] == few
        assert max(few) <= 12

    def test_a_page_of_a_council_with_many_names_takes_no_more_queries(self):
        council = make_council()
        path = reverse("admin:councils_council_change", args=[council.pk])

        def add(count):
            for number in range(count):
                CouncilName.objects.create(council=council, name=f"{count} {number}", kind="alias")
                ended = make_council(ended_on=date(2019, 3, 31))
                Succession.objects.create(predecessor=ended, successor=council)

        add(2)
        few = self.queries_of(path)
        add(10)
        assert self.queries_of(path) == few


class BodyTests(AdminTestCase):
    def test_an_analyst_makes_a_body(self):
        sent = {"name": "Wye Valley NHS Trust", "slug": "wye-valley", "kind": "nhs", "region": make_region().pk}
        assert self.client.post(reverse("admin:councils_partnerbody_add"), sent).status_code == 302
        assert PartnerBody.objects.get().slug == "wye-valley"

    def test_an_officer_sees_none_of_it(self):
        self.client.force_login(make_user("officer@example.org", councils=[make_council()]))
        assert self.page("partnerbody_changelist").status_code in (302, 403)


class AccountTests(AdminTestCase):
    """Accounts: an analyst has nothing to do with them, unless given the right, and then only with officers'."""

    def setUp(self):
        super().setUp()
        self.council = make_council()
        self.officer = make_user("officer@example.org", councils=[self.council])
        self.superuser = make_user("super@example.org", staff=True, is_superuser=True)

    def as_superuser(self):
        self.client.force_login(self.superuser)

    def as_analyst_who_keeps_accounts(self):
        rights = Permission.objects.filter(content_type__app_label="councils", codename__endswith="_user")
        self.analyst.user_permissions.set(rights)

    def post(self, account, **sent):
        account.refresh_from_db()
        sent = {"email": account.email, "name": account.name, "is_active": "on", "read_version": account.version, **sent}
        return self.client.post(reverse("admin:councils_user_change", args=[account.pk]), sent)

    def test_an_analyst_has_no_way_to_accounts(self):
        assert self.page("user_changelist").status_code == 403
        assert self.page("user_change", self.officer.pk).status_code == 403

    def test_a_superuser_makes_an_account_without_a_password(self):
        self.as_superuser()
        sent = {"email": "New@Example.org", "name": "New", "councils": [self.council.pk], "is_staff": "on"}
        assert self.client.post(reverse("admin:councils_user_add"), sent).status_code == 302
        made = User.objects.get(email="new@example.org")
        assert not made.has_usable_password()
        assert made.is_staff
        assert list(made.councils.all()) == [self.council]

    def test_an_address_that_has_an_account_is_refused_on_the_form(self):
        self.as_superuser()
        response = self.client.post(reverse("admin:councils_user_add"), {"email": "Officer@example.org", "name": ""})
        self.assertContains(response, "This address already has an account.")

    def test_no_page_shows_or_sets_a_password(self):
        self.as_superuser()
        response = self.page("user_change", self.officer.pk)
        assert response.status_code == 200
        self.assertNotContains(response, self.officer.password)
        self.assertNotContains(response, 'name="password"')
        self.assertNotContains(response, "algorithm")
        path = reverse("admin:councils_user_change", args=[self.officer.pk]).replace("change/", "password/")
        self.client.post(path, {"password1": "another pass phrase", "password2": "another pass phrase"})
        self.officer.refresh_from_db()
        assert self.officer.check_password("a long enough pass phrase")

    def test_a_password_cant_be_asked_for_in_the_address(self):
        self.as_superuser()
        response = self.client.get(reverse("admin:councils_user_changelist"), {"password__startswith": "md5"})
        assert response.status_code == 400

    def test_a_superuser_gives_rights(self):
        self.as_superuser()
        groups = self.analyst.groups.values_list("pk", flat=True)
        sent = {"is_staff": "on", "groups": list(groups), "councils": [self.council.pk]}
        assert self.post(self.officer, **sent).status_code == 302
        self.officer.refresh_from_db()
        assert self.officer.is_staff
        assert self.officer.groups.count() == 1

    def test_who_keeps_accounts_without_being_a_superuser_gives_no_rights(self):
        self.as_analyst_who_keeps_accounts()
        other = make_council()
        rights: dict[str, Any] = {"is_staff": "on", "is_superuser": "on"}
        rights |= {"groups": list(self.analyst.groups.values_list("pk", flat=True))}
        rights |= {"user_permissions": list(Permission.objects.values_list("pk", flat=True)[:3])}
        assert self.post(self.officer, councils=[other.pk], **rights).status_code == 302
        self.officer.refresh_from_db()
        assert list(self.officer.councils.all()) == [other]
        assert not (self.officer.is_staff)
        assert not (self.officer.is_superuser)
        assert not (self.officer.groups.exists())
        assert not (self.officer.user_permissions.exists())

        sent = {"email": "new@example.org", "name": "", **rights}
        assert self.client.post(reverse("admin:councils_user_add"), sent).status_code == 302
        made = User.objects.get(email="new@example.org")
        assert not (made.is_staff)
        assert not (made.groups.exists())

    def test_nor_touches_the_account_of_somebody_who_has_some(self):
        self.as_analyst_who_keeps_accounts()
        colleague = make_user("colleague@example.org", staff=True)
        for account in (self.superuser, self.analyst, colleague):
            assert self.post(account, email="mine@example.org").status_code == 403
            assert self.page("user_delete", account.pk).status_code == 403
        sent = {"action": "delete_selected", "_selected_action": [self.superuser.pk], "post": "yes"}
        self.client.post(reverse("admin:councils_user_changelist"), sent)
        assert User.objects.filter(email="super@example.org").exists()
        assert not User.objects.filter(email="mine@example.org").exists()

    def test_signing_in_meanwhile_is_no_change_of_the_account(self):
        self.as_superuser()
        self.officer.refresh_from_db()
        version = self.officer.version
        User.objects.filter(pk=self.officer.pk).update(last_login="2015-04-20T09:00Z", password="another")
        self.officer.refresh_from_db()
        assert self.officer.version == version
        self.officer.councils.add(make_council())
        self.officer.refresh_from_db()
        assert self.officer.version == version + 1

    def test_rights_given_by_another_meanwhile_are_compared_and_not_taken_away(self):
        self.as_superuser()
        page = reverse("admin:councils_user_change", args=[self.officer.pk])
        read = as_read(self.client.get(page))
        group = self.analyst.groups.get()
        self.officer.groups.add(group)
        other = make_council(name="Otherford Council")
        response = self.client.post(page, {**read, "councils": [self.council.pk, other.pk], "name": "Named"})
        assert ("Groups", "nothing", "analyst", "nothing") in compared(response)
        assert self.client.post(page, as_read(response)).status_code == 302
        self.officer.refresh_from_db()
        assert (self.officer.name, list(self.officer.groups.all())) == ("Named", [group])
        assert self.officer.councils.count() == 2

    def test_an_accounts_history_tells_its_councils_and_rights(self):
        self.as_superuser()
        self.post(self.officer, councils=[], is_staff="on", groups=[self.analyst.groups.get().pk])
        told = words(self.page("user_history", self.officer.pk))
        assert f"Deleted: {self.council} looked after by officer@example.org" in told
        assert "Added: officer@example.org among the analysts" in told
        assert "LGA staff: “no” → “yes”" in told

    def test_a_second_factor_is_shown_without_its_secret_and_can_only_be_taken_away(self):
        self.as_superuser()
        factor = Authenticator.objects.create(user=self.officer, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
        page = reverse("admin:mfa_authenticator_change", args=[factor.pk])
        self.assertNotContains(self.client.get(page), "JBSWY3DPEHPK3PXP")
        assert self.client.post(page, {"user": self.superuser.pk}).status_code == 403
        assert self.client.get(reverse("admin:mfa_authenticator_add")).status_code == 403
        assert self.client.post(reverse("admin:mfa_authenticator_delete", args=[factor.pk]), {"post": "yes"}).status_code == 302
        assert not Authenticator.objects.exists()

    def test_the_list_of_accounts_takes_no_more_queries_as_it_grows(self):
        self.as_superuser()
        path = reverse("admin:councils_user_changelist")
        few = self.queries_of(path)
        for _ in range(20):
            make_user(councils=[self.council])
        assert self.queries_of(path) == few

    def test_an_officers_councils_are_found_as_typed(self):
        self.as_superuser()
        found = self.client.get(reverse("admin:councils_user_changelist"), {"q": self.council.name})
        assert [account.email for account in found.context["cl"].result_list] == ["officer@example.org"]
