"""Any misbehavior of a plugin is its own problem: never the end of a run, never 0 or 1."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

import pytest
from program import Program

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes of POSIX")
MEND: Final = "Correct the plugin, or leave it out: --without, load(without=…). [PR210]\n"
MINIATURE: Final = "misbehaves"
PLUGIN: Final = f"{MINIATURE} 1.0, entry point {MINIATURE!r}"
HOOK: Final = f"{PLUGIN}, payer_rules_checks"
RAISED: Final = {
    "exits": "SystemExit",
    "dies": "Exited",
    "interrupts": "KeyboardInterrupt",
    "leaves_a_generator": "GeneratorExit",
    "raises_the_base": "BaseException",
    "raises_the_unspeakable": "Unspeakable",
}
CHECK: Final = ("check", "claim.toml", "--verbose")
CASES: Final = """
rule = "acme/check"

[[case]]
name = "one session"
why = "w"
source = "A-1"
claim = { id = "C1", member = { id = "M1" }, billing_provider = { npi = "1234567893" } }
lines = "90853 2024-08-15"
findings = []
"""


@pytest.mark.parametrize("how", RAISED)
@pytest.mark.parametrize("place", ["import", "hook", "check"])
def test_whatever_is_raised_is_the_plugin_s_problem(program: Program, place: str, how: str) -> None:
    """The problem names the plugin, and the rule or the hook; the run ends with 4, in its report."""
    run = program.run(*CHECK, misbehave=f"{place}:{how}")
    assert run.returncode == 4
    assert "Traceback" not in run.stderr
    fields = {
        "import": f"cannot be imported: {RAISED[how]}",
        "hook": f"raised {RAISED[how]}",
        "check": f"payer 'acme': acme/check raised {RAISED[how]}. {MEND}",
    }
    assert fields[place] in run.stderr
    assert run.stderr.startswith("payer" if place == "check" else PLUGIN)
    heads = {"import": "no claim was checked\n", "hook": "claim C1 · acme: not checked\n"}
    assert run.stdout.startswith(heads.get(place, heads["hook"]))


@pytest.mark.parametrize("command", ["conform", "explain", "mutate", "coverage", "doctor", "rules"])
def test_no_command_ends_for_a_plugin(program: Program, command: str) -> None:
    """A hook that calls sys.exit(0), and a check that does where the command calls it."""
    claim = (program.folder / "claim.toml").read_text()
    (program.folder / "one.scenario.toml").write_text(f'name = "one"\nwhy = "w"\n{claim}')
    arguments = {"explain": ["acme/check"], "doctor": [], "rules": []}.get(command, ["."])
    places = ["hook"] if command in ("doctor", "rules", "explain") else ["hook", "check"]
    for place in places:
        run = program.run(command, *arguments, misbehave=f"{place}:exits")
        assert (run.returncode, place) == (4, place)
        assert "Traceback" not in run.stderr
        assert "SystemExit" in run.stderr + run.stdout or command == "explain"


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("never_ends", "gave too many answers"),
        ("answers_nonsense", "gave something that is no Violation and no MissingInformation"),
        ("answers_of_no_line", "gave an answer about a line that the claim does not have"),
    ],
)
def test_answers_that_are_none(program: Program, how: str, message: str) -> None:
    """They are a problem, and not silence: the line does not pay for them."""
    run = program.run(*CHECK, misbehave=f"check:{how}")
    assert run.returncode == 4
    assert run.stderr == f"payer 'acme': acme/check {message}. {MEND}"
    assert "line 1: Not checked" in run.stdout


def test_a_hook_that_never_ends(program: Program) -> None:
    """It is stopped at more values than any payer has rules."""
    run = program.run("rules", misbehave="hook:never_ends")
    assert run.returncode == 4
    assert run.stderr == f"{HOOK}: gives more than 100,000 values. Return fewer values. [PR212]\n"


@pytest.mark.parametrize("place", ["import", "hook", "check"])
def test_what_a_plugin_prints_is_in_no_report(program: Program, place: str) -> None:
    """Neither what Python prints nor what is written to the descriptor; standard error has both."""
    quiet = program.run(*CHECK, "--report", "json")
    run = program.run(*CHECK, "--report", "json", misbehave=f"{place}:prints")
    assert (run.returncode, run.stdout) == (quiet.returncode, quiet.stdout)
    assert sorted(run.stderr.splitlines()) == ["PRINTED BY A PLUGIN", "WRITTEN BY A PLUGIN"]


def test_what_is_printed_in_workers_is_in_no_report(program: Program) -> None:
    """Nor what a process of a run, or of a payer, prints."""
    quiet = program.run("check", "many.csv", "--report", "csv")
    run = program.run(
        "check", "many.csv", "--jobs", "2", "--report", "csv", misbehave="check:prints"
    )
    assert (run.returncode, run.stdout) == (quiet.returncode, quiet.stdout)


@pytest.mark.parametrize("place", ["import", "hook", "check"])
@pytest.mark.parametrize("how", ["closes_output", "leaves_a_thread", "forks", "changes_decimals"])
def test_what_a_plugin_does_to_the_process_changes_no_report(
    program: Program, place: str, how: str
) -> None:
    """Closed output, a thread or process that stays, and the context of decimals are its own."""
    run = program.run(*CHECK, misbehave=f"{place}:{how}")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.count("claim C1 · acme: pay\n") == 1


@pytest.mark.parametrize("place", ["import", "hook"])
@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("changes_the_folder", "the current folder"),
        ("changes_the_locale", "the locale"),
        ("changes_the_signals", "what signals do"),
    ],
)
def test_what_is_everybody_s_is_restored(
    program: Program, place: str, how: str, message: str
) -> None:
    """The problem names what was changed; the rules are used, and the claim's file is found."""
    run = program.run(*CHECK, misbehave=f"{place}:{how}")
    assert run.returncode == 4
    assert run.stderr == (
        f"{HOOK if place == 'hook' else PLUGIN}: changes {message}, which is restored. "
        "Do not change it: it belongs to the whole program. [PR213]\n"
    )
    assert run.stdout.startswith("claim C1 · acme: pay\n")


def test_the_permissions_of_a_report_are_the_user_s(program: Program) -> None:
    """Not those that a plugin has set for new files."""
    for place in ("import", "hook", "check"):
        program.run(
            *CHECK,
            *("--report", f"json:{place}"),
            misbehave=f"{place}:changes_the_mask",
            shell='umask 027; exec "$@"',
        )
        assert (program.folder / place).stat().st_mode & 0o777 == 0o640


def test_text_that_no_encoding_has_is_escaped(program: Program) -> None:
    """Half a pair of surrogates in a message ends no report."""
    run = program.run(*CHECK, misbehave="check:answers_a_surrogate")
    assert (run.returncode, run.stderr) == (1, "")
    assert "\\ud800" in run.stdout


@pytest.mark.parametrize(
    ("misbehave", "where", "message"),
    [
        ("import:sleeps", PLUGIN, "no answer within 5 seconds"),
        ("hook:sleeps", HOOK, "no answer within 5 seconds"),
        ("hook:dies", HOOK, "its process ended with exit code 0"),
        ("hook:is_killed", HOOK, "its process ended by SIGKILL"),
    ],
)
def test_the_doctor_names_who_does_not_answer(
    program: Program, misbehave: str, where: str, message: str
) -> None:
    """The doctor ends in time and reports the others; the report is complete."""
    run = program.run("doctor", "--time-limit", "5", misbehave=misbehave)
    assert run.returncode == 4
    assert run.stderr == f"{where}: {message}. Correct the plugin, or uninstall it. [PR222]\n"
    assert "  misbehaves: not loaded (--without)\n" in run.stdout
    assert run.stdout.endswith("1 problem\n")


def test_the_doctor_needs_time(program: Program) -> None:
    """A time limit that is not valid is reported."""
    run = program.run("doctor", "--time-limit", "0")
    assert run.returncode == 2
    assert run.stderr == "--time-limit: 0 is not a time. Write a number above 0. [PR602]\n"


@pytest.mark.parametrize("how", ["exits", "interrupts"])
def test_pytest_goes_on(program: Program, how: str) -> None:
    """A case whose rule raises any exception fails, and the case after it is run."""
    for name in ("a", "b"):
        (program.folder / f"{name}.cases.toml").write_text(CASES)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", ".", "."],
        cwd=program.folder,
        env=program.environment(f"check:{how}"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "2 failed" in run.stdout
    assert run.stdout.count(f"acme/check raised {RAISED[how]}") >= 2
