"""allauth's forms of passwords in the register's words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm

# allauth would give the rules as a list in HTML, which a hint doesn't hold. The rules: AUTH_PASSWORD_VALIDATORS.
RULES = "12 characters or more; not only digits, not your name or address, and not a password that many people use."


def in_our_words(form: Any) -> None:
    """Label the fields of a form of passwords and say its rules."""
    labels = {"oldpassword": "Present password", "password1": "New password", "password2": "New password again"}
    for name, label in labels.items():
        if name in form.fields:
            form.fields[name].label = label
    form.fields["password1"].help_text = RULES


class ChangePassword(ChangePasswordForm):
    """Of somebody who is signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self)


class ChoosePassword(ResetPasswordKeyForm):
    """Of somebody who came by the letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self)
