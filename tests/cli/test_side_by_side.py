"""``payer-rules side-by-side``: one code at several payers, in four formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

PROFILE: Final = """\
[payer]
id = "acme"
name = "Acme Health (invented)"
kind = "commercial"

[sources.MANUAL]
title = "Acme provider manual (invented)"
url = "https://example.com/manual"
read = 2026-11-23
confidence = "primary"

[[topics.modifier]]
codes = ["90853"]
none = { cites = ["MANUAL"] }
verified = { from = 2024-01-01 }

[[frequency_limit]]
id = "two-per-day"
codes = ["90853"]
limit = 2
counts = "units"
window = "day"
scope = "member"
cites = ["MANUAL"]
rationale = "Two units of a group are paid on a day."

[[session_requirement]]
id = "group-size"
codes = ["90853"]
group_size = { at_most = 8 }
when = { place_of_service = ["11"] }
verified = { from = 2024-01-01, to = 2026-06-30 }
cites = ["MANUAL"]
rationale = "A group has at most eight members."
"""
TEXT: Final = """\
90853 at 1 payer, for services on 2026-11-30

3 units of 90853 on one line, in an office, no earlier services:
  ✗ will be denied: acme
      3 units of 90853 on 2026-11-30; limit 2 (acme/two-per-day)
  ✓ nobody: no payer is known to pay 3 units of 90853 on one line

Lines, dates and sources of each answer: --sources
A rule in full, with examples: payer-rules explain RULE
"""
PAID: Final = """\
HOW MANY A DAY
  acme          2 a day

HOW MANY IN A LONGER TIME
  no rule here  acme
"""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Return the profile of an invented payer, in a file."""
    file = tmp_path / "acme.toml"
    file.write_text(PROFILE, encoding="utf-8")
    return file


def _run(*arguments: str | Path) -> int:
    return main(["side-by-side", *map(str, arguments)])


def _of_acme(profile: Path, *arguments: str) -> int:
    return _run("90853", "--on", "2026-11-30", "--payer", "acme", "--profiles", profile, *arguments)


def test_a_payer_that_denies_the_units_is_named_with_its_reason(
    profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not compared; the reason is that of the engine, and that nobody pays is printed."""
    assert _of_acme(profile, "--paid-units", "3") == ExitCode.CLEAN
    assert capsys.readouterr() == (TEXT, "")


def test_a_payer_that_pays_the_units_is_compared(
    profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its own words are in the sections, and a topic without a rule is said to be read."""
    assert _of_acme(profile, "--paid-units", "2") == ExitCode.CLEAN
    text = capsys.readouterr().out
    assert "  ✓ no rule broken: acme\n" in text
    assert PAID in text
    assert "  acme          at most 8*~\n" in text
    assert "WHICH MODIFIER\n  none stated   acme\n" in text
    assert "✓ nobody" not in text


def test_sources_name_the_rule_its_lines_and_its_text(
    profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each answer is followed by what `explain` takes, and by the source."""
    assert _of_acme(profile, "--sources") == ExitCode.CLEAN
    text = " ".join(capsys.readouterr().out.split())
    assert "acme/group-size: at most 8; lines at place of service 11; the source was read" in text
    assert "MANUAL: Acme provider manual (invented); https://example.com/manual" in text


def test_every_format_is_written(profile: Path, tmp_path: Path) -> None:
    """Markdown, HTML and JSON have the same answers as the text."""
    files = {kind: tmp_path / f"page.{kind}" for kind in ("markdown", "html", "json")}
    reports = [word for kind, file in files.items() for word in ("--report", f"{kind}:{file}")]
    assert _of_acme(profile, *reports) == ExitCode.CLEAN
    texts = {kind: file.read_text(encoding="utf-8") for kind, file in files.items()}
    assert "| Acme Health (invented) | 2 a day | no rule here |" in texts["markdown"]
    assert "<summary>at most 8*~</summary>" in texts["html"]
    (acme,) = json.loads(texts["json"])["payers"]
    assert acme["cells"][0]["answers"][0]["rule"] == "acme/two-per-day"


@pytest.mark.parametrize("kind", ["markdown", "html"])
def test_pages_say_that_nobody_pays_the_units(
    profile: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The units are on one line, and no payer is known to pay them."""
    assert _of_acme(profile, "--paid-units", "3", "--report", kind) == ExitCode.CLEAN
    text = capsys.readouterr().out
    assert "3 units of 90853 on one line, in an office" in text
    assert "no payer is known to pay 3 units of 90853 on one line" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("9085",), "CODE: '9085' is not a procedure code"),
        (("90853", "--payer", "acmee"), "--payer: there is no payer 'acmee'"),
        (("90853", "--report", "pdf"), "--report: there is no report format 'pdf'"),
    ],
)
def test_a_wrong_value_is_a_problem_of_the_command_line(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The value is quoted, and nothing is printed on standard output."""
    assert _run(*arguments) == ExitCode.USAGE
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith(message)
