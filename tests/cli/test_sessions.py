"""``payer-rules sessions``: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

HEAD: Final = "claim,member,birth_date,payer,code,date,billing_npi,session,session_start,session_end,group_size\n"


def week(folder: Path, *rows: str) -> str:
    """A table of claims."""
    file = folder / "week.csv"
    file.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return str(file)


def rows(count: int, **fields: str) -> list[str]:
    """So many members of one group by MassHealth's carrier."""
    fields = {"end": "11:00", "size": str(count), **fields}
    day = f"1980-05-01,ma-medicaid,90853,2025-09-01,1234567893,G1,10:00,{fields['end']},{fields['size']}"
    return [f"C{at:02},M{at:02},{day}" for at in range(1, count + 1)]


@pytest.mark.parametrize(
    ("count", "fields", "code"),
    [
        (12, {}, ExitCode.CLEAN),
        (13, {}, ExitCode.FOUND),
        (12, {"size": ""}, ExitCode.OPEN),
        (0, {}, ExitCode.NOTHING),
    ],
)
def test_how_it_ends(count: int, fields: dict[str, str], code: ExitCode, tmp_path: Path) -> None:
    """0 clean, 1 findings, 5 no claim, 6 something not known."""
    assert main(["sessions", week(tmp_path, *rows(count, **fields))]) == code


def test_a_broken_claim_does_not_cost_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The problem is reported with exit code 4, together with the findings of the other claims."""
    broken = "C99,M99,,ma-medicaid,9085,2025-09-01,1234567893,G1,,,"
    assert main(["sessions", week(tmp_path, *rows(13), broken)]) == ExitCode.FAULTY
    out, err = capsys.readouterr()
    assert "ma-medicaid/group-at-most-twelve" in out
    assert "'9085'" in err
    assert "M99" not in err


def test_a_payer_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt payer is reported with the nearest name."""
    file = week(tmp_path, *rows(2))
    assert main(["sessions", file, "--payer", "ma-medicade"]) == ExitCode.FAULTY
    assert "Did you mean 'ma-medicaid'?" in capsys.readouterr().err


def test_what_is_assumed_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the record assumed nothing is open, and the report lists the assumptions."""
    file = week(tmp_path, *rows(12, size=""))
    assert main(["sessions", file, "--assume", "record"]) == ExitCode.CLEAN
    assert "assumed to be in order: session 'G1' from 10:00" in capsys.readouterr().out


def test_a_report_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sessions and findings as JSON, with rule, source and lines; the same in every run."""
    file = week(tmp_path, *rows(13))
    assert main(["sessions", file, "--report", "json"]) == ExitCode.FOUND
    first = capsys.readouterr().out
    document = json.loads(first)
    (session,) = document["sessions"]
    assert (session["id"], session["sizes"], session["is_group"]) == ("G1", [13], True)
    (finding,) = document["findings"]
    assert finding["rule"] == "ma-medicaid/group-at-most-twelve"
    assert finding["citations"][0]["row"] == "MA-5"
    assert finding["lines"][0] == {"claim": "C01", "line": 1}
    main(["sessions", file, "--report", "json"])
    assert capsys.readouterr().out == first


def test_birth_dates_are_reported_nowhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Members are named by their ids in the files, and by no other fact."""
    file = week(tmp_path, *rows(13))
    main(["sessions", file])
    main(["sessions", file, "--report", "json"])
    out = capsys.readouterr().out
    assert "M01" in out
    assert "1980" not in out


HOURS: Final = """
[payer]
id = "acme"
name = "Acme (invented)"
kind = "commercial"

[sources.A-1]
title = "Manual (invented)"
url = "https://example.com/manual"
read = 2026-01-02
confidence = "primary"

[[frequency_limit]]
id = "hours-a-day"
codes = ["H2017"]
limit = 120
counts = "minutes"
window = "day"
scope = "all-members"
cites = ["A-1"]
rationale = "A provider is paid for two hours a day."
"""


@pytest.mark.parametrize("named_by", ["option", "store", "practice"])
def test_earlier_services_count(
    named_by: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Files, a store and the files of a practice are the history, as they are for check."""
    monkeypatch.chdir(tmp_path)
    Path("acme.toml").write_text(HOURS)
    columns = "claim,member,code,date,billing_npi,rendering_npi,minutes"
    line = "2025-09-01,1234567893,1234567893"
    Path("week.csv").write_text(f"{columns},payer\nC1,M1,H2017,{line},90,acme\n")
    Path("paid.csv").write_text(f"{columns},status\nC0,M2,H2017,{line},60,paid\n")
    options: list[str] = []
    if named_by == "option":
        options = ["--history", "paid.csv"]
    elif named_by == "store":
        assert main(["history", "load", "paid.csv", "--store", "sqlite:///paid.db"]) == 0
        options = ["--history", "sqlite:///paid.db"]
    ask = ["sessions", "week.csv", "--profiles", "acme.toml"]
    assert main(ask) == ExitCode.OPEN
    assert "history:" not in capsys.readouterr().out.splitlines()[-2]
    if named_by == "practice":
        Path("practice.toml").write_text('[practice]\nhistory = ["paid.csv"]\n')
    assert main([*ask, *options]) == ExitCode.FOUND
    out = capsys.readouterr().out
    assert "acme/hours-a-day" in out
    assert out.count("history: 1 service, 2025-09-01 to 2025-09-01\n") == 1
    main([*ask, *options, "--report", "json"])
    assert json.loads(capsys.readouterr().out)["earlier_services"] == 1


ROSTER: Final = """
[session]
id = "G1"
date = 2025-09-01
start = 10:00:00
end = 11:00:00
facilitator = { npi = "1234567893", profession = "psychologist" }

[claim]
code = "90853"
payer = "ma-medicaid"
place_of_service = "11"
modality = "in-person"

[[participants]]
member = { id = "M01", birth_date = 1980-05-01 }

[[participants]]
member = { id = "M02" }
"""


def roster(folder: Path, text: str = ROSTER) -> str:
    """A roster of two."""
    file = folder / "roster.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_roster_becomes_claims_that_check_and_sessions_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One file a participant, named by claim id; together they are the session of the roster."""
    out = tmp_path / "claims"
    assert main(["sessions", "bill", roster(tmp_path), "--out", str(out)]) == ExitCode.OPEN
    output = capsys.readouterr().out
    assert "participant 1, member M01: G1-1.toml" in output
    assert "1980" not in output
    files = sorted(out.iterdir())
    assert [file.name for file in files] == ["G1-1.toml", "G1-2.toml"]
    assert main(["sessions", *map(str, files)]) == ExitCode.CLEAN
    assert "2 members, 90853, a group of 2, 10:00 to 11:00" in capsys.readouterr().out
    decided = main(["check", *map(str, files), "--report", "json"])
    assert decided == ExitCode.CLEAN
    assert len(json.loads(capsys.readouterr().out)["decisions"]) == 2


def test_what_is_lacking_is_reported_with_how_to_supply_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the report for machines as in the text; without a folder nothing is written."""
    file = roster(tmp_path, ROSTER.replace("ma-medicaid", "medicare"))
    assert main(["sessions", "bill", file]) == ExitCode.OPEN
    assert "write condition_codes in the claim" in capsys.readouterr().out
    main(["sessions", "bill", file, "--report", "json"])
    first, _ = json.loads(capsys.readouterr().out)["participants"]
    assert (first["claim"], first["code"], first["payer"]) == ("G1-1.toml", "90853", "medicare")
    assert {"claim", "record"} >= {item["reason"] for item in first["lacking"]}
    assert [path.name for path in tmp_path.iterdir()] == ["roster.toml"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[[participants]]", "", ExitCode.FAULTY),
        ('payer = "ma-medicaid"', 'payer = "ma-medicade"', ExitCode.FAULTY),
        ("date = 2025-09-01", "date = 6", ExitCode.FAULTY),
        ('code = "90853"', "", ExitCode.OPEN),
    ],
)
def test_how_billing_ends(old: str, new: str, code: ExitCode, tmp_path: Path) -> None:
    """The exit code is 4 for a wrong roster or payer, and 6 if a fact is missing."""
    assert main(["sessions", "bill", roster(tmp_path, ROSTER.replace(old, new))]) == code


def test_a_roster_of_nobody_bills_nothing(tmp_path: Path) -> None:
    """Without participants nothing was run."""
    text = ROSTER.partition("[[participants]]")[0]
    assert main(["sessions", "bill", roster(tmp_path, text)]) == ExitCode.NOTHING


def test_a_folder_that_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is a problem with what to do, and no traceback."""
    file = roster(tmp_path)
    assert main(["sessions", "bill", file, "--out", file]) == ExitCode.FAULTY
    assert "Name another folder." in capsys.readouterr().err


ACME: Final = """
[payer]
id = "acme"
name = "Acme (invented)"
kind = "commercial"

[sources.A-1]
title = "Manual (invented)"
url = "https://example.com/manual"
read = 2026-01-02
confidence = "primary"

[[topics.all]]
none = { cites = ["A-1"] }
verified = { from = 2024-01-01 }

[[modifier_requirement]]
id = "group"
codes = ["90853"]
all_of = ["U7"]
cites = ["A-1"]
rationale = "Groups carry U7."

[[frequency_limit]]
id = "one-a-week"
codes = ["90853"]
limit = 1
counts = "services"
window = { rolling_days = 7 }
scope = "member"
cites = ["A-1"]
rationale = "One a week."
"""
PAST: Final = """
history_covers = { from = 2025-01-01 }

[[history]]
claim = "C0"
member = "M01"
code = "90853"
modifiers = ["U7"]
date = 2025-08-29
status = "paid"
"""


def test_no_claim_takes_the_place_of_an_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor of a report; the roster stays, and no file is written."""
    (tmp_path / "G1-1.toml").write_text(ROSTER)
    files = sorted(path.name for path in tmp_path.iterdir())
    asked = ["sessions", "bill", str(tmp_path / "G1-1.toml"), "--out", str(tmp_path)]
    assert main(asked) == ExitCode.FAULTY
    assert "would replace an input file" in capsys.readouterr().err
    report = ["--report", f"json:{tmp_path / 'G1-2.toml'}"]
    assert main([*asked[:2], roster(tmp_path), *asked[3:], *report]) == ExitCode.FAULTY
    assert "a report and a claim both go to" in capsys.readouterr().err
    assert (tmp_path / "G1-1.toml").read_text() == ROSTER
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*files, "roster.toml"])


def test_what_was_paid_before_and_what_a_payer_asks_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the history the first participant's week is used up; both claims carry the modifier."""
    (tmp_path / "acme.toml").write_text(ACME, encoding="utf-8")
    (tmp_path / "past.toml").write_text(PAST, encoding="utf-8")
    file = roster(tmp_path, ROSTER.replace("ma-medicaid", "acme"))
    past = ["--history", str(tmp_path / "past.toml"), "--profiles", str(tmp_path / "acme.toml")]
    assert main(["sessions", "bill", file, *past]) == ExitCode.FOUND
    out = capsys.readouterr().out
    assert "member M01: G1-1.toml, deny by acme" in out
    assert "Rule acme/one-a-week" in out
    assert "member M02: G1-2.toml, pay by acme" in out
    assert out.count("Added modifier U7: rule acme/group") == 2
    assert out.endswith("2 participants; 2 claims; 1 to correct before you submit\n")


def test_strictness_stops_at_the_first_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is reviewed after it."""
    broken = "C99,M99,,ma-medicaid,9085,2025-09-01,1234567893,G1,,,"
    file = week(tmp_path, broken, *rows(13))
    assert main(["sessions", file, "--strict"]) == ExitCode.FAULTY
    assert capsys.readouterr().out == ""


def test_imported_tables_decide_what_is_billed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The units of the folder that `--tables` names take the place of those of the plugins."""
    monkeypatch.chdir(tmp_path)
    text = ROSTER.replace("ma-medicaid", "medicare").replace("2025-09-01", "2024-08-15")
    text = text.replace(
        "[claim]\n", '[claim]\nunits = 2\nsetting = "practitioner"\nreceived = 2024-08-20\n'
    )
    command = ["sessions", "bill", roster(tmp_path, text)]
    assert main(command) == ExitCode.FOUND
    assert "2 units of 90853 on 2024-08-15 exceed the MUE of 1" in capsys.readouterr().out
    header = "service,code,mue,mai,rationale"
    (tmp_path / "mue_2024q3.csv").write_text(f"{header}\npractitioner,90853,3,3,x\n")
    arguments = ["mue_2024q3.csv", "--program", "medicare", "--tables", "tables"]
    assert main(["tables", "import", *arguments]) == ExitCode.CLEAN
    capsys.readouterr()
    assert main([*command, "--tables", "tables"]) == ExitCode.CLEAN
    assert "MUE of 1" not in capsys.readouterr().out
