"""Which tables a folder holds: one small file that is replaced as a whole.

An import writes its tables aside under new names, then puts a new catalog in the place of the
old. Whoever reads finds the old tables or the new ones. What no catalog names is swept away.

The catalog holds the digest of its own content and that of every table. One of version 1 has no
digest; the name of a table's file is made of its address, so a table that it names must be there.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import attrs

from payer_rules.errors import InputError, Problem
from payer_rules.system.atomic_files import try_lock
from payer_rules.system.files import content_of, read_problem
from payer_rules.tables.drafts import TableAddress
from payer_rules.tables.releases import Release

_CATALOG: Final = "catalogue.json"
_LOCK: Final = "lock"
_SUFFIX: Final = ".table"
_VERSION: Final = 2
_WITHOUT_DIGEST: Final = 1


@attrs.frozen(kw_only=True)
class ImportedFile:
    """A file from which a table was imported, and its SHA-256: of the whole archive, if in one."""

    name: str
    digest: str


@attrs.frozen(kw_only=True)
class ImportedTable:
    """One imported table: where it belongs, how many rows it has, where they come from.

    ``is_dated`` says whether the rows tell since when they are in force. ``digest`` identifies the
    content, and the file's name is made of it.
    """

    address: TableAddress
    rows: int
    is_dated: bool
    sources: tuple[ImportedFile, ...]
    digest: str

    @property
    def file(self) -> str:
        """The name of the table's file."""
        where = self.address
        parts = [where.program, where.setting, str(where.release), where.content]
        return "-".join([*(part for part in parts if part), self.digest[7:23]]) + _SUFFIX


def read(folder: Path) -> tuple[ImportedTable, ...]:
    """Return the tables of a folder, by address; none where nothing was ever imported.

    Raises `InputError` for a catalog that is damaged, missing beside tables, or of a newer
    version.
    """
    path = folder / _CATALOG
    if not _exists(path):
        if _has_tables(folder):
            raise _unusable(path, "missing, and there are tables")
        return ()
    content = content_of(path, str(path))
    try:
        data = json.loads(content)
        version = data["version"]
        if version in (_VERSION, _WITHOUT_DIGEST):
            tables = tuple(map(_table, data["tables"]))
            if data != _data(tables, version):
                raise ValueError(data)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unusable(path, "damaged") from error
    if version not in (_VERSION, _WITHOUT_DIGEST):
        raise _unusable(path, f"of version {version!r}, not {_VERSION}")
    if version == _WITHOUT_DIGEST and not all(_exists(folder / each.file) for each in tables):
        raise _unusable(path, "damaged: it names a table that is not there")
    return tables


def begin(folder: Path) -> None:
    """Write an empty catalog where there is none, so that tables never lie without one."""
    if not _exists(folder / _CATALOG):
        replace(folder, ())


def replace(folder: Path, tables: Iterable[ImportedTable]) -> None:
    """Put a catalog of these tables in the place of the one that is there."""
    data = _data(tuple(sorted(tables, key=_address)), _VERSION)
    aside = folder / f"{_CATALOG}.new"
    with aside.open("w", encoding="utf-8") as file:
        file.write(json.dumps(data, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / _CATALOG)
    _sync(folder)


def sweep(folder: Path) -> None:
    """Delete what the catalog does not name: tables replaced, and what a killed import left."""
    named = {table.file for table in read(folder)}
    for path in folder.iterdir():
        if path.name not in named and path.suffix in (_SUFFIX, ".new"):
            # NOTE: where a file that is open cannot be deleted, the next import sweeps it.
            with suppress(OSError):
                path.unlink()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other imports out of the folder; raises `InputError` where one is under way.

    The lock is the operating system's, so it ends with the process, however that ends.
    """
    lock = folder / _LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o666)
    except OSError as error:
        raise _unwritable(lock, error) from error
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        if not try_lock(file.fileno()):
            remedy = "Wait until it has ended, then try again."
            raise InputError([Problem(str(folder), "another import is under way here", remedy)])
        try:
            yield
        except OSError as error:
            raise _unwritable(folder, error) from error


def _sync(folder: Path) -> None:
    """See the names in a folder on the disk, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _address(table: ImportedTable) -> tuple[str, str, str, str]:
    where = table.address
    return where.program, str(where.release), where.setting or "", where.content


def as_data(table: ImportedTable) -> dict[str, Any]:
    """The table as JSON has it."""
    where = table.address
    return {
        "program": where.program,
        "setting": where.setting,
        "release": str(where.release),
        "content": where.content,
        "rows": table.rows,
        "dated": table.is_dated,
        "sources": [attrs.asdict(source) for source in table.sources],
        "digest": table.digest,
    }


def _table(data: dict[str, Any]) -> ImportedTable:
    release = Release.parse(data["release"])
    if release is None:
        raise ValueError(data["release"])
    return ImportedTable(
        address=TableAddress(
            program=data["program"],
            setting=data["setting"],
            release=release,
            content=data["content"],
        ),
        rows=data["rows"],
        is_dated=data["dated"],
        sources=tuple(ImportedFile(**source) for source in data["sources"]),
        digest=data["digest"],
    )


def _data(tables: tuple[ImportedTable, ...], version: int) -> dict[str, Any]:
    """Return the catalog of the tables as JSON has it."""
    listed = [as_data(table) for table in tables]
    if version == _WITHOUT_DIGEST:
        return {"version": version, "tables": listed}
    digest = hashlib.sha256(json.dumps(listed).encode()).hexdigest()
    return {"version": version, "digest": f"sha256:{digest}", "tables": listed}


def _exists(path: Path) -> bool:
    """Return True if something has this name; raises `InputError` if the system does not tell."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise InputError([read_problem(str(path), error)]) from error
    return True


def _has_tables(folder: Path) -> bool:
    try:
        return any(path.suffix == _SUFFIX for path in folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise InputError([read_problem(str(folder), error)]) from error


def _unusable(path: Path, message: str) -> InputError:
    remedy = f"Delete {_CATALOG} if it is there, then import all of CMS's files again."
    return InputError([Problem(str(path), f"the catalog of tables is {message}", remedy)])


def _unwritable(path: Path, error: OSError) -> InputError:
    message = f"no table can be written here ({error.strerror})"
    remedy = "See that you may write there and that there is room, or name another folder."
    return InputError([Problem(str(path), message, remedy)])
