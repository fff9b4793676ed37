"""CMS's files, read into the tables of a folder: all of them, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final, TypeAlias

import attrs

from payer_rules.errors import InputError, Problem
from payer_rules.tables import array_files, catalog
from payer_rules.tables.catalog import ImportedFile, ImportedTable
from payer_rules.tables.drafts import Draft, FileImport, TableAddress
from payer_rules.tables.formats import FORMATS, TableFormat
from payer_rules.tables.problem_log import ProblemLog
from payer_rules.tables.releases import TableIdentity
from payer_rules.tables.source_files import SourceFile, sources_in

#: CMS publishes the pairs of a setting in so many files, named f1 to f4.
_PIECES: Final = 4
_SAY: Final = {
    "program": "--program medicare or --program medicaid",
    "setting": "--setting practitioner, outpatient-hospital or dme",
    "release": "--release with year and quarter, such as 2024q3",
}

#: What is told while files are read: the file's name, and the part of it that was read.
Watch: TypeAlias = Callable[[str, float], None]


def import_tables(
    files: Iterable[Path],
    folder: Path,
    *,
    given: TableIdentity | None = None,
    watch: Watch = lambda *_: None,
) -> tuple[ImportedTable, ...]:
    """Read files of CMS into the folder's tables; the tables that they make, by address.

    A table that was there is replaced, every other one stays. ``given`` is what the files do not
    tell. Raises `InputError` with every fault of all files; then nothing is imported.
    """
    with catalog.locked(folder):
        drafts = _read(files, given or TableIdentity(), watch)
        catalog.begin(folder)
        catalog.sweep(folder)
        try:
            made = tuple(_store(folder, at, drafts.pop(at)) for at in sorted(drafts, key=str))
            replaced = {table.address for table in made}
            kept = [table for table in catalog.read(folder) if table.address not in replaced]
            catalog.replace(folder, (*kept, *made))
        finally:
            catalog.sweep(folder)
    return made


def _read(files: Iterable[Path], given: TableIdentity, watch: Watch) -> dict[TableAddress, Draft]:
    drafts: dict[TableAddress, Draft] = {}
    problems: list[Problem] = []
    logs: list[ProblemLog] = []
    for found in _recognized(files, given, problems):
        source, log = found.source, ProblemLog(found.source.name)
        logs.append(log)
        reading = FileImport(source.name, source.digest, found.told, log, drafts)
        try:
            found.format.read(source.chunks(partial(watch, source.name)), reading)
        except InputError as error:
            problems += error.problems
    # NOTE: of a table that was not read to its end, only that is told.
    for draft in () if problems else drafts.values():
        draft.check()
    problems += chain.from_iterable(log.problems for log in logs)
    if problems:
        raise InputError(problems)
    return drafts


@attrs.frozen
class _Recognized:
    """A source file, its format, and all that is known of its table."""

    source: SourceFile
    format: TableFormat
    told: TableIdentity


def _recognized(
    files: Iterable[Path], given: TableIdentity, problems: list[Problem]
) -> list[_Recognized]:
    """The source files in which tables can be read; what is wrong with others is noted."""
    found: list[_Recognized] = []
    for file in files:
        try:
            found += [_recognize(source, given) for source in sources_in(file)]
        except InputError as error:
            problems += error.problems
    problems += _problems_of_pieces(found)
    return found


def _recognize(source: SourceFile, given: TableIdentity) -> _Recognized:
    """The source with what its heading, its name and the options tell; raises `InputError`."""
    with closing(source.chunks()) as chunks:
        head = next(chunks, [])
    for table_format in FORMATS:
        heading = table_format.heading(head)
        if heading is not None:
            break
    else:
        begins = head[0].decode(errors="replace").strip()[:60] if head else ""
        message = f"the heading is none of CMS's; the file begins with {begins!r}"
        raise InputError([Problem(f"{source.name}:1", message, "Name a file as CMS publishes it.")])
    problems = heading.against(source.told, source.name, "the heading", "the name")
    told = heading.or_else(source.told)
    problems += told.against(given, source.name, "the file", "the option")
    told = told.or_else(given)
    problems += _missing_problems(source.name, table_format, told)
    if problems:
        raise InputError(problems)
    return _Recognized(source, table_format, told)


def _missing_problems(
    name: str, table_format: TableFormat, told: TableIdentity
) -> Iterator[Problem]:
    """A fault for each thing that must be known of the table and is not."""
    needed = ["program", "release"]
    if table_format.content != "add-ons" and not table_format.names_setting:
        needed.append("setting")
    for each in needed:
        if getattr(told, each) is None:
            yield Problem(name, f"neither name nor heading tells the {each}", f"Say {_SAY[each]}.")


def _problems_of_pieces(found: Sequence[_Recognized]) -> Iterator[Problem]:
    """A fault for each table of which not all files are there, or one is there twice."""
    pieces: dict[TableIdentity, list[_Recognized]] = {}
    for each in found:
        if each.told.piece:
            pieces.setdefault(attrs.evolve(each.told, piece=None), []).append(each)
    for files in pieces.values():
        there = sorted(each.told.piece or 0 for each in files)
        name = files[0].source.name
        absent = [f"f{n}" for n in range(1, max(_PIECES, *there) + 1) if n not in there]
        if absent:
            message = f"the table is in several files, and of them {', '.join(absent)} are missing"
            yield Problem(name, message, "Name all files of the table at once.")
        if len(set(there)) < len(there):
            message = "a file of this table is named twice"
            yield Problem(name, message, "Name each file once, as text or as workbook.")


def _store(folder: Path, address: TableAddress, draft: Draft) -> ImportedTable:
    """Write a table beside the others, under a name that no catalog tells yet."""
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
