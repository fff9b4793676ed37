"""``payer-rules compare``: what is compared, what is printed, and what is written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from two_payers import ACME, ZENITH

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode


@pytest.fixture
def payers(tmp_path: Path) -> Path:
    """A folder with the profiles of two invented payers."""
    folder = tmp_path / "payers"
    folder.mkdir()
    (folder / "acme.toml").write_text(ACME, encoding="utf-8")
    (folder / "zenith.toml").write_text(ZENITH, encoding="utf-8")
    return folder


def compared(folder: Path, *words: str) -> int:
    """Compare acme with zenith."""
    return main(["compare", "acme", "zenith", "--profiles", str(folder), *words])


def test_both_answers_have_their_rule_and_source(
    payers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A witness has the claim, both answers, the rules behind them and the place in the source."""
    assert compared(payers) == ExitCode.FOUND
    printed = capsys.readouterr().out
    witness = next(part for part in printed.split("\n\n") if "zenith/a-day" in part)
    assert "90853, 2 units" in witness
    assert "Acme Health (invented): pay" in witness
    assert "Zenith Health (invented): deny" in witness
    assert "acme/two-a-day" in witness
    assert witness.count("page 12") == 2
    assert "Tried: " in printed


def test_a_comparison_is_written_as_data(payers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The data have a witness for each that is printed, with both answers."""
    compared(payers)
    printed = capsys.readouterr().out
    compared(payers, "--report", "json")
    data = json.loads(capsys.readouterr().out)
    assert f"{len(data['witnesses'])} differences" in printed
    assert {len(witness["answers"]) for witness in data["witnesses"]} == {2}


def test_written_scenarios_are_unreviewed(
    payers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The scenarios that are written are read by conform, and their answers are unreviewed."""
    found = tmp_path / "found"
    compared(payers, "--write", str(found))
    capsys.readouterr()
    words = ["--profiles", str(payers), "--payer", "acme", "--payer", "zenith", "--no-invariants"]
    assert main(["conform", str(found), *words]) == ExitCode.CLEAN
    count = 2 * len(list(found.iterdir()))
    assert f"{count} unreviewed" in capsys.readouterr().out


def test_a_changed_answer_disagrees_though_it_was_not_reviewed(
    payers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """If the payer answers otherwise than the unreviewed expectation, conform disagrees."""
    found = tmp_path / "found"
    compared(payers, "--write", str(found))
    changed = ZENITH.replace("limit = 1", "limit = 2")
    (payers / "zenith.toml").write_text(changed, encoding="utf-8")
    words = ["--profiles", str(payers), "--payer", "zenith", "--no-invariants"]
    assert main(["conform", str(found), *words]) == ExitCode.FOUND
    assert "1 disagrees" in capsys.readouterr().out


def test_two_versions_of_a_profile_are_compared(
    payers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The paths of two profiles compare the versions of the payer."""
    new = tmp_path / "new.toml"
    new.write_text(ACME.replace("limit = 2", "limit = 3"), encoding="utf-8")
    assert main(["compare", str(payers / "acme.toml"), str(new)]) == ExitCode.FOUND
    printed = capsys.readouterr().out
    assert "1 difference" in printed
    assert "3 units" in printed
    assert "acme/two-a-day" in printed


def test_a_payer_is_compared_on_two_dates(payers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule that ceased gives a witness on a date before and one after, and each is placed so."""
    ended = ACME.replace(
        'adjustment = { group = "CO", carc = "152" }',
        'in_force = { to = 2025-12-31 }\nadjustment = { group = "CO", carc = "152" }',
    )
    (payers / "acme.toml").write_text(ended, encoding="utf-8")
    words = ["--profiles", str(payers), "--on", "2025-06-02", "--and-on", "2026-06-01"]
    assert main(["compare", "acme", *words]) == ExitCode.FOUND
    printed = capsys.readouterr().out
    assert "Acme Health (invented) on 2025-06-02: deny" in printed
    assert "On minutes and group size, and not applied to this line:" in printed
    assert "in effect to 2025-12-31 only" in " ".join(printed.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["acme", "acne"], "there is no payer 'acne'"),
        (["acme"], "two payers are compared, not 1: acme"),
        (["acme", "zenith", "--and-on", "2026-06-01"], "--and-on compares one payer on two dates"),
        (["acme", "missing.toml"], "there is no such file or folder"),
    ],
)
def test_a_slip_is_named(
    payers: Path, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A payer that does not exist, one payer alone, a date too many and a missing file are named."""
    code = main(["compare", *words, "--profiles", str(payers)])
    assert code in (ExitCode.USAGE, ExitCode.FAULTY)
    assert message in capsys.readouterr().err


def test_no_payer_is_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a payer, nothing is run."""
    assert main(["compare"]) == ExitCode.NOTHING
    assert "no payer was given" in capsys.readouterr().err


def test_a_scenario_that_exists_is_left_as_it_is(
    payers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A scenario that a person confirmed is not written again, and a remark names it."""
    found = tmp_path / "found"
    compared(payers, "--write", str(found))
    confirmed = next(iter(sorted(found.iterdir())))
    text = confirmed.read_text(encoding="utf-8").replace("unreviewed = true\n", "")
    confirmed.write_text(text, encoding="utf-8")
    assert compared(payers, "--write", str(found)) == ExitCode.FOUND
    assert confirmed.read_text(encoding="utf-8") == text
    assert f"remark: {confirmed}" in capsys.readouterr().err


def test_another_scenario_in_the_way_stays_and_both_are_kept(
    payers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file with another claim stays; the scenario gets the next free name, once, and is named."""
    found = tmp_path / "found"
    compared(payers, "--write", str(found))
    before = {path.name: path.read_text(encoding="utf-8") for path in found.iterdir()}
    first = found / min(before)
    other = before[first.name].replace('"90853"', '"90847"')
    first.write_text(other, encoding="utf-8")
    capsys.readouterr()
    compared(payers, "--write", str(found))
    stem = first.name.removesuffix(".scenario.toml")
    second = found / f"{stem}-2.scenario.toml"
    assert f"was written as {second.name!r}" in capsys.readouterr().err
    assert first.read_text(encoding="utf-8") == other
    assert (
        second.read_text(encoding="utf-8").splitlines()[1:] == before[first.name].splitlines()[1:]
    )
    compared(payers, "--write", str(found))
    assert len(list(found.iterdir())) == len(before) + 1


def test_each_process_finds_the_same_witnesses() -> None:
    """A comparison does not depend on the order of sets, which differs between processes."""
    words = [sys.executable, "-m", "payer_rules", "compare", "bcbs-nd", "tricare"]
    printed = {
        subprocess.run(
            [*words, "--code", "90853"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=False,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
    assert b"bcbs-nd/video-needs-95" in printed.pop()


def test_a_file_is_no_folder_for_scenarios(
    payers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file in place of the folder is named before the search."""
    code = compared(payers, "--write", str(payers / "acme.toml"))
    assert code == ExitCode.FAULTY
    assert "cannot be made" in capsys.readouterr().err


def test_a_profile_with_a_problem_is_not_compared(
    payers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The problems of a profile are printed in place of a comparison."""
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(ACME.replace("limit = 2", "limit = -2"), encoding="utf-8")
    assert main(["compare", str(payers / "acme.toml"), str(wrong)]) == ExitCode.FAULTY
    assert "wrong.toml" in capsys.readouterr().err
