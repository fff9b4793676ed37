"""What can go wrong with the database of a history store, in one sentence each.

The texts of the databases themselves are never printed: they may quote the values of a row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem

#: What is wrong, what to do, and the code.
_Words: TypeAlias = tuple[str, str, ErrorCode]

_LOCKED: Final = (
    "the history store is locked by another program",
    "Wait until that has ended, and try again.",
    ErrorCode.STORE_ACCESS,
)
_READ_ONLY: Final = (
    "the history store cannot be written",
    "Ask for permission to write it, or load into another one.",
    ErrorCode.STORE_ACCESS,
)
_FULL: Final = (
    "the disk of the history store is full: nothing of the last file was stored",
    "Free some space, and run the command again.",
    ErrorCode.STORE_ACCESS,
)
_LOST: Final = (
    "the connection to the history store was lost: nothing of the last file was stored",
    "Check that the database runs, and run the command again.",
    ErrorCode.STORE_ACCESS,
)
_NO_CONNECTION: Final = (
    "there is no connection to the history store",
    "Check host, database, user and password, and that the database runs.",
    ErrorCode.STORE_ACCESS,
)
_FOREIGN: Final = (
    "the database is not a history store of payer-rules",
    "Name another one, or a file that does not exist yet.",
    ErrorCode.STORE_CONTENT,
)
_DAMAGED: Final = (
    "the history store is damaged",
    "Restore it from a backup, or load the files into a new one.",
    ErrorCode.STORE_CONTENT,
)
_NEWER: Final = (
    "the history store was written by a newer version of payer-rules",
    "Install that version: pip install --upgrade payer-rules.",
    ErrorCode.STORE_CONTENT,
)
_CHANGED: Final = (
    "the history store was changed while it was read, in a folder where no lock can be written",
    "Run the command again when the load has ended.",
    ErrorCode.STORE_ACCESS,
)
_MISSING: Final = (
    "there is no history store",
    "Check the address, or load files first: payer-rules history load FILE --store URL.",
    ErrorCode.STORE_ACCESS,
)

_SQLITE: Final[dict[int, _Words]] = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _READ_ONLY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _LOST,
    sqlite3.SQLITE_NOTADB: _FOREIGN,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
}
#: By SQLSTATE, or by its class.
_POSTGRES: Final[dict[str, _Words]] = {
    "55P03": _LOCKED,
    "40": _LOCKED,
    "25006": _READ_ONLY,
    "42501": _READ_ONLY,
    "53100": _FULL,
    "3D000": _NO_CONNECTION,
    "28": _NO_CONNECTION,
    "08": _LOST,
    "57": _LOST,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
    "42P01": _FOREIGN,
    "42703": _FOREIGN,
}


def foreign(name: str) -> InputError:
    """Return the error of a database that is no history store."""
    return _error(name, _FOREIGN)


def newer(name: str) -> InputError:
    """Return the error of a store with a schema that this version does not know."""
    return _error(name, _NEWER)


def changed(name: str) -> InputError:
    """Return the error of a store that another program changed while it was read."""
    return _error(name, _CHANGED)


def missing(name: str) -> InputError:
    """Return the error of a store that does not exist."""
    return _error(name, _MISSING)


def no_connection(name: str) -> InputError:
    """Return the error of a database that does not answer."""
    return _error(name, _NO_CONNECTION)


@contextmanager
def sqlite_errors(name: str) -> Iterator[None]:
    """Raise `InputError` in one sentence for what SQLite reports."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        words = _SQLITE.get(code)
        if words is None and "no such table" in str(error):
            words = _FOREIGN
        if words is None:
            raise
        raise _error(name, words) from None


@contextmanager
def postgres_errors(name: str) -> Iterator[None]:
    """Raise `InputError` in one sentence for what PostgreSQL or its driver reports."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        words = _words_of(error)
        if words is None:
            # NOTE: its own text may quote the values of a row.
            raise RuntimeError(f"PostgreSQL reports {error.sqlstate}") from None
        raise _error(name, words) from None


def _words_of(error: Any) -> _Words | None:  # noqa: ANN401
    import psycopg

    state = error.sqlstate or ""
    words = _POSTGRES.get(state) or _POSTGRES.get(state[:2])
    # NOTE: without an SQLSTATE the server has not answered.
    is_lost = not state and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return _LOST if words is None and is_lost else words


def _error(name: str, words: _Words) -> InputError:
    message, remedy, code = words
    return InputError([Problem(name, message, remedy, code)])
