"""Who a program is: the account of its token, where an address asks for one. No cookie is read."""

from __future__ import annotations

from typing import Any

from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from councils.models import User
from councils.tokens import BEGINS, ApiToken
from sharedservices.common.api import NoCredentials

HOW = "Send the header “Authorization: Bearer ssr_…” with the whole of the token, as it was shown when it was made."
LONGEST = 200


class Bearer(NoCredentials):
    """`Authorization: Bearer`. What everyone may read is read by nobody in particular, whatever is sent along."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The account and the token; None where nothing was sent. A token that doesn't work is refused by its reason."""
        view: Any = request.parser_context["view"]
        if request.method in SAFE_METHODS and not view.is_private:
            return None
        sent = request.META.get("HTTP_AUTHORIZATION", "").strip()
        if not sent:
            return None
        scheme, _, secret = sent.partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise exceptions.AuthenticationFailed(f"“{scheme[:20]}” is not the way to sign in here. {HOW}")
        secret = secret.strip()
        may_be_one = secret.startswith(BEGINS) and secret.isascii() and len(secret) <= LONGEST
        token = ApiToken.objects.of_secret(secret) if may_be_one else None
        if token is None:
            raise exceptions.AuthenticationFailed(f"There is no such token. {HOW}")
        if token.why_not:
            raise exceptions.AuthenticationFailed(token.why_not)
        request._request.after_answer = token.note_use  # type: ignore[attr-defined]
        return token.user, token
