"""A researcher gets data by API and CSV: plain HTTP from a cold start, without an account. `-s` prints the transcript.

It runs beside the browser tests for their running register with the demonstration in it; it needs no browser.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from html import unescape
from itertools import count
from threading import Event, Thread
from typing import Any

from django.db import connection
from django.db.models import Value
from django.db.models.functions import MD5, Concat

from arrangements.register.models import Arrangement, BodyPartnership, Service
from arrangements.releases.models import Release
from sharedservices.common.history import written_by
from sharedservices.common.tests.table_schema import faults_of_table

WALKS = 20 if os.environ.get("LONG") == "1" else 1
PINNED = "2013-14.r1"
QUESTION = "region=south-east&category=back-office&outcome=figure"
HEADLINES = {
    "savings-total": "357",
    "savings-category-share:back-office": "21",
    "councils-share": "96",
    "councils-involved": "337",
    "arrangements": "383",
}
# How each language of the examples is run, where its program is there.
RUN = {"sh": ["bash", "-e", "-s"], "python": [sys.executable, "-"], "r": ["Rscript", "-"]}
# Those of the same page that are run further down, or in test_feeding_programs.py; and an answer.
ELSEWHERE = {"spreadsheet", "keeping_python", "feeding_sh", "feeding_python", "problem"}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self):
        return json.loads(self.body)

    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.body.decode("utf-8-sig"))))


def get(address: str, **headers: str) -> Answer:
    """One request as a stranger makes it, told in the transcript."""
    asked = urllib.request.Request(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    started = time.perf_counter()
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            found = Answer(answer.status, dict(answer.headers), answer.read())
    except urllib.error.HTTPError as refused:
        found = Answer(refused.code, dict(refused.headers), refused.read())
    took = 1000 * (time.perf_counter() - started)
    told(
        "".join(f"> {name.replace('_', '-')}: {value}\n" for name, value in headers.items())
        + f"GET {address.partition('//')[2].partition('/')[2]}"
    )
    told(f"    {found.status} {found.headers.get('Content-Type', '')} {len(found.body):,} bytes {took:.0f} ms")
    return found


def told(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def examples(page: bytes) -> dict[str, str]:
    """The code on a page, by its language."""
    return {
        name: unescape(code) for name, code in re.findall(r'<code data-language="(\w+)">(.*?)</code>', page.decode(), re.DOTALL)
    }


def run(language: str, script: str) -> str:
    ran = subprocess.run(RUN[language], input=script, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    told(f"{language} ran:\n" + "".join(f"    {line[:160]}\n" for line in ran.stdout.splitlines()[:8]))
    return ran.stdout


def keys(answer: Answer) -> list[str]:
    return [row["reference"] for row in answer.json()["data"]]


def test_a_researcher_gets_data_by_api_and_csv(own_register):
    base = own_register
    get(f"{base}/healthz")  # the server is up; what follows is timed

    told("\n1. The root")
    root = get(f"{base}/api/v1/")
    links = root.json()["links"]
    assert {"figures", "savings", "releases", "files", "openapi", "documentation"} < set(links)
    assert root.json()["meta"] == {"release": PINNED, "licence": "Open Government Licence v3.0"}
    assert (root.headers["Access-Control-Allow-Origin"], "Set-Cookie" in root.headers) == ("*", False)
    assert root.headers["RateLimit-Policy"].startswith('"reads";q=')
    assert get(links["openapi"]).json()["openapi"].startswith("3.1")

    told("\n2. The page's filter, by “Same in API”")
    page = get(f"{base}/arrangements/?{QUESTION}").body.decode()
    same = unescape(re.search(r'href="([^"]+)">Same in API', page)[1])
    on_page = re.findall(r'<th scope="row"[^>]*><a class="govuk-link" href="/arrangements/([^/"]+)/">', page)
    in_api = get(f"{base}{same}")
    assert keys(in_api)[: len(on_page)] == on_page
    assert on_page

    told("\n3. Pinned to a release")
    pinned = get(f"{base}/api/v1/savings/?{QUESTION}&release={PINNED}")
    assert {row["release"] for row in pinned.json()["data"]} == {PINNED}
    assert "max-age=31536000" in pinned.headers["Cache-Control"]
    assert get(f"{base}/api/v1/savings/?{QUESTION}&release={PINNED}").body == pinned.body

    told("\n4. A slip")
    refused = get(f"{base}/api/v1/savings/?regoin=south-east")
    (fault,) = refused.json()["errors"]
    assert (refused.status, refused.headers["Content-Type"]) == (400, "application/problem+json")
    assert (fault["pointer"], fault["rule"], fault["example"]) == ("/query/regoin", "a_known_name", "region")
    assert "Did you mean “region”?" in fault["detail"]
    told(f"    {fault['detail']}")

    told("\n5. Walking the register while it is edited")
    since = get(links["changes"]).json()["links"]["since"]
    walked = walk_while_edited(base)

    told("\n6. Files, described and with their hashes")
    listed = {(each["of"], each["name"]): each for each in get(links["files"]).json()["data"]}
    description = get(listed[PINNED, "datapackage.json"]["href"]).json()
    for table in (each for each in description["resources"] if "schema" in each):
        file = listed[PINNED, table["path"]]
        downloaded = get(file["href"])
        assert (len(downloaded.body), hashlib.sha256(downloaded.body).hexdigest()) == (file["size"], file["sha256"])
        assert faults_of_table(downloaded.body, table["schema"]) == []
    as_csv = get(f"{base}/api/v1/savings.csv?release={PINNED}").rows()
    assert len(as_csv) == 383
    assert {"outcome", "outcome_name", "saving_pounds"} < set(as_csv[0])
    assert get(f"{base}/api/v1/savings/?release={PINNED}", Accept="text/csv").rows() == as_csv

    told("\n7. The headline figures, reckoned from the files")
    reckoned = run("python", examples(get(f"{base}/data/").body)["python"])
    for figure, shown in HEADLINES.items():
        assert re.search(rf"^{figure} {shown}\d*6?\d* as published$", reckoned, re.MULTILINE), (figure, reckoned)
    outcome = examples(get(links["documentation"]).body)
    assert set(outcome) == {*RUN, *ELSEWHERE}, "every example is executed, by this test or another"
    ran = {language: run(language, outcome[language]) for language in RUN if shutil.which(RUN[language][0])}
    assert "383 arrangements," in ran["python"]
    assert ran["sh"].rstrip().endswith("304")
    sheet = re.search(r'IMPORTDATA\("([^"]+)"\)', outcome["spreadsheet"])[1]
    assert get(sheet).rows() == as_csv

    told("\n8. Who came after whom")
    successions = get(listed["register", "successions.csv"]["href"]).rows()
    for row in successions[:3]:
        told(f"    {row['predecessor_name']}, until {row['last_day']}: {row['successor_name']}")
    merged = get(f"{base}/api/v1/councils/{successions[0]['predecessor']}/").json()
    assert successions[0]["successor"] in merged["data"]["successors"]
    assert get(merged["links"]["successors"][0]).json()["data"]["gss_code"] in merged["data"]["successors"]

    told("\n9. What has changed since, applied to what was fetched meanwhile")
    keep_up(base, since, walked)
    assert f"{Arrangement.objects.count()} arrangements, 0 changed meanwhile" in run("python", outcome["keeping_python"])

    told("\n10. Asked again")
    again = get(f"{base}/api/v1/savings/?release={PINNED}")
    assert get(f"{base}/api/v1/savings/?release={PINNED}", If_None_Match=again.headers["ETag"]).status == 304
    left = again.headers["RateLimit"]
    told(f"    RateLimit {left}")

    told("\n11. A figure with its provenance and address")
    figure = get(f"{base}/api/v1/releases/{PINNED}/figures/savings-total/").json()
    told(f"    {figure['data']['label']} {figure['data']['display']}: {figure['data']['page']}")
    inputs = get(figure["links"]["inputs"]).json()["data"]
    assert sum(row["amount"] * row["weight"] for row in inputs["rows"] if row["weight"]) == figure["data"]["value"]
    assert get(figure["data"]["page"]).status == 200


def keep_up(base: str, since: str, lists: dict[str, dict[str, Any]]) -> None:
    """What was fetched while it was edited, and one deletion later, becomes what a fresh download has."""
    mistaken = BodyPartnership.objects.select_related("arrangement").earliest("pk")
    with written_by(door="test", public_note="It was recorded by mistake."):
        BodyPartnership.objects.filter(pk=mistaken.pk).delete()
    following: str | None = since
    changes: list[dict[str, Any]] = []
    while following:
        answer = get(following).json()
        changes += answer["data"]
        following = answer["links"].get("next")
    gone = [(each["list"], each["key"], each["notes"]) for each in changes if each["deed"] == "gone"]
    assert gone == [("body_partnerships", str(mistaken.pk), ["It was recorded by mistake."])]
    for change in changes:
        told(f"    {change['deed']} {change['list']} {change['key']} {' '.join(change['notes'])}") if change["notes"] else None
        if change["list"] in lists:
            lists[change["list"]][change["key"]] = change["item"]
    told(f"    {len(changes)} items changed")
    fresh = get(f"{base}/api/v1/arrangements.jsonl").body.decode().splitlines()
    assert lists["arrangements"] == {row["reference"]: row for row in map(json.loads, fresh)}


def walk_while_edited(base: str) -> dict[str, dict[str, Any]]:
    """More than a hundred writes a second, names among them, and each key that is there comes once. The rows as they came."""
    stop, edits = Event(), 0

    def edit() -> None:
        nonlocal edits
        pks = list(Arrangement.objects.values_list("pk", flat=True))
        service = Service.objects.earliest("pk")
        for number in count():
            if stop.is_set():
                break
            if number % 10 == 0:
                Arrangement.objects.create(name=f"Added {number}", main_service=service, start_precision="unknown")
            some = [pks[(edits + step * 37) % len(pks)] for step in range(8)]
            edits += Arrangement.objects.filter(pk__in=some).update(
                name=Concat(Value("Edited "), MD5(Concat("name", Value("!"))))
            )
            stop.wait(0.005)
        connection.close()

    there = set(Arrangement.objects.values_list("reference", flat=True))
    drafts = set(Release.objects.exclude(pk__in=Release.objects.published()).values_list("slug", flat=True))
    editor, started = Thread(target=edit), time.perf_counter()
    editor.start()
    try:
        rows: dict[str, Any] = {}
        for _ in range(WALKS):
            found, following = [], f"{base}/api/v1/arrangements/?limit=25"
            while following:
                answer = get(following).json()
                found += [row["reference"] for row in answer["data"]]
                rows |= {row["reference"]: row for row in answer["data"]}
                assert answer["meta"]["release"] not in drafts
                following = answer["links"].get("next")
            assert len(found) == len(set(found))
            assert set(found) >= there
    finally:
        stop.set()
        editor.join()
    rate = edits / (time.perf_counter() - started)
    told(f"    {WALKS} walks of {len(found)} keys, each once, while {edits} writes came, {rate:.0f} a second")
    assert edits > 50
    return {"arrangements": rows}
