"""Deletion of lines from a history store, and what of it is remembered.

A deletion is remembered without the lines: the first day that was kept, and a keyed digest of each
member whose lines were deleted.
"""

from __future__ import annotations

from datetime import date

from payer_rules.stores.addresses import StoreAddress
from payer_rules.stores.connecting import connected
from payer_rules.stores.database import Database
from payer_rules.stores.line_rows import number_of, text_of
from payer_rules.stores.stored_history import digest_of_member


def forget_member(address: StoreAddress, member: str) -> int | None:
    """Delete all lines of the member, and return how many were in force.

    ``None`` if the store has nothing of the member: the store then stays as it is.
    """
    database = connected(address, writes=True, creates=False)
    try:
        with database.transaction():
            before = _services(database)
            key, tables = (text_of(member),), ("lines", "payments", "conflicts")
            if not any(_has_member(database, table, key) for table in tables):
                return None
            for table in tables:
                database.change(f"DELETE FROM {table} WHERE member = ?", key)
            ((salt,),) = database.rows("SELECT salt FROM store_facts")
            digest = (digest_of_member(member, salt),)
            database.change("DELETE FROM forgotten_members WHERE digest = ?", digest)
            database.insert("forgotten_members", ("digest",), [digest])
            deleted = before - _recounted(database)
        database.erase()
        return deleted
    finally:
        database.close()


def forget_older(address: StoreAddress, day: date) -> int:
    """Delete all lines that ended before the day, and return how many were in force."""
    database = connected(address, writes=True, creates=False)
    try:
        with database.transaction():
            before, number = _services(database), number_of(day)
            database.change("DELETE FROM lines WHERE last_day < ?", (number,))
            database.change(
                "DELETE FROM payments WHERE paid_on < ? AND NOT EXISTS (SELECT 1 FROM lines l"
                " WHERE l.member = payments.member AND l.claim = payments.claim)",
                (number,),
            )
            # NOTE: what files state differently of days before does not matter any more.
            database.change(
                "DELETE FROM conflicts WHERE NOT EXISTS (SELECT 1 FROM lines l"
                " WHERE l.member = conflicts.member AND l.claim = conflicts.claim)"
            )
            database.change(
                "UPDATE store_facts SET kept_from = ? WHERE kept_from IS NULL OR kept_from < ?",
                (number, number),
            )
            deleted = before - _recounted(database)
        database.erase()
        return deleted
    finally:
        database.close()


def _has_member(database: Database, table: str, key: tuple[str]) -> bool:
    return bool(database.rows(f"SELECT 1 FROM {table} WHERE member = ? LIMIT 1", key))


def _services(database: Database) -> int:
    ((services,),) = database.rows("SELECT services FROM store_facts")
    return int(services)


def _recounted(database: Database) -> int:
    """Count the lines again, and return how many are in force."""
    ((services, undecided, first, last),) = database.rows(
        "SELECT count(*), count(CASE WHEN status IS NULL OR status = 'pending' THEN 1 END),"
        " min(day), max(last_day) FROM lines WHERE state > 0"
    )
    database.change(
        "UPDATE store_facts SET services = ?, undecided = ?, first_day = ?, last_day = ?",
        (services, undecided, first, last),
    )
    return int(services)
