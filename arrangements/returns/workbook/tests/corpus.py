"""Hostile, broken and merely unusual files, made here: what each is, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """One file. It is refused with a sentence that holds `says`; or it is read, and `rows` are the texts that come out.

    `formulas` counts the cells behind which a formula stands; `remarks` are pieces of what is remarked.
    """

    name: str
    make: Callable[[], bytes]
    says: str = ""
    rows: list[list[str]] | None = None
    formulas: int = 0
    remarks: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Whether it is refused; otherwise it is read."""
        return bool(self.says)
