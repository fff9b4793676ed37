"""Any end of a run has a sentence and an exit code, and leaves no temporary files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from program import LONGEST, Program

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
LINUX: Final = pytest.mark.skipif(sys.platform != "linux", reason="devices of Linux")
YESTERDAY: Final = "yesterday's report\n"
FULL: Final = "No space left on device"
ONE: Final = ("check", "claim.toml", "--verbose")
MANY: Final = ("check", "many.csv")


def is_running(process: int) -> bool:
    """Return True if the process is there and has not ended."""
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    return bool(listed.stdout.strip()) and not listed.stdout.startswith("Z")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_signal_ends_a_run(program: Program, name: str, jobs: str) -> None:
    """With 128 and its number; workers end, what was set aside goes, yesterday's report stays."""
    report = program.folder / "report"
    report.write_text(YESTERDAY)
    run = program.start(*MANY, "--jobs", jobs, "--report", "json:report", misbehave="check:sleeps")
    workers = program.marked(int(jobs))
    assert program.left
    run.send_signal(getattr(signal, name))
    out, err = run.communicate(timeout=LONGEST)
    assert run.returncode == 128 + getattr(signal, name)
    assert (out, err) == ("", f"payer-rules: stopped by {name}\n")
    assert not any(map(is_running, workers))
    assert program.left == []
    assert program.drafts == []
    assert report.read_text() == YESTERDAY


def test_a_signal_ends_every_command(program: Program) -> None:
    """Also one that imports a plugin, or has the answers of each payer from a process of its own."""
    claim = (program.folder / "claim.toml").read_text()
    (program.folder / "one.scenario.toml").write_text(f'name = "one"\nwhy = "w"\n{claim}')
    commands = [(["rules"], "import"), (["doctor"], "hook"), (["conform", "."], "check")]
    for command, place in commands:
        run = program.start(*command, misbehave=f"{place}:sleeps")
        sleeping = program.marked(1)
        run.send_signal(signal.SIGTERM)
        assert run.communicate(timeout=LONGEST)[1].endswith("payer-rules: stopped by SIGTERM\n")
        assert run.returncode == 128 + signal.SIGTERM
        assert not any(map(is_running, sleeping))
        for path in program.marks.iterdir():
            path.unlink()


def test_a_run_under_nohup_goes_on(program: Program) -> None:
    """A signal that was ignored when the program began stays ignored."""
    run = program.run(*ONE, shell='trap "" HUP; "$@" & wait $!')
    assert run.returncode == 0


def test_workers_notice_that_their_run_was_killed(program: Program) -> None:
    """They end by themselves, and delete what was set aside; the next run deletes the draft."""
    run = program.start(*MANY, "--jobs", "2", "--report", "json:report", misbehave="check:sleeps")
    workers = program.marked(2)
    run.kill()
    run.communicate(timeout=LONGEST)
    program.until(lambda: not any(map(is_running, workers)))
    assert program.left == []
    assert len(program.drafts) == 1
    assert program.run(*ONE, "--report", "json:report").returncode == 0
    assert program.drafts == []


def test_the_next_run_deletes_what_a_killed_one_set_aside(program: Program) -> None:
    """Where it had no workers to do so; what a run that is under way set aside is kept."""
    killed = program.start(*MANY, "--jobs", "1", misbehave="check:sleeps")
    program.marked(1)
    killed.kill()
    killed.communicate(timeout=LONGEST)
    under_way = program.start(*MANY, "--jobs", "1", misbehave="check:sleeps")
    program.marked(2)
    assert len(program.left) == 1
    assert program.run("sessions", "many.csv").returncode == 6
    assert len(program.left) == 1
    under_way.terminate()
    under_way.communicate(timeout=LONGEST)
    assert program.left == []


@pytest.mark.parametrize(
    ("how", "message"), [("is_killed", "ended by SIGKILL"), ("dies", "ended with exit code 0")]
)
def test_a_worker_that_ends_is_reported_in_a_sentence(
    program: Program, how: str, message: str
) -> None:
    """A run that is not finished ends with 4, and yesterday's report stays."""
    (program.folder / "report").write_text(YESTERDAY)
    run = program.run(*MANY, "--jobs", "2", "--report", "json:report", misbehave=f"check:{how}")
    assert run.returncode == 4
    assert run.stderr.startswith(
        f"payer-rules: a process of this run {message} before it was done. "
    )
    assert (run.stdout, run.stderr.count("\n")) == ("", 1)
    assert (program.left, program.drafts) == ([], [])
    assert (program.folder / "report").read_text() == YESTERDAY


@pytest.mark.parametrize(
    "command", [(*MANY, "--jobs", "1"), (*MANY, "--jobs", "2"), ("sessions", "many.csv")], ids=str
)
def test_few_files_may_be_open(program: Program, command: tuple[str, ...]) -> None:
    """More claims than are judged at once need no more open files than few do."""
    report = ("--report", "json:report")
    free = program.run(*command, *report)
    expected = (program.folder / "report").read_bytes()
    run = program.run(*command, *report, shell='ulimit -n 64; exec "$@"')
    assert (run.returncode, run.stderr) == (free.returncode, free.stderr)
    assert (program.folder / "report").read_bytes() == expected


@LINUX
@pytest.mark.parametrize(
    ("shell", "message"),
    [
        ('exec "$@" > /dev/full', f"standard output: the report cannot be written: {FULL}"),
        ('exec "$@" >&-', "--report: standard output is closed"),
    ],
)
@pytest.mark.parametrize("command", [ONE, ("payers",), ("doctor",), ("sessions", "claim.toml")])
def test_output_that_cannot_be_written(
    program: Program, command: tuple[str, ...], shell: str, message: str
) -> None:
    """One sentence, and 4."""
    run = program.run(*command, shell=shell)
    assert run.returncode == 4
    assert run.stderr.startswith(message)
    assert run.stderr.count("\n") == 1


def test_output_onto_an_input_is_refused(program: Program) -> None:
    """Where a shell appends to a file that is read; the file stays."""
    before = (program.folder / "claim.toml").read_text()
    run = program.run(*ONE, shell='exec "$@" >> claim.toml')
    assert run.returncode == 4
    assert run.stderr.startswith("standard output: it would replace an input file (claim.toml)")
    assert (program.folder / "claim.toml").read_text() == before


@LINUX
def test_output_is_not_needed_for_a_file(program: Program) -> None:
    """With standard streams closed a report is still written, and contains no other output."""
    (program.folder / "broken.toml").write_text("[")
    command = (*ONE, "broken.toml", "--report", "json:report")
    run = program.run(*command, shell='exec "$@" <&- >&- 2>&-', misbehave="check:prints")
    assert run.returncode == 4
    assert len(json.loads((program.folder / "report").read_text())["decisions"]) == 1


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@LINUX
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_full_disk_for_what_is_set_aside(program: Program, small: Path, jobs: str) -> None:
    """One sentence, 4, and the disk is empty again."""
    run = program.run(*MANY, "--jobs", jobs, TMPDIR=str(small))
    assert run.returncode == 4
    assert run.stderr == (
        f"TMPDIR: the folder of temporary files cannot be written: {FULL}. Free space there. [PR604]\n"
    )
    assert list(small.iterdir()) == []


@LINUX
def test_a_full_disk_for_a_report(program: Program, small: Path) -> None:
    """One sentence, 4, and yesterday's report is there."""
    (small / "report").write_text(YESTERDAY)
    run = program.run(*MANY, "--report", "json:small/report")
    assert run.returncode == 4
    assert run.stderr == (
        f"--report: the report 'small/report' cannot be written: {FULL}. Free space there. [PR604]\n"
    )
    assert [path.name for path in small.iterdir()] == ["report"]
    assert (small / "report").read_text() == YESTERDAY


@LINUX
def test_a_full_disk_for_a_project(program: Program, small: Path) -> None:
    """A project that cannot be written whole is not there."""
    (small / "filler").write_bytes(bytes(240 << 10))
    run = program.run("new", "zenith", shell='cd small && exec "$@"')
    assert run.returncode == 4
    assert run.stderr == (
        f"payer-rules-zenith: cannot be written: {FULL}. Go to another folder. [PR604]\n"
    )
    assert [path.name for path in small.iterdir()] == ["filler"]


def test_no_folder_for_what_is_set_aside(program: Program) -> None:
    """One sentence, and 4."""
    code = (
        "import tempfile, sys; tempfile._candidate_tempdir_list = lambda: ['/nowhere'];"
        "from payer_rules.cli import main; sys.exit(main())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, *MANY],
        cwd=program.folder,
        env=program.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 4
    assert run.stderr.startswith("TMPDIR: the folder of temporary files cannot be written: ")
    assert run.stderr.count("\n") == 1


#: The locale decides; what runs the tests may have set the encoding.
PLAIN: Final = {
    "LC_ALL": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONIOENCODING": "",
}


@pytest.mark.parametrize(
    "environment", [{"PYTHONIOENCODING": "ascii"}, PLAIN], ids=["set", "locale"]
)
def test_a_terminal_that_is_not_utf_8(program: Program, environment: dict[str, str]) -> None:
    """Text is escaped, and reports for machines are UTF-8 all the same."""
    run = program.run(*ONE, **environment)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("claim C1 \\xb7 acme: pay\n")
    printed = program.run(*ONE, "--report", "json", misbehave="check:speaks", **environment)
    (decision,) = json.loads(printed.stdout)["decisions"]
    assert decision["findings"][0]["message"] == "é · 日"


def test_a_closed_pipe_keeps_the_code(program: Program) -> None:
    """Whoever reads only the head does not change what was found, and hears no complaint."""
    found = program.run(*MANY, misbehave="check:finds")
    assert found.returncode == 1
    for report in ((), ("--report", "ndjson"), ("--report", "csv", "--report", "text:file")):
        run = program.run(
            *MANY, *report, shell='"$@" | head -1; exit ${PIPESTATUS[0]}', misbehave="check:finds"
        )
        assert (run.returncode, run.stderr) == (1, "")
        assert run.stdout.count("\n") == 1
    assert (program.folder / "file").read_text("utf-8") == found.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "claim.toml", "--tables", "nowhere"], "--tables: there is no folder 'nowhere'"),
        (["conform", "--tables", "nowhere"], "--tables: there is no folder 'nowhere'"),
        (["tables", "list", "--tables", "nowhere"], "--tables: there is no folder 'nowhere'"),
        (["tables", "diff", "2024q3", "2024q4", "--tables", "nowhere"], "--tables: there is no"),
        (["check", "claim.toml", "--tables", "claim.toml"], "--tables: 'claim.toml' is not a folder"),
        (["check", "claim.toml", "--history", "nowhere"], "nowhere"),
        (["check", "claim.toml", "--columns", "nowhere"], "nowhere"),
        (["check", "claim.toml", "--profiles", "nowhere"], "nowhere"),
        (["check", "nowhere"], "nowhere"),
        (["sessions", "nowhere"], "nowhere"),
        (["sessions", "bill", "nowhere"], "nowhere"),
        (["conform", "nowhere"], "nowhere"),
        (["profiles", "check", "nowhere"], "nowhere"),
        (["tables", "import", "nowhere", "--tables", "new"], "nowhere"),
    ],
)  # fmt: skip
def test_what_is_named_and_not_there_is_an_error(
    program: Program, arguments: list[str], message: str
) -> None:
    """One sentence, and 4."""
    run = program.run(*arguments)
    assert run.returncode == 4
    assert message in run.stderr
    assert run.stderr.count("\n") == 1
    assert "Traceback" not in run.stderr


def test_bars_are_gone_before_a_report_is_printed(program: Program) -> None:
    """In a terminal that shows both; with or without color."""
    for color in ({}, {"NO_COLOR": "1"}):
        terminal, theirs = os.openpty()
        run = program.start(*MANY, to=theirs, TERM="xterm", **color)
        os.close(theirs)
        shown = b"".join(_shown_on(terminal))
        os.close(terminal)
        assert run.wait(timeout=LONGEST) == 0
        bars, _, report = shown.partition(b"claim C00000 ")
        assert b"partitions checked" in bars
        assert b"\x1b" not in report
        assert (b"\x1b[3" in bars) != bool(color)


def _shown_on(terminal: int) -> Iterator[bytes]:
    # NOTE: reading a terminal that was closed ends with an error.
    with suppress(OSError):
        while part := os.read(terminal, 1 << 16):
            yield part
