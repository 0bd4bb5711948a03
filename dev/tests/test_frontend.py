import json
import os
from pathlib import Path

import frontend
import pytest
from steps import ROOT, SetupError


def small_css(fonts: int = 2) -> str:
    """A style sheet with everything that is taken out of GOV.UK Frontend's, as often as it stands there."""
    font = "@font-face{font-family:GDS Transport;src:url(/assets/fonts/light.woff2)}"
    crest = "a{background-image:url(/assets/images/govuk-crest.svg)}"
    text = "p{font-family:GDS Transport,arial,sans-serif}"
    rules = font * fonts + text * 58 + crest * 3
    return f'@charset "UTF-8";/*! the notice of the font */{rules}\n/*# sourceMappingURL=a.map */\n'


def test_the_lock_holds_a_sha512_for_every_package_and_no_address():
    entries = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    packages = {name: entry for name, entry in entries.items() if name.startswith("node_modules/")}
    assert packages
    for name, entry in packages.items():
        assert entry.get("integrity", "").startswith("sha512-"), name
        assert "resolved" not in entry, name
    assert "://" not in (ROOT / "package-lock.json").read_text()


def test_the_lock_and_package_json_name_the_same_exact_version():
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    entries = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert entries[""]["dependencies"] == wanted
    assert {name: entries[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_a_new_lock_will_hold_no_address_either():
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text().split()


@pytest.mark.parametrize("name", sorted(frontend.CHANGES))
def test_the_prepared_files_hold_nothing_that_only_gov_uk_may_use(name: str):
    prepared = (frontend.PREPARED / name).read_text(encoding="utf-8")
    assert [word for word in frontend.NEVER_LEFT if word in prepared.split("*/", 1)[1]] == []
    assert "MIT licence" in prepared


def test_the_character_set_stays_first_and_the_notice_follows():
    prepared = frontend.prepared_text("govuk-frontend.min.css", small_css(), "6.6.0")
    assert prepared.startswith('@charset "UTF-8";/* GOV.UK Frontend 6.6.0, MIT licence')
    assert prepared.count("Helvetica Neue,Helvetica,Arial,sans-serif") == 58


def test_a_style_sheet_with_a_third_font_is_refused():
    with pytest.raises(SetupError, match=r"font-face.* 3 times, not 2"):
        frontend.prepared_text("govuk-frontend.min.css", small_css(fonts=3), "7.0.0")


def test_an_asset_that_no_change_knows_is_refused():
    with pytest.raises(SetupError, match="/assets/, url"):
        frontend.prepared_text("govuk-frontend.min.css", small_css() + ".b{mask:url(/assets/new.svg)}", "7.0.0")


@pytest.mark.parametrize(("version", "expected"), [("9.2.0", True), ("7.0.0", True), ("6.14.18", False), ("oops", False)])
def test_an_npm_too_old_for_the_lock_is_not_used(tmp_path: Path, version: str, expected: bool):
    npm = tmp_path / "npm"
    npm.write_text(f"#!/bin/sh\necho {version}\n")
    npm.chmod(0o755)
    assert frontend.usable(npm) is expected


def test_an_npm_that_is_not_there_or_does_not_start_is_not_used(tmp_path: Path):
    broken = tmp_path / "npm"
    broken.write_text("#!/nowhere/node\n")
    broken.chmod(0o755)
    assert not frontend.usable(broken)
    assert not frontend.usable(tmp_path / "absent")


def test_npm_sees_the_whole_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "/certificates.pem")
    told = frontend.npm_environment("/opt/node/bin/npm")
    assert told["NODE_EXTRA_CA_CERTS"] == "/certificates.pem"
    assert told["PATH"] == f"/opt/node/bin{os.pathsep}{os.environ['PATH']}"
