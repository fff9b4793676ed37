"""Slips in a profile: each is one problem with the line, the value and what to write."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

TODAY: Final = "2026-11-29"
SOUND: Final = """\
[payer]
id = "acme"
name = "Acme (invented)"
kind = "commercial"
states = ["IL"]

[sources.A-1]
title = "Manual"
url = "https://example.org/manual.pdf"
read = 2026-11-01
confidence = "primary"

[[frequency_limit]]
id = "one-per-day"
codes = ["90853"]
limit = 1
counts = "services"
window = "day"
scope = "member"
when = { setting = ["practitioner"], place_of_service = ["11"], modifier = ["95"] }
in_force = { from = 2024-01-01, to = 2024-12-31 }
adjustment = { group = "CO", carc = "119" }
cites = ["A-1"]
rationale = "At most one group session a day."
"""


def checked(
    folder: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> tuple[ExitCode, list[str]]:
    """Return how `profiles check` ends on a profile, and the problems it prints."""
    file = folder / "acme.toml"
    file.write_text(text, encoding="utf-8")
    code = main(["profiles", "check", str(file), "--on", TODAY])
    printed = capsys.readouterr()
    lines = [*printed.out.splitlines(), *printed.err.splitlines()]
    return ExitCode(code), [line for line in lines if "acme.toml:" in line]


def test_a_profile_without_slips_has_no_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the other tests change is sound before."""
    assert checked(tmp_path, SOUND, capsys) == (ExitCode.CLEAN, [])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("practitioner", "practicioner", "'practicioner' is not a setting. Did you mean"),
        ("practitioner", "Practitioner", "'Practitioner' is another name of 'practitioner'"),
        ('["11"]', '["2"]', "'2' is not a place of service. Did you mean '02'?"),
        ('["11"]', '["111"]', "'111' is not a place of service"),
        ('["95"]', '["955"]', "'955' is not a modifier"),
        ('["95"]', '["95,59"]', "'95,59' is not a modifier"),
        ('["IL"]', '["Illinois"]', "'Illinois' is another name of 'IL'"),
        ('["IL"]', '["ZZ"]', "'ZZ' is not a state"),
        (
            "modifier =",
            'rendered_by = { profession = ["lcws"] }, modifier =',
            "Did you mean 'lcsw'?",
        ),
        ("modifier =", 'line_of_business = ["comercial"], modifier =', "'comercial' is not a line"),
        ("modifier =", 'plan = ["hmoo"], modifier =', "'hmoo' is not a plan. Did you mean 'hmo'?"),
        ("modifier =", 'contractor = ["ngss"], modifier =', "'ngss' is not a Medicare contractor"),
        ("2026-11-01", "2026-11-30", "read is 2026-11-30, which is later than 2026-11-29"),
        ("2026-11-01", "1026-11-01", "read is 1026-11-01"),
        ("from = 2024-01-01, ", "from = 2042-01-01, ", "2042-01-01"),
        ("to = 2024-12-31", "to = 2204-12-31", "in_force has to = 2204-12-31"),
        ("from = 2024-01-01", 'from = "2024-01-01"', "Write the date without quotes: 2024-01-01"),
        ("https://example.org/manual.pdf", "the manual", "which is no web address"),
        ("https://example.org/manual.pdf", "https://manual", "which is no web address"),
        ('carc = "119"', 'carc = "9119"', "9119"),
        ('"services"', '"servces"', "Did you mean 'services'?"),
        ("limit = 1", "limit = -1", "the limit is -1"),
        ('cites = ["A-1"]', 'cites = ["A-2"]', "A-2"),
        ('"90853"', '"9085"', "9085"),
    ],
)
def test_a_slip_is_reported_with_line_and_value(
    old: str, new: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The problem names what is wrong; nothing is taken for a word that is not in the list."""
    code, problems = checked(tmp_path, SOUND.replace(old, new, 1), capsys)
    assert code == ExitCode.FAULTY
    assert any(message in problem for problem in problems), problems


def test_two_profiles_of_one_payer_are_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither is known to be the payer's."""
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text(SOUND, encoding="utf-8")
    assert main(["profiles", "check", str(tmp_path), "--on", TODAY]) == ExitCode.FAULTY
    assert "is a profile of 'acme' too" in capsys.readouterr().err
