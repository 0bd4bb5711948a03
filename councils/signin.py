"""Signing in: allauth's adapters with our rules, the second factor asked of everyone who can write, and the way in to the admin.

Nobody signs up: staff make an account, and its owner sets a password through the reset letter. With `REQUIRE_SECOND_FACTOR`
an account that has only given its password reaches nothing but the pages that complete the sign-in.
"""

import base64
import hashlib
import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import secure_admin_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.admin import AdminSite
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from sharedservices.common.api import NoCredentials

RECENT_SECONDS = 300
SET_UP_KEY = "second_factor_set_up"
# What somebody who has given only a password may open: the steps of signing in, and signing out.
OPEN_BEFORE_THE_SECOND_FACTOR = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_authenticate",
    "mfa_reauthenticate",
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by staff, addresses are compared without case, and a password just typed is enough."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is not active. Ask the Local Government Association.",
        "email_password_mismatch": "The email address or the password is not right.",
        "enter_current_password": "Enter your present password.",
        "incorrect_code": "The code is not right. Codes change every 30 seconds.",
        "incorrect_password": "The password is not right.",
        "too_many_login_attempts": "Too many wrong tries. Wait five minutes, or reset the password.",
        "rate_limited": "Too many tries. Wait a few minutes.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within five minutes of signing in: allauth itself doesn't count a sign-in as recent."""
        records = get_authentication_records(context.request, context.request.user)
        if records and time.time() - records[-1]["at"] < RECENT_SECONDS:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("after-sign-in")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords are counted by address alone; allauth adds the Host header, which a guesser varies at will."""
        return f"login:{credentials.get('email', '').strip().lower()}"


def _cipher() -> MultiFernet:
    """Encrypts with the key of `SECRET_KEY`; still reads what an earlier one of `SECRET_KEY_FALLBACKS` encrypted."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"second factor:" + secret.encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets lie encrypted in the database, and nobody who needs a second factor can remove the last one."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "The code is not right. Codes change every 30 seconds.",
        "cannot_delete_authenticator": "You need a second factor. Ask the Local Government Association to reset it.",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not settings.REQUIRE_SECOND_FACTOR:
            return True
        others = Authenticator.objects.filter(user=authenticator.user_id).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


@receiver(authenticator_added)
def remember_set_up(request: HttpRequest, authenticator: Authenticator, **kwargs: Any) -> None:
    """Setting up an authenticator proves it: a code was typed. allauth records that nowhere."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        request.session[SET_UP_KEY] = str(authenticator.user_id)


def gave_second_factor(request: HttpRequest) -> bool:
    """Whether the signed-in person has given a second factor, or set one up, in this session."""
    if request.session.get(SET_UP_KEY) == str(request.user.pk):
        return True
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def _is_nobody(request: HttpRequest, view: Any) -> bool:
    """Whether there is no session to look into, or the view is one of the API's that know nobody and read no cookie."""
    reads_no_cookie = NoCredentials in getattr(getattr(view, "cls", None), "authentication_classes", ())
    return reads_no_cookie or settings.SESSION_COOKIE_NAME not in request.COOKIES


class SecondFactorRequired:
    """Leads whoever is signed in by password alone to the second factor, whatever page was asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not settings.REQUIRE_SECOND_FACTOR or _is_nobody(request, view) or not request.user.is_authenticated:
            return None
        match = request.resolver_match
        # Names in a namespace are other pages: the admin has an `account_emailaddress_changelist` of its own.
        if match and not match.namespaces and match.url_name in OPEN_BEFORE_THE_SECOND_FACTOR:
            return None
        if gave_second_factor(request):
            return None
        has_one = Authenticator.objects.filter(user=request.user.pk).exists()
        step = reverse("mfa_reauthenticate" if has_one else "mfa_activate_totp")
        return HttpResponseRedirect(f"{step}?{urlencode({'next': request.get_full_path()})}")


@require_safe
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Where each goes after signing in: staff to the admin, officers to their councils, others home."""
    user = request.user
    if user.is_authenticated and user.is_staff:
        return redirect("admin:index")
    if user.is_authenticated and user.councils.exists():
        return redirect("my-council")
    return redirect("home")


def guard_admin(site: AdminSite) -> None:
    """Signing in to the admin and changing a password there go through allauth, with its limits and second factor.

    Call it before the site's addresses are read.
    """
    site.login = secure_admin_login(site.login)  # type: ignore[method-assign]

    def change_password(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_change_password")

    site.password_change = change_password  # type: ignore[method-assign, assignment]
