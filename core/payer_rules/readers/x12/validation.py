"""What pyx12 finds wrong with a file by the implementation guides, without the values."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem
from payer_rules.system.packages import missing_packages

#: The codes of IK304 and IK403 in plain words.
_OF_SEGMENTS: Final = {
    "1": "the guide does not know the segment here",
    "2": "the segment is not expected here",
    "3": "a segment that the guide requires is missing",
    "4": "the loop comes more often than it may",
    "5": "the segment comes more often than it may",
    "6": "the segment is not part of this transaction",
    "7": "the segment is out of its order",
    "8": "an element of the segment has a problem",
}
_OF_ELEMENTS: Final = {
    "1": "a required element is missing",
    "2": "an element that another requires is missing",
    "3": "there are too many elements",
    "4": "the element is too short",
    "5": "the element is too long",
    "6": "the element has a character that is not allowed there",
    "7": "the code is not one of the guide's",
    "8": "the date is not valid",
    "9": "the time is not valid",
    "10": "two elements exclude each other",
    "12": "the element is repeated too often",
    "13": "there are too many components",
}
_REMEDY: Final = "See the implementation guide of the transaction."
_WITH_ELEMENTS: Final = "8"


def validated(path: Path, name: str) -> Iterator[Problem]:
    """Yield the problems of the file by the guides; one problem if pyx12 cannot check it."""
    if missing := missing_packages(name, "x12-validate", "which checks X12", "pyx12"):
        yield missing
        return
    import pyx12.errors
    import pyx12.params
    import pyx12.x12n_document

    answer, said = io.StringIO(), io.StringIO()
    try:
        with (
            path.open(encoding="utf-8", errors="replace") as file,
            redirect_stdout(said),
            redirect_stderr(said),
            _silence(),
        ):
            pyx12.x12n_document.x12n_document(
                param=pyx12.params.params(), src_file=file, fd_997=answer, fd_html=None
            )
    except Exception as error:
        # NOTE: pyx12 fails on some files; the type of its error is better than nothing.
        message = f"pyx12 cannot check the file: {type(error).__name__}"
        remedy = "Check it with another tool, or leave out --validate."
        yield Problem(name, message, remedy, ErrorCode.X12_GUIDE)
        return
    yield from _problems(answer.getvalue(), name)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep pyx12 from logging: its messages hold what the elements hold."""
    logger = logging.getLogger("pyx12")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _problems(acknowledgment: str, name: str) -> Iterator[Problem]:
    """Yield the problems in a 999."""
    place = name
    for segment in acknowledgment.split("~"):
        kind, *elements = segment.strip().split("*")
        details = [*elements, "", "", "", ""]
        if kind == "IK3":
            loop = f", loop {details[2]}" if details[2] else ""
            place = f"{name}, segment {details[1]} of the transaction ({details[0]}{loop})"
            if details[3] != _WITH_ELEMENTS:
                message = _OF_SEGMENTS.get(details[3], f"error {details[3]!r}")
                yield Problem(place, message, _REMEDY, ErrorCode.X12_GUIDE)
        elif kind == "IK4":
            message = _OF_ELEMENTS.get(details[2], f"error {details[2]!r}")
            where = f"{place}, element {details[0]}"
            yield Problem(where, message, _REMEDY, ErrorCode.X12_GUIDE)
