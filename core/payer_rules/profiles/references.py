"""The sources and code sets of a profile, to which its rules refer by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from typing import Final, Generic, TypeAlias, TypeVar

import attrs

from payer_rules.claims import is_code, is_line_code
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Path
from payer_rules.profiles.reader import ProfileReader
from payer_rules.rules import Citation, Course
from payer_rules.text.quoting import quoted
from payer_rules.vocabularies.formats import LINE_CODE, REVENUE_LINE

T = TypeVar("T")

#: The most codes of a range.
_MOST: Final = 1_000
#: The most codes of a range whose codes have a letter: those of a chapter of HCPCS.
_MOST_WITH_LETTER: Final = 10_000

#: The first and the last code, with a hyphen between them.
_range: Final = re.compile(
    r"(?P<start>[A-Z]?)(?P<first>[0-9]+)(?P<end>[A-Z]?)-(?P=start)(?P<last>[0-9]+)(?P=end)"
).fullmatch
#: No code contains a hyphen or dash, so a text with one is meant as a range.
is_like_a_range: Final = re.compile(r"[-–]").search


@attrs.frozen(kw_only=True)
class References(Generic[T]):
    """The values by name; None in place of invalid ones."""

    what: str
    values: Mapping[str, tuple[T, ...] | None]


Sources: TypeAlias = References[Citation]
CodeSets: TypeAlias = References[str]
Courses: TypeAlias = References[Course]


@attrs.frozen(kw_only=True)
class StatedSource(Citation):
    """A citation as a profile states it: the row is the name of the table."""

    row: str = attrs.field(default="", metadata={"key": None})


def sources_of(reader: ProfileReader) -> Sources:
    """Return the citations of each row; a row from several documents has several."""
    values = {row: _citations(reader, row, data) for row, data in reader.table("sources").items()}
    return References(what="source", values=values)


def code_sets_of(reader: ProfileReader) -> CodeSets:
    """Return the codes of each code set."""
    values = {name: _codes(reader, name, data) for name, data in reader.table("code_sets").items()}
    return References(what="code set", values=values)


def _citations(reader: ProfileReader, row: str, data: object) -> tuple[Citation, ...] | None:
    path = ("sources", row)
    if isinstance(data, list) and data:
        found = [reader.structure(StatedSource, item, (*path, at)) for at, item in enumerate(data)]
    else:
        found = [reader.structure(StatedSource, data, path)]
    is_valid = [_with_row(source, row) for source in found if source]
    return tuple(is_valid) if len(is_valid) == len(found) else None


def _with_row(source: StatedSource, row: str) -> Citation:
    return Citation(**{**attrs.asdict(source, recurse=False), "row": row})


def _codes(reader: ProfileReader, name: str, data: object) -> tuple[str, ...] | None:
    path = ("code_sets", name)
    if not isinstance(data, list) or not data:
        message = f"{name} is {quoted(data)}, and a list of codes belongs here"
        remedy = 'Write at least one procedure code: ["90853"].'
        reader.report(path, message, remedy, ErrorCode.PROCEDURE_CODE)
        return None
    codes = [_codes_of(reader, item, (*path, at)) for at, item in enumerate(data)]
    return tuple(chain(*codes)) if all(codes) else None


def _codes_of(reader: ProfileReader, item: object, path: Path) -> tuple[str, ...]:
    """Return the code, or the codes of the range, or none after reporting a problem."""
    if isinstance(item, str) and is_line_code(item):
        return (item,)
    if isinstance(item, str) and is_like_a_range(item):
        return codes_between(reader, item, path)
    message, remedy = f"{quoted(item)} is not a procedure code", LINE_CODE.remedy
    if isinstance(item, str) and item.startswith(REVENUE_LINE):
        remedy = LINE_CODE.advice(item)
    elif isinstance(item, str) and item.startswith("@"):
        remedy = "A code set names codes, and no other set: write the codes of that set."
    reader.report(path, message, remedy, ErrorCode.PROCEDURE_CODE)
    return ()


def codes_between(reader: ProfileReader, text: str, path: Path) -> tuple[str, ...]:
    """Return all codes of a range, or none after reporting a problem."""
    ends = _range(text)
    codes_of_ends = text.partition("-")[::2]
    if ends is None or not all(map(is_code, codes_of_ends)) or (ends["start"] and ends["end"]):
        remedy = "A range is two codes that differ in digits alone: '99202-99239', 'J0120-J3590'."
        reader.report(path, f"{text!r} is not a range of codes", remedy, ErrorCode.CODE_RANGE)
        return ()
    first, last = int(ends["first"]), int(ends["last"])
    letters = ends["start"] + ends["end"]
    if first > last:
        remedy = "Write the smaller code first."
        message = f"the range {text!r} ends before it begins"
        reader.report(path, message, remedy, ErrorCode.CODE_RANGE)
        return ()
    codes = range(first, last + 1)
    most = _MOST_WITH_LETTER if letters else _MOST
    if len(codes) > most:
        remedy = f"Write shorter ranges, of at most {most:,} codes each."
        message = f"the range {text!r} has {len(codes):,} codes"
        reader.report(path, message, remedy, ErrorCode.CODE_RANGE)
        return ()
    digits = 5 - len(letters)
    return tuple(f"{ends['start']}{code:0{digits}}{ends['end']}" for code in codes)
