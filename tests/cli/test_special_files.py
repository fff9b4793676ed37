"""Pipes, devices and files of the kernel: every command refuses them as ``check`` does."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from payer_rules.cli import main
from payer_rules.cli.exit_codes import ExitCode
from payer_rules.errors import InputError, Problem
from payer_rules.readers.fhir import read_fhir_claims
from payer_rules.readers.line_tables import read_claim_table
from payer_rules.readers.x12 import read_x12_claims

SPECIAL: Final[dict[str, Callable[[Path], None]]] = {
    "pipe": os.mkfifo,
    "zero": lambda path: path.symlink_to("/dev/zero"),
    "null": lambda path: path.symlink_to("/dev/null"),
    "kernel": lambda path: path.symlink_to("/proc/version"),
}
#: What each command is given; ``SPECIAL`` is the file that is none.
COMMANDS: Final = (
    "check SPECIAL.toml",
    "check SPECIAL.csv --format table",
    "check SPECIAL.837",
    "check ok.csv --history SPECIAL.835",
    "check ok.csv --columns SPECIAL.toml",
    "payers --profiles SPECIAL.toml",
    "payers --profiles folder",
    "profiles check SPECIAL.toml",
    "profiles check folder",
    "conform SPECIAL.cases.toml",
    "conform cases",
    "sessions SPECIAL.csv",
    "sessions ok.csv --columns SPECIAL.toml",
    "sessions bill SPECIAL.toml",
    "tables import SPECIAL.csv --tables t",
)
ROW: Final = (
    "claim,member,code,date,billing_npi,payer\nC1,M,90853,2024-08-15,1234567893,il-medicaid\n"
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a sound table of claims."""
    monkeypatch.chdir(tmp_path)
    Path("ok.csv").write_text(ROW)
    return tmp_path


@pytest.mark.parametrize("make", SPECIAL.values(), ids=SPECIAL)
def test_no_command_waits_for_what_is_no_file(
    make: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Named itself or in a folder: one sentence, and the code of a bad file."""
    for folder, name in (("folder", "p.toml"), ("cases", "c.cases.toml")):
        Path(folder).mkdir()
        make(Path(folder) / name)
    for ending in (".toml", ".csv", ".837", ".835", ".cases.toml"):
        make(Path(f"SPECIAL{ending}"))
    for command in COMMANDS:
        ended = main(command.split())
        errors = capsys.readouterr().err
        assert ended == ExitCode.FAULTY, command
        assert errors.count("this is a pipe or device and not a file") == 1, command


def found(read: Callable[[Path], Iterator[object]], path: Path) -> list[object]:
    """What a reader finds in the file, or the problems that it raises."""
    try:
        return list(read(path))
    except InputError as error:
        return list(error.problems)


@pytest.mark.parametrize("read", [read_claim_table, read_x12_claims, read_fhir_claims])
def test_no_reader_waits_for_a_pipe(here: Path, read: Callable[[Path], Iterator[object]]) -> None:
    """Also where Python calls it."""
    for name in ("a.csv", "a.json", "a.ndjson"):
        os.mkfifo(here / name)
        (problem,) = found(read, here / name)
        assert isinstance(problem, Problem)
        assert "pipe or device" in problem.message
