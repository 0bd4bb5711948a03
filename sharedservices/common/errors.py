"""Refusals that say which rule was broken, by what, and what to do next."""

from collections.abc import Iterable


class RuleBroken(Exception):
    """A deed that the register's rules refuse. `messages` are sentences for the person who tried it."""

    def __init__(self, messages: str | Iterable[str]) -> None:
        self.messages = [messages] if isinstance(messages, str) else list(messages)
        super().__init__(" ".join(self.messages))
