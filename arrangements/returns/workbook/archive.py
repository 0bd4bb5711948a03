"""The zip archive that a workbook is: checked as a whole before a part of it is opened. Imports nothing of Django."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from posixpath import normpath
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from arrangements.returns.workbook.table import FileRefused
from arrangements.returns.workbook.xml_parts import ANEW

MEGABYTE = 1024 * 1024
MOST_ENTRIES = 1_000
LARGEST_ENTRY = 64 * MEGABYTE
LARGEST_TOTAL = 100 * MEGABYTE
LOCAL_HEADER = 30
MACROS = re.compile(r"vbaproject\.bin|/macrosheets/|^basic/|^scripts/", re.IGNORECASE)
IS_ENCRYPTED = 0x1


class Archive:
    """A checked archive. Parts are found whatever the capitals in their names."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        if content.count(b"PK\x01\x02") > MOST_ENTRIES:
            raise FileRefused(
                f"The file holds more than {MOST_ENTRIES:,} parts. A workbook of returns has a few dozen. Copy the rows with"
                " their headings into a new workbook, save it, and upload that."
            )
        try:
            self.zip = ZipFile(io.BytesIO(content))
        except (BadZipFile, NotImplementedError, struct.error, UnicodeDecodeError, ValueError, OSError) as error:
            raise _damaged("its list of parts, at the end, can’t be read") from error
        try:
            self.parts = {entry.filename.lower(): entry for entry in self._checked()}
        except struct.error as error:
            raise _damaged("a part lies beyond its end") from error

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.parts

    def holds_below(self, folder: str) -> bool:
        """Whether a part lies in the folder."""
        return any(name.startswith(folder) for name in self.parts)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """The part, to be read as a stream; damage that shows on the way is refused."""
        entry = self.parts.get(name.lower())
        if entry is None:
            raise FileRefused(f"The file is damaged: its part {shown(name)} is missing. {ANEW}")
        try:
            with self.zip.open(entry) as stream:
                yield stream
        except (BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, struct.error, UnicodeDecodeError) as error:
            what = "its checksum is wrong" if "CRC" in str(error) else "it can’t be unpacked"
            raise _damaged(f"{shown(name)}: {what}") from error

    def _checked(self) -> list[ZipInfo]:
        entries = self.zip.infolist()
        seen: set[str] = set()
        for entry in entries:
            name = entry.filename
            if name.startswith("/") or "\\" in entry.orig_filename or ":" in name or ".." in name.split("/"):
                raise FileRefused(
                    f"The file holds a part called {shown(name)}, a name that could lead outside it. It was not read. {ANEW}"
                )
            if name.lower() in seen:
                raise FileRefused(f"The file is damaged: it holds two parts called {shown(name)}. {ANEW}")
            seen.add(name.lower())
            if MACROS.search(name):
                raise FileRefused(
                    f"The workbook holds macros ({shown(name)}). The register takes none. Save it as an Excel workbook without"
                    " macros (.xlsx) and upload that."
                )
            if entry.flag_bits & IS_ENCRYPTED:
                raise FileRefused(f"The part {shown(name)} of the file is protected with a password. {UNPROTECTED}")
            if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise FileRefused(f"The file is packed in a way that no spreadsheet program uses ({shown(name)}). {ANEW}")
        self._check_sizes(entries)
        self._check_places(entries)
        return entries

    def _check_sizes(self, entries: list[ZipInfo]) -> None:
        for entry in entries:
            if entry.file_size > LARGEST_ENTRY:
                raise FileRefused(
                    f"Unpacked, the part {shown(entry.filename)} of the file takes {_megabytes(entry.file_size)}; the register"
                    f" reads {_megabytes(LARGEST_ENTRY)} at most. {SMALLER}"
                )
        if (total := sum(entry.file_size for entry in entries)) > LARGEST_TOTAL:
            raise FileRefused(
                f"Unpacked, the file takes {_megabytes(total)}; the register reads {_megabytes(LARGEST_TOTAL)} at most. {SMALLER}"
            )

    def _check_places(self, entries: list[ZipInfo]) -> None:
        """No two parts share bytes: that is how a small archive becomes endless."""
        end_before, name_before = 0, ""
        for entry in sorted(entries, key=lambda each: each.header_offset):
            start = entry.header_offset
            if start < end_before:
                raise FileRefused(
                    f"The file is no workbook that a spreadsheet program wrote: its parts {shown(name_before)} and"
                    f" {shown(entry.filename)} overlap. It was not read. {ANEW}"
                )
            name_length, extra_length = struct.unpack_from("<HH", self.content, start + LOCAL_HEADER - 4)
            end_before = start + LOCAL_HEADER + name_length + extra_length + entry.compress_size
            name_before = entry.filename
        if end_before > self.zip.start_dir:
            raise _damaged(f"{shown(name_before)} runs into the list of parts")


UNPROTECTED = "Open it in your spreadsheet program, take the password off, save it, and upload that."
SMALLER = "Take pictures and other sheets out, or upload the rows in several files."


def target_of(folder: str, target: str) -> str:
    """The part that a relationship of a part in the folder leads to."""
    return target.lstrip("/") if target.startswith("/") else normpath(f"{folder}/{target}").lstrip("/")


def shown(name: str) -> str:
    """The name of a part as it can stand in a sentence."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in name)
    return f"“{plain[:60]}{'…' if len(plain) > 60 else ''}”"


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:,.0f} MB"


def _damaged(what: str) -> FileRefused:
    return FileRefused(f"The file is cut off or damaged ({what}). Fetch or save it again and upload that.")
