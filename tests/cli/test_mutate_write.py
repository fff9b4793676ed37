"""``mutate --write``: a question for each fact that no case notices, and the cases it writes."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest
from program import AS_BY_HAND

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.conformance.fixtures import read_suite
from payer_rules.registry import load

#: What an author wrote, with comments and an order of its own.
AUTHORED: Final = """\
# The limit of the manual, by hand.
rule = "acme/two-per-week"

[[boundaries]]  # proposed last year
base.why = "Two a week."
base.source = "MANUAL"
base.history = []
base.claim = { id = "C1", member = { id = "M1" }, billing_provider = { npi = "1234567893" } }
rows = [
    { name = "one", lines = "90853 2026-02-10", outcomes = "pay", findings = [] },  # kept
]

[[case]]
name = "limit: 3 × 90853, denied"
why = "A name that a proposal may have, too."
source = "MANUAL"
history = []
claim = { id = "C2", member = { id = "M1" }, billing_provider = { npi = "1234567893" } }
lines = "90853 2026-02-10 2026-02-11"
findings = []"""


@pytest.fixture
def folder(acme: Path) -> Path:
    """A folder for the cases of the invented payer."""
    (acme / "cases").mkdir()
    return acme / "cases"


def arguments(folder: Path) -> list[str]:
    """The command that asks about the facts of the invented payer."""
    own = ["--payer", "acme", "--profiles", str(folder.parent / "acme"), "--without", "medicare"]
    return ["mutate", str(folder), *own, "--jobs", "1", "--write"]


def answered(folder: Path, answers: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of a run with these answers as lines of standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(answers))
    return main(arguments(folder))


def names_in(folder: Path) -> list[str]:
    """The names of all cases in the folder; all of them are sound."""
    registry = load(profiles=[folder.parent / "acme"], without=["medicare"])
    suite = read_suite([(None, folder)], registry.owners)
    assert suite.problems == ()
    return [case.name for case in suite.cases]


def test_yes_to_all_writes_cases_that_notice_what_the_report_counts(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The score of the review is that of the next run, and nothing else is asked then."""
    answered(folder, "y\n" * 200, monkeypatch)
    first = capsys.readouterr()
    assert "two-per-week, window: rolling 7 → anchored 7" in first.err
    words = "The profile says of MANUAL: Group psychotherapy is paid twice in any seven days."
    assert f"  {words}\n" in first.err
    assert "  Does the text say so: is " in first.err
    assert " says: " not in first.err
    assert "  y/n/skip/all: " in first.err
    names = names_in(folder)
    assert len(names) == first.out.count(": wrote ") >= 10
    assert "name-it" not in names
    assert any(name.startswith("window: ") and name.endswith(", denied") for name in names)
    answered(folder, "", monkeypatch)
    second = capsys.readouterr()
    assert "y/n/skip/all" not in second.err
    assert second.out.splitlines()[-1] == first.out.splitlines()[-1]


def test_what_an_author_wrote_stays_as_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Added cases are below it, each with a name that no other case of the file has."""
    file = folder / "mine.cases.toml"
    file.write_text(AUTHORED)
    answered(folder, "y\n" * 200, monkeypatch)
    assert file.read_text().startswith(f"{AUTHORED}\n\n[[boundaries]]\nbase.")
    assert not (folder / "two-per-week.cases.toml").exists()
    names = names_in(folder)
    assert len(set(names)) == len(names)
    assert f"{file}: wrote 'window: " in capsys.readouterr().out


def test_no_says_what_to_correct_and_writes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rule with its line in the profile, the change, and the answer that it would give."""
    assert answered(folder, "what\nn\n" + "skip\n" * 200, monkeypatch) == ExitCode.FOUND
    printed = capsys.readouterr()
    assert "Write y (the text says so), n (it does not), skip, or all" in printed.err
    assert "Then the profile differs from the text: correct " in printed.err
    assert re.search(r"\(acme\.toml:\d+\)\.", printed.err)
    assert list(folder.iterdir()) == []
    assert "review: 1 not as the text says, " in printed.out
    assert " skipped" in printed.out


def test_without_further_answers_the_rest_is_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The end of standard input is the end of the review; what was written is kept."""
    assert answered(folder, "y\n", monkeypatch) == ExitCode.FOUND
    printed = capsys.readouterr()
    assert "No more answers: the other facts are left." in printed.err
    assert printed.out.count(": wrote ") == len(names_in(folder)) == 1


def test_all_is_yes_to_every_question_about_a_list(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It asks no more about the fact of this rule, and still about others."""
    answered(folder, "all\n" * 200, monkeypatch)
    whole = capsys.readouterr().err.count("y/n/skip/all")
    written = names_in(folder)
    for file in folder.iterdir():
        file.unlink()
    answered(folder, "y\n" * 200, monkeypatch)
    assert whole < capsys.readouterr().err.count("y/n/skip/all")
    assert names_in(folder) == written


def test_a_folder_to_write_to_is_named(
    acme: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without one nothing runs."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert main(["mutate", "--payer", "acme", "--profiles", str(acme), "--write"]) == ExitCode.USAGE
    assert "no folder with cases is named" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_keeps_what_was_answered(folder: Path) -> None:
    """A real run that is stopped at its second question has written the first case."""
    command = [sys.executable, "-c", AS_BY_HAND, "-m", "payer_rules", *arguments(folder)]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, encoding="utf-8", **streams) as run:  # type: ignore[call-overload]
        run.stdin.write("y\n")
        run.stdin.flush()
        end = time.monotonic() + 120
        while not list(folder.iterdir()) and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.2)
        run.send_signal(signal.SIGINT)
        _, errors = run.communicate(timeout=60)
    assert run.returncode == 130
    assert errors.endswith("payer-rules: stopped by SIGINT\n")
    assert "Traceback" not in errors
    assert len(names_in(folder)) == 1
