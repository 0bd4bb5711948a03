"""The effect of an upload on the national figures, kept with it: worked out with each repair while that takes a moment."""

from __future__ import annotations

from arrangements.register.models import Arrangement
from arrangements.releases.effect import Effect, effect_of
from arrangements.returns.importing.rows import JudgedRow
from arrangements.returns.importing.staging import Upload

# Rows and operating arrangements together, up to which the effect is worked out again with each repair.
AT_ONCE = 5_000


def answers_in(rows: list[JudgedRow]) -> dict[int, tuple[str, int | None]]:
    """What the rows would answer, by arrangement."""
    return {row.line.pk: (row.answer[0], row.answer[1]) for row in rows if row.line and row.is_written}


def keep_effect(upload: Upload, *, however_many: bool = True) -> None:
    """Work out the effect of the rows that would be stored. With `however_many` off, only where it takes a moment."""
    if not upload.head.is_ready or upload.head.effect_of == upload.head.changes:
        return
    year = upload.year
    if not however_many and upload.head.rows + Arrangement.objects.operating_in(year).count() > AT_ONCE:
        return
    answers = answers_in([row for piece in upload.judged_pieces() for row in piece])
    upload.head.effect, upload.head.effect_of = effect_of(year, answers).as_list(), upload.head.changes


def effect_kept(upload: Upload) -> Effect | None:
    """The effect as it was last worked out."""
    return Effect.from_list(upload.head.effect) if upload.head.effect is not None else None
