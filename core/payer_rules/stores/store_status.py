"""The state of a history store: its services, payers and files, and what it covers."""

from __future__ import annotations

from collections import Counter
from contextlib import closing

import attrs

from payer_rules.history import HistoryOverview
from payer_rules.stores.addresses import StoreAddress
from payer_rules.stores.connecting import connected
from payer_rules.stores.database import Database
from payer_rules.stores.line_rows import payer_of
from payer_rules.stores.stored_history import StoreCoverage, StoredHistory, read_coverage


@attrs.frozen
class StoreStatus:
    """The state of a history store.

    ``payers`` are those that its services name, ``unnamed`` the number of services that name none,
    ``files`` the number of files, ``faulty`` the names of
    those with problems and how many each has, and ``last`` the name of the last one and the time of
    its load.
    """

    overview: HistoryOverview
    coverage: StoreCoverage
    payers: tuple[str, ...]
    unnamed: int
    files: int
    faulty: tuple[tuple[str, int], ...]
    conflicts: int
    last: tuple[str, str] | None


def status_of(address: StoreAddress) -> StoreStatus:
    """Return the state of the store."""
    database = connected(address, writes=False)
    with closing(database):
        files = database.rows("SELECT name, loaded_at, problems FROM loaded_files ORDER BY id")
        payers = _services_by_payer(database)
        ((conflicts,),) = database.rows("SELECT count(*) FROM conflicts")
        coverage = read_coverage(database)
    with closing(StoredHistory(address)) as history:
        overview = history.overview()
    return StoreStatus(
        overview=overview,
        coverage=coverage,
        payers=tuple(sorted(payer for payer in payers if payer is not None)),
        unnamed=payers[None],
        files=len(files),
        faulty=tuple((name, problems) for name, _, problems in files if problems),
        conflicts=conflicts,
        last=files[-1][:2] if files else None,
    )


def _services_by_payer(database: Database) -> Counter[str | None]:
    """Return the number of services in force for each payer, and of those that name none."""
    found: Counter[str | None] = Counter()
    statement = "SELECT more, count(*) FROM lines WHERE state > 0 GROUP BY more"
    for more, services in database.rows(statement):
        found[payer_of(more)] += services
    return found
