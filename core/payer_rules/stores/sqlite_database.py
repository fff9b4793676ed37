"""A history store in a SQLite file, by the driver of Python itself."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from payer_rules.stores.addresses import StoreAddress
from payer_rules.stores.database import SELECTED, Database, MemberSpan, Row
from payer_rules.stores.problems import changed, foreign, missing, sqlite_errors

#: Only the owner reads and writes the file.
_MODE: Final = 0o600
#: How long a reader waits for a lock, and how long a load waits for another one, in seconds.
_WAIT: Final = 5.0
_WAIT_TO_LOAD: Final = 600.0
#: The most codes that the database compares; more are left to the history.
_MOST_CODES: Final = 64
_LINES: Final = (
    f"SELECT {SELECTED} FROM lines WHERE member = ? AND day BETWEEN ? AND ?"
    " AND last_day >= ? AND state > 0"
)


class SqliteDatabase(Database):
    """An open connection to a SQLite file."""

    def __init__(
        self, address: StoreAddress, connection: sqlite3.Connection, *, is_locked: bool = True
    ) -> None:
        """Take a connection; without locks a change of the file while it is read is an error."""
        self._name = address.name
        self._connection = connection
        self._path = None if is_locked else address.path
        self._state = self._path and _state_of(self._path)

    @classmethod
    def open(cls, address: StoreAddress, *, writes: bool) -> SqliteDatabase:
        """Return a connection to the file; raises `InputError` if it cannot be opened.

        If it is to be written and does not exist, it is created for its owner alone.
        """
        path = address.path
        if not path.exists():
            if not writes:
                raise missing(address.name)
            _create(path)
        is_locked = writes or _can_write_beside(path)
        with sqlite_errors(address.name):
            connection = _connect(path, writes=writes, is_locked=is_locked)
            database = cls(address, connection, is_locked=is_locked)
            try:
                database._prepare()
            except BaseException:
                connection.close()
                raise
        return database

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA cache_size = -65536")
        self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()

    def prepare_to_change(self) -> None:
        """Let others read while the store is changed."""
        self.change("PRAGMA journal_mode = WAL")
        self.change("PRAGMA synchronous = NORMAL")
        # NOTE: what is deleted is overwritten; most builds of SQLite leave it in free pages.
        self.change("PRAGMA secure_delete = ON")

    def erase(self) -> None:
        """Remove from the log what was written into it before a deletion."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return the rows that the statement selects."""
        with sqlite_errors(self._name):
            found = self._connection.execute(statement, values).fetchall()
        self._refuse_changes()
        return found

    def _refuse_changes(self) -> None:
        """Raise `InputError` if the file is read without locks and has changed."""
        if self._path is not None and _state_of(self._path) != self._state:
            raise changed(self._name)

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run the statement, and return the number of rows that it changed."""
        with sqlite_errors(self._name):
            return self._connection.execute(statement, values).rowcount

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert the rows into the table."""
        if not rows:
            return
        # NOTE: the driver takes longer for ``None`` than for any value, and columns of files are
        # often empty.
        places = range(len(columns))
        filled = [at for at in places if _has_value(rows, at)]
        if len(filled) == 1:
            filled = [*places]
        names, marks = ", ".join(columns[at] for at in filled), ", ".join("?" * len(filled))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"
        is_part = len(filled) < len(columns)
        values: Iterable[Row] = map(itemgetter(*filled), rows) if is_part else rows
        with sqlite_errors(self._name):
            self._connection.executemany(statement, values)

    def lines_of_members(self, spans: Iterable[MemberSpan]) -> list[Row]:
        """Return the rows of the lines in force that the spans ask for; others may be among them.

        NOTE: there is no way to a server, so a statement for each member is the fastest.
        """
        found: list[Row] = []
        with sqlite_errors(self._name):
            for span in spans:
                statement, codes = _LINES, sorted(span.codes or ())
                if codes and len(codes) <= _MOST_CODES:
                    # NOTE: few different statements, so that each is prepared once.
                    codes += codes[-1:] * ((1 << (len(codes) - 1).bit_length()) - len(codes))
                    statement = f"{_LINES} AND code IN ({', '.join('?' * len(codes))})"
                else:
                    codes = []
                values = (span.member, span.start, span.last, span.first, *codes)
                found += self._connection.execute(statement, values)
        self._refuse_changes()
        return found

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Change the store while the context lasts; another load waits until it ends."""
        with sqlite_errors(self._name):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # NOTE: a full disk may have ended the transaction already.
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    def version(self) -> str | None:
        """Return the schema of the store; ``None`` if the database is empty."""
        tables = {name for (name,) in self.rows("SELECT name FROM sqlite_master")}
        if not tables:
            return None
        if not tables >= {"alembic_version", "store_facts"}:
            raise foreign(self._name)
        found = self.rows("SELECT version_num FROM alembic_version")
        return str(found[0][0]) if found else None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _has_value(rows: Sequence[Row], at: int) -> bool:
    """Return True if a row has a value in the column."""
    return rows[0][at] is not None or {*map(itemgetter(at), rows)} != {None}


def connect_to_change(address: StoreAddress) -> sqlite3.Connection:
    """Return a connection on which migrations run."""
    return _connect(address.path, writes=True, is_locked=True)


def connect_in_memory(number: int) -> sqlite3.Connection:
    """Return a connection to the database in memory with this number."""
    uri = f"file:payer-rules-{number}?mode=memory&cache=shared"
    return sqlite3.connect(uri, uri=True, isolation_level=None)


def _create(path: Path) -> None:
    """Create the empty file; raises `InputError` if that is not possible."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, _MODE))
    except OSError as error:
        from payer_rules.system.atomic_files import write_error

        raise write_error(path.name, "the history store", error) from error


def _connect(path: Path, *, writes: bool, is_locked: bool) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={'rw' if writes else 'ro'}"
    if not is_locked:
        # NOTE: readers of a WAL database write a file as well, unless nobody changes it.
        uri += "&immutable=1"
    return sqlite3.connect(
        uri,
        uri=True,
        timeout=_WAIT_TO_LOAD if writes else _WAIT,
        isolation_level=None,
        cached_statements=512,
    )


def _can_write_beside(path: Path) -> bool:
    """Return True if other files can be made in the folder, or are there."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() or os.access(path.parent, os.W_OK)


def _state_of(path: Path) -> tuple[int, int] | None:
    """Return the size of the file, and when it was changed; ``None`` if it is gone."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns
