"""The commands: what they print, and how they end."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode, exit_code

HEAD = """
[claim]
id = "C1"
setting = "practitioner"
member = { id = "M1" }
billing_provider = { npi = "1234567893", profession = "psychologist" }
place_of_service = "11"
contractor = "noridian"
diagnoses = ["F33.1"]
received = 2024-08-20
"""
LINE = '\n[[claim.lines]]\ncode = "{code}"\ndate = {day}\nmodality = "in-person"\n'


def claim(folder: Path, *codes: str, day: str = "2024-08-15", history: str = "history = []") -> str:
    """A claim file."""
    file = folder / "claim.toml"
    file.write_text(history + HEAD + "".join(LINE.format(code=c, day=day) for c in codes))
    return str(file)


def ended(*arguments: str) -> int:
    """The exit code of the command."""
    return main(list(arguments))


def test_two_sessions_by_three_payers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Medicare denies both, Illinois the second, Washington none; findings carry CARC and source."""
    file = claim(tmp_path, "90853", "90853")
    assert ended("check", file, "--report", "json") == ExitCode.FOUND
    decisions = {d["payer"]: d for d in json.loads(capsys.readouterr().out)["decisions"]}
    lines = {payer: [line["outcome"] for line in d["lines"]] for payer, d in decisions.items()}
    assert lines["medicare"] == ["deny", "deny"]
    assert lines["il-medicaid"] == ["unknown", "deny"]
    assert lines["wa-medicaid"] == ["unknown", "unknown"]
    (finding,) = [f for f in decisions["il-medicaid"]["findings"] if f["basis"] == "proved"]
    assert finding["carc"] == "119"
    assert finding["citations"][0]["row"] == "IL-1"


def test_tables_that_are_not_there_cannot_be_assumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To assume the tables of a program that has none is an error."""
    file = claim(tmp_path, "90853", "90853")
    words = ["--payer", "wa-medicaid", "--assume", "table", "--without", "medicaid"]
    code = ended("check", file, *words)
    assert code == ExitCode.FAULTY
    assert "payer wa-medicaid: 'table' cannot be assumed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("payer", "codes", "day", "topics"),
    [
        (
            "wa-medicaid",
            ("90853",),
            "2019-08-21",
            "how often, who may render, minutes and group size",
        ),
        ("medicare", ("99999",), "2024-08-15", "how often, who may render"),
        (
            "il-medicaid",
            ("90853",),
            "2001-01-01",
            "how often, who may render, minutes and group size",
        ),
    ],
)
def test_what_is_not_known_is_unknown(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    payer: str,
    codes: tuple[str, ...],
    day: str,
    topics: str,
) -> None:
    """A date before all known rules, and a code without a rule, are not checked and exit 6."""
    file = claim(tmp_path, *codes, day=day)
    assert ended("check", file, "--payer", payer, "--verbose") == ExitCode.OPEN
    out = capsys.readouterr().out
    text = f"line 1: not read. This payer's policy was not read on: {topics}."
    assert text in " ".join(out.split())
    assert re.search(r"\? not read +1 claim +1 line\n", out)


def test_valid_claims_of_a_file_with_problems_are_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each fault is one message with file and line; the sound claims of the file are judged."""
    file = tmp_path / "many.toml"
    one = HEAD.replace("[claim]", "[[claims]]\nhistory = []")
    lines = LINE.replace("claim.", "claims.")
    sound = one + lines.format(code="90853", day="2024-08-15")
    broken = sound.replace("C1", "C2").replace("90853", "908533")
    file.write_text(sound + broken)
    assert ended("check", str(file), "--payer", "medicare", "--verbose") == ExitCode.FAULTY
    printed = capsys.readouterr()
    assert "claim C1 · medicare: pay" in printed.out
    assert printed.err.count("\n") == 1
    assert "many.toml:" in printed.err
    assert "a text of 6 characters is not a procedure code" in printed.err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["check", "missing.toml"], ExitCode.FAULTY, "missing.toml: there is no such file"),
        (["check", "--payer", "medicare"], ExitCode.NOTHING, ""),
        (["chek"], ExitCode.USAGE, "chek"),
        (["explain", "medicare/pt"], ExitCode.USAGE, "medicare/ptp"),
        (["rules", "--payer", "medicar"], ExitCode.USAGE, "'medicare'"),
        (["conform", "--payer", "medicar"], ExitCode.USAGE, "'medicare'"),
        (["payers", "--report", "jsn"], ExitCode.USAGE, "'json'"),
        (["payers", "--report", "json:/no/such/place"], ExitCode.FAULTY, "cannot be written"),
        (
            ["check", "x.toml", "--assume", "fault"],
            ExitCode.USAGE,
            "there is no class of missing facts 'fault'",
        ),
        (["profiles", "check", "none.toml"], ExitCode.FAULTY, "none.toml"),
        (["profiles", "check"], ExitCode.NOTHING, ""),
        (
            ["profiles", "check", "--stale-after", "1y"],
            ExitCode.USAGE,
            "'1y' is not a number of days",
        ),
        (["payers", "--without", "medicar"], ExitCode.FAULTY, "'medicare'"),
    ],
)
def test_problems_of_the_user_end_with_a_message_and_a_code(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: ExitCode, message: str
) -> None:
    """Each fault of the user is a message and an exit code, never a traceback."""
    assert ended(*arguments) == code
    err = capsys.readouterr().err
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["payers"], "medicare: Medicare"),
        (["plugins"], "profiles: payer-rules"),
        (["plugins", "--without", "medicare"], "medicare: not loaded (--without)"),
        (["rules"], "il-medicaid/group-two-per-week"),
        (["rules", "--payer", "medicare"], "1366 pairs"),
        (["explain", "tricare/video-needs-gt"], "at place of service 02, delivered by video"),
        (["explain", "medicare/mue"], "    MUE: Medicare MUE tables"),
        (["explain", "medicare/ptp"], "Possible fix: modifier 59"),
        (["doctor"], "no problem found"),
        (["--version"], "0."),
        (["--help"], "Exit codes"),
    ],
)
def test_listings(capsys: pytest.CaptureFixture[str], arguments: list[str], text: str) -> None:
    """The listings show what is there, as text and as JSON."""
    assert ended(*arguments) == ExitCode.CLEAN
    assert text in capsys.readouterr().out
    if not arguments[0].startswith("-"):
        assert ended(*arguments, "--report", "json") == ExitCode.CLEAN
        assert json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda text: text.encode("utf-8-sig"), id="a byte order mark"),
        pytest.param(
            lambda text: text.replace("[[1.0, 0.9]]", "[[1, 0.9]]").encode(),
            id="numbers of two types in a list",
        ),
    ],
)
def test_what_only_the_second_reader_misreads_is_a_remark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], written: Callable[[str], bytes]
) -> None:
    """A profile that TOML 1.0 reads ends as its own faults ask; the remark names file and line."""
    import payer_rules_profiles

    bundled = Path(payer_rules_profiles.__file__).parent / "ny-medicaid.toml"
    file = tmp_path / "ny.toml"
    file.write_bytes(written(bundled.read_text("utf-8")))
    assert ended("profiles", "check", str(file)) == ExitCode.CLEAN
    printed = capsys.readouterr()
    assert "remark: ny.toml:" in printed.out
    assert printed.out.endswith("1 profile, 0 problems, 1 remark\n")
    assert printed.err == ""


def test_conform_prints_the_matrix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The suite of two bundled payers agrees, as text and as JSON, and twice alike."""
    asked = ["conform", "--no-invariants", "--payer", "tricare", "--payer", "medicare"]
    file = tmp_path / "report.json"
    assert ended(*asked, "--report", "text", "--report", f"json:{file}") == ExitCode.CLEAN
    first = capsys.readouterr().out
    assert "2 payers × " in first
    report = json.loads(file.read_text(encoding="utf-8"))
    assert {case["answer"]["status"] for case in report["cases"]} == {"agrees"}
    assert ended(*asked) == ExitCode.CLEAN
    assert capsys.readouterr().out == first


def test_a_disagreement_ends_conform_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A disagreement exits 1 and is spelled out; an empty folder exits 5."""
    assert ended("conform", str(tmp_path)) == ExitCode.NOTHING
    text = (
        f'name = "x"\nwhy = "w"\nhistory = []\n{HEAD}{LINE.format(code="90853", day="2024-08-15")}'
    )
    expected = '[expect.medicare]\nlines = ["deny"]\nfindings = []\nsource = "s"\n'
    (tmp_path / "x.scenario.toml").write_text(text + expected)
    assert ended("conform", str(tmp_path), "--payer", "medicare") == ExitCode.FOUND
    out = capsys.readouterr().out
    assert "lines: expected deny; got unknown" in out


def test_profiles_alone_need_no_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A payer that is only a file is a payer; its problems are named and its valid rules are used."""
    import payer_rules_profiles

    text = (Path(payer_rules_profiles.__file__).parent / "il-medicaid.toml").read_text()
    mine = tmp_path / "mine.toml"
    mine.write_text(text.replace('"il-medicaid"', '"mine"', 1).replace("limit = 2", "limt = 2"))
    code = ended("rules", "--payer", "mine", "--profiles", str(tmp_path))
    output = capsys.readouterr()
    assert code == ExitCode.FAULTY
    assert "mine/group-one-per-day" in output.out
    assert "unknown key 'limt'" in output.err
    assert ended("profiles", "check", str(mine)) == ExitCode.FAULTY
    assert ended("profiles", "check", str(Path(payer_rules_profiles.__file__).parent)) == 0


SOURCE = """
[sources."{row}"]
title = "Manual"
url = "https://example.com/{row}"
read = {read}
confidence = "primary"
"""
COVERED = """
[[coverage]]
id = "covered-{at}"
codes = ["90853"]
covered = true
cites = ["{row}"]
rationale = "Group therapy is covered."
"""


def _dated(folder: Path, payer: str, read: dict[str, str]) -> str:
    """A profile whose sources were read on the days, each with a rule of its own."""
    text = f'[payer]\nid = "{payer}"\nname = "A payer"\nkind = "commercial"\n'
    text += "".join(SOURCE.format(row=row, read=day) for row, day in read.items())
    text += "".join(COVERED.format(row=row, at=at) for at, row in enumerate(read))
    file = folder / f"{payer}.toml"
    file.write_text(text)
    return str(file)


def test_sources_that_were_read_long_ago_are_listed_by_payer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Just so many days old is fresh, a day more is stale: by payer, by row, with its rules; exit 1."""
    read = {"A-10": "2025-03-01", "A-9": "2025-03-01", "A-1": "2025-03-02"}
    files = [_dated(tmp_path, "zeta", {"Z-1": "2024-01-01"}), _dated(tmp_path, "acme", read)]
    asked = ("profiles", "check", *files, "--stale-after", "365d", "--on", "2026-03-02")
    assert ended(*asked) == ExitCode.FOUND
    out = capsys.readouterr().out
    assert "2026-03-02" not in out
    rows = [
        line.split(" ")[2]
        for line in out.splitlines()
        if line.startswith("  ") and "covers" in line
    ]
    assert rows == ["A-9", "A-10", "Z-1"]
    assert out.index("acme: read these") < out.index("zeta: read these")
    assert "acme/covered-1" in out
    assert "2 profiles, 0 problems, 3 old sources" in out
    assert ended(*asked, "--report", "json") == ExitCode.FOUND
    stale = json.loads(capsys.readouterr().out)["stale"]
    assert [(each["payer"], each["source"]["row"]) for each in stale] == [
        ("acme", "A-9"),
        ("acme", "A-10"),
        ("zeta", "Z-1"),
    ]
    earlier = ("profiles", "check", files[1], "--stale-after", "365d", "--on", "2025-03-02")
    assert ended(*earlier) == ExitCode.CLEAN


@pytest.mark.parametrize(
    ("dates", "covers"),
    [
        ("verified = { from = 2024-01-01, to = 2024-12-31 }", "covers to 2024-12-31"),
        ("in_force = { from = 2013-02-01 }", "covers to 2013-02-01"),
        ("known = { from = 2012-12-01 }", "covers to 2012-12-01"),
        ('verified = "unknown"', "its date is not known"),
        ("verified = { from = 2024-01-01, to = 2025-12-31 }", ""),
        ("in_force = { to = 2024-12-31 }", ""),
    ],
)
def test_a_text_is_as_old_as_the_services_that_it_covers(
    dates: str, covers: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A text of an old edition is old on the day after somebody read it; one that ended is not."""
    file = Path(_dated(tmp_path, "acme", {"A-1": "2026-11-29"}))
    file.write_text(f"{file.read_text()}{dates}\n")
    asked = ("profiles", "check", str(file), "--stale-after", "365d", "--on", "2026-11-30")
    assert ended(*asked) == (ExitCode.FOUND if covers else ExitCode.CLEAN)
    assert f"A-1 ({covers})" in capsys.readouterr().out or not covers


def test_stale_sources_change_the_exit_code_only_with_the_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A faulty profile exits 4, stale or not; without a span no source is too old."""
    file = _dated(tmp_path, "acme", {"A-1": "2001-01-01"})
    assert ended("profiles", "check", file) == ExitCode.CLEAN
    assert capsys.readouterr().out.endswith("\n1 profile, 0 problems\n")
    assert ended("profiles", "check", file, "--stale-after", "365d") == ExitCode.FOUND
    Path(file).write_text(Path(file).read_text() + "[color]\n")
    assert ended("profiles", "check", file, "--stale-after", "365d") == ExitCode.FAULTY
    assert ended("profiles", "check", "--stale-after", "365d") == ExitCode.NOTHING
    day = ("--on", "0001-01-05")
    assert ended("profiles", "check", file, "--stale-after", "99999d", *day) == ExitCode.FAULTY


def test_sources_of_what_binds_a_payer_are_listed_too(capsys: pytest.CaptureFixture[str]) -> None:
    """The source for the NCCI edits that bind a payer has no rule, and goes stale like others."""
    import payer_rules_profiles

    file = Path(payer_rules_profiles.__file__).parent / "il-medicaid.toml"
    asked = ("profiles", "check", str(file), "--stale-after", "0d", "--on", "2026-12-01")
    assert ended(*asked) == ExitCode.FOUND
    assert "that NCCI edits apply to the payer" in capsys.readouterr().out


def test_every_row_of_the_sources_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """By source: the rules that cite a row, or why none does, in the order of the rows; as JSON too."""
    assert ended("rules", "--by-source") == ExitCode.CLEAN
    lines = capsys.readouterr().out.splitlines()
    rules_by_row = dict(line.split(": ", 1) for line in lines)
    assert len(rules_by_row) == len(lines)
    assert rules_by_row["IL-1"] == "il-medicaid/group-one-per-day, il-medicaid/group-two-per-week"
    assert rules_by_row["IL-4"].startswith("no rule: From memory")
    assert rules_by_row["NY-1"].startswith(
        "ny-medicaid/two-psychiatric-services-per-day; left out: "
    )
    assert rules_by_row["MC-4:90791/90832"] == "medicare/ptp"
    assert "il-medicaid/ptp" in rules_by_row["MCN-1"]
    rows = list(rules_by_row)
    assert rows.index("MC-2.9") < rows.index("MC-2.10")
    assert ended("rules", "--by-source", "--payer", "il-medicaid", "--report", "json") == 0
    rows = [each["row"] for each in json.loads(capsys.readouterr().out)["rows"]]
    # NOTE: Medicaid's bundled units name a row for each code.
    rows = [row for row in rows if not row.startswith(("MC-5:", "MUE-MCD"))]
    assert rows == [
        "IL-1",
        "IL-2",
        "IL-3",
        "IL-4",
        "IL-10",
        "IL-11",
        "IL-12",
        "IL-13",
        "MCN-1",
        "MCN-2",
        "MCN-3",
        "MCN-4",
    ]


def test_a_claim_names_its_payer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A claim that names its payer goes to that payer; an unknown one is a fault."""
    text = HEAD.replace('id = "C1"', 'id = "C1"\npayer = "medicare"')
    file = tmp_path / "c.toml"
    file.write_text("history = []" + text + LINE.format(code="90853", day="2024-08-15"))
    assert ended("check", str(file), "--verbose") == ExitCode.CLEAN
    assert "claim C1 · medicare: pay" in capsys.readouterr().out
    file.write_text(file.read_text().replace("medicare", "medicar"))
    assert ended("check", str(file)) == ExitCode.FAULTY
    assert "there is no payer 'medicar'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ("check", "claims.csv"),
        ("payable", "claims.csv"),
        ("next", "--code", "90853", "--member", "M1"),
        ("conform",),
        ("explain",),
    ],
)
def test_a_profile_that_cannot_be_read_is_the_only_problem_of_its_payer(
    command: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A payer that resembles another one may be misspelt as well, so both problems are reported."""
    monkeypatch.chdir(tmp_path)
    Path("own.toml").write_text("[payer\nid = 'own'\n")
    Path("claims.csv").write_text(
        "claim,member,code,date,billing_npi\nC1,M1,90853,2024-12-05,1234567893\n"
    )
    for name, problems in (("own", ["PR003"]), ("medicar", ["PR003", "PR221"])):
        words = ("own/rule",) if command == ("explain",) else ("--payer", name)
        if command == ("explain",) and name != "own":
            continue
        main([*command, *words, "--profiles", "own.toml"])
        errors = capsys.readouterr().err.splitlines()
        assert [error[-6:-1] for error in errors] == problems


@pytest.mark.parametrize(
    "command",
    [
        ["rules", "--payer", "zed"],
        ["conform", "--payer", "zed"],
        ["mutate", "--payer", "zed"],
        ["coverage", "--payer", "zed"],
        ["explain", "zed/limit"],
        ["side-by-side", "90853", "--payer", "zed"],
        ["checklist", "--code", "90853", "--payer", "zed"],
        ["next", "--code", "90853", "--member", "M1", "--payer", "zed"],
    ],
)
def test_an_unknown_payer_or_rule_is_printed_after_the_problem_that_costs_it(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a profile cannot be read, its payer is not known, and the problem says why."""
    profile = tmp_path / "zed.toml"
    profile.write_text('[payer]\nid = "zed"\nnonsense = 1\n')
    assert ended(*command, "--profiles", str(profile)) == ExitCode.FAULTY
    *causes, unknown = capsys.readouterr().err.splitlines()
    assert "there is no" in unknown
    assert any(cause.startswith(f"{profile}:3: ") for cause in causes)


def test_known_on_and_reports_into_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was not yet published does not judge; a report goes into the file named."""
    file = claim(tmp_path, "90853")
    out = tmp_path / "out.json"
    check = ["check", file, "--payer", "il-medicaid", "--known-on", "2014-01-01", "--verbose"]
    assert ended(*check, "--report", f"json:{out}", "--report", "text") == ExitCode.OPEN
    assert "line 1: not read." in capsys.readouterr().out
    assert json.loads(out.read_text())["decisions"][0]["fingerprint"]["known_on"] == "2014-01-01"


def test_a_closed_pipe_ends_without_a_message() -> None:
    """A reader that has seen enough makes no noise."""
    run = subprocess.run(
        [
            "bash",
            "-c",
            f"for i in 1 2 3 4 5 6 7 8; do {sys.executable} -m payer_rules rules --report json; done | head -1",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""


def test_an_error_of_the_program_shows_its_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error of this program is code 3 and a traceback."""
    from payer_rules import registry

    def broken(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(registry, "load", broken)
    assert ended("payers") == ExitCode.INTERNAL
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_precedence_of_exit_codes() -> None:
    """Of several exit codes that apply, the first of 4, 5, 1, 6 is returned; else 0."""
    everything = {"problems": True, "nothing": True, "findings": True, "open_": True}
    assert exit_code(**everything) == 4
    assert exit_code(**{**everything, "problems": False}) == 5
    assert exit_code(findings=True, open_=True) == 1
    assert exit_code(open_=True) == 6
    assert exit_code() == 0


@pytest.mark.parametrize(
    ("command", "example"),
    [
        ("check", "claims.837"),
        ("sessions", "claims.837"),
        ("tables import", "ccipra"),
    ],
)
def test_without_files_a_command_names_what_to_give(
    command: str, example: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is run, and the message has an example."""
    assert ended(*command.split()) == ExitCode.NOTHING
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"payer-rules {command}: no file was given. Give ")
    assert example in captured.err


@pytest.mark.parametrize("text", ["2024-8-15", "8/15/2024", "20240815", "2024-W33-4", "2024-02-30"])
def test_a_date_of_another_form_is_refused_with_the_form(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message quotes the value and shows how to write a date."""
    assert ended("check", "claim.toml", "--known-on", text) == ExitCode.USAGE
    error = capsys.readouterr().err
    assert f"'{text}' is not a date. Write the date as YYYY-MM-DD, such as 2024-08-15." in error
    assert "--known-on" in error


@pytest.mark.parametrize(
    ("key", "problem"),
    [("plan", "a text of 5 characters is not a plan"), ("payer", "there is no payer 'medicar'")],
)
def test_a_wrong_plan_or_payer_is_named_with_its_line(
    key: str, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message has the line of the value, though other plugins may declare the value."""
    value = {"plan": "plann", "payer": "medicar"}[key]
    file = tmp_path / "c.toml"
    head = HEAD.replace('id = "C1"', f'id = "C1"\n{key} = "{value}"')
    file.write_text("history = []" + head + LINE.format(code="90853", day="2024-08-15"))
    assert ended("check", str(file)) == ExitCode.FAULTY
    assert f"c.toml:4, claim C1: {problem}" in capsys.readouterr().err


def test_claims_given_as_history_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A claim file after --history is one problem, on the line of its claim."""
    file = claim(tmp_path, "90853")
    assert ended("check", file, "--payer", "medicare", "--history", file) == ExitCode.FAULTY
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("claim.toml:2: this is a claim file, and a history was expected. ")


def test_history_files_apply_to_claims_without_a_history(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --history the earlier line denies the claim; a broken line there is a fault."""
    file = claim(tmp_path, "90853", history="")
    store = tmp_path / "history.toml"
    line = '[[history]]\nclaim = "C0"\nmember = "M1"\ncode = "90853"\ndate = 2024-08-15\n'
    who = 'billing_provider = { npi = "1234567893" }\n'
    store.write_text(line + 'status = "paid"\n' + who)
    arguments = ("check", file, "--payer", "il-medicaid", "--report", "json")
    assert ended(*arguments, "--history", str(store)) == ExitCode.FOUND
    (decision,) = json.loads(capsys.readouterr().out)["decisions"]
    assert [line["outcome"] for line in decision["lines"]] == ["deny"]
    store.write_text(line + 'status = "payed"\n')
    assert ended(*arguments, "--history", str(store)) == ExitCode.FAULTY
    assert "history.toml:6: " in capsys.readouterr().err
