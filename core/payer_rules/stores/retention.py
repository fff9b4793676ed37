"""Deletion of lines from a history store, and what of it is remembered.

A deletion is remembered without the lines: the first day that was kept, and a keyed digest of each
member whose lines were deleted. Of a file that is taken out nothing is remembered: the store is
what it would be if the file had not been loaded.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.stores.addresses import StoreAddress
from payer_rules.stores.connecting import connected
from payer_rules.stores.database import Database
from payer_rules.stores.line_rows import number_of, text_of
from payer_rules.stores.settling import dependent_claims, settle
from payer_rules.stores.stored_files import stored_files
from payer_rules.stores.stored_history import digest_of_member
from payer_rules.system.files import open_regular

#: The least characters by which a digest is named.
_LEAST: Final = 8


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


def forget_file(address: StoreAddress, named: str) -> int:
    """Take a loaded file out, and return how many services fewer are in force.

    The number is below zero if the file took back more than it has. Raises `InputError` if not
    exactly one loaded file has this name or digest.
    """
    database = connected(address, writes=True, creates=False)
    try:
        with database.transaction():
            before = _services(database)
            remove_file(database, number_of_file(database, named, option="--file"))
            deleted = before - _services(database)
        database.erase()
        return deleted
    finally:
        database.close()


def remove_file(database: Database, number: int) -> None:
    """Delete what was loaded from the file, inside a transaction, and settle the rest again."""
    prepare_loading(database)
    database.change(
        "INSERT INTO loading SELECT DISTINCT member, claim FROM lines WHERE file = ?", (number,)
    )
    claims = dependent_claims(database, number)
    for table, column in (("lines", "file"), ("payments", "file"), ("loaded_files", "id")):
        database.change(f"DELETE FROM {table} WHERE {column} = ?", (number,))
    settle(database, sorted(claims), dict(database.rows("SELECT id, name FROM loaded_files")))
    _recounted(database)


def prepare_loading(database: Database) -> None:
    """Create the empty table of the claims of a file, which settling reads."""
    database.change("CREATE TEMPORARY TABLE IF NOT EXISTS loading (member TEXT, claim TEXT)")
    database.change("DELETE FROM loading")


def number_of_file(database: Database, named: str, *, option: str, new: str = "") -> int:
    """Return the number of the loaded file with the content, the digest or the name.

    ``new`` is the digest of a file that takes its place: it is not meant itself if another is.
    Raises `InputError` if there is no such file, or several.
    """
    files = stored_files(database)
    path = Path(named)
    content = digest_of(path) if path.is_file() else ""
    start = named.lower() if len(named) >= _LEAST else content
    others = [each for each in files if each.digest != new]
    found = next(
        (
            meant
            for among in (others, files)
            for meant in (
                [each for each in among if each.digest == content],
                [each for each in among if start and each.digest.startswith(start)],
                [each for each in among if each.name == path.name],
            )
            if meant
        ),
        [],
    )
    if len(found) == 1:
        return found[0].number
    message = f"no file {path.name!r} was loaded into the history store"
    remedy = (
        "Name the file itself, its name or the start of its digest (SHA-256); payer-rules history "
        "status --files lists the files."
    )
    if found:
        message = f"{len(found)} files {path.name!r} were loaded into the history store"
        digests = "; ".join(
            f"{each.short_digest}, loaded {each.loaded_at}, "
            f"{each.lines:,} line{'' if each.lines == 1 else 's'}"
            for each in found
        )
        remedy = f"Name the file itself, or one of these digests: {digests}."
    raise InputError([Problem(option, message, remedy, ErrorCode.OPTION_VALUE)])


def digest_of(path: Path) -> str:
    """Return the digest of the file's content, by which a store knows it.

    Raises `OSError` if it cannot be read, and `InputError` if it is no regular file.
    """
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
