"""The cache that holds uploads: a table of its own, of compressed JSON by token and part, swept of what has expired."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.cache import caches
from django.db import connection

ALIAS = "uploads"


def read(token: str, parts: Iterable[str]) -> dict[str, Any]:
    """Those of the parts that are kept. One query."""
    keys = {_key(token, part): part for part in parts}
    return {keys[key]: json.loads(zlib.decompress(kept)) for key, kept in caches[ALIAS].get_many(list(keys)).items()}


def read_of_many(tokens: Iterable[str], part: str) -> dict[str, Any]:
    """The one part of each of the uploads that are kept. One query."""
    keys = {_key(token, part): token for token in tokens}
    return {keys[key]: json.loads(zlib.decompress(kept)) for key, kept in caches[ALIAS].get_many(list(keys)).items()}


def write(token: str, parts: Mapping[str, Any]) -> None:
    """Keep the parts, and all others of the upload for as long as these."""
    for part, value in parts.items():
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        caches[ALIAS].set(_key(token, part), zlib.compress(text.encode(), 3))
        last = _key(token, part)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_table()} SET expires = last.expires FROM {_table()} AS last"  # noqa: S608 - the table's name is ours
            f" WHERE last.cache_key = %s AND {_table()}.cache_key LIKE %s AND {_table()}.expires < last.expires",
            [caches[ALIAS].make_key(last), _like(token)],
        )


def delete(token: str) -> None:
    """Let go of all parts of the upload."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_table()} WHERE cache_key LIKE %s", [_like(token)])  # noqa: S608 - the table's name is ours


def sweep() -> None:
    """Let go of what has expired: unpublished answers don't lie about longer than they are kept for."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_table()} WHERE expires < now()")  # noqa: S608 - the table's name is ours


def put_file(token: str, content: bytes) -> None:
    """Keep a file as it was uploaded."""
    caches[ALIAS].set(_key(token, "file"), content)


def file(token: str) -> bytes | None:
    """The file, if it is still kept."""
    return caches[ALIAS].get(_key(token, "file"))


def drop_file(token: str) -> None:
    """Let go of the file alone."""
    caches[ALIAS].delete(_key(token, "file"))


def _key(token: str, part: str) -> str:
    return f"{token}:{part}"


def _table() -> str:
    return connection.ops.quote_name(caches.settings[ALIAS]["LOCATION"])


def _like(token: str) -> str:
    """All keys of the upload, as the cache writes them."""
    escaped = caches[ALIAS].make_key(_key(token, "")).replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%")
    return f"{escaped}%"
