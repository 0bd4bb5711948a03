"""Signing in: who gets where, what a password alone opens, and how often one may guess."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import check_password
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client, TestCase
from django.urls import reverse

from councils.forms import RULES
from councils.models import User
from councils.tests.builders import PASSWORD, make_council, make_user

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
SET_UP = "/accounts/2fa/totp/activate/"
NEW_PASSWORD = "another long pass phrase"


@pytest.fixture(autouse=True)
def _clear_counters():
    cache.clear()


@pytest.fixture
def second_factor(settings):
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.fixture
def no_second_factor(settings):
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def analyst():
    return make_user("analyst@example.org", staff=True, is_superuser=True)


@pytest.fixture
def officer():
    return make_user("officer@example.org", councils=[make_council()])


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def is_signed_in(client):
    return "_auth_user_id" in client.session


def code_now(secret):
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))


def set_up_authenticator(client):
    """Go through the set-up page as a person would; the secret."""
    client.get(SET_UP)
    secret = client.session[totp.SECRET_SESSION_KEY]
    # allauth tells of it on commit. In a test that comes after the answer, so the session is saved once more.
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post(SET_UP, {"code": code_now(secret)})
    answer.wsgi_request.session.save()
    assert answer.status_code == 302, answer.context["form"].errors
    return secret


def mark_second_factor_given(client, user):
    """What allauth writes when a code was given at sign-in."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


class TestTheWayIn:
    @pytest.mark.usefixtures("no_second_factor")
    def test_staff_arrive_in_the_admin(self, client, analyst):
        assert sign_in(client, analyst.email)["Location"] == "/after-sign-in/"
        assert client.get("/after-sign-in/")["Location"] == "/admin/"

    @pytest.mark.usefixtures("no_second_factor")
    def test_an_officer_arrives_at_their_council(self, client, officer):
        sign_in(client, officer.email)
        assert client.get("/after-sign-in/")["Location"] == "/my-council/"

    @pytest.mark.usefixtures("no_second_factor")
    def test_whoever_has_no_council_and_is_no_staff_arrives_home(self, client):
        sign_in(client, make_user("neither@example.org").email)
        assert client.get("/after-sign-in/")["Location"] == "/"

    def test_nobody_who_is_not_signed_in_is_sent_anywhere_but_home(self, client):
        assert client.get("/after-sign-in/")["Location"] == "/"

    @pytest.mark.usefixtures("no_second_factor")
    def test_the_case_of_the_address_does_not_matter(self, client, officer):
        sign_in(client, "  Officer@EXAMPLE.org ")
        assert is_signed_in(client)

    def test_an_account_that_is_not_active_does_not_get_in(self, client, officer):
        officer.is_active = False
        officer.save()
        sign_in(client, officer.email)
        assert not is_signed_in(client)

    @pytest.mark.usefixtures("no_second_factor")
    def test_a_page_that_was_asked_for_is_reached_after_signing_in(self, client, analyst):
        answer = client.post(f"{LOGIN}?next=/admin/councils/", {"login": analyst.email, "password": PASSWORD})
        assert answer["Location"] == "/admin/councils/"

    def test_another_site_is_no_page_to_go_on_to(self, client, analyst):
        answer = client.post(f"{LOGIN}?next=https://example.org/", {"login": analyst.email, "password": PASSWORD})
        assert "example.org" not in answer["Location"]

    @pytest.mark.usefixtures("no_second_factor")
    def test_nobody_signs_up_and_nobody_changes_the_address_they_were_given(self, client, officer):
        client.force_login(officer)
        for address in ("/accounts/signup/", "/accounts/email/", "/accounts/confirm-email/", "/accounts/confirm-email/x/"):
            assert client.get(address).status_code == 404
            assert client.post(address, {"email": "new@example.org", "action_add": ""}).status_code == 404
        assert User.objects.count() == 1


class TestTheAdmin:
    def test_its_sign_in_is_the_one_of_the_site(self, client):
        assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
        assert client.get("/admin/login/?next=/admin/")["Location"] == f"{LOGIN}?next=%2Fadmin%2F"

    def test_its_own_login_form_signs_nobody_in(self, client, analyst):
        client.post("/admin/login/", {"username": analyst.email, "password": PASSWORD})
        assert not is_signed_in(client)

    @pytest.mark.usefixtures("no_second_factor")
    def test_its_password_page_is_the_one_of_the_site(self, client, analyst):
        client.force_login(analyst)
        assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"

    @pytest.mark.usefixtures("no_second_factor")
    def test_an_officer_is_refused_there(self, client, officer):
        client.force_login(officer)
        assert client.get("/admin/login/?next=/admin/").status_code == 403


@pytest.mark.usefixtures("second_factor")
class TestTheSecondFactor:
    # The admin's own pages of allauth's tables bear names that begin like allauth's.
    PAGES = [
        "/",
        "/admin/",
        "/admin/account/emailaddress/",
        "/admin/mfa/authenticator/",
        "/admin/password_change/",
        "/after-sign-in/",
        "/my-council/",
        "/accounts/2fa/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/password/change/",
    ]

    @pytest.mark.parametrize("page", PAGES)
    @pytest.mark.parametrize("who", ["analyst", "officer"])
    def test_a_password_alone_opens_nothing(self, client, request, who, page):
        sign_in(client, request.getfixturevalue(who).email)
        assert is_signed_in(client)
        for answer in (client.get(page), client.post(page)):
            assert answer["Location"].startswith(SET_UP), page

    def test_the_page_that_was_asked_for_is_kept(self, client, analyst):
        sign_in(client, analyst.email)
        assert client.get("/admin/?all=1")["Location"] == f"{SET_UP}?next=%2Fadmin%2F%3Fall%3D1"

    def test_signing_out_is_always_open(self, client, analyst):
        sign_in(client, analyst.email)
        client.post("/accounts/logout/")
        assert not is_signed_in(client)

    def test_setting_one_up_right_after_signing_in_asks_for_no_second_password(self, client, analyst):
        sign_in(client, analyst.email)
        assert client.get(SET_UP).status_code == 200

    def test_setting_one_up_opens_the_register_and_shows_recovery_codes(self, client, analyst):
        sign_in(client, analyst.email)
        set_up_authenticator(client)
        assert client.get("/admin/").status_code == 200
        assert len(client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]) == 10

    def test_a_wrong_code_sets_nothing_up(self, client, analyst):
        sign_in(client, analyst.email)
        client.get(SET_UP)
        assert client.post(SET_UP, {"code": "000000"}).status_code == 200
        assert not Authenticator.objects.exists()
        assert client.get("/admin/")["Location"].startswith(SET_UP)

    def test_next_time_the_code_is_asked_for_before_anybody_is_signed_in(self, client, analyst):
        sign_in(client, analyst.email)
        set_up_authenticator(client)
        again = Client()
        assert sign_in(again, analyst.email)["Location"] == "/accounts/2fa/authenticate/"
        assert not is_signed_in(again)
        recovery = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[0]
        again.post("/accounts/2fa/authenticate/", {"code": recovery})
        assert again.get("/admin/").status_code == 200

    def test_a_recovery_code_works_once(self, client, analyst):
        sign_in(client, analyst.email)
        set_up_authenticator(client)
        recovery = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[0]
        for expected in (True, False):
            again = Client()
            sign_in(again, analyst.email)
            again.post("/accounts/2fa/authenticate/", {"code": recovery})
            assert is_signed_in(again) is expected

    def test_a_session_from_before_the_set_up_has_to_give_the_code_too(self, client, analyst):
        sign_in(client, analyst.email)
        elsewhere = Client()
        sign_in(elsewhere, analyst.email)
        set_up_authenticator(elsewhere)
        assert client.get("/admin/")["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2F"
        for page in ("/accounts/2fa/recovery-codes/", "/accounts/2fa/totp/deactivate/", "/accounts/password/change/"):
            assert client.get(page)["Location"].startswith("/accounts/2fa/reauthenticate/")

    def test_a_code_given_by_one_person_does_not_count_for_the_next_in_the_same_browser(self, client, analyst, officer):
        sign_in(client, analyst.email)
        set_up_authenticator(client)
        client.force_login(officer)
        assert client.get("/")["Location"].startswith(SET_UP)

    def test_the_record_of_a_sign_in_with_a_code_opens_the_register(self, client, analyst):
        client.force_login(analyst)
        mark_second_factor_given(client, analyst)
        assert client.get("/admin/").status_code == 200

    def test_the_last_one_cannot_be_removed(self, client, officer):
        sign_in(client, officer.email)
        set_up_authenticator(client)
        answer = client.post("/accounts/2fa/totp/deactivate/")
        assert "You need a second factor" in answer.content.decode()
        assert Authenticator.objects.filter(user=officer, type="totp").exists()

    def test_where_none_is_asked_for_the_last_one_can_be_removed(self, client, officer, settings):
        sign_in(client, officer.email)
        set_up_authenticator(client)
        settings.REQUIRE_SECOND_FACTOR = False
        client.post("/accounts/2fa/totp/deactivate/")
        assert not Authenticator.objects.filter(user=officer, type="totp").exists()

    def test_where_none_is_asked_for_a_password_is_enough(self, client, analyst, settings):
        settings.REQUIRE_SECOND_FACTOR = False
        sign_in(client, analyst.email)
        assert client.get("/admin/").status_code == 200

    def test_a_reset_letter_asked_for_before_the_set_up_does_not_get_in_its_way(self, client, analyst):
        Client().post("/accounts/password/reset/", {"email": analyst.email})
        sign_in(client, analyst.email)
        set_up_authenticator(client)
        assert client.get("/admin/").status_code == 200


@pytest.mark.usefixtures("second_factor")
class TestSecretsAtRest:
    def stored(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT data::text FROM mfa_authenticator")
            return "".join(row[0] for row in cursor.fetchall())

    def test_neither_secret_nor_seed_nor_code_lies_in_the_database(self, client, analyst):
        sign_in(client, analyst.email)
        secret = set_up_authenticator(client)
        codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
        stored = self.stored()
        assert "gAAAA" in stored
        assert secret not in stored
        assert not [code for code in codes if code in stored]

    def test_a_new_key_of_the_register_still_reads_what_an_old_one_wrote(self, client, analyst, settings):
        sign_in(client, analyst.email)
        secret = set_up_authenticator(client)
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
        cache.clear()
        again = Client()
        sign_in(again, analyst.email)
        again.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
        assert is_signed_in(again)


class TestGuessing:
    def tries_before_the_lock(self, hosts):
        """How many wrong passwords are looked at before the register stops looking."""
        for number, host in enumerate(hosts):
            answer = sign_in(Client(), "officer@example.org", "wrong", HTTP_HOST=host)
            if "Too many wrong tries" in answer.content.decode():
                return number
        return len(hosts)

    def test_five_wrong_passwords_lock_an_address_for_a_time(self, officer):
        assert self.tries_before_the_lock(["testserver"] * 9) == 5

    def test_another_port_in_the_host_header_is_no_new_count(self, officer):
        assert self.tries_before_the_lock([f"testserver:{8000 + number}" for number in range(9)]) == 5

    def test_another_spelling_of_the_address_is_no_new_count(self, client, officer):
        for spelling in ("officer@example.org", "OFFICER@example.org", " Officer@Example.org", "oFFicer@example.org") * 2:
            sign_in(client, spelling, "wrong")
        sign_in(client, officer.email)
        assert not is_signed_in(client)

    @pytest.mark.usefixtures("no_second_factor")
    def test_the_owner_gets_back_in_by_the_reset_letter(self, client, officer):
        self.tries_before_the_lock(["testserver"] * 6)
        choose_password(client, officer.email)
        sign_in(client, officer.email, NEW_PASSWORD)
        assert is_signed_in(client)

    def test_a_known_and_an_unknown_address_are_answered_alike(self, client, officer):
        known, unknown = (
            sign_in(Client(), email, "wrong").context["form"].non_field_errors()
            for email in (officer.email, "nobody@example.org")
        )
        assert known == unknown

    def test_codes_are_guessed_no_oftener_than_passwords(self, client, analyst, settings):
        settings.REQUIRE_SECOND_FACTOR = True
        sign_in(client, analyst.email)
        secret = set_up_authenticator(client)
        cache.clear()
        again = Client()
        sign_in(again, analyst.email)
        for _ in range(6):
            again.post("/accounts/2fa/authenticate/", {"code": "000000"})
        again.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
        assert not is_signed_in(again)


def choose_password(client, email):
    """Ask for the reset letter, open its link and set `NEW_PASSWORD`."""
    client.post("/accounts/password/reset/", {"email": email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    form = client.get(link.removeprefix("http://testserver"), follow=True)
    return client.post(form.request["PATH_INFO"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)


class TestTheResetLetter:
    def test_it_goes_to_known_addresses_only_and_both_are_answered_alike(self, client, officer):
        answers = [client.post("/accounts/password/reset/", {"email": email}) for email in (officer.email, "nobody@example.org")]
        assert [answer["Location"] for answer in answers] == [reverse("account_reset_password_done")] * 2
        assert [letter.to for letter in mail.outbox] == [[officer.email]]

    def test_it_speaks_for_the_register(self, client, officer):
        client.post("/accounts/password/reset/", {"email": "OFFICER@example.org"})
        letter = mail.outbox[0]
        assert letter.subject == "Shared Services Register: choose a password"
        assert "Shared Services Register" in letter.body
        assert "example.com" not in letter.body

    @pytest.mark.usefixtures("no_second_factor")
    def test_it_is_the_invitation_of_an_account_that_has_no_password_yet(self, client):
        invited = make_user("invited@example.org", password=None)
        choose_password(client, invited.email)
        invited.refresh_from_db()
        assert check_password(NEW_PASSWORD, invited.password)
        sign_in(client, invited.email, NEW_PASSWORD)
        assert is_signed_in(client)

    @pytest.mark.usefixtures("second_factor")
    def test_it_does_not_replace_the_second_factor(self, client, analyst):
        sign_in(client, analyst.email)
        set_up_authenticator(client)
        other = Client()
        choose_password(other, analyst.email)
        sign_in(other, analyst.email, NEW_PASSWORD)
        assert not is_signed_in(other)

    def test_its_link_works_once(self, client, officer):
        choose_password(client, officer.email)
        link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
        assert "doesn’t work any more" in Client().get(link.removeprefix("http://testserver"), follow=True).content.decode()

    def test_a_host_that_is_not_ours_gets_no_letter_sent(self, client, officer):
        answer = client.post("/accounts/password/reset/", {"email": officer.email}, HTTP_HOST="evil.example")
        assert answer.status_code == 400
        assert mail.outbox == []


class TestThePages:
    """Every page of signing in that can be reached bears the register's dress and none of allauth's own words."""

    OPEN = [
        LOGIN,
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/done/",
        "/accounts/inactive/",
    ]
    SIGNED_IN = [
        "/accounts/logout/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/accounts/2fa/",
        "/accounts/2fa/reauthenticate/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/totp/deactivate/",
    ]

    def check(self, answer):
        page = answer.content.decode()
        assert answer.status_code == 200
        assert 'class="govuk-main-wrapper"' in page
        for foreign in ("Sign Up", "sign up", "Two-Factor", "Sign In", "Recovery Codes", "Menu:", "Messages:"):
            assert foreign not in page
        assert "&lt;" not in page.partition("<main")[2], "markup is shown as text"

    @pytest.mark.parametrize("page", OPEN)
    def test_before_signing_in(self, client, page):
        self.check(client.get(page))

    @pytest.mark.usefixtures("second_factor")
    @pytest.mark.parametrize("page", SIGNED_IN)
    def test_after_signing_in(self, client, officer, page):
        sign_in(client, officer.email)
        self.check(client.get(SET_UP))
        set_up_authenticator(client)
        self.check(client.get(page))


def test_the_rules_said_of_a_password_are_those_that_hold(settings):
    (length,) = [each["OPTIONS"]["min_length"] for each in settings.AUTH_PASSWORD_VALIDATORS if "OPTIONS" in each]
    assert RULES.startswith(f"{length} characters or more")
    assert len(settings.AUTH_PASSWORD_VALIDATORS) == 4, "say the new rule in councils/forms.py"
