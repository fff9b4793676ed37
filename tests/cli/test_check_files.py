"""``payer-rules check`` on files of claims: what is written, and where."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Final

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

TABLE: Final = """\
claim,line,member,code,modifiers,date_from,billing_npi,payer,setting,received
C2,1,M1,90853,,2024-08-15,1234567893,il-medicaid,practitioner,2024-08-20
C2,2,M1,90853,,2024-08-15,1234567893,il-medicaid,practitioner,2024-08-20
C1,1,M2,90853,,2024-08-15,1234567893,tricare,practitioner,2024-08-20
"""
#: A payer with one rule, which requires a fact that the line states.
CLEAN: Final = """
[payer]
id = "acme"
name = "Acme Health (invented)"
kind = "commercial"
[sources.A-1]
title = "Manual (invented)"
url = "https://acme.example"
read = 2026-11-23
confidence = "primary"
[[topics.all]]
none = { cites = ["A-1"] }
verified = { from = 2024-01-01 }
[[modifier_requirement]]
id = "without-gt"
codes = ["90853"]
none_of = ["GT"]
cites = ["A-1"]
rationale = "A session carries no GT."
"""
BROKEN: Final = "C9,1,M9,9085,,2024-08-15,1234567893,tricare,practitioner,2024-08-20\n"


@pytest.fixture(autouse=True)
def claims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of two claims in the folder where the commands run."""
    monkeypatch.chdir(tmp_path)
    Path("claims.csv").write_text(TABLE)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What ``check`` prints."""
    main(["check", *arguments])
    return capsys.readouterr().out


def test_every_form_states_the_same_decisions(capsys: pytest.CaptureFixture[str]) -> None:
    """In order of the claims, with the outcome of each."""
    expected = [("C1", "tricare", "unknown"), ("C2", "il-medicaid", "deny")]
    asked = ("claims.csv", "--report")
    whole = json.loads(printed(capsys, *asked, "json"))["decisions"]
    assert [(d["claim"], d["payer"], d["outcome"]) for d in whole] == expected
    lines = printed(capsys, *asked, "ndjson").splitlines()
    assert [json.loads(line) for line in lines] == whole
    rows = list(csv.DictReader(io.StringIO(printed(capsys, *asked, "csv"))))
    assert {(row["claim"], row["payer"]) for row in rows} == {item[:2] for item in expected}
    assert {row["carc"] for row in rows if row["line"] == "2"} >= {"119"}
    responses = [
        json.loads(item) for item in printed(capsys, *asked, "claim-response").splitlines()
    ]
    assert [item["request"]["identifier"]["value"] for item in responses] == ["C1", "C2"]
    assert {item["created"] for item in responses} == {"2024-08-20"}
    heads = [line for line in printed(capsys, *asked, "remittance").splitlines() if "·" in line]
    assert heads[0] == "claim C1 · tricare: no rule broken"
    text = printed(capsys, "claims.csv", "--verbose")
    assert max(map(len, text.splitlines())) <= 80
    assert "claim C2 · il-medicaid: deny" in text
    assert "\nclaims.csv   2 payers\n             2 claims · 3 lines\n" in text


def test_reports_do_not_run_into_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    """One report goes to standard output, and the others into their files."""
    out = printed(
        capsys,
        "claims.csv",
        *("--report", "ndjson", "--report", "csv:rows.csv", "--report", "json:all.json"),
    )
    assert [json.loads(line)["claim"] for line in out.splitlines()] == ["C1", "C2"]
    decisions = json.loads(Path("all.json").read_text())["decisions"]
    assert [decision["claim"] for decision in decisions] == ["C1", "C2"]
    assert Path("rows.csv").read_text().startswith("claim,payer,line")


@pytest.mark.parametrize("other", ["json", "json:/dev/stdout"])
def test_two_reports_to_standard_output_are_refused(
    other: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names both formats and how to write one of them into a file."""
    arguments = ["check", "claims.csv", "--report", "text", "--report", other]
    assert main(arguments) == ExitCode.FAULTY
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        "--report: 2 reports go to standard output (text, json). "
        "Write all but one into files, such as --report json:FILE. [PR606]\n"
    )


@pytest.mark.parametrize(
    ("report", "message"),
    [
        ("text", "no claim was checked\n"),
        ("json", '{\n  "decisions": [],\n  "problems": [],\n  "remarks": []\n}\n'),
        ("ndjson", ""),
        ("claim-response", ""),
        ("remittance", "no claim was checked\n"),
        (
            "junit",
            '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="payer-rules check">\n'
            "</testsuites>\n",
        ),
    ],
)
def test_without_a_claim_a_report_is_whole(
    report: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reader of the report finds nothing in it, and no half."""
    Path("claims.csv").write_text(TABLE.splitlines()[0] + "\n")
    assert printed(capsys, "claims.csv", "--report", report) == message
    assert printed(capsys, "claims.csv", "--report", "csv").startswith("claim,payer,line")


def test_a_clean_decision_leaves_no_blank_row(capsys: pytest.CaptureFixture[str]) -> None:
    """In CSV it has a row for each line and no other; the rows have no gap."""
    Path("acme.toml").write_text(CLEAN)
    table = TABLE.replace("il-medicaid", "acme").replace("tricare", "acme")
    Path("claims.csv").write_text(table.replace("90853,,", "90853,GT,", 1))
    result = printed(capsys, "claims.csv", "--profiles", "acme.toml", "--report", "csv")
    header, *rows, end = result.split("\n")
    clean, *others = (row.split(",") for row in rows)
    kind = header.split(",").index("kind")
    assert (header[:5], clean[0], clean[kind], end) == ("claim", "C1", "line", "")
    assert {row[0] for row in others} == {"C2"}


def test_a_broken_row_costs_its_claim_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """The row is reported with its place, and the run ends with 4."""
    Path("claims.csv").write_text(TABLE + BROKEN)
    assert main(["check", "claims.csv"]) == ExitCode.FAULTY
    output = capsys.readouterr()
    assert "2 claims · 3 lines" in output.out
    assert output.err.startswith("claims.csv")
    assert "'9085'" in output.err


def test_strict_stops_at_the_first_problem(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is judged."""
    Path("claims.csv").write_text(TABLE + BROKEN)
    assert main(["check", "claims.csv", "--strict"]) == ExitCode.FAULTY
    output = capsys.readouterr()
    assert (output.out, output.err.count("\n")) == ("", 1)


def test_columns_of_other_names(capsys: pytest.CaptureFixture[str]) -> None:
    """A mapping file assigns the columns."""
    Path("claims.csv").write_text(TABLE.replace("code", "HCPCS_CD", 1))
    Path("names.toml").write_text('code = "HCPCS_CD"\n')
    assert "2 claims · 3 lines" in printed(capsys, "claims.csv", "--columns", "names.toml")


def test_an_unknown_report_format_is_reported_before_any_claim_is_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The message names the nearest format."""
    assert main(["check", "claims.csv", "--report", "ndjsn"]) == ExitCode.USAGE
    output = capsys.readouterr()
    assert output.out == ""
    assert "there is no report format 'ndjsn'" in output.err
    assert "ndjson" in output.err
