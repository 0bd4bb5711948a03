"""What a file is, by its content and never by its name. Imports nothing of Django."""

from __future__ import annotations

import re
from collections.abc import Iterable

from arrangements.returns.workbook.archive import UNPROTECTED, Archive
from arrangements.returns.workbook.choosing import Sheets
from arrangements.returns.workbook.delimited import read_delimited
from arrangements.returns.workbook.ods import read_ods
from arrangements.returns.workbook.table import FileRefused
from arrangements.returns.workbook.xlsx import read_xlsx
from arrangements.returns.workbook.xml_parts import ANEW

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Old binary workbooks that stand without a container.
BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
FORMATS = "The register reads Excel workbooks (.xlsx), OpenDocument spreadsheets (.ods) and CSV files."

# Beginnings of files that people upload by mistake.
OTHERS = [
    (b"%PDF", "a PDF document. Numbers can’t be read from it safely"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x1f\x8b", "a compressed file (gzip). Unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed archive (7z). Unpack it first"),
    (b"Rar!", "a compressed archive (RAR). Unpack it first"),
    (b"BZh", "a compressed file (bzip2). Unpack it first"),
    (b"\xfd7zXZ", "a compressed file (xz). Unpack it first"),
    (b"SQLite format 3", "a database (SQLite)"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"PK\x05\x06", "an empty zip archive"),
]
# Parts by which an archive shows what it is.
ARCHIVES = [
    ("xl/workbook.bin", f"The file is a binary Excel workbook (.xlsb), which the register doesn’t read. {ANEW}"),
    ("word/document.xml", f"The file is a Word document, not a workbook. Copy its table into a spreadsheet. {FORMATS}"),
    ("ppt/presentation.xml", f"The file is a presentation, not a workbook. {FORMATS}"),
    ("index/document.iwa", "The file is a Numbers document. Export it as an Excel workbook (.xlsx), and upload that."),
]


def read(content: bytes) -> Iterable[bytes | memoryview]:
    """The file's table, as the pieces of one JSON document."""
    sheets = Sheets()
    if content.startswith(ZIP):
        _read_archive(Archive(content), sheets)
    else:
        _refuse_others(content)
        read_delimited(content, sheets)
    return sheets.document()


def _read_archive(archive: Archive, sheets: Sheets) -> None:
    for part, said in ARCHIVES:
        if part in archive:
            raise FileRefused(said)
    if "content.xml" in archive:
        read_ods(archive, sheets)
    elif archive.holds_below("xl/"):
        if "[content_types].xml" not in archive:
            raise FileRefused(f"The file is damaged: its list of contents ([Content_Types].xml) is missing. {ANEW}")
        read_xlsx(archive, sheets)
    else:
        raise FileRefused(
            f"The file is a zip archive, not a workbook. Unpack it, and upload the workbook that is in it. {FORMATS}"
        )


def _refuse_others(content: bytes) -> None:
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise FileRefused("The file is empty. Choose the file again; if it is the right one, fetch or save it again.")
    if content.startswith(OLE):
        _refuse_container(content)
    if content.startswith(BIFF):
        raise FileRefused(f"The file is an Excel workbook of the old kind (.xls), which the register doesn’t read. {ANEW}")
    for beginning, what in OTHERS:
        if content.startswith(beginning):
            raise FileRefused(f"The file is {what}. {FORMATS}")
    beginning = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if beginning.startswith(b"<"):
        _refuse_markup(beginning.lower())


def _refuse_container(content: bytes) -> None:
    """Microsoft's container holds old workbooks, and new ones that are encrypted."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise FileRefused(f"The workbook is protected with a password. {UNPROTECTED}")
    if re.search("Workbook|Book".encode("ascii"), content.replace(b"\0", b"")[: 2**20]):
        raise FileRefused(f"The file is an Excel workbook of the old kind (.xls), which the register doesn’t read. {ANEW}")
    raise FileRefused(f"The file is an old Office document, not a workbook. {FORMATS}")


def _refuse_markup(beginning: bytes) -> None:
    if b"<html" in beginning or b"<table" in beginning or beginning.startswith((b"<!doctype html", b"<head", b"<body", b"<meta")):
        raise FileRefused(f"The file is a web page (HTML), whatever its name says. {ANEW}")
    if b"urn:oasis:names:tc:opendocument" in beginning:
        raise FileRefused(
            "The file is a flat OpenDocument spreadsheet (.fods), which the register doesn’t read. Save it as an OpenDocument"
            " spreadsheet (.ods), and upload that."
        )
    if b"urn:schemas-microsoft-com:office:spreadsheet" in beginning or b'progid="excel.sheet"' in beginning:
        raise FileRefused(f"The file is an XML spreadsheet of 2003, which the register doesn’t read. {ANEW}")
    raise FileRefused(f"The file is markup (XML), not a workbook. {FORMATS}")
