"""Tokens: shown once, kept as a digest, good for what they say, until their last day or their revocation."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import TestCase, override_settings
from django.urls import reverse

from councils.models import ApiToken
from councils.tests.builders import bearing, make_council, make_token, make_user
from sharedservices.common.today import today
from sharedservices.common.trail import events

RETURNS = "/api/v1/returns/"
ADD = reverse("admin:councils_apitoken_add")


@override_settings(REGISTER_TODAY=date(2015, 4, 20), REQUIRE_SECOND_FACTOR=False, ZEAL_RAISE=False)
class TokenTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.analyst = make_user(staff=True, groups=["analyst"])
        cls.colleague = make_user(staff=True, groups=["publisher"])
        cls.superuser = make_user(staff=True, is_superuser=True)
        cls.officer = make_user(councils=[make_council("Oak Council")])

    def made_in_the_admin(self, by, user, **fields):
        self.client.force_login(by)
        given = {"user": user.pk, "name": "Nightly feed", "scopes": ["read_returns"], "expires_on": "2015-12-31", **fields}
        return self.client.post(ADD, given)

    def test_the_secret_is_shown_once_and_only_its_digest_is_kept(self):
        response = self.made_in_the_admin(self.analyst, self.analyst)
        secret = re.search(r'value="(ssr_[\w-]{43})"', response.content.decode())[1]
        assert "no-store" in response["Cache-Control"]
        token = ApiToken.objects.get()
        assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
        assert secret.startswith(token.begins)
        assert bearing(secret).get(RETURNS).status_code == 200
        for page in (reverse("admin:councils_apitoken_change", args=[token.pk]), reverse("admin:councils_apitoken_changelist")):
            shown = self.client.get(page).content.decode()
            assert "Nightly feed" in shown
            assert secret not in shown
            assert token.digest not in shown
        kept = events(ApiToken).values()
        assert secret not in str(list(kept))
        assert token.digest not in str(list(kept))

    def test_revoked_it_opens_nothing_and_says_so(self):
        token, secret = make_token(self.analyst)
        assert bearing(secret).get(RETURNS).status_code == 200
        self.client.force_login(self.analyst)
        page = reverse("admin:councils_apitoken_change", args=[token.pk])
        assert "Revoke this token" in self.client.get(page).content.decode()
        self.client.post(reverse("admin:councils_apitoken_revoke", args=[token.pk]))
        response = bearing(secret).get(RETURNS)
        assert (response.status_code, response.json()["detail"]) == (401, "The token has been revoked. Ask for another.")
        assert response["WWW-Authenticate"] == 'Bearer realm="register", error="invalid_token"'
        shown = self.client.get(page).content.decode()
        assert "Revoke this token" not in shown
        assert "Revoked" in shown
        assert events(ApiToken, pgh_obj_id=token.pk).count() == 2, "made and revoked; its use is no change of it"

    def test_it_works_through_its_last_day(self):
        token, secret = make_token(self.analyst, days=1)
        assert bearing(secret).get(RETURNS).status_code == 200
        with override_settings(REGISTER_TODAY=token.expires_on):
            assert bearing(secret).get(RETURNS).status_code == 200
        with override_settings(REGISTER_TODAY=token.expires_on + timedelta(days=1)):
            response = bearing(secret).get(RETURNS)
            assert (response.status_code, "until 21 April 2015" in response.json()["detail"]) == (401, True)

    def test_it_lives_a_year_at_most(self):
        make_token(self.analyst, days=366)
        for days in (367, -1):
            with self.assertRaisesMessage(ValidationError, "more than a year ahead"):
                make_token(self.analyst, days=days)
        response = self.made_in_the_admin(self.analyst, self.analyst, expires_on="2016-04-22")
        assert "more than a year ahead" in response.content.decode()
        assert self.made_in_the_admin(self.analyst, self.analyst, expires_on="").context["adminform"].form.errors["expires_on"]

    def test_the_database_holds_its_length_and_scopes(self):
        token, _ = make_token(self.analyst)
        for values in ({"expires_on": today() + timedelta(days=400)}, {"scopes": []}, {"scopes": ["everything"]}):
            with pytest.raises(IntegrityError), transaction.atomic():
                ApiToken.objects.filter(pk=token.pk).update(**values)

    def test_it_dies_with_its_account(self):
        _, secret = make_token(self.officer)
        assert bearing(secret).get(RETURNS).status_code == 200
        self.officer.is_active = False
        self.officer.save()
        assert bearing(secret).get(RETURNS).status_code == 401

    def test_its_use_is_noted_to_the_hour(self):
        token, secret = make_token(self.analyst)
        bearing(secret).get(RETURNS)
        token.refresh_from_db()
        first, version = token.last_used_at, token.version
        bearing(secret).get(RETURNS)
        token.refresh_from_db()
        assert first is not None
        assert (token.last_used_at, token.version) == (first, version)

    def test_scopes_open_their_own_addresses_alone(self):
        _, secret = make_token(self.analyst, ["write_councils"])
        response = bearing(secret).get(RETURNS)
        assert response.status_code == 403
        assert "lacks the scope read_returns" in response.json()["detail"]

    def test_analysts_make_their_own_and_see_their_own(self):
        assert self.made_in_the_admin(self.analyst, self.colleague).context["adminform"].form.errors["user"]
        self.made_in_the_admin(self.colleague, self.colleague)
        token = ApiToken.objects.get()
        self.client.force_login(self.analyst)
        for name in ("change", "revoke"):
            address = reverse(f"admin:councils_apitoken_{name}", args=[token.pk])
            assert self.client.post(address).status_code in (302, 403, 404)
        token.refresh_from_db()
        assert token.revoked_at is None
        assert "Nightly feed" not in self.client.get(reverse("admin:councils_apitoken_changelist")).content.decode()

    def test_a_superuser_makes_a_council_s(self):
        assert "ssr_" in self.made_in_the_admin(self.superuser, self.officer).content.decode()
        nobody = make_user()
        response = self.made_in_the_admin(self.superuser, nobody, name="Other")
        assert "has no council" in response.content.decode()

    def test_no_cookie_signs_in(self):
        self.client.force_login(self.analyst)
        assert self.client.get(RETURNS).status_code == 401
        assert self.client.post("/api/v1/councils/", {}, "application/json").status_code == 401
