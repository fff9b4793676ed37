"""Reports take the place of others when they are complete, and never that of an input."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Final

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode

CLAIM: Final = """\
history = []
[claim]
id = "C1"
payer = "acme"
member = { id = "M1" }
billing_provider = { npi = "1234567893" }
[[claim.lines]]
code = "90853"
date = 2024-08-15
"""
PROFILE: Final = """\
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
HISTORY: Final = "[[history]]\n"
BARE: Final = [
    item for name in ("medicaid", "medicare", "profiles") for item in ("--without", name)
]
IS_LINUX: Final = sys.platform == "linux"
YESTERDAY: Final = "yesterday's report\n"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a claim, a profile, a history, a mapping and yesterday's report."""
    monkeypatch.chdir(tmp_path)
    Path("claim.toml").write_text(CLAIM)
    Path("acme.toml").write_text(PROFILE)
    Path("history.csv").write_text("claim,member,code,date_from,status\n")
    Path("columns.toml").write_text('code = "CODE"\n')
    Path("report").write_text(YESTERDAY)
    Path("folder").mkdir()


def check(*arguments: str) -> int:
    """Check the claim by the profile alone."""
    return main(["check", "claim.toml", "--profiles", "acme.toml", *BARE, *arguments])


def drafts() -> list[Path]:
    """What was begun and is no report."""
    return list(Path().glob(".payer-rules-*"))


#: Every command that writes a report, with an input of each kind that it reads.
COMMANDS: Final = {
    "check": ["check", "claim.toml", "--profiles", "acme.toml", *BARE],
    "conform": ["conform", "--profiles", "acme.toml", *BARE],
    "coverage": ["coverage", "--profiles", "acme.toml", *BARE],
    "doctor": ["doctor", "--profiles", "acme.toml", *BARE],
    "explain": ["explain", "acme/without-gt", "--profiles", "acme.toml", *BARE],
    "mutate": ["mutate", "--profiles", "acme.toml", *BARE],
    "payers": ["payers", "--profiles", "acme.toml", *BARE],
    "plugins": ["plugins", "--profiles", "acme.toml", *BARE],
    "profiles check": ["profiles", "check", "acme.toml"],
    "rules": ["rules", "--profiles", "acme.toml", *BARE],
    "sessions": ["sessions", "claim.toml", "--profiles", "acme.toml", *BARE],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_writes_whole_reports(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file holds what is printed, no draft stays, and no input is written over."""
    main(COMMANDS[command])
    printed = capsys.readouterr().out
    main([*COMMANDS[command], "--report", "text:report"])
    capsys.readouterr()
    if command != "doctor":
        # NOTE: `doctor` prints how long each call took.
        assert Path("report").read_text("utf-8") == printed
    assert Path("report").read_text("utf-8") != YESTERDAY
    assert main([*COMMANDS[command], "--report", "text:acme.toml"]) == ExitCode.FAULTY
    assert "would replace an input file" in capsys.readouterr().err
    assert Path("acme.toml").read_text() == PROFILE
    assert drafts() == []


@pytest.mark.parametrize(
    "extra", [["--history", "history.csv"], ["--columns", "columns.toml"], []], ids=str
)
@pytest.mark.parametrize("way", ["itself", "hard link", "symbolic link", "another path"])
def test_no_report_takes_the_place_of_an_input(
    extra: list[str], way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Claims, history and mapping are kept, for every name of the report."""
    source = Path(extra[1] if extra else "claim.toml")
    before = source.read_text()
    target = source if way == "itself" else Path("other")
    if way == "hard link":
        target.hardlink_to(source)
    elif way == "symbolic link":
        target.symlink_to(source)
    elif way == "another path":
        target = Path("folder", "..", source)
    assert check(*extra, "--report", "text:fine", "--report", f"csv:{target}") == ExitCode.FAULTY
    output = capsys.readouterr()
    assert output.err.splitlines() == [
        f"--report: the report {str(target)!r} would replace an input file ({source}). "
        "Name another file. [PR605]"
    ]
    assert output.out == ""
    assert source.read_text() == before
    assert not Path("fine").exists()


def test_files_of_folders_that_are_read_are_inputs() -> None:
    """A profile of a folder, and an imported table, are no place for a report; others are."""
    for name in ("acme.toml", "catalogue.json", "one.table", "report.txt"):
        Path("folder", name).write_text(PROFILE if name == "acme.toml" else "x")
    asked = ["payers", "--profiles", "folder", *BARE, "--report"]
    assert main([*asked, "text:folder/acme.toml"]) == ExitCode.FAULTY
    assert main([*asked, "text:folder/report.txt"]) == ExitCode.CLEAN
    tables = ["tables", "list", "--tables", "folder", "--report"]
    for name in ("catalogue.json", "one.table"):
        assert main([*tables, f"text:folder/{name}"]) == ExitCode.FAULTY
        assert Path("folder", name).read_text() == "x"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("report", "report"),
        ("report", "folder/../report"),
        ("new", "folder/../new"),
        ("report", "link"),
        ("report", "hard"),
        ("new", "NEW"),
        ("new", "dangling"),
        ("folder/new", "linked/new"),
    ],
)
def test_two_reports_into_one_path_are_refused(
    one: str, other: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also by way of links, of folders, and where only the case is another."""
    Path("link").symlink_to("report")
    Path("dangling").symlink_to("new")
    Path("linked").symlink_to("folder")
    Path("hard").hardlink_to("report")
    assert check("--report", f"json:{one}", "--report", f"text:{other}") == ExitCode.FAULTY
    assert f"two reports go to {other!r}" in capsys.readouterr().err
    assert Path("report").read_text() == YESTERDAY


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("folder", "is a folder"),
        ("nowhere/report", "its folder does not exist"),
        ("report/report", "cannot be written"),
        ("", "names no file"),
    ],
)
def test_a_path_that_is_no_place_for_a_report(
    path: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is reported before any claim is checked."""
    assert check("--report", f"json:{path}") == (ExitCode.FAULTY if path else ExitCode.USAGE)
    output = capsys.readouterr()
    assert message in output.err
    assert (output.out, output.err.count("\n")) == ("", 1)


def test_a_link_stays_a_link() -> None:
    """What it names is replaced, and its permissions are kept; those of a new file are usual."""
    Path("report").chmod(0o604)
    Path("link").symlink_to("report")
    assert check("--report", "json:link", "--report", "text:new") == ExitCode.CLEAN
    assert Path("link").is_symlink()
    assert Path("report").read_text().startswith("{")
    assert stat.S_IMODE(Path("report").stat().st_mode) == 0o604
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(Path("new").stat().st_mode) == 0o666 & ~mask


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_what_may_not_be_written_stays(capsys: pytest.CaptureFixture[str]) -> None:
    """A write-protected report or folder is reported in a sentence."""
    Path("report").chmod(0o444)
    assert check("--report", "json:report") == ExitCode.FAULTY
    Path("folder").chmod(0o555)
    assert check("--report", "json:folder/new") == ExitCode.FAULTY
    assert capsys.readouterr().err.count("cannot be written: Permission denied") == 2


@pytest.mark.skipif(not IS_LINUX, reason="these devices are Linux's")
def test_devices_are_written_to(capsys: pytest.CaptureFixture[str]) -> None:
    """The null device takes any number of reports; another name of standard output is it."""
    assert check("--report", "json:/dev/null", "--report", "text:/dev/null") == ExitCode.CLEAN
    assert capsys.readouterr().out == ""
    check()
    printed = capsys.readouterr().out
    assert check("--report", "text:/dev/stdout") == ExitCode.CLEAN
    assert capsys.readouterr().out == printed
    assert Path("/dev/null").is_char_device()


@pytest.mark.skipif(not IS_LINUX, reason="/dev/full is Linux's")
def test_a_full_device_is_reported_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """The other report, which is complete, is not moved into place: the run has failed."""
    assert check("--report", "text:report", "--report", "json:/dev/full") == ExitCode.FAULTY
    assert capsys.readouterr().err == (
        "--report: the report '/dev/full' cannot be written: No space left on device. "
        "Free space there. [PR604]\n"
    )
    assert Path("report").read_text() == YESTERDAY
    assert drafts() == []


def test_a_failed_run_leaves_yesterday_s_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """After an internal error or a signal, the file is complete and alone."""
    from payer_rules.checking import CheckRun

    for error, code in ((ZeroDivisionError(), ExitCode.INTERNAL), (MemoryError(), ExitCode.FAULTY)):

        def broken(self: object, read: object, error: Exception = error) -> object:
            raise error
            yield

        monkeypatch.setattr(CheckRun, "answers", broken)
        assert check("--report", "text:report") == code
        assert Path("report").read_text() == YESTERDAY
        assert drafts() == []


def test_strict_leaves_yesterday_s_report() -> None:
    """A run that stops at a problem has no report."""
    Path("claim.toml").write_text(CLAIM.replace("90853", "9085"))
    assert check("--strict", "--report", "text:report") == ExitCode.FAULTY
    assert Path("report").read_text() == YESTERDAY


@pytest.mark.skipif(os.name != "posix", reason="locks that end with their process")
def test_what_a_killed_run_left_is_deleted_by_the_next() -> None:
    """Its draft has no process any more; that of a run that is under way is kept."""
    from payer_rules.system.atomic_files import Replacement

    Path(".payer-rules-killed.tmp").write_text("half a rep")
    under_way = Replacement(Path("other"), "--report", "the report")
    assert check("--report", "text:report") == ExitCode.CLEAN
    assert [path.name.endswith(".tmp") for path in drafts()] == [True]
    under_way.discard()
    assert drafts() == []


def test_text_that_utf_8_cannot_say_is_escaped(tmp_path: Path) -> None:
    """A lone half of a pair of surrogates is written as its escape."""
    from payer_rules.system.atomic_files import Replacement

    replacement = Replacement(tmp_path / "new", "--report", "the report")
    replacement.text.write('"\ud800"')
    replacement.close()
    replacement.move()
    assert (tmp_path / "new").read_bytes() == b'"\\ud800"'
