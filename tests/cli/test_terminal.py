"""Text in a terminal: long lines are wrapped between words, and files are not changed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from payer_rules.cli import main
from payer_rules.cli.console import wrapped

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")


def printed(*arguments: str, columns: int) -> list[str]:
    """Return the lines that a command prints in a terminal of the width."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "payer_rules", *arguments]
    environment = {**os.environ, "COLUMNS": str(columns)}
    with subprocess.Popen(command, stdout=theirs, env=environment) as process:
        os.close(theirs)
        text = b"".join(_chunks(ours)).decode()
        os.close(ours)
    assert process.returncode == 0
    return text.replace("\r\n", "\n").splitlines()


def _chunks(descriptor: int) -> Iterator[bytes]:
    """Yield what is printed; reading raises when the last process has ended."""
    try:
        while chunk := os.read(descriptor, 4096):
            yield chunk
    except OSError:
        return


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("short", "short"),
        ("    line 1: a b c d e f g h", "    line 1: a b c d\n      e f g h"),
        ("  x https://example.com/a-long-page", "  x\n    https://example.com/a-long-page"),
        ("│ a row of a table that is wide │", "│ a row of a table that is wide │"),
    ],
)
def test_a_long_line_is_wrapped_with_its_indentation(line: str, text: str) -> None:
    """Words, addresses and drawn tables stay whole."""
    assert wrapped(line, 20) == text


@pytest.mark.parametrize("columns", [40, 60])
def test_no_line_of_a_report_is_wider_than_the_terminal(columns: int) -> None:
    """The lines of a listing are wrapped in a terminal, and no word is lost."""
    lines = printed("payers", columns=columns)
    assert max(map(len, lines)) <= columns
    whole = printed("payers", columns=400)
    assert len(lines) > len(whole)
    assert " ".join(" ".join(lines).split()) == " ".join(whole)


def test_a_terminal_without_a_width_has_eighty_columns() -> None:
    """A new pseudo-terminal states the width 0."""
    assert max(map(len, printed("payers", columns=0))) <= 80


def test_a_file_is_not_wrapped(tmp_path: Path) -> None:
    """A report in a file has one line for each payer."""
    file = tmp_path / "payers.txt"
    assert main(["payers", "--report", f"text:{file}"]) == 0
    assert all(": " in line for line in file.read_text(encoding="utf-8").splitlines())
