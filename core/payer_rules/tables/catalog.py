"""The catalog of the tables in a folder: one small file that is replaced as a whole.

An import writes its tables under new names, then replaces the catalog. A reader sees the old
tables or the new ones, and never a mixture. Tables that the catalog does not name are deleted.

The catalog holds its own digest and the digest of every table. A catalog of version 1 has no
digest; the name of a table's file is derived from its address, so each named table must exist.
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

from payer_rules.error_codes import ErrorCode
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
    """A file from which a table was imported, and the SHA-256 of the file or of its archive."""

    name: str
    digest: str


@attrs.frozen(kw_only=True)
class ImportedTable:
    """An imported table: its address, its number of rows, and the files it was read from.

    ``is_dated`` is true if the rows have their first day in force. ``digest`` identifies the
    content, and is part of the file's name.
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
    """Return the tables of a folder, by address; none if nothing was imported.

    Raises `InputError` for a catalog that is damaged, missing although there are tables, or of a
    newer version.
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


def create(folder: Path) -> None:
    """Write an empty catalog if there is none, so that no table exists without a catalog."""
    if not _exists(folder / _CATALOG):
        replace(folder, ())


def replace(folder: Path, tables: Iterable[ImportedTable]) -> None:
    """Replace the catalog with one of these tables."""
    data = _data(tuple(sorted(tables, key=_address)), _VERSION)
    new = folder / f"{_CATALOG}.new"
    with new.open("w", encoding="utf-8") as file:
        file.write(json.dumps(data, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / _CATALOG)
    _sync(folder)


def delete_unlisted(folder: Path) -> None:
    """Delete the files that the catalog does not name: replaced tables and unfinished ones."""
    named = {table.file for table in read(folder)}
    for path in folder.iterdir():
        if path.name not in named and path.suffix in (_SUFFIX, ".new"):
            # NOTE: some systems do not delete an open file; the next import does.
            with suppress(OSError):
                path.unlink()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock the folder against other imports; raises `InputError` if one is running.

    The operating system holds the lock, so it ends with the process.
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
            message = "another import is running in this folder"
            remedy = "Wait until it has ended, then try again."
            raise InputError([Problem(str(folder), message, remedy, ErrorCode.TABLES_FOLDER)])
        try:
            yield
        except OSError as error:
            raise _unwritable(folder, error) from error


def _sync(folder: Path) -> None:
    """Flush the names in a folder to the disk, on systems that can."""
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
    """Return the table as JSON data."""
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
    """Return the catalog of the tables as JSON data."""
    listed = [as_data(table) for table in tables]
    if version == _WITHOUT_DIGEST:
        return {"version": version, "tables": listed}
    digest = hashlib.sha256(json.dumps(listed).encode()).hexdigest()
    return {"version": version, "digest": f"sha256:{digest}", "tables": listed}


def _exists(path: Path) -> bool:
    """Return True if the path exists; raises `InputError` if the system refuses to answer."""
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
    message = f"the catalog of tables is {message}"
    return InputError([Problem(str(path), message, remedy, ErrorCode.IMPORTED_TABLE)])


def _unwritable(path: Path, error: OSError) -> InputError:
    message = f"no table can be written here ({error.strerror})"
    remedy = "Check the permissions and the free space, or use another folder."
    return InputError([Problem(str(path), message, remedy, ErrorCode.TABLES_FOLDER)])
