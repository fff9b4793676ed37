"""Laws of ``check --results``: answers on Parquet files of any size as a folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from line_batches import PROFILE, line_rows, results_in, write_rows

from payer_rules.cli import main

pytest.importorskip("pyarrow", reason="batches need pyarrow (the extra batch)")


@pytest.fixture
def claims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of claims and a profile, which is the working directory."""
    (tmp_path / "acme.toml").write_text(PROFILE, encoding="utf-8")
    write_rows(tmp_path / "claims.parquet", line_rows())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    """Return the exit code of check with the profile."""
    options = ("--profiles", "acme.toml", "--payer", "acme", "--jobs", "1")
    return main(["check", *arguments, *options])


def test_the_answers_are_in_the_folder_and_their_numbers_are_printed(
    claims: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1 for findings; a second run prints the same and changes nothing."""
    assert run("claims.parquet", "--results", "answers") == 1
    printed = capsys.readouterr()
    assert printed.err == ""
    lines = results_in(claims / "answers", "lines")
    assert printed.out.startswith(f"answers: {len(lines)} answers on 60 claims, from ")
    counted = [int(number) for number in re.findall(r" (\d+)$", printed.out, re.MULTILINE)]
    assert sum(counted) == len(lines)
    assert run("claims.parquet", "--results", "answers") == 1
    assert capsys.readouterr().out == printed.out


def test_rows_set_aside_are_counted_and_give_exit_code_4(
    claims: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message has their number, their kinds and the folder, and names no member."""
    rows = line_rows()
    rows[0] = {**rows[0], "units": "two"}
    write_rows(claims / "claims.parquet", rows)
    assert run("claims.parquet", "--results", "answers") == 4
    message = capsys.readouterr().err
    of_claim = sum(row["claim"] == rows[0]["claim"] for row in rows)
    assert message.startswith(
        f"answers: {of_claim} of {len(rows)} rows were not checked (1 × PR323"
    )
    assert "bad_rows" in message
    assert not re.search(r"\bM\d\b", message)


def test_what_does_not_go_with_results_is_refused(
    claims: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Other reports, other formats, and a folder inside of what is checked."""
    (claims / "claims.csv").write_text("claim,line\n")
    (claims / "lake").mkdir()
    write_rows(claims / "lake" / "a.parquet", line_rows())
    for arguments, words in (
        (["claims.parquet", "--results", "a", "--report", "json"], "--report"),
        (["claims.csv", "--results", "a"], "no Parquet file"),
        (["lake", "--results", "lake/answers"], "is in"),
        (["claims.parquet", "--results", "lake"], "other files"),
    ):
        assert run(*arguments) in (2, 4)
        assert words in capsys.readouterr().err
    assert sorted(each.name for each in claims.iterdir()) == [
        "acme.toml",
        "claims.csv",
        "claims.parquet",
        "lake",
    ]
