"""The second reckoning: it agrees with the first on any rows, shares nothing with it, and finds what was tampered with."""

from __future__ import annotations

import ast
import csv
import hashlib
import io
import os
import subprocess
import sys
import urllib.request
from datetime import UTC, date, datetime
from email.message import Message
from io import StringIO
from pathlib import Path
from urllib.response import addinfourl

import figures_check
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import HealthCheck, given, settings

from arrangements.releases import recount
from arrangements.releases.figures import compute
from arrangements.releases.models import ReleasedArrangement, ReleasedDocument, ReleasedFigure, ReleasedFile
from arrangements.releases.recount import Files, faults
from arrangements.releases.tests.made_rows import some_rows
from arrangements.releases.tests.small_year import make_small_year
from arrangements.releases.tests.stored import behind_the_triggers
from arrangements.tests.builders import accept_all, make_release, make_year

tried = settings(
    max_examples=1_000 if os.environ.get("LONG") else 30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def files_of(rows, earlier=None):
    """The open files that a release of the rows would have, as the second reckoning reads them."""
    arrangements = [
        {
            "outcome": row.outcome,
            "saving_pounds": "" if row.amount is None else str(row.amount),
            "category": row.category,
            "regions": "; ".join(row.regions),
            "lead": "; ".join(row.involved[:1]),
            "partners": "; ".join(row.involved[1:]),
            "bodies": "police" if row.has_bodies else "",
        }
        for row in rows.arrangements
    ]
    councils = [{"gss_code": row.gss_code, "asked": "yes" if row.asked else "no"} for row in rows.councils]
    figures = [{"id": each.key, "value": "" if each.value is None else str(each.value)} for each in compute(rows, earlier)]
    return Files(arrangements, councils, figures)


@tried
@given(rows=some_rows(), earlier=some_rows(2012))
def test_both_reckonings_agree_on_any_rows(rows, earlier):
    assert faults(files_of(rows, earlier), files_of(earlier)) == []


def test_it_imports_nothing_of_the_register():
    tree = ast.parse(Path(recount.__file__).read_text())
    modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    assert {(module or "").partition(".")[0] for module in modules} <= set(sys.stdlib_module_names)


def test_a_figure_that_it_does_not_know_is_said_to_be_beyond_it():
    files = Files([], [], [{"id": "savings-of-the-moon", "value": "7"}, {"id": "savings-change", "value": "0"}])
    assert [fault.partition(":")[0] for fault in faults(files)] == ["savings-of-the-moon", "savings-change"]


@pytest.fixture
def releases(db, settings):
    settings.REGISTER_TODAY = date(2015, 4, 20)
    small = make_small_year()
    accept_all(make_year(2012))
    return make_release(make_year(2012), at=datetime(2013, 5, 20, 12, tzinfo=UTC)), make_release(small.year)


@pytest.fixture
def release(db, settings):
    settings.REGISTER_TODAY = date(2015, 4, 20)
    return make_release(make_small_year().year)


def said(*arguments):
    out = StringIO()
    try:
        call_command("verify_release", *arguments, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    return out.getvalue()


def test_the_command_proves_every_release(releases):
    assert said() == "2013-14.r1: proved, every figure agrees\n2012-13.r1: proved, every figure agrees\n"
    assert said("2012-13.r1") == "2012-13.r1: proved, every figure agrees\n"


def test_it_says_which_releases_there_are_if_asked_for_another(releases):
    assert "There is no release 2013-14.r9. There are: 2012-13.r1, 2013-14.r1." in said("2013-14.r9")


def test_a_row_changed_behind_the_triggers_is_found_by_the_digest(releases):
    with behind_the_triggers():
        ReleasedArrangement.objects.filter(release=releases[1]).exclude(amount=None).update(amount=1)
        assert "The digest of what is stored is" in said()


def test_a_file_changed_in_one_amount_is_found_by_its_hash_and_by_the_figures_it_makes_wrong(releases):
    with behind_the_triggers():
        file = ReleasedFile.objects.get(release=releases[1], name="arrangements.csv")
        rows = list(csv.reader(io.StringIO(bytes(file.content).decode("utf-8-sig"))))
        at = rows[0].index("saving_pounds")
        next(row for row in rows[1:] if row[at] == "300000")[at] = "300001"
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        ReleasedFile.objects.filter(pk=file.pk).update(content=out.getvalue().encode())
        told = said("2013-14.r1")
    assert "arrangements.csv: its bytes have the SHA-256" in told
    assert "savings-total: published as 280000; its rows come to 280001." in told
    assert "savings-change: published as 280000; its rows come to 280001." in told
    assert "arrangements: published" not in told
    assert "1 of 1 releases don't hold." in told


def test_a_document_changed_in_one_word_is_named_by_its_hash_and_by_its_figure(releases):
    with behind_the_triggers():
        document = ReleasedDocument.objects.get(release=releases[1], name="savings-total.json")
        ReleasedDocument.objects.filter(pk=document.pk).update(content=bytes(document.content).replace(b"280000", b"280001"))
        ReleasedDocument.objects.filter(release=releases[1], name="arrangements.html").delete()
        told = said("2013-14.r1")
    assert "savings-total.json: its bytes have the SHA-256" in told
    assert "savings-total: its document and the stored figure differ in value." in told
    assert "arrangements: arrangements.html missing." in told


def test_a_stored_figure_that_differs_from_the_file_is_named(releases):
    with behind_the_triggers():
        ReleasedFigure.objects.filter(release=releases[1], key="arrangements").update(value=4)
        told = said("2013-14.r1")
    assert "arrangements: stored as 4; figures.csv has 3." in told
    assert "savings-total" not in told


class InProcess(urllib.request.HTTPHandler):
    """Answers web addresses by the register under test, so that what it downloads is what the test has stored."""

    client = Client()

    def http_open(self, asked):
        answer = self.client.get(asked.selector)
        headers = Message()
        for name, value in answer.items():
            headers[name] = value
        found = addinfourl(io.BytesIO(answer.content), headers, asked.full_url, answer.status_code)
        found.msg = answer.reason_phrase
        return found


@pytest.fixture
def over_the_web(monkeypatch, capsys):
    """`make figures-check` against the register under test: its exit code and what it says."""
    monkeypatch.setenv("ADDRESS", "http://testserver")
    urllib.request.install_opener(urllib.request.build_opener(InProcess))
    yield lambda: (figures_check.command(), capsys.readouterr().out)
    urllib.request.install_opener(urllib.request.build_opener())


def test_figures_check_proves_all_that_a_running_register_publishes_or_names_what_is_wrong_of_it(release, over_the_web):
    code, told = over_the_web()
    assert code == 0, told
    assert told == "2013-14.r1: 25 figures agree, and 59 files and documents with their digests\n"
    with behind_the_triggers():
        file = ReleasedFile.objects.get(release=release, name="arrangements.csv")
        ReleasedFile.objects.filter(pk=file.pk).update(content=bytes(file.content).replace(b",300000,", b",300001,"))
        document = ReleasedDocument.objects.get(release=release, name="councils-share.json")
        altered = bytes(document.content).replace(b" per cent", b" per mille")
        ReleasedDocument.objects.filter(pk=document.pk).update(content=altered, sha256=hashlib.sha256(altered).hexdigest())
        code, told = over_the_web()
    assert code == 1
    assert "files/arrangements.csv: its bytes have the SHA-256" in told
    assert "savings-total: published as 280000; its rows come to 280001." in told
    assert "councils-share: its document says 80 per mille; figures.csv has 80 per cent." in told


def test_whoever_downloads_the_files_runs_it_without_the_register(releases, tmp_path):
    folders = []
    for release in reversed(releases):
        folder = tmp_path / release.slug
        folder.mkdir()
        folders.append(folder)
        for file in release.files.all():
            (folder / file.name).write_bytes(bytes(file.content))
    ran = subprocess.run([sys.executable, "-I", recount.__file__, *folders], capture_output=True, text=True)
    assert ran.returncode == 0
    assert ran.stdout.endswith("figures agree with their rows.\n")
