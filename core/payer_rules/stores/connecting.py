"""Connections to history stores, whose schema is one that this version knows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from payer_rules.stores.addresses import StoreAddress, StoreKind
from payer_rules.stores.database import Database
from payer_rules.stores.migrations import HEAD, KNOWN
from payer_rules.stores.problems import missing, newer, postgres_errors, sqlite_errors

#: The numbers of stores in memory, each of which is one of its own.
_NUMBERS: Final[Iterator[int]] = itertools.count(1)


def connected(address: StoreAddress, *, writes: bool, creates: bool = True) -> Database:
    """Return an open connection to the store; raises `InputError` if it cannot be used.

    A store to be written is upgraded to the newest schema, and with ``creates`` it is created if it
    does not exist. An older schema is read as it is, which needs no permission to change it.
    """
    creates = writes and creates
    if not creates and address.kind == "sqlite" and not address.path.exists():
        raise missing(address.name)
    database = _opened(address, writes=writes)
    try:
        version = database.version()
        if version is not None and version not in KNOWN:
            raise newer(address.name)
        if version is None and not creates:
            raise missing(address.name)
        if writes and version != HEAD:
            _upgrade(address)
        if writes:
            database.prepare_to_change()
    except BaseException:
        database.close()
        raise
    return database


def store_in_memory() -> Database:
    """Return an empty store that is in memory alone."""
    from payer_rules.stores.sqlite_database import SqliteDatabase, connect_in_memory

    connect = partial(connect_in_memory, next(_NUMBERS))
    database = SqliteDatabase(StoreAddress("sqlite", "", "memory"), connect())
    _migrate("sqlite", "memory", connect)
    return database


def _opened(address: StoreAddress, *, writes: bool) -> Database:
    if address.kind == "sqlite":
        from payer_rules.stores.sqlite_database import SqliteDatabase

        return SqliteDatabase.open(address, writes=writes)
    from payer_rules.stores.postgres_database import PostgresDatabase

    return PostgresDatabase.open(address)


def _upgrade(address: StoreAddress) -> None:
    """Run the migrations; raises `InputError` if the database refuses them."""
    _migrate(address.kind, address.name, _connect_function(address))


def _migrate(kind: StoreKind, name: str, connect: Callable[[], Any]) -> None:
    from payer_rules.stores.migrations.upgrade import upgrade

    errors = sqlite_errors if kind == "sqlite" else postgres_errors
    with errors(name):
        _with_driver_errors(partial(upgrade, kind, connect))


def _connect_function(address: StoreAddress) -> Callable[[], Any]:
    if address.kind == "sqlite":
        from payer_rules.stores import sqlite_database

        return partial(sqlite_database.connect_to_change, address)
    from payer_rules.stores import postgres_database

    return partial(postgres_database.connect_to_change, address)


def _with_driver_errors(function: Callable[[], None]) -> None:
    """Call the function; raises the error of the driver that SQLAlchemy has wrapped."""
    from payer_rules.system.packages import require_packages

    require_packages("--store", "history", "which creates history stores", "sqlalchemy")
    from sqlalchemy.exc import DBAPIError

    try:
        function()
    except DBAPIError as error:
        if error.orig is None:
            raise
        raise error.orig from None
