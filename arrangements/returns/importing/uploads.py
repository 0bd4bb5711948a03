"""Uploads by their tokens: made, opened by their owner alone, and held while they are worked on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from arrangements.returns.importing import cached
from arrangements.returns.importing.staging import Head, NotKept, Upload

OPEN_FILES = 20


def stage(*, owner: int, year: str, file_name: str, sha256: str, content: bytes, at: str) -> Upload:
    """Keep a new upload; what has expired by now is swept out."""
    cached.sweep()
    upload = Upload(secrets.token_urlsafe(24), Head(owner, year, file_name, sha256, at))
    cached.put_file(upload.token, content)
    upload.save()
    cached.write(f"owner-{owner}", {"tokens": [upload.token, *(each.token for each in open_uploads(owner))][:OPEN_FILES]})
    return upload


def opened(token: str, owner: int) -> Upload:
    """The upload, to look at. `NotKept` unless it is this person's. One query."""
    kept = cached.read(token, ["head"]).get("head")
    if kept is None or kept["owner"] != owner:
        raise NotKept
    return Upload(token, Head(**kept))


@contextmanager
def held(token: str, owner: int) -> Iterator[Upload]:
    """The upload, to work on alone: whoever else wants to waits. What was changed is kept at the end."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"upload {token}"])
        upload = opened(token, owner)
        yield upload
        upload.save()


def open_uploads(owner: int) -> list[Upload]:
    """The person's uploads that wait to be confirmed, the latest first. Two queries."""
    tokens = cached.read(f"owner-{owner}", ["tokens"]).get("tokens", [])
    heads = cached.read_of_many(tokens, "head")
    uploads = [Upload(token, Head(**heads[token])) for token in tokens if token in heads]
    return [upload for upload in uploads if upload.head.owner == owner and upload.head.import_made is None]
