"""How much of a file is held at once, and how many of its faults are told.

No claim comes near these bounds; what does is no claim, and must cost neither memory nor hours.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from payer_rules._toml import unreadable
from payer_rules.errors import Fault, FaultError

__all__ = [
    "LARGEST_DOCUMENT",
    "LARGEST_RESOURCE",
    "LONGEST_ROW",
    "MOST_FAULTS",
    "MOST_LINES",
    "content_of",
    "lines_of",
    "no_file",
    "told_of",
]

T = TypeVar("T")

#: Bytes of a file that is read as a whole: some fifty thousand claims in TOML or JSON. Its values,
#: and the places of its faults, take up to a hundred times as much memory.
LARGEST_DOCUMENT: Final = 1 << 25
#: Bytes of one FHIR resource. Servers refuse much smaller ones; a bundle may be as large.
LARGEST_RESOURCE: Final = 1 << 27
#: Characters in a row of CSV; a row of all our columns has some five hundred.
LONGEST_ROW: Final = 1 << 20
#: Service lines of a claim: as many as the largest claim form has room for, the 837I (loop 2400 of
#: 005010X223 repeats 999 times).
MOST_LINES: Final = 999
#: Faults of a file that are told; nobody mends so many by hand.
MOST_FAULTS: Final = 10_000
_STEP: Final = 1 << 16


def content_of(path: Path | Traversable, name: str, largest: int) -> bytes:
    """The bytes of the file; raises `FaultError` where it cannot be read or is larger."""
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise FaultError([unreadable(name, error)]) from error
    if len(content) > largest:
        raise FaultError([_too_large(name, largest)])
    return content


def lines_of(file: BinaryIO, name: str, largest: int) -> Iterator[tuple[int, bytes | Fault]]:
    """The lines of the file with their numbers; a fault for each that is longer."""
    number = 0
    while line := file.readline(largest + 1):
        number += 1
        if len(line) <= largest:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(_STEP)
        yield number, _too_large(f"{name}:{number}", largest)


def no_file(path: Path) -> Fault | None:
    """The fault of a path under which no file lies; raises `OSError` where nothing does.

    A pipe or device cannot be read twice, as seeing what it holds and reading it would be.
    """
    mode = path.stat().st_mode
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISDIR(mode):
        return unreadable(path.name or str(path), IsADirectoryError())
    problem = "this is a pipe or device, and a file belongs here"
    return Fault(path.name, problem, "Write what comes out of it into a file.")


def told_of(found: Iterator[T | Fault], name: str) -> Iterator[T | Fault]:
    """What was found in the file, with as many of its faults as are told."""
    faults = 0
    try:
        for each in found:
            faults += isinstance(each, Fault)
            if faults <= MOST_FAULTS or not isinstance(each, Fault):
                yield each
    except MemoryError:
        # NOTE: the last resort: what was given stands, and what comes behind is not known.
        yield Fault(name, "the rest of the file takes more memory than there is", "Divide it.")
    if faults > MOST_FAULTS:
        problem = f"there are more faults than the {MOST_FAULTS} that are told"
        yield Fault(name, problem, "Mend those, and read the file again.")


def _too_large(where: str, largest: int) -> Fault:
    problem = f"more than {largest >> 20} MB stand here, and are read at once"
    remedy = "Divide it; 837, CSV, Parquet and NDJSON are read claim by claim, of any length."
    return Fault(where, problem, remedy)
