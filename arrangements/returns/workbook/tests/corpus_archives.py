"""Archives that lie, overflow or are no workbooks."""

from __future__ import annotations

import io
import lzma
from zipfile import ZIP_LZMA, ZipFile, ZipInfo

from arrangements.returns.workbook.tests.corpus import Case
from arrangements.returns.workbook.tests.made_files import READ, archive, changed, ods, ods_content, xlsx
from arrangements.returns.workbook.tests.raw_zip import MEGABYTE, STORED, Entry, deflated, endless, written

WORKBOOK = xlsx()
SHEET = "xl/worksheets/sheet1.xml"
ENCRYPTED = 0x1
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def entries() -> list[Entry]:
    """The parts of an ordinary workbook."""
    with ZipFile(io.BytesIO(WORKBOOK)) as book:
        return [Entry(name, book.read(name)) for name in book.namelist()]


def with_part(part: Entry) -> bytes:
    """An ordinary workbook with this part, in place of one of the same name."""
    return written([*(entry for entry in entries() if entry.name != part.name), part])


def with_named(name: str) -> bytes:
    return with_part(Entry(name, b"anything"))


def changed_entry(part: str, **lies: object) -> bytes:
    """An ordinary workbook in which one part is told wrongly."""
    parts = entries()
    for entry in parts:
        if entry.name == part:
            for what, lie in lies.items():
                setattr(entry, what, lie)
    return written(parts)


def bomb() -> bytes:
    """A sheet of a gigabyte of blanks in a megabyte."""
    return with_part(Entry(SHEET, packed=endless(1024, b"<worksheet>"), size=1024 * MEGABYTE + 11, crc=0))


def bomb_that_lies() -> bytes:
    return with_part(Entry(SHEET, packed=endless(1024, b"<worksheet>"), size=1000, crc=0))


def many_large_parts() -> bytes:
    more = [Entry(f"xl/media/{number}.bin", packed=endless(60), size=60 * MEGABYTE, crc=0) for number in range(3)]
    return written([*entries(), *more])


def overlapping() -> bytes:
    """One part listed a hundred times under other names, as small archives become petabytes."""
    first = Entry("xl/a.bin", packed=endless(50), size=50 * 1024, crc=0)
    return written(
        [
            first,
            *(
                Entry(f"xl/{n}.bin", packed=b"", size=50 * 1024, crc=0, packed_size=len(first.packed or b""), listed_at=0)
                for n in range(100)
            ),
            *entries(),
        ]
    )


def quoting() -> bytes:
    """Parts whose packed data quote the headers of the parts that follow."""
    parts = entries()
    parts[0].packed = deflated(parts[0].content)
    parts[0].packed_size = len(parts[0].packed) + 60
    return written(parts)


def nested() -> bytes:
    inner = archive({"bomb.bin": b"\0" * MEGABYTE})
    for _ in range(10):
        inner = archive({f"{number}.zip": inner for number in range(10)})
    return inner


def embedded() -> bytes:
    return with_part(Entry("xl/embeddings/inner.zip", archive({"bomb.bin": b"\0" * (8 * MEGABYTE)})))


def lzma_packed() -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_LZMA) as book:
        for entry in entries():
            book.writestr(entry.name, entry.content)
    return out.getvalue()


def macros(name: str) -> bytes:
    return with_part(Entry(name, OLE + b"VBA"))


def encrypted_ods() -> bytes:
    manifest = (
        b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry'
        b' manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'
    )
    parts = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"\x8f\x01" * 500}
    return archive({**parts, "META-INF/manifest.xml": manifest})


def as_a_stream() -> bytes:
    """As programs write that don't know the sizes beforehand: these stand behind the data, in the long form."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    out = Pipe()
    with ZipFile(out, "w") as book:
        for entry in entries():
            with book.open(ZipInfo(entry.name), "w", force_zip64=True) as part:
                part.write(entry.content)
    return out.getvalue()


def truncated(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def ole(stream: str) -> bytes:
    """The beginning of a container of Microsoft's, with the name of a stream in its directory."""
    return (OLE + b"\0" * 504 + "Root Entry".encode("utf-16-le") + b"\0" * 100 + stream.encode("utf-16-le")).ljust(4096, b"\0")


ARCHIVES = [
    Case("zip bomb: a gigabyte in one sheet", bomb, says="“xl/worksheets/sheet1.xml” of the file takes 1,024 MB"),
    Case("zip bomb that lies about its size", bomb_that_lies, says="cut off or damaged"),
    Case("three parts of 60 MB each", many_large_parts, says="Unpacked, the file takes 180 MB"),
    Case("ten thousand parts", lambda: archive({f"xl/{n}": b"" for n in range(10_000)}), says="holds more than 1,000 parts"),
    Case("nested archives", nested, says="is a zip archive, not a workbook. Unpack it"),
    Case("an archive within a workbook", embedded, rows=READ),
    Case("parts that overlap", overlapping, says="“xl/a.bin” and “xl/0.bin” overlap"),
    Case("parts that quote each other", quoting, says="overlap"),
    Case("part with an absolute name", lambda: with_named("/etc/passwd"), says="“/etc/passwd”, a name that could lead outside"),
    Case(
        "part in the folder above",
        lambda: with_named("xl/../../secret.xml"),
        says="“xl/../../secret.xml”, a name that could lead outside",
    ),
    Case("part with a backslash", lambda: with_named("xl\\..\\secret.xml"), says="a name that could lead outside"),
    Case("part on a drive", lambda: with_named("c:/windows/x"), says="“c:/windows/x”, a name that could lead outside"),
    Case("two parts of one name", lambda: written([*entries(), Entry(SHEET, b"<a/>")]), says=f"two parts called “{SHEET}”"),
    Case("two parts that differ in capitals", lambda: with_named("XL/Workbook.xml"), says="two parts called “XL/Workbook.xml”"),
    Case(
        "part whose own name differs",
        lambda: changed_entry(SHEET, listed_name=SHEET, name="xl/worksheets/sheet9.xml"),
        says="cut off or damaged",
    ),
    Case("part protected with a password", lambda: changed_entry(SHEET, flags=ENCRYPTED), says="is protected with a password"),
    Case("packed by LZMA", lzma_packed, says="packed in a way that no spreadsheet program uses"),
    Case("packed by a method nobody knows", lambda: changed_entry(SHEET, method=77), says="packed in a way"),
    Case("cut off", lambda: truncated(WORKBOOK), says="cut off or damaged (its list of parts"),
    Case("cut off within its list", lambda: WORKBOOK[:-30], says="cut off or damaged"),
    Case("wrong checksum", lambda: changed_entry(SHEET, crc=1), says="(“xl/worksheets/sheet1.xml”: its checksum is wrong)"),
    Case(
        "damaged while packed",
        lambda: changed_entry(SHEET, packed=b"\xff" * 50),
        says="cut off or damaged (“xl/worksheets/sheet1",
    ),
    Case("part beyond the end", lambda: changed_entry(SHEET, listed_at=2**30), says="cut off or damaged"),
    Case("nothing but an archive's end", lambda: written([]), says="is an empty zip archive"),
    Case("written as a stream, in zip's long form", as_a_stream, rows=READ),
    Case("something after the end", lambda: WORKBOOK + b"\0" * 30, rows=READ),
    Case(
        "a comment of 60 kB at the end",
        lambda: written(entries())[:-2] + (60_000).to_bytes(2, "little") + b"x" * 60_000,
        rows=READ,
    ),
    Case(
        "without its list of contents",
        lambda: changed(WORKBOOK, r"\[Content_Types\].xml", lambda _: None),
        says="([Content_Types].xml) is missing",
    ),
    Case("without the sheet it lists", lambda: changed(WORKBOOK, SHEET, lambda _: None), says=f"its part “{SHEET}” is missing"),
    Case(
        "without the list of sheets",
        lambda: changed(WORKBOOK, "xl/workbook.xml", lambda _: None),
        says="its part “xl/workbook.xml” is missing",
    ),
    Case(
        "without relationships",
        lambda: changed(WORKBOOK, "xl/_rels/.*", lambda _: None),
        says="nothing in it is the sheet “Returns”",
    ),
    Case(
        "relationships in a circle",
        lambda: changed(WORKBOOK, "xl/_rels/.*", lambda p: p.replace(b"worksheets/sheet1", b"workbook")),
        says="holds no table of returns. None of its sheets (“Returns”)",
    ),
    Case(
        "sheet that lies on another machine",
        lambda: changed(
            WORKBOOK,
            "xl/_rels/.*",
            lambda p: p.replace(b'Target="worksheets/sheet1.xml"', b'Target="http://example.org/x" TargetMode="External"'),
        ),
        says="nothing in it is the sheet “Returns”",
    ),
    Case(
        "two sheets that are one part",
        lambda: changed(
            changed(
                WORKBOOK,
                "xl/workbook.xml",
                lambda p: p.replace(b"</sheets>", b'<sheet name="Again" sheetId="2" r:id="rId99"/></sheets>'),
            ),
            "xl/_rels/.*",
            lambda p: p.replace(
                b"</Relationships>",
                b'<Relationship Id="rId99" Type="http://x/worksheet" Target="/xl/worksheets/sheet1.xml"/></Relationships>',
            ),
        ),
        says="two of its sheets are one and the same part",
    ),
    Case(
        "a thousand sheets",
        lambda: changed(
            WORKBOOK, "xl/workbook.xml", lambda p: p.replace(b"</sheets>", b'<sheet name="x" r:id="rId1"/>' * 1000 + b"</sheets>")
        ),
        says="holds 1,001 sheets",
    ),
    Case("workbook with macros (.xlsm)", lambda: macros("xl/vbaProject.bin"), says="holds macros (“xl/vbaProject.bin”)"),
    Case(
        "macro sheet of Excel 4", lambda: macros("xl/macrosheets/sheet1.xml"), says="holds macros (“xl/macrosheets/sheet1.xml”)"
    ),
    Case(
        "OpenDocument with macros",
        lambda: archive(
            {
                "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": b"<x/>",
                "Basic/Standard/Module1.xml": b"<x/>",
            }
        ),
        says="holds macros (“Basic/Standard/Module1.xml”)",
    ),
    Case("encrypted workbook", lambda: ole("EncryptedPackage"), says="workbook is protected with a password"),
    Case("encrypted OpenDocument", encrypted_ods, says="spreadsheet is protected with a password"),
    Case("old workbook (.xls)", lambda: ole("Workbook"), says="workbook of the old kind (.xls)"),
    Case("very old workbook (BIFF 5)", lambda: ole("Book"), says="workbook of the old kind (.xls)"),
    Case(
        "workbook of the eighties (BIFF 2)", lambda: bytes.fromhex("0900040002001000") + b"\0" * 90, says="of the old kind (.xls)"
    ),
    Case("old Word document", lambda: ole("WordDocument"), says="an old Office document, not a workbook"),
    Case("binary workbook (.xlsb)", lambda: archive({"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b"\0"}), says="(.xlsb)"),
    Case(
        "Word document",
        lambda: archive({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
        says="is a Word document",
    ),
    Case(
        "presentation", lambda: archive({"[Content_Types].xml": b"<x/>", "ppt/presentation.xml": b"<x/>"}), says="a presentation"
    ),
    Case("Numbers document", lambda: archive({"Index/Document.iwa": b"\0"}), says="is a Numbers document"),
    Case(
        "workbooks in an archive",
        lambda: archive({"returns-2013-14-adur.xlsx": WORKBOOK}),
        says="Unpack it, and upload the workbook",
    ),
    Case(
        "OpenDocument of the wrong kind",
        lambda: ods(kind=b"application/vnd.oasis.opendocument.text"),
        says="says that it is “application/vnd.oasis.opendocument.text”, which is no spreadsheet",
    ),
    Case("OpenDocument that doesn't say its kind", lambda: ods(kind=None), says="doesn’t say what kind of document it is"),
    Case(
        "OpenDocument without its content",
        lambda: archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        says="is a zip archive, not a workbook",
    ),
    Case(
        "OpenDocument bomb",
        lambda: written(
            [
                Entry("mimetype", b"application/vnd.oasis.opendocument.spreadsheet", method=STORED),
                Entry("content.xml", packed=endless(1024, ods_content("")[:-200]), size=63 * MEGABYTE, crc=0),
            ]
        ),
        says="“content.xml” holds a tag of more than",
    ),
    Case("gzip", lambda: b"\x1f\x8b\x08" + b"\0" * 100, says="is a compressed file (gzip)"),
    Case("7z", lambda: b"7z\xbc\xaf\x27\x1c" + b"\0" * 100, says="is a compressed archive (7z)"),
    Case("RAR", lambda: b"Rar!\x1a\x07\x00" + b"\0" * 100, says="is a compressed archive (RAR)"),
    Case("xz", lambda: lzma.compress(b"\0" * 1000), says="is a compressed file (xz)"),
]
