"""`manage.py import_returns FILE`: a file of returns from the command line, by the same steps as in the admin.

The file is an Excel workbook (.xlsx), an OpenDocument spreadsheet (.ods) or a CSV file (comma, semicolon or tab; UTF-8,
UTF-16 or Windows-1252). Its columns are found by their headings, in any order: the arrangement's reference, or its council
and name; the outcome; the amount in pounds; and, where there are any, the note, the reason for an unusual value, the
financial year and the row version.

It prints how many rows are unchanged, new, changed, changed on both sides and to fix; each fault with its row, cell, rule
and what was meant; and the effect on the national figures. With --check it stops there. Otherwise, if no row is to fix, it
imports all in one act, by the account that --user names. Where a colleague changed an answer after the file was made, the
colleague's stays, and the row is named.

It ends with 1 if the file can't be read, a row is to fix or the account may not import; with 0 otherwise. Typical faults:

  council-ambiguous     a name that several councils bear              council-ended      abolished before 31 March
  arrangement-unknown   no such reference or name                      another-year       a row of another year
  second-row            two rows about one arrangement                 formula            a formula instead of a value
  amount-unreadable     "1.2m approx"                                  thousand-fold      a thousand times last year's
  amount-beside-words   an amount and "not calculated"                 neither            a note and no answer
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter

from arrangements.desk.import_effect import effect_kept, keep_effect
from arrangements.returns.importing import repairing, steps, uploads
from arrangements.returns.importing.committing import commit_import
from arrangements.returns.importing.rows import RowKind
from arrangements.returns.importing.staging import Upload
from arrangements.returns.models import FinancialYear
from councils.models import User
from sharedservices.common.errors import RuleBroken
from sharedservices.common.today import now

SHAPES_AND_FAULTS = __doc__ or ""
NOBODY = 0


class PlainFormatter(DjangoHelpFormatter):
    """Keeps the lines of the description as they are written."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in text.splitlines())


class Command(BaseCommand):
    """Checks a file of returns and, unless told only to check, imports it."""

    help = SHAPES_AND_FAULTS

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=PlainFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file of returns")
        parser.add_argument(
            "--year", default="", help="the financial year, such as 2014-15; without it, the latest that is collected"
        )
        parser.add_argument("--check", action="store_true", help="only check and show; import nothing")
        parser.add_argument("--user", default="", metavar="E-MAIL", help="who imports: an account that may")

    def handle(self, *args: Any, **options: Any) -> None:
        file, year, user = options["file"], self._year(options["year"]), self._user(options["user"], needed=not options["check"])
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} can’t be read: {error.strerror}.") from error
        owner = user.pk if user else NOBODY
        sha256 = hashlib.sha256(content).hexdigest()
        upload = uploads.stage(
            owner=owner, year=year.slug, file_name=file.name, sha256=sha256, content=content, at=now().isoformat()
        )
        try:
            with uploads.held(upload.token, owner) as held:
                self._check(held)
            if not options["check"]:
                self._import(upload.token, user)
        except PermissionDenied as refusal:
            raise CommandError(f"{user} may not import returns. Nothing was imported.") from refusal
        except RuleBroken as refusal:
            raise CommandError("\n".join(refusal.messages)) from refusal
        finally:
            upload.forget()

    def _check(self, upload: Upload) -> None:
        """Read, match, judge, and say how each row fares. `CommandError` if one is to fix."""
        steps.read(upload)
        said = ""
        while not upload.head.is_ready:
            steps.advance(upload)
            doing, share = steps.progress(upload)
            if len(upload.head.firsts) > 1 and (line := f"  {doing}: {share} per cent") != said:
                self.stdout.write(said := line)
        keep_effect(upload)
        self._say_counts(upload)
        self._say_stale(upload)
        if effect := effect_kept(upload):
            self.stdout.write(f"Effect: {effect.sentence}")
        if faulty := upload.head.to_fix:
            self._say_faults(upload)
            raise CommandError(f"{faulty:,} row{'s are' if faulty > 1 else ' is'} to fix. Nothing was imported.")

    def _say_counts(self, upload: Upload) -> None:
        head = upload.head
        counts = [f"{kind.label.lower()} {count:,}" for kind in RowKind if (count := head.count(kind))]
        self.stdout.write(f"{head.file_name}, {head.sheet}, for {upload.year}: {head.rows:,} rows; {', '.join(counts)}.")
        if head.unknown:
            self.stdout.write(f"Columns that the register doesn’t know were not read: {', '.join(head.unknown)}.")
        for remark in head.remarks:
            self.stdout.write(remark)

    def _say_stale(self, upload: Upload) -> None:
        """The rows where a colleague's answer stays."""
        for row in upload.judged(upload.head.undecided):
            sides = "; ".join(
                f"{name.lower()}: {theirs or 'nothing'}, in the file {mine or 'nothing'}" for name, _, theirs, mine in row.sides
            )
            line = f"{row.line.reference} {row.line.name}" if row.line else ""
            self.stdout.write(f"Row {row.number}, {line}: a colleague’s answer stays ({sides}).")
        repairing.keep_all_theirs(upload)

    def _say_faults(self, upload: Upload) -> None:
        for row in upload.judged(upload.numbers(RowKind.FAULTY)):
            for fault in row.faults:
                self.stdout.write(f"Row {row.number}, cell {fault.cell}, {fault.rule}: {fault.message}")

    def _import(self, token: str, user: Any) -> None:
        with uploads.held(token, user.pk) as upload:
            if not upload.numbers(RowKind.NEW, RowKind.CHANGED):
                self.stdout.write("Nothing to do: every row says what stands already, or was left out.")
                return
            made = commit_import(staged=upload, user=user)
        self.stdout.write(f"Imported by {user} as one act: {made.in_words}.")

    def _year(self, slug: str) -> FinancialYear:
        collected = FinancialYear.objects.collected().order_by("-starts_on")
        year = collected.filter(slug=slug).first() if slug else collected.first()
        if year is None:
            known = ", ".join(collected.values_list("slug", flat=True)) or "none yet"
            raise CommandError(
                f"“{slug}” is not a year that is collected. There are: {known}." if slug else "No year is collected yet."
            )
        return year

    def _user(self, email: str, *, needed: bool) -> User | None:
        user = User.objects.filter(email__iexact=email, is_active=True).first() if email else None
        if email and user is None:
            raise CommandError(f"There is no active account {email}.")
        if needed and user is None:
            raise CommandError("Say who imports: --user and the e-mail address of an account that may. Or only --check.")
        return user
