"""What changed since an earlier run of ``check``: every line with another answer, and no other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from invented_payer import profile_of

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.json_forms.schema_files import CONFORMANCE

HEAD: Final = "claim,line,member,code,date_from,billing_npi,payer,charge\n"
ROW: Final = "{claim},{line},{member},{code},2024-08-{day},1234567893,alpha,80\n"
BARE: Final = [
    item for name in ("medicaid", "medicare", "profiles") for item in ("--without", name)
]
#: Rows of claims: claim, line, member, code and day.
Rows = list[tuple[str, int, str, str, int]]
TWICE: Final[Rows] = [("A1", 1, "M1", "90853", 15), ("A1", 2, "M1", "90853", 15)]
#: The beginning of a JSON report of conform.
CONFORMED: Final = f'{{"schema": "{CONFORMANCE}"'
ONE: Final[Rows] = [("A2", 1, "M2", "90834", 16)]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the profile of the payer, where the commands run."""
    monkeypatch.chdir(tmp_path)
    Path("alpha.toml").write_text(profile_of("alpha"))


def check(rows: Rows, *options: str) -> int:
    """Check the claims of these rows."""
    keys = ("claim", "line", "member", "code", "day")
    table = (ROW.format(**dict(zip(keys, row, strict=True))) for row in rows)
    Path("claims.csv").write_text(HEAD + "".join(table))
    return main(["check", "claims.csv", "--profiles", "alpha.toml", *BARE, *options])


def changes(
    capsys: pytest.CaptureFixture[str], old: Rows, new: Rows, kind: str = "ndjson"
) -> list[str]:
    """Return what the text report prints after its end, each change on a line."""
    check(old, "--report", f"{kind}:old")
    check(new, "--against", "old")
    printed = capsys.readouterr().out
    text = printed[printed.index("since old: ") :].replace("\n    ", " ")
    return [line.strip() for line in text.splitlines()]


@pytest.mark.parametrize("kind", ["ndjson", "json"])
@pytest.mark.parametrize("rows", [TWICE + ONE, TWICE, []], ids=len)
def test_the_same_run_has_not_changed(
    capsys: pytest.CaptureFixture[str], kind: str, rows: Rows
) -> None:
    """A run against its own report, in either format, has no change, and ends as without it."""
    code = check(rows, "--report", f"{kind}:old")
    assert check(rows, "--against", "old") == code
    printed = capsys.readouterr().out
    assert "since old: nothing has changed" in printed or not rows


def test_a_report_on_one_line_is_read_too(capsys: pytest.CaptureFixture[str]) -> None:
    """The layout of a JSON report makes no difference: another program may have written it."""
    check(TWICE + ONE, "--report", "json:old")
    Path("old").write_text(json.dumps(json.loads(Path("old").read_text()), separators=(",", ":")))
    check(TWICE + ONE, "--against", "old")
    assert "since old: nothing has changed" in capsys.readouterr().out


def test_a_line_with_another_answer_has_both_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    """A corrected claim is named with its line, the old denial and the new answer."""
    corrected = [*TWICE[:1], ("A1", 2, "M1", "90853", 16)]
    assert changes(capsys, TWICE + ONE, corrected + ONE) == [
        "since old: 1 change",
        "A1 × alpha, line 2: was deny: second 90853 on 2024-08-15; limit 1 (alpha/a-day); "
        "is pay · presumed",
    ]
    assert changes(capsys, corrected, TWICE)[1] == (
        "A1 × alpha, line 2: was pay · presumed; is deny: second 90853 on 2024-08-15; limit 1 "
        "(alpha/a-day)"
    )


def test_new_and_missing_lines_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Claims and lines that only one of the runs has are changes, sorted by claim."""
    assert changes(capsys, TWICE + ONE, [*TWICE[:1], ("A3", 1, "M2", "90834", 16)]) == [
        "since old: 3 changes",
        "A1 × alpha, line 2: no longer checked; was deny: second 90853 on 2024-08-15; limit 1 "
        "(alpha/a-day)",
        "A2 × alpha, line 1: no longer checked; was pay",
        "A3 × alpha, line 1: new: pay",
    ]


def test_other_rules_are_named_with_the_lines_that_they_change(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A profile that was edited is one change of the payer, besides those of its lines."""
    check(TWICE, "--report", "ndjson:old")
    Path("alpha.toml").write_text(profile_of("alpha", limit=2))
    check(TWICE, "--against", "old")
    printed = capsys.readouterr().out
    assert (
        "since old: 2 changes\n  alpha: decided with other rules\n  A1 × alpha, line 2" in printed
    )


def answers(report: Path) -> Mapping[tuple[str, int], Any]:
    """Return outcomes and rules of each line of an NDJSON report."""
    found = {}
    for decision in map(json.loads, report.read_text().splitlines()):
        for line in decision["lines"]:
            rules = sorted(
                each["rule"] for each in decision["findings"] if line["line"] in each["lines"]
            )
            found[decision["claim"], line["line"]] = (line["outcome"], line["expected"], rules)
    return found


@pytest.mark.parametrize("days", [(15, 15, 16), (15, 16, 16), (15, 16, 17), (16, 16, 16)], ids=str)
def test_the_changes_are_those_of_the_two_reports(
    capsys: pytest.CaptureFixture[str], days: tuple[int, ...]
) -> None:
    """The lines named are those whose outcomes or rules differ in the two NDJSON reports."""
    old: Rows = [(f"C{at}", 1, "M1", "90853", day) for at, day in enumerate((15, 16, 16))]
    new: Rows = [(f"C{at}", 1, "M1", "90853", day) for at, day in enumerate(days)]
    found = changes(capsys, old, new)[1:]
    check(old, "--report", "ndjson:first")
    check(new, "--report", "ndjson:second")
    first, second = answers(Path("first")), answers(Path("second"))
    differing = [
        f"{claim} × alpha, line {line}"
        for claim, line in first
        if first[claim, line] != second[claim, line]
    ]
    assert [text.partition(":")[0] for text in found] == sorted(differing)


@pytest.mark.parametrize("kind", ["html", "markdown"])
def test_pages_and_markdown_have_the_changes_too(kind: str) -> None:
    """A report for people has the changes; one that has none is not written without them."""
    check(TWICE, "--report", "ndjson:old")
    check(TWICE[:1], "--against", "old", "--report", f"{kind}:report")
    assert "no longer checked; was deny" in Path("report").read_text()


@pytest.mark.parametrize("kind", ["csv", "json", "junit"])
def test_a_report_without_changes_is_refused(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A comparison that nobody would see is an error, with the formats that print it."""
    check(TWICE, "--report", "ndjson:old")
    assert check(TWICE, "--against", "old", "--report", f"{kind}:report") == ExitCode.USAGE
    assert "none of the reports prints what is different" in capsys.readouterr().err
    assert not Path("report").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("claim,payer\n", "old:1: it is no complete JSON"),
        ("{}\n", "old:1: it is no decision with the schema"),
        ('{\n  "decisions": [\n', "old: it is no complete JSON"),
        ('{\n  "rules": []\n}', "old: it is no report of decisions"),
        ('{"schema": "urn:payer-rules:schema:decision:2"}', "old:1: it is no complete decision"),
        ("[1]\n", "old:1: it is no decision"),
        (CONFORMED + ',\n"payers": []\n}\n', "old: it is a report of conform, not of check"),
        (CONFORMED, "old: it is a report of conform, not of check"),
        ("<!DOCTYPE html>\n<html>", "old: it is an HTML page; --against takes JSON and NDJSON"),
        ("<?xml version='1.0'?>", "old: it is XML; --against takes JSON and NDJSON"),
        ("\x00", "old:1: it is no complete JSON"),
    ],
)
def test_what_is_no_report_is_refused(
    text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the file and the line, and how to make a report; nothing is checked."""
    Path("old").write_text(text)
    assert check(TWICE, "--against", "old") == ExitCode.FAULTY
    output = capsys.readouterr()
    assert message in output.err
    assert "payer-rules check FILE --report ndjson:REPORT" in output.err
    assert output.out == ""


def test_claims_with_one_id_are_compared_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    """Two claims of different members with one id are two claims in both runs."""
    check([*TWICE], "--report", "ndjson:old")
    text = Path("old").read_text()
    Path("old").write_text(text * 2)
    check(TWICE, "--against", "old")
    assert "since old: 2 changes\n  A1 × alpha, line 1: no longer" in capsys.readouterr().out
