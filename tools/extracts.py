"""Functions that write or compare the files that tools extract."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parent.parent


class ExtractError(Exception):
    """An error that explains why the extract cannot be made, and what to do."""


def run(
    tool: str,
    about: str | None,
    made: Callable[[], Mapping[Path, bytes]],
    arguments: Sequence[str] | None,
) -> int:
    """Write or compare the files of a tool.

    Return 0 if they are written or equal, 1 if they differ, 2 if they cannot be made.
    """
    parser = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, and change nothing")
    options = parser.parse_args(arguments)
    try:
        files = made()
    except ExtractError as error:
        print(error, file=sys.stderr)
        return 2
    return _check(tool, files) if options.check else _write(files)


def folder_named(variable: str, beside: str, otherwise: str) -> Path:
    """Return the folder in the variable, or this one of ``../shared``.

    Raise `ExtractError` if there is none.
    """
    named = os.environ.get(variable)
    folder = Path(named) if named else CHECKOUT.parent / "shared" / beside
    if not folder.is_dir():
        raise ExtractError(f"{variable}: {otherwise}")
    return folder


def _write(files: Mapping[Path, bytes]) -> int:
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return 0


def _check(tool: str, files: Mapping[Path, bytes]) -> int:
    """Print which files differ from new ones."""
    differing = [path for path, content in files.items() if _present(path) != content]
    for path in differing:
        print(
            f"{path.relative_to(CHECKOUT).as_posix()}: differs from a fresh extract. "
            f"Run tools/{tool} and read the difference.",
            file=sys.stderr,
        )
    return 1 if differing else 0


def _present(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
