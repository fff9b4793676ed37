"""The import of CMS's files into the tables of a folder: all files, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final, TypeAlias

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.tables import array_files, catalog
from payer_rules.tables.catalog import ImportedFile, ImportedTable
from payer_rules.tables.drafts import Draft, FileImport, TableAddress
from payer_rules.tables.formats import FORMATS, TableFormat
from payer_rules.tables.problem_log import ProblemLog
from payer_rules.tables.releases import TableIdentity
from payer_rules.tables.source_files import SourceFile, sources_in

#: The number of files in which CMS publishes the pairs of a setting: f1 to f4.
_PIECES: Final = 4
_OPTIONS: Final = {
    "program": "--program medicare or --program medicaid",
    "setting": "--setting practitioner, outpatient-hospital or dme",
    "release": "--release with year and quarter, such as 2024q3",
}

#: A function that receives the name of a file and the part of it that was read.
Progress: TypeAlias = Callable[[str, float], None]


def import_tables(
    files: Iterable[Path],
    folder: Path,
    *,
    identity: TableIdentity | None = None,
    progress: Progress = lambda *_: None,
) -> tuple[ImportedTable, ...]:
    """Import files of CMS into the folder, and return the imported tables by address.

    A table of the same address is replaced, and all others stay. ``identity`` is what the files do
    not state. Raises `InputError` with the problems of all files; then nothing is imported.
    """
    with catalog.locked(folder):
        drafts = _read(files, identity or TableIdentity(), progress)
        catalog.create(folder)
        catalog.delete_unlisted(folder)
        try:
            imported = tuple(_store(folder, at, drafts.pop(at)) for at in sorted(drafts, key=str))
            replaced = {table.address for table in imported}
            kept = [table for table in catalog.read(folder) if table.address not in replaced]
            catalog.replace(folder, (*kept, *imported))
        finally:
            catalog.delete_unlisted(folder)
    return imported


def _read(
    files: Iterable[Path], stated: TableIdentity, progress: Progress
) -> dict[TableAddress, Draft]:
    drafts: dict[TableAddress, Draft] = {}
    problems: list[Problem] = []
    logs: list[ProblemLog] = []
    for found in _recognized(files, stated, problems):
        source, log = found.source, ProblemLog(found.source.name)
        logs.append(log)
        reading = FileImport(source.name, source.digest, found.identity, log, drafts)
        try:
            found.format.read(source.chunks(partial(progress, source.name)), reading)
        except InputError as error:
            problems += error.problems
    # NOTE: a table that was not read to its end would have problems that are not in the file.
    for draft in () if problems else drafts.values():
        draft.check()
    problems += chain.from_iterable(log.problems for log in logs)
    if problems:
        raise InputError(problems)
    return drafts


@attrs.frozen
class _Recognized:
    """A source file with its format and the identity of its table."""

    source: SourceFile
    format: TableFormat
    identity: TableIdentity


def _recognized(
    files: Iterable[Path], stated: TableIdentity, problems: list[Problem]
) -> list[_Recognized]:
    """Return the source files whose format is known; add the problems of the others."""
    found: list[_Recognized] = []
    for file in files:
        try:
            found += [_recognize(source, stated) for source in sources_in(file)]
        except InputError as error:
            problems += error.problems
    problems += _problems_of_pieces(found)
    return found


def _recognize(source: SourceFile, stated: TableIdentity) -> _Recognized:
    """Return the source with the identity stated by heading, name and options.

    Raises `InputError` if the heading is unknown, or if the identity has gaps or contradictions.
    """
    with closing(source.chunks()) as chunks:
        head = next(chunks, [])
    for table_format in FORMATS:
        heading = table_format.heading(head)
        if heading is not None:
            break
    else:
        begins = head[0].decode(errors="replace").strip()[:60] if head else ""
        message = f"the heading is not one of CMS's; the file begins with {begins!r}"
        remedy = "Use the file as CMS publishes it."
        raise InputError([Problem(f"{source.name}:1", message, remedy, ErrorCode.SOURCE_FILE)])
    problems = heading.conflicts_with(source.identity, source.name, "the heading", "the name")
    identity = heading.filled_from(source.identity)
    problems += identity.conflicts_with(stated, source.name, "the file", "the option")
    identity = identity.filled_from(stated)
    problems += _missing_problems(source.name, table_format, identity)
    if problems:
        raise InputError(problems)
    return _Recognized(source, table_format, identity)


def _missing_problems(
    name: str, table_format: TableFormat, identity: TableIdentity
) -> Iterator[Problem]:
    """Yield a problem for each missing part of the identity of a table."""
    needed = ["program", "release"]
    if table_format.content != "add-ons" and not table_format.names_setting:
        needed.append("setting")
    for part in needed:
        if getattr(identity, part) is None:
            yield Problem(
                name,
                f"neither the name nor the heading states the {part}",
                f"Add {_OPTIONS[part]}.",
                ErrorCode.TABLE_IDENTITY,
            )


def _problems_of_pieces(found: Sequence[_Recognized]) -> Iterator[Problem]:
    """Yield a problem for each table of which a file is missing or named twice."""
    pieces: dict[TableIdentity, list[_Recognized]] = {}
    for each in found:
        if each.identity.piece:
            pieces.setdefault(attrs.evolve(each.identity, piece=None), []).append(each)
    for files in pieces.values():
        numbers = sorted(each.identity.piece or 0 for each in files)
        name = files[0].source.name
        missing = [f"f{n}" for n in range(1, max(_PIECES, *numbers) + 1) if n not in numbers]
        if missing:
            message = f"the table has several files, and these are missing: {', '.join(missing)}"
            remedy = "Import all files of the table at once."
            yield Problem(name, message, remedy, ErrorCode.TABLE_FILES)
        if len(set(numbers)) < len(numbers):
            message = "a file of this table is named twice"
            remedy = "Import each file once, as text or as workbook."
            yield Problem(name, message, remedy, ErrorCode.TABLE_FILES)


def _store(folder: Path, address: TableAddress, draft: Draft) -> ImportedTable:
    """Write a table under a name that the catalog does not have yet."""
    rows, is_dated = draft.size, draft.is_dated
    head, arrays = draft.content()
    aside = folder / "table.new"
    digest = array_files.write(aside, {**head, "content": address.content}, arrays)
    sources = tuple(ImportedFile(**each) for each in draft.sources.head())
    table = ImportedTable(
        address=address, rows=rows, is_dated=is_dated, sources=sources, digest=digest
    )
    aside.replace(folder / table.file)
    return table
