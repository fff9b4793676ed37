"""The Parquet files of a batch, with the names by which a person finds their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem, Remark
from payer_rules.readers.line_tables.columns import CLAIM_COLUMNS, NEEDED_OF_CLAIMS
from payer_rules.readers.line_tables.layout import is_missing_columns, layout_of
from payer_rules.readers.line_tables.parquet import parquet_table
from payer_rules.readers.line_tables.sources import PARQUET
from payer_rules.system.files import open_regular, read_problem

_SUFFIX: Final = "*.parquet"
#: How programs mark files and folders beside the data, such as ``_delta_log`` and ``_SUCCESS``.
_HIDDEN: Final = ("_", ".")


@attrs.frozen
class LineFile:
    """A Parquet file of claim lines: its path, its name in messages, and its columns of ours."""

    path: Path
    name: str
    rows: int
    columns: tuple[str, ...]


def is_parquet(path: Path) -> bool:
    """Return True if the path is a Parquet file or a folder with one."""
    if path.is_dir():
        return next(_files_in(path), None) is not None
    try:
        with open_regular(path, path.name) as file:
            return file.read(len(PARQUET)) == PARQUET
    except (OSError, InputError):
        return False


def find_line_files(
    paths: Iterable[Path], mapping: Mapping[str, str] | None = None
) -> tuple[tuple[LineFile, ...], tuple[Remark, ...]]:
    """Return the files that the paths name, also in folders, and remarks about their columns.

    Raises `InputError` with the problems of all files that cannot be read or lack a column.
    """
    files: list[LineFile] = []
    problems: list[Problem] = []
    for path in paths:
        found = [(each, str(each.relative_to(path))) for each in _files_in(path)]
        if path.is_dir() and not found:
            remedy = "Name a folder with files that end with .parquet."
            message = "there is no Parquet file in the folder"
            problems.append(Problem(path.name, message, remedy, ErrorCode.UNREADABLE_FILE))
        for file, name in found if path.is_dir() else [(path, path.name)]:
            try:
                line_file, of_header = _described(file, name, mapping)
            except InputError as error:
                problems += error.problems
            else:
                files.append(line_file)
                problems += of_header
    if any(not isinstance(problem, Remark) for problem in problems):
        raise InputError(dict.fromkeys(problems))
    return tuple(files), tuple(each for each in problems if isinstance(each, Remark))


def _files_in(path: Path) -> Iterator[Path]:
    """Yield the Parquet files of a folder in order; none of a file."""
    for file in sorted(path.rglob(_SUFFIX)) if path.is_dir() else ():
        parts = file.relative_to(path).parts
        if not any(part.startswith(_HIDDEN) for part in parts) and file.is_file():
            yield file


def _described(
    path: Path, name: str, mapping: Mapping[str, str] | None
) -> tuple[LineFile, tuple[Problem, ...]]:
    """Return the file with the columns that are read, and the problems of its header."""
    import pyarrow.parquet as pq

    try:
        source = parquet_table(path, name)
        rows = pq.read_metadata(path).num_rows
    except OSError as error:
        raise InputError([read_problem(name, error)]) from error
    layout, problems = layout_of(source, CLAIM_COLUMNS, NEEDED_OF_CLAIMS, mapping)
    if is_missing_columns(layout, NEEDED_OF_CLAIMS):
        raise InputError(problem for problem in problems if not isinstance(problem, Remark))
    return LineFile(path, name, rows, layout.names), problems
