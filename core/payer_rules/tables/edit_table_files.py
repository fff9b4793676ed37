"""The CSV files of a plugin's edit table, read into an `EditTable`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

import attrs

from payer_rules.errors import InputError
from payer_rules.rules import (
    ALWAYS,
    EDIT_RULES,
    AddOnEdit,
    DateRange,
    EditTable,
    EditTerms,
    PairEdit,
    UnitEdit,
)
from payer_rules.rules.edit_table import WITHOUT_MAI
from payer_rules.tables.csv_file import CsvFile

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

_PAIR: Final = ["column1", "column2", "indicator", "verified_from", "verified_to", "row"]
_UNIT: Final = ["code", "mue", "mai", "verified_from", "verified_to", "row"]
_UNIT_OF_MEDICAID: Final = ["code", "mue", "verified_from", "verified_to", "row"]
_ADD_ON: Final = ["code", "type", "primaries", "verified_from", "verified_to", "row"]
_CODE: Final = ["code"]
_INDICATORS: Final[dict[str, Literal[0, 1]]] = {"0": 0, "1": 1}
_OVERLAPPING: Final = ", for dates that overlap"
_whole: Final = re.compile(r"[0-9]{1,9}").fullmatch
_MAIS: Final[dict[str, Literal[1, 2, 3]]] = {"1": 1, "2": 2, "3": 3}
_TYPES: Final = _MAIS


def read_edit_table(
    terms: EditTerms,
    *,
    pairs: Path | Traversable | None = None,
    units: Path | Traversable | None = None,
    add_ons: Path | Traversable | None = None,
    codes: Path | Traversable,
    release: str,
    verified: DateRange,
    known_from: date | None,
) -> EditTable:
    """Return the edit table that CSV files hold, on the terms.

    A kind of rows without a file was not read of the release: the table states nothing of it. The
    columns of ``pairs`` are column1, column2, indicator, verified_from, verified_to and row; those
    of ``units`` code, mue, mai (Medicaid has none), verified_from, verified_to and row; those of
    ``add_ons`` code, type, primaries (separated by spaces), verified_from, verified_to and row;
    that of ``codes`` is code. Dates are ISO dates; an empty one is open. Raises `InputError` with
    every bad row of all files.
    """
    paths = {"ptp": pairs, "mue": units, "codes": codes, "add-on": add_ons}
    files = {name: CsvFile.read(path) for name, path in paths.items() if path is not None}
    table = EditTable(
        **attrs.asdict(terms, recurse=False),
        release=release,
        holds=frozenset(rule for rule in EDIT_RULES if rule in files),
        pairs=tuple(_pairs(files["ptp"])) if pairs else (),
        units=tuple(_units(files["mue"], terms.program)) if units else (),
        add_ons=tuple(_add_ons(files["add-on"])) if add_ons else (),
        complete_for=frozenset(_codes(files["codes"])),
        verified=verified,
        known_from=known_from,
        digest=_digest(files.values()),
    )
    problems = [problem for file in files.values() for problem in file.problems]
    if problems:
        raise InputError(problems)
    return table


def _pairs(file: CsvFile) -> Iterator[PairEdit]:
    for column1, column2, indicator, first, last, row in file.rows(_PAIR):
        problems = len(file.problems)
        file.check_code(column1)
        file.check_code(column2)
        file.check_one_of("indicator", indicator, _INDICATORS)
        file.check_row(row)
        verified = file.dates(first, last)
        if verified and len(file.problems) == problems:
            _check_pair(file, column1, column2, verified)
            yield PairEdit(column1, column2, _INDICATORS[indicator], verified, row)


def _check_pair(file: CsvFile, column1: str, column2: str, verified: DateRange) -> None:
    pair = f"the pair {column1}/{column2}"
    same = file.overlapping_line((column1, column2), verified)
    if column1 == column2:
        file.problem(f"{pair} is one code twice", "Write two codes, or an MUE in the other file.")
    elif same:
        message = f"{pair} is also on line {same}{_OVERLAPPING}"
        file.problem(message, "Keep one of the two rows.")
    elif reverse := file.overlapping_line((column2, column1), verified):
        message = f"{pair} is on line {reverse} with the columns swapped{_OVERLAPPING}"
        file.problem(message, "Keep the row whose column 1 is paid.")
    file.keep((column1, column2), verified)


def _units(file: CsvFile, program: str) -> Iterator[UnitEdit]:
    columns = _UNIT_OF_MEDICAID if program == WITHOUT_MAI else _UNIT
    for values in file.rows(columns):
        code, mue, mai, first, last, row = _with_mai(values)
        problems = len(file.problems)
        file.check_code(code)
        if not _whole(mue):
            file.problem(f"mue is {mue!r}", "Write a whole number of units, 0 or more.")
        if mai is not None:
            file.check_one_of("mai", mai, _MAIS)
        file.check_row(row)
        verified = file.dates(first, last)
        if verified and len(file.problems) == problems:
            _check_once(file, code, verified, _OVERLAPPING)
            yield UnitEdit(code, int(mue), _MAIS[mai] if mai else None, verified, row)


def _with_mai(values: list[str]) -> tuple[str, str, str | None, str, str, str]:
    """Return the values of a row of units; Medicaid's files have no adjudication indicator."""
    code, mue, *mai, first, last, row = values
    return code, mue, mai[0] if mai else None, first, last, row


def _add_ons(file: CsvFile) -> Iterator[AddOnEdit]:
    for code, kind, listed, first, last, row in file.rows(_ADD_ON):
        problems, primaries = len(file.problems), frozenset(listed.split())
        for each in (code, *sorted(primaries)):
            file.check_code(each)
        file.check_one_of("type", kind, _TYPES)
        file.check_row(row)
        if code in primaries:
            file.problem(f"{code} is its own primary", "Take it out of the primaries.")
        if kind == "1" and not primaries:
            file.problem(f"{code} is of type 1 and has no primary", "List them, or write type 2.")
        verified = file.dates(first, last)
        if verified and len(file.problems) == problems:
            _check_once(file, code, verified, _OVERLAPPING)
            yield AddOnEdit(code, _TYPES[kind], primaries, verified, row)


def _codes(file: CsvFile) -> Iterator[str]:
    for (code,) in file.rows(_CODE):
        file.check_code(code)
        _check_once(file, code, ALWAYS, "")
        yield code


def _check_once(file: CsvFile, code: str, verified: DateRange, when: str) -> None:
    if same := file.overlapping_line((code,), verified):
        file.problem(f"{code} is also on line {same}{when}", "Keep one of the two rows.")
    file.keep((code,), verified)


def _digest(files: Iterable[CsvFile]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.content)
    return f"sha256:{digest.hexdigest()}"
