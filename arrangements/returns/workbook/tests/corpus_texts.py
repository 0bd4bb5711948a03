"""Text with separators that is broken or strange, and files of other kinds that bear a workbook's name."""

from __future__ import annotations

import codecs
import json
import random

from arrangements.returns.workbook.tests.corpus import Case
from arrangements.returns.workbook.tests.made_files import HEADINGS, READ, ROWS, delimited

PLAIN = delimited()
HEAD = delimited([HEADINGS])
NAMED = [["SSR-0001", "Figure", "£5", "Café"]]


def mixed() -> bytes:
    line = delimited([["SSR-0001", "Figure", "£5", "Café"]])
    return (HEAD + line).encode() + line.encode("cp1252")


def noise() -> bytes:
    return random.Random(20140331).randbytes(100_000)


TEXTS = [
    # Encodings
    Case("lines in two encodings", mixed, says="line 2 is in UTF-8 and line 3 is not"),
    Case("UTF-16 without a mark", lambda: PLAIN.encode("utf-16-le"), rows=READ),
    Case("UTF-16, big-endian, without a mark", lambda: PLAIN.encode("utf-16-be"), rows=READ),
    Case(
        "UTF-16 that breaks off in a character",
        lambda: PLAIN.encode("utf-16") + b"a",
        says="begun as UTF-16, it breaks that at byte",
    ),
    Case(
        "UTF-16 with half a character", lambda: (HEAD + "a\ud800b,,,\n").encode("utf-16", "surrogatepass"), says="begun as UTF-16"
    ),
    Case(
        "UTF-8 with half a character",
        lambda: HEAD.encode() + b"a\xed\xa0\x80b,\xe2\x82\xac,,\n" * 2 + "é,,,\n".encode(),
        says="line 4 is in UTF-8 and line 2 is not",
    ),
    Case(
        "a mark of UTF-8 over other bytes",
        lambda: codecs.BOM_UTF8 + HEAD.encode() + b"caf\xe9,,,\n",
        says="begun as UTF-8, it breaks",
    ),
    Case(
        "bytes of no encoding", lambda: HEAD.encode() + b"a\x81\x8db,,,\n", says="begun as WINDOWS-1252, it breaks that at byte"
    ),
    Case("UTF-32", lambda: PLAIN.encode("utf-32"), rows=READ),
    Case("old Windows encoding", lambda: delimited([HEADINGS, *NAMED], separator=";").encode("cp1252"), rows=NAMED),
    Case("NUL within text", lambda: HEAD.encode() + b"SSR\x000001,,,\n", says="Line 2 of the file holds a character NUL"),
    Case("noise", noise, says="neither a workbook nor text"),
    Case(
        "characters that can't be seen",
        lambda: (HEAD + "\u202eSSR-0001,Fig\u200bure,5,x\x07y\n").encode(),
        rows=[["SSR-0001", "Figure", "5", "xy"]],
        remarks=["taken out of A2, B2, D2"],
    ),
    # Rows and cells
    Case(
        "quotation mark never closed",
        lambda: (HEAD + 'SSR-0001,"Figure,5,\nSSR-0002,Withheld,,\n').encode(),
        says="Row 2 of the file (from line 2) opens a cell with a quotation mark that is never closed",
    ),
    Case(
        "quotation mark never closed, in 5 MB",
        lambda: (HEAD + '"' + PLAIN * 50_000).encode(),
        says="holds a cell of more than 32,767",
    ),
    Case("text after a quotation mark", lambda: (HEAD + '"SSR"-0001,,,\n').encode(), says="has text after the quotation mark"),
    Case(
        "line ends within quotation marks",
        lambda: (HEAD + 'SSR-0001,Figure,5,"a\r\nb ""c"""\r\n\r\nSSR-0002,,,\r\n').encode(),
        rows=[["SSR-0001", "Figure", "5", 'a\nb "c"'], ["SSR-0002", "", "", ""]],
    ),
    Case("100,000 columns in a line", lambda: (HEAD + "SSR," + "x," * 100_000 + "\n").encode(), says="Cell CW2 of the file"),
    Case(
        "100,000 headings",
        lambda: (HEAD.strip() + "," + ",".join(f"h{n}" for n in range(100_000)) + "\nSSR-0001\n").encode(),
        says="heads 100,004 columns",
    ),
    Case(
        "9 MB in one line", lambda: (HEAD + "x" * 9_000_000).encode(), says="Line 2 of the file is more than 1,048,576 characters"
    ),
    Case("9 MB of separators", lambda: (HEAD + ",;\t|" * 2_250_000).encode(), says="Line 2 of the file is more than 1,048,576"),
    Case("a million lines", lambda: (HEAD + "S,F,1,\n" * 1_000_000).encode(), says="has more than 60,000 rows"),
    Case(
        "three million empty lines",
        lambda: (HEAD + "\n" * 3_000_000 + "SSR-0001,Figure,5,x\n").encode(),
        says="has more than 1,048,576 lines",
    ),
    Case(
        "formulas in text",
        lambda: (HEAD + "=cmd|' /C calc'!A0,@SUM(1),=2+3,-5\n").encode(),
        rows=[["=cmd|' /C calc'!A0", "@SUM(1)", "=2+3", "-5"]],
        formulas=2,
    ),
    Case(
        "rows shorter and longer than the headings",
        lambda: (HEAD + "SSR-0001\nSSR-0002,Figure,5,x,,,more\n").encode(),
        rows=[["SSR-0001", "", "", ""], ["SSR-0002", "Figure", "5", "x"]],
        unknown=["column G, which has no heading"],
    ),
    Case("headings without a row", lambda: HEAD.encode(), says="The file has the headings in row 1 and no row under them"),
    Case(
        "two columns of one meaning",
        lambda: b"Reference,Outcome,Amount,Saving\nSSR-0001,Figure,1,2\n",
        says="Columns C (“Amount”) and D",
    ),
    Case("columns missing", lambda: b"Reference,Note\nSSR-0001,x\n", rows=[["SSR-0001", "x"]]),
    Case("no headings that are known", lambda: b"a,b,c\n1,2,3\n", says="It has no row with headings such as"),
    Case("rows without headings", lambda: delimited(ROWS).encode(), says="It has no row with headings such as"),
    Case("a single word", lambda: b"Outcome", says="It has no row with headings such as"),
    Case("empty", lambda: b"", says="The file is empty"),
    Case("blanks only", lambda: b" \r\n\t\n", says="The file is empty"),
    Case("nothing but a mark", lambda: codecs.BOM_UTF16_LE, says="The file is empty"),
    Case("eleven megabytes", lambda: b"x" * 11 * 1024 * 1024, says="has 11.0 MB; the register takes 10 MB at most"),
    # Other things
    Case(
        "web page named .xlsx",
        lambda: b"\xef\xbb\xbf\n<!DOCTYPE html><html><table><tr><td>Outcome</td></tr></table></html>",
        says="is a web page (HTML)",
    ),
    Case(
        "table of a web page", lambda: b"<table><tr><th>Reference</th><th>Outcome</th></tr></table>", says="is a web page (HTML)"
    ),
    Case(
        "flat OpenDocument",
        lambda: b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
        says="is a flat OpenDocument spreadsheet (.fods)",
    ),
    Case(
        "XML spreadsheet of 2003",
        lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        says="is an XML spreadsheet of 2003",
    ),
    Case("other markup", lambda: b'<?xml version="1.0"?><feed/>', says="is markup (XML)"),
    Case(
        "entities in bare XML", lambda: b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', says="is markup (XML)"
    ),
    Case("JSON", lambda: json.dumps([dict.fromkeys(HEADINGS, 1)]).encode(), says="It has no row with headings such as"),
    Case("PDF", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", says="is a PDF document"),
    Case("PNG", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 50, says="is a picture (PNG)"),
    Case("JPEG", lambda: b"\xff\xd8\xff\xe0" + b"\0" * 50, says="is a picture (JPEG)"),
    Case("GIF", lambda: b"GIF89a" + b"\0" * 50, says="is a picture (GIF)"),
    Case("RTF", lambda: b"{\\rtf1\\ansi Outcome}", says="is a text document (RTF)"),
    Case("program", lambda: b"MZ\x90\x00" + b"\0" * 50, says="is a program"),
    Case("database", lambda: b"SQLite format 3\0" + b"\0" * 50, says="is a database (SQLite)"),
]
