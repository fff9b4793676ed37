"""The files that were loaded into a history store, by which they are named."""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs

from payer_rules.stores.database import Database

#: The characters of a digest that reports show; so many of one file suffice to name it.
_SHOWN: Final = 12


@attrs.frozen(kw_only=True)
class StoredFile:
    """A file that was loaded into a history store.

    ``digest`` is the SHA-256 of its content, and ``loaded_at`` the time of the load. ``lines`` and
    ``problems`` are how many it had when it was loaded; ``days`` are the first and the last day of
    those of its lines that were not deleted since, if they were asked for.
    """

    number: int
    name: str
    digest: str
    loaded_at: str
    lines: int
    problems: int
    days: tuple[date, date] | None = None

    @property
    def short_digest(self) -> str:
        """The start of the digest, by which the file can be named."""
        return self.digest[:_SHOWN]


def stored_files(database: Database) -> list[StoredFile]:
    """Return the files that were loaded, the newest first."""
    rows = database.rows(
        "SELECT id, name, digest, loaded_at, lines, problems FROM loaded_files ORDER BY id DESC"
    )
    return [
        StoredFile(
            number=number,
            name=name,
            digest=digest,
            loaded_at=loaded_at,
            lines=lines,
            problems=problems,
        )
        for number, name, digest, loaded_at, lines, problems in rows
    ]
