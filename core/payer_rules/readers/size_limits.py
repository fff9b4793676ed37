"""Limits of what is held in memory at once, and of how many problems are reported.

No real claim comes near these limits; a file that does must cost neither memory nor hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final, TypeVar

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem, Remark
from payer_rules.system.files import LARGEST_DOCUMENT, content_of, special_file

__all__ = [
    "LARGEST_DOCUMENT",
    "LARGEST_RESOURCE",
    "LONGEST_ROW",
    "MOST_FAULTS",
    "MOST_LINES",
    "content_of",
    "limit_problems",
    "lines_of",
    "special_file",
]

T = TypeVar("T")

#: Bytes of one FHIR resource. Servers refuse much smaller ones; a bundle may be as large.
LARGEST_RESOURCE: Final = 1 << 27
#: Characters in a row of CSV; a row of all our columns has some five hundred.
LONGEST_ROW: Final = 1 << 20
#: Service lines of a claim: as many as the largest claim form has room for, the 837I (loop 2400 of
#: 005010X223 repeats 999 times).
MOST_LINES: Final = 999
#: The most problems of a file that are listed, and the most remarks; more help nobody.
MOST_FAULTS: Final = 10_000
_STEP: Final = 1 << 16


def lines_of(file: BinaryIO, name: str, largest: int) -> Iterator[tuple[int, bytes | Problem]]:
    """Yield the lines of the file with their numbers, and a problem for each that is too long."""
    number = 0
    while line := file.readline(largest + 1):
        number += 1
        if len(line) <= largest:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(_STEP)
        message = f"the line is longer than {largest >> 20} MB"
        remedy = "Write each resource on its own line."
        yield number, Problem(f"{name}:{number}", message, remedy, ErrorCode.TOO_LARGE)


def limit_problems(found: Iterator[T | Problem], name: str) -> Iterator[T | Problem]:
    """Yield what was found in the file, with a limited number of problems and remarks."""
    problems = remarks = 0
    try:
        for each in found:
            if isinstance(each, Remark):
                remarks += 1
                if remarks <= MOST_FAULTS:
                    yield each
            elif isinstance(each, Problem):
                problems += 1
                if problems <= MOST_FAULTS:
                    yield each
            else:
                yield each
    except MemoryError:
        # NOTE: the last resort: what was given stands, and what comes behind is not known.
        message = "the rest of the file takes more memory than there is"
        yield Problem(name, message, "Divide it.", ErrorCode.TOO_LARGE)
    if problems > MOST_FAULTS:
        message = f"there are more problems than the {MOST_FAULTS} that are listed"
        remedy = "Correct those, and read the file again."
        yield Problem(name, message, remedy, ErrorCode.TOO_LARGE)
