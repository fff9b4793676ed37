"""``conform --watch``: a real process, and real edits of its files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Final

import pytest
from program import AS_BY_HAND

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.conformance.manifest import RunOptions
from payer_rules.conformance.watched_files import TouchedPayers
from payer_rules.conformance.watched_runs import arguments_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
LONGEST: Final = 120
CASES: Final = """\
rule = "acme/two-per-week"

[[case]]
name = "three a week"
why = "Two a week are paid."
source = "MANUAL"
history = []
claim = { id = "C1", member = { id = "M1" }, billing_provider = { npi = "1234567893" } }
line.place_of_service = "11"
lines = "90853 2026-02-10; 90853 2026-02-11; 90853 2026-02-12"
findings = "deny 3"
"""


class WatchedProgram:
    """A run of ``conform --watch`` with everything that it printed so far."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        )
        self.lines: list[str] = []
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in filter(str.strip, self.process.stdout):
            self.lines.append(line.rstrip("\n"))

    def end(self) -> None:
        """End the program, and read the rest of what it printed."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def page(self, number: int) -> list[str]:
        """The lines of the page with this number, from 1; each ends with what is watched."""
        end = time.monotonic() + LONGEST
        while time.monotonic() < end and self.process.poll() is None:
            ends = [at for at, line in enumerate(self.lines) if line.startswith("watching ")]
            if len(ends) >= number:
                return self.lines[ends[number - 2] + 1 if number > 1 else 0 : ends[number - 1] + 1]
            time.sleep(0.05)
        raise AssertionError(f"there is no page {number}: {self.lines}")


@pytest.fixture
def watched(acme: Path) -> Iterator[WatchedProgram]:
    """A run over the case and the profile of the invented payer."""
    pytest.importorskip("watchfiles")
    (acme / "two.cases.toml").write_text(CASES)
    options = ["--profiles", str(acme / "acme"), "--payer", "acme", "--no-invariants"]
    program = [sys.executable, "-c", AS_BY_HAND, "-m", "payer_rules", "conform"]
    cases = str(acme / "two.cases.toml")
    run = WatchedProgram([*program, cases, *options, "--without", "medicare", "--watch"])
    yield run
    run.end()


def test_each_edit_is_a_run_and_a_broken_file_a_message(
    watched: WatchedProgram, acme: Path
) -> None:
    """What changed is printed; a file that cannot be read ends nothing; Ctrl-C ends with 130."""
    first = watched.page(1)
    assert first[0] == "asked: acme"
    assert "1 payer: 1 confirmed" in first
    profile = acme / "acme" / "acme.toml"
    sound = profile.read_text()
    profile.write_text(sound.replace("limit = 2", "limit = 3"))
    second = watched.page(2)
    assert second[0].startswith("changed: ")
    assert second[0].endswith("acme.toml")
    assert any(line.startswith("since the run before: ") for line in second)
    text = " ".join(" ".join(second).split())
    assert "acme × acme/two-per-week: three a week: was 'agrees'; is 'disagrees'" in text
    assert any(
        line.startswith("✗ acme: acme/two-per-week: three a week (two.case") for line in second
    )
    assert "1 payer: 1 differs" in second
    profile.write_text(sound + "[[frequency_limit\n")
    third = watched.page(3)
    assert any("acme.toml:" in line and "never closed" in line for line in third)
    profile.write_text(sound)
    fourth = watched.page(4)
    assert "1 payer: 1 confirmed" in fourth
    watched.process.send_signal(signal.SIGINT)
    assert watched.process.wait(timeout=LONGEST) == 130
    watched.end()
    assert watched.lines[-1] == "payer-rules: stopped by SIGINT"


def test_a_change_touches_the_payers_of_before_and_of_now(tmp_path: Path) -> None:
    """A case or profile is about its payer, a scenario and code about any; a broken file as before."""
    profile, case = tmp_path / "a.toml", tmp_path / "a.cases.toml"
    profile.write_text('[payer]\nid = "acme"\n')
    case.write_text('rule = "acme/one"\n')
    (tmp_path / "s.edits.csv").write_text("rule,setting\nmedicare/ptp,practitioner\n")
    (tmp_path / "plugin.py").write_text("")
    known = TouchedPayers()
    known.read([tmp_path])
    assert known.touched([profile]) == known.touched([case]) == frozenset({"acme"})
    case.write_text('rule = "beta/one"\n')
    assert known.touched([case]) == frozenset({"acme", "beta"})
    assert known.touched([case]) == frozenset({"beta"})
    case.write_text("rule = ")
    assert known.touched([case]) == frozenset({"beta"})
    case.unlink()
    assert known.touched([case, profile]) == frozenset({"acme", "beta"})
    assert known.touched([tmp_path / "s.edits.csv"]) == frozenset({"medicare"})
    assert known.touched([tmp_path / "plugin.py"]) is None
    assert known.touched([tmp_path / "new.scenario.toml", case]) is None


def test_a_file_has_changed_if_its_content_has(tmp_path: Path) -> None:
    """An editor that saves in several steps, or a file that is written again, is one change."""
    file = tmp_path / "a.toml"
    file.write_text('[payer]\nid = "acme"\n')
    touched = TouchedPayers()
    touched.read([tmp_path])
    assert touched.changed([file]) == []
    file.write_text('[payer]\nid = "acme"\n')
    assert touched.changed([file]) == []
    file.write_text('[payer]\nid = "other"\n')
    assert (touched.changed([file]), touched.changed([file])) == ([file], [])
    file.unlink()
    assert (touched.changed([file]), touched.changed([file])) == ([file], [])


def test_a_run_has_the_options_of_the_command_line() -> None:
    """Each option is written as a command line has it."""
    options = RunOptions(
        paths=("cases",),
        payers=("acme",),
        without=("medicare",),
        words=("two a",),
        invariants=False,
    )
    assert arguments_of(options) == [
        *("conform", "cases", "--payer", "acme", "--without", "medicare"),
        *("--word", "two a", "--no-invariants"),
    ]


@pytest.mark.parametrize("other", [["--report", "json"], ["--verify", "run.json"]])
def test_other_reports_are_for_runs_that_end(
    other: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With --watch there is only the short report."""
    assert main(["conform", "--watch", *other]) == ExitCode.USAGE
    assert f"{other[0]} is for a run that ends" in capsys.readouterr().err
