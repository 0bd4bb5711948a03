"""Mail servers of the tests' own: down for some councils, down for all, and dying while it sends."""

from __future__ import annotations

from smtplib import SMTPServerDisconnected
from typing import Any

from django.core.mail.backends.locmem import EmailBackend

DOWN = f"{__name__}.DownForWillow"
UNREACHABLE = f"{__name__}.Unreachable"
DYING = f"{__name__}.Dying"


class DownForWillow(EmailBackend):
    """Refuses whatever goes to Willow and delivers everything else."""

    def send_messages(self, messages: list[Any]) -> int:
        for message in messages:
            if any("willow" in address for address in message.to):
                raise SMTPServerDisconnected("Connection unexpectedly closed")
        return super().send_messages(messages)


class Unreachable(EmailBackend):
    """Nothing answers."""

    def send_messages(self, messages: list[Any]) -> int:
        raise ConnectionRefusedError(111, "Connection refused")


class Killed(BaseException):
    """What a killed process looks like from inside: nothing catches it."""


class Dying(EmailBackend):
    """Delivers the letter, and then the process is killed before it can say so."""

    def send_messages(self, messages: list[Any]) -> int:
        super().send_messages(messages)
        raise Killed
