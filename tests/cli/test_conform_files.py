"""The badge and the trend of ``payer-rules conform``: the numbers of a run, and no other."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import pytest
from invented_payer import profile_of

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.conformance.run_record_files import digest_of
from payer_rules.conformance.run_trend import TrendRow
from payer_rules.reports.badges import Badge
from payer_rules.reports.read_reports import read_report

CLAIM: Final = """
history = []

[claim]
id = "C1"
member = { id = "M1" }
billing_provider = { npi = "1234567893" }
lines = [{ code = "90853", date = 2024-08-15 }, { code = "90853", date = 2024-08-15 }]
"""
RIGHT: Final = """
[expect.alpha]
lines = ["pay", "deny"]
findings = [{ rule = "alpha/a-day", lines = [2], outcome = "deny" }]
source = "T-1"
"""
BARE: Final = [
    item for name in ("medicaid", "medicare", "profiles") for item in ("--without", name)
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a payer, a scenario that is confirmed, and one that nobody has confirmed."""
    monkeypatch.chdir(tmp_path)
    Path("cases").mkdir()
    Path("alpha.toml").write_text(profile_of("alpha"))
    for name, expected in {"right": RIGHT, "open": ""}.items():
        text = f'name = "{name}"\nwhy = "w"\n{CLAIM}{expected}'
        Path(f"cases/{name}.scenario.toml").write_text(text)


def conform(*options: str) -> int:
    """Check the payer against the scenarios."""
    asked = ["conform", "cases", "--profiles", "alpha.toml", "--payer", "alpha", *BARE]
    return main([*asked, "--no-invariants", *options])


def allow(limit: int) -> None:
    """Change the limit of the payer."""
    Path("alpha.toml").write_text(profile_of("alpha", limit=limit))


def rows() -> list[dict[str, str]]:
    """Return the rows of the trend."""
    with Path("trend.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_run_adds_a_row_with_its_numbers() -> None:
    """The row has the day, the counts of the JSON report and its digest."""
    assert conform("--trend", "trend.csv", "--report", "json:run.json") == ExitCode.CLEAN
    (row,) = rows()
    assert row["date"] == date.today().isoformat()
    assert (row["payers"], row["agrees"], row["unreviewed"], row["disagrees"]) == tuple("1110")
    assert row["digest"] == json.loads(Path("run.json").read_text())["digest"]
    assert row["digest"] == digest_of(read_report(Path("run.json")))


def test_the_same_run_has_one_row() -> None:
    """A repeated run adds nothing; a changed one, and one that was changed back, add a row each."""
    for limit in (1, 1, 2, 2, 1):
        allow(limit)
        conform("--trend", "trend.csv")
    assert [row["agrees"] for row in rows()] == ["1", "0", "1"]
    assert [row["disagrees"] for row in rows()] == ["0", "1", "0"]
    first, _, last = (row["digest"] for row in rows())
    assert first == last


def test_a_comparison_makes_no_other_run() -> None:
    """A run that is compared with a report is the same run, with the same digest."""
    conform("--trend", "trend.csv", "--report", "json:run.json")
    conform("--trend", "trend.csv", "--against", "run.json")
    assert len(rows()) == 1


def test_rows_of_a_trend_are_kept() -> None:
    """Earlier rows stay as they are, also without a line break at the end."""
    conform("--trend", "trend.csv")
    header, _ = Path("trend.csv").read_text().splitlines()
    old = ",".join(["2026-01-01", "0.1.0", *"9" * 12, "d"])
    Path("trend.csv").write_text(f"{header}\n{old}")
    conform("--trend", "trend.csv")
    assert Path("trend.csv").read_text().startswith(f"{header}\n{old}\n20")
    assert [row["agrees"] for row in rows()] == ["9", "1"]


def test_a_file_that_is_no_trend_stays(capsys: pytest.CaptureFixture[str]) -> None:
    """A file with another first line is not changed, and nothing is run."""
    Path("trend.csv").write_text("claim,line\n")
    assert conform("--trend", "trend.csv") == ExitCode.FAULTY
    output = capsys.readouterr()
    assert "'trend.csv' is no trend" in output.err
    assert output.out == ""
    assert Path("trend.csv").read_text() == "claim,line\n"


@pytest.mark.parametrize(
    ("limit", "message", "color"),
    [(1, "1 of 2 confirmed", "brightgreen"), (2, "1 of 2 wrong", "red")],
)
def test_a_badge_says_what_is_confirmed_or_wrong(limit: int, message: str, color: str) -> None:
    """The endpoint and the picture have the same words; nothing unconfirmed is called right."""
    allow(limit)
    conform("--badge", "badge.json")
    conform("--badge", "badge.svg")
    endpoint = json.loads(Path("badge.json").read_text())
    assert endpoint == {
        "schemaVersion": 1,
        "label": "payer rules",
        "message": message,
        "color": color,
    }
    root = ElementTree.fromstring(Path("badge.svg").read_text())
    assert root.attrib["aria-label"] == f"payer rules: {message}"
    texts = [text for element in root.iter() if (text := (element.text or "").strip())]
    assert texts == [f"payer rules: {message}", "payer rules", message]


def test_a_run_without_a_confirmed_answer_has_a_gray_badge() -> None:
    """Where nobody has confirmed anything, the badge is not green."""
    Path("cases/right.scenario.toml").unlink()
    conform("--badge", "badge.json")
    endpoint = json.loads(Path("badge.json").read_text())
    assert (endpoint["message"], endpoint["color"]) == ("0 of 1 confirmed", "lightgrey")


def test_a_run_with_a_broken_file_has_a_red_badge() -> None:
    """A scenario that cannot be read was not run, so the badge is not green."""
    Path("cases/broken.scenario.toml").write_text("name =")
    conform("--badge", "badge.json")
    endpoint = json.loads(Path("badge.json").read_text())
    assert (endpoint["message"], endpoint["color"]) == ("1 problem", "red")


@pytest.mark.parametrize("option", ["--badge=badge.svg", "--trend=trend.csv"])
@pytest.mark.parametrize("chosen", ["--code=90853", "--differ", "--from=2024-01-01"])
def test_a_part_of_the_answers_has_no_badge_and_no_trend(
    option: str, chosen: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers about some answers would read as numbers about all."""
    assert conform(option, chosen) == ExitCode.USAGE
    name = chosen.partition("=")[0]
    assert re.search(rf"only some answers are shown \({name}", capsys.readouterr().err)
    assert not Path("badge.svg").exists()
    assert not Path("trend.csv").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--badge=badge.png"], "--badge: 'badge.png' is in no format of a badge"),
        (["--badge=no/badge.svg"], "--badge: the badge 'no/badge.svg' cannot be written"),
        (["--trend=no/t.csv"], "--trend: the trend 'no/t.csv' cannot be written"),
        (["--badge=alpha.toml/b.svg"], "cannot be written"),
        (["--badge=x.json", "--report=json:x.json"], "two reports go to 'x.json'"),
        (["--report=badge:x.json"], "there is no report format 'badge'"),
    ],
    ids=str,
)
def test_a_file_that_cannot_be_written_is_reported_first(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the option and the file, and nothing is run."""
    assert conform(*options) in (ExitCode.USAGE, ExitCode.FAULTY)
    output = capsys.readouterr()
    assert message in output.err
    assert output.out == ""


def test_a_report_that_is_read_again_has_the_same_badge_and_row() -> None:
    """Badge and row are made of the record, so a report gives them again."""
    conform("--report", "json:run.json", "--trend", "trend.csv", "--badge", "badge.json")
    record = read_report(Path("run.json"))
    (row,) = rows()
    assert str(TrendRow.of(record, date.today()).unreviewed) == row["unreviewed"]
    assert Badge.of(record).message == json.loads(Path("badge.json").read_text())["message"]
