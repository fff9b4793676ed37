"""What the tools share that extract files from outside: they write them, or compare them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parent.parent


class ExtractError(Exception):
    """The extract cannot be made from what is there; the text says why and what to do."""


def run(
    tool: str,
    about: str | None,
    made: Callable[[], Mapping[Path, bytes]],
    arguments: Sequence[str] | None,
) -> int:
    """Write or check the files of a tool; 0 done or equal, 1 different, 2 they cannot be made."""
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
    """The folder that the variable names, else this one of ``../shared``; else `ExtractError`."""
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
    """Say which files differ from fresh ones."""
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
