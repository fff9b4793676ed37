"""The state of a history store: its services, payers and files, and what it covers."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import date

import attrs

from payer_rules.history import HistoryOverview
from payer_rules.stores.addresses import StoreAddress
from payer_rules.stores.connecting import connected
from payer_rules.stores.database import Database
from payer_rules.stores.line_rows import payer_of
from payer_rules.stores.stored_files import StoredFile, stored_files
from payer_rules.stores.stored_history import StoreCoverage, StoredHistory, read_coverage


@attrs.frozen
class StoreStatus:
    """The state of a history store.

    ``payers`` are those that its services name, ``unnamed`` the number of services that name none,
    ``loaded`` its files, the newest first.
    """

    overview: HistoryOverview
    coverage: StoreCoverage
    payers: tuple[str, ...]
    unnamed: int
    loaded: tuple[StoredFile, ...]
    conflicts: int

    @property
    def files(self) -> int:
        """The number of files."""
        return len(self.loaded)

    @property
    def faulty(self) -> tuple[tuple[str, int], ...]:
        """The names of the files with problems and how many each has, the oldest first."""
        return tuple((each.name, each.problems) for each in self.loaded[::-1] if each.problems)

    @property
    def last(self) -> tuple[str, str] | None:
        """The name of the last file and the time of its load; ``None`` if there is no file."""
        return (self.loaded[0].name, self.loaded[0].loaded_at) if self.loaded else None


def status_of(address: StoreAddress) -> StoreStatus:
    """Return the state of the store."""
    database = connected(address, writes=False)
    with closing(database):
        lines = _StoredLines.of(database)
        files = stored_files(database)
        ((conflicts,),) = database.rows("SELECT count(*) FROM conflicts")
        coverage = read_coverage(database)
    with closing(StoredHistory(address)) as history:
        overview = history.overview()
    return StoreStatus(
        overview=overview,
        coverage=coverage,
        payers=tuple(sorted(payer for payer in lines.services if payer is not None)),
        unnamed=lines.services[None],
        loaded=tuple(attrs.evolve(each, days=lines.days.get(each.number)) for each in files),
        conflicts=conflicts,
    )


@attrs.define
class _StoredLines:
    """The services in force by payer, and the first and last day of the lines of each file."""

    services: Counter[str | None] = attrs.Factory(Counter)
    days: dict[int, tuple[date, date]] = attrs.Factory(dict)

    @classmethod
    def of(cls, database: Database) -> _StoredLines:
        """Return what the lines state: they are read once, since a store may have millions."""
        found = cls()
        statement = (
            "SELECT more, file, count(CASE WHEN state > 0 THEN 1 END), min(day), max(last_day)"
            " FROM lines GROUP BY more, file"
        )
        for more, file, services, *ends in database.rows(statement):
            if services:
                found.services[payer_of(more)] += services
            first, last = map(date.fromordinal, ends)
            known = found.days.get(file, (first, last))
            found.days[file] = (min(known[0], first), max(known[1], last))
        return found
