"""The programs of the documentation that feed the register run as they stand, against a running register. Needs no browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from arrangements.returns.models import AnnualReturn
from arrangements.returns.vocabulary import ReturnState
from councils.tests.builders import make_user
from councils.tokens import issue
from sharedservices.common.today import today
from sharedservices.common.trail import events
from sharedservices.common.trail import told as told_of
from tests.browser.test_researcher import examples, get, told

RUN = {"feeding_sh": ["bash", "-e", "-s"], "feeding_python": [sys.executable, "-"]}


def run(language: str, script: str, secret: str) -> str:
    ran = subprocess.run(
        RUN[language], input=script, capture_output=True, text=True, timeout=120, env={**os.environ, "REGISTER_TOKEN": secret}
    )
    assert ran.returncode == 0, ran.stderr
    told(f"{language} ran:\n" + "".join(f"    {line[:200]}\n" for line in ran.stdout.splitlines()[:12]))
    return ran.stdout


def test_a_council_s_system_answers_its_return_as_the_documentation_says(own_register):
    waiting = (
        AnnualReturn.objects.filter(year__slug="2014-15", state=ReturnState.NOT_STARTED)
        .with_progress().filter(lines__gt=0).select_related("council").order_by("pk").first()
    )  # fmt: skip
    officer = make_user("system@example.org", councils=[waiting.council])
    scopes = ["read_returns", "write_returns"]
    _, secret = issue(user=officer, name="Finance system", scopes=scopes, expires_on=today(), by=officer)
    programs = examples(get(f"{own_register}/api/v1/docs/").body)
    assert waiting.council.gss_code in run("feeding_sh", programs["feeding_sh"], secret)
    assert AnnualReturn.objects.get(pk=waiting.pk).state == ReturnState.NOT_STARTED, "a dry run stores nothing"
    said = run("feeding_python", programs["feeding_python"], secret)
    done, lines = re.search(r"(\d+) of (\d+) answered", said).groups()
    assert done == lines
    after = AnnualReturn.objects.get(pk=waiting.pk)
    assert after.state == ReturnState.IN_PROGRESS
    assert {event.door for event in told_of([events(AnnualReturn, pgh_obj_id=after.pk)])} >= {"API, token “Finance system”"}
