"""The history in a database: the lines that queries ask for, and what the store covers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

import attrs

from payer_rules.history import History, HistoryLine, HistoryOverview, HistoryQuery
from payer_rules.readers.joined_histories import widest_of
from payer_rules.stores.addresses import StoreAddress, parse_address
from payer_rules.stores.connecting import connected
from payer_rules.stores.database import Database, MemberSpan, ProviderSpan, Row
from payer_rules.stores.line_rows import line_of, number_of, text_from, text_of

T = TypeVar("T")

#: The most members of one query.
_BATCH: Final = 1_000
_ALL_DAYS: Final[dict[str, Any]] = {"date_from": date.min, "date_to": date.max}


@attrs.frozen
class StoreCoverage:
    """The coverage of a store: from which day it is complete, for whom, and what was deleted.

    ``longest`` is the most days of a line. ``is_partly_read`` is true if a part of a loaded file
    could not be read. Lines before ``kept_from`` were deleted, and those of
    members whose digests are ``forgotten``.
    """

    covers_from: date
    covers_billing: str | None
    covers_rendering: str | None
    longest: int
    kept_from: date
    salt: str
    is_partly_read: bool
    forgotten: frozenset[str]

    def is_forgotten(self, member: str) -> bool:
        """Return True if lines of the member were deleted."""
        return bool(self.forgotten) and digest_of_member(member, self.salt) in self.forgotten


@attrs.define(eq=False)
class StoredHistory:
    """The lines of a history store; each process that uses it has a connection of its own."""

    address: StoreAddress
    _database: Database | None = attrs.field(default=None, init=False, repr=False)
    _process: int = attrs.field(default=0, init=False, repr=False)
    _coverage: StoreCoverage | None = attrs.field(default=None, init=False, repr=False)
    _inherited: list[Database | None] = attrs.field(factory=list, init=False, repr=False)

    def __getstate__(self) -> StoreAddress:
        """Return the address: another process opens a connection of its own."""
        return self.address

    def __setstate__(self, state: StoreAddress) -> None:
        self.__init__(state)  # type: ignore[misc]

    @property
    def database(self) -> Database:
        """The connection of this process."""
        if self._database is None or self._process != os.getpid():
            # NOTE: a forked process must neither use nor close the connection of its parent.
            self._inherited.append(self._database)
            self._database, self._process = connected(self.address, writes=False), os.getpid()
        return self._database

    def close(self) -> None:
        """Close the connection of this process."""
        if self._database is not None and self._process == os.getpid():
            self._database.close()
        self._database = None

    def __del__(self) -> None:
        """Close the connection: a command has no other end of it."""
        self.close()

    @property
    def coverage(self) -> StoreCoverage:
        """What the store covers."""
        if self._coverage is None:
            self._coverage = read_coverage(self.database)
        return self._coverage

    @property
    def lacks_lines(self) -> bool:
        """Whether a part of a file could not be read when it was loaded."""
        return self.coverage.is_partly_read

    @property
    def covers_from(self) -> date:
        """The day from which no line is missing; `date.max` if that is not known of any day."""
        return self.coverage.covers_from

    def fetch(self, queries: Iterable[HistoryQuery]) -> History:
        """Return a history with all lines that the queries ask for, and few others."""
        queries = tuple(queries)
        covers = self.coverage
        rows: Iterable[Row] = self._rows_of_members(queries)
        providers = [query for query in queries if query.rendering is not None]
        if providers:
            # NOTE: a line of one of the members may be of one of the providers, too.
            found = {row[-2:]: row for row in rows}
            for query in providers:
                span = self._provider_span(query)
                found.update((row[-2:], row) for row in self.database.lines_of_provider(span))
            rows = found.values()
        return History.of_sound_lines(
            map(line_of, rows),
            covers_from=covers.covers_from,
            covers_billing=covers.covers_billing,
            covers_rendering=covers.covers_rendering,
        )

    def select(self, queries: Iterable[HistoryQuery]) -> History:
        """Return the history with only the lines that the queries ask for."""
        queries = tuple(queries)
        return self.fetch(queries).select(queries)

    def kept_from(self, member: str) -> date:
        """Return the day before which lines of the member may have been deleted."""
        covers = self.coverage
        return date.max if covers.is_forgotten(member) else covers.kept_from

    def overview(self) -> HistoryOverview:
        """Return the number of lines in force, and their first and last day."""
        statement = "SELECT services, undecided, first_day, last_day FROM store_facts"
        services, undecided, first, last = self.database.rows(statement)[0]
        days = (date.fromordinal(first), date.fromordinal(last)) if services else None
        return HistoryOverview(services, days, has_undecided=undecided > 0)

    def members_among(self, members: Iterable[str]) -> frozenset[str]:
        """Return those of the members who have lines in force."""
        return self._texts("SELECT DISTINCT member FROM lines WHERE state > 0 AND member", members)

    def undecided_among(self, members: Iterable[str]) -> frozenset[str]:
        """Return those of the members who have a line without a decision of the payer."""
        undecided = "SELECT DISTINCT member FROM lines WHERE state > 0"
        undecided += " AND (status IS NULL OR status = 'pending') AND member"
        return self._texts(undecided, members)

    def claims_of(self, members: Iterable[str]) -> frozenset[str]:
        """Return the ids of the claims of the members."""
        return self._texts("SELECT DISTINCT claim FROM lines WHERE state > 0 AND member", members)

    def of_member(self, member: str) -> History:
        """Return all lines of the member, by date."""
        return self.fetch([HistoryQuery(members=frozenset([member]), codes=None, **_ALL_DAYS)])

    def last_line(self, member: str) -> HistoryLine | None:
        """Return the last line of the member; ``None`` if there is no line."""
        lines = self.of_member(member).lines
        return max(lines, key=lambda line: line.date_from, default=None)

    def first_members(self, most: int) -> tuple[str, ...]:
        """Return so many of the members, or all if there are fewer."""
        statement = "SELECT DISTINCT member FROM lines WHERE state > 0 LIMIT ?"
        return tuple(text_from(member) for (member,) in self.database.rows(statement, (most,)))

    def _texts(self, statement: str, members: Iterable[str]) -> frozenset[str]:
        """Return the texts that the statement selects for the members."""
        found: set[str] = set()
        for part in batches(map(text_of, members)):
            marks = ", ".join("?" * len(part))
            found.update(row[0] for row in self.database.rows(f"{statement} IN ({marks})", part))
        return frozenset(map(text_from, found))

    def _rows_of_members(self, queries: Iterable[HistoryQuery]) -> list[Row]:
        """Return the rows of the members whom the queries name."""
        spans: dict[str, HistoryQuery] = {}
        for query in queries:
            for member in query.members if query.rendering is None else ():
                known = spans.get(member)
                spans[member] = query if known is None else _hull(known, query)
        longest = self.coverage.longest
        found: list[Row] = []
        for part in batches(spans.items()):
            asked = (_member_span(member, query, longest) for member, query in part)
            found += self.database.lines_of_members(asked)
        return found

    def _provider_span(self, query: HistoryQuery) -> ProviderSpan:
        assert query.rendering is not None
        first, last = number_of(query.date_from), number_of(query.date_to)
        start = first - self.coverage.longest
        return ProviderSpan(text_of(query.rendering), query.codes, start, first, last)


def open_store(url: str, folder: Path | None = None) -> StoredHistory:
    """Return the history of a store: ``sqlite:///FILE`` or ``postgresql://USER@HOST/DATABASE``.

    Raises `InputError` if there is no store, or if it cannot be used. The file is relative to the
    folder, or to the working directory.
    """
    history = StoredHistory(parse_address(url, folder, "--history"))
    _ = history.coverage
    return history


def read_coverage(database: Database) -> StoreCoverage:
    """Return what the store covers, by its files and by what was deleted."""
    longest, kept, salt = database.rows("SELECT longest, kept_from, salt FROM store_facts")[0]
    kept_from = date.min if kept is None else date.fromordinal(kept)
    forgotten = frozenset(d for (d,) in database.rows("SELECT digest FROM forgotten_members"))
    widest = widest_of(_file_histories(database))
    is_partly_read = bool(database.rows("SELECT 1 FROM loaded_files WHERE problems > 0 LIMIT 1"))
    is_broken = is_partly_read or bool(database.rows("SELECT 1 FROM conflicts LIMIT 1"))
    return StoreCoverage(
        covers_from=date.max if is_broken else max(widest.covers_from, kept_from),
        covers_billing=widest.covers_billing,
        covers_rendering=None if forgotten else widest.covers_rendering,
        longest=longest,
        kept_from=kept_from,
        salt=salt,
        is_partly_read=is_partly_read,
        forgotten=forgotten,
    )


def _file_histories(database: Database) -> list[History]:
    """Return a history without lines for each loaded file, with what it covers."""
    statement = "SELECT covers_from, covers_billing, covers_rendering FROM loaded_files ORDER BY id"
    return [
        History(
            covers_from=date.max if first is None else date.fromordinal(first),
            covers_billing=None if billing is None else text_from(billing),
            covers_rendering=None if rendering is None else text_from(rendering),
        )
        for first, billing, rendering in database.rows(statement)
    ] or [History.unknown()]


def digest_of_member(member: str, salt: str) -> str:
    """Return the digest of a member by which a deletion is remembered."""
    return blake2b(member.encode(), key=salt.encode(), digest_size=16).hexdigest()


def _hull(one: HistoryQuery, other: HistoryQuery) -> HistoryQuery:
    """Return a query for all that both ask for of one member."""
    is_of_any = one.codes is None or other.codes is None
    return HistoryQuery(
        codes=None if is_of_any else (one.codes or frozenset()) | (other.codes or frozenset()),
        date_from=min(one.date_from, other.date_from),
        date_to=max(one.date_to, other.date_to),
    )


def _member_span(member: str, query: HistoryQuery, longest: int) -> MemberSpan:
    first, last = number_of(query.date_from), number_of(query.date_to)
    return MemberSpan(text_of(member), query.codes, first - longest, first, last)


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield the items in lists of limited length."""
    rest = iter(items)
    while part := list(islice(rest, _BATCH)):
        yield part
