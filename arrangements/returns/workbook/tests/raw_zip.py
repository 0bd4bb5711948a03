"""Archives written byte by byte, so that they can lie: about sizes, places, names and sums."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

STORED, DEFLATED = 0, 8
MEGABYTE = 1024 * 1024


@dataclass
class Entry:
    """One part as it stands in the archive. What is None is told truly."""

    name: str
    content: bytes = b""
    packed: bytes | None = None
    method: int = DEFLATED
    flags: int = 0
    size: int | None = None
    packed_size: int | None = None
    crc: int | None = None
    listed_name: str | None = None
    listed_at: int | None = None


def deflated(content: bytes) -> bytes:
    """The content as a raw deflate stream."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeeze.compress(content) + squeeze.flush()


def endless(megabytes: int, beginning: bytes = b"", byte: bytes = b" ") -> bytes:
    """A deflate stream of as many megabytes of one byte, made without ever having them in memory."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = squeeze.compress(beginning) + squeeze.flush(zlib.Z_FULL_FLUSH)
    block = squeeze.compress(byte * MEGABYTE) + squeeze.flush(zlib.Z_FULL_FLUSH)
    return first + block * megabytes + squeeze.flush()


def written(entries: list[Entry], *, between: bytes = b"", after: bytes = b"") -> bytes:
    """The archive."""
    body, listed = b"", b""
    for entry in entries:
        packed = entry.packed
        if packed is None:
            packed = deflated(entry.content) if entry.method == DEFLATED else entry.content
        crc = zlib.crc32(entry.content) if entry.crc is None else entry.crc
        size = len(entry.content) if entry.size is None else entry.size
        packed_size = len(packed) if entry.packed_size is None else entry.packed_size
        name, in_list = entry.name.encode(), (entry.listed_name or entry.name).encode()
        at = len(body) if entry.listed_at is None else entry.listed_at
        common = struct.pack("<HHHHHIIIHH", 20, entry.flags, entry.method, 0, 33, crc, packed_size, size, len(name), 0)
        body += b"PK\x03\x04" + common + name + packed
        common = struct.pack("<HHHHHIIIHH", 20, entry.flags, entry.method, 0, 33, crc, packed_size, size, len(in_list), 0)
        listed += b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, at) + in_list
    count, start = len(entries), len(body) + len(between)
    end = struct.pack("<HHHHIIH", 0, 0, count & 0xFFFF, count & 0xFFFF, len(listed), start, 0)
    return body + between + listed + b"PK\x05\x06" + end + after
