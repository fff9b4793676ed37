"""Loading of files into a history store: each file is one transaction, and is loaded once.

1. The file is known by the digest of its content; a file that was loaded is passed over.
2. Its lines are written as they are read, with the payments of a remittance.
3. Claims of which other payments or files speak are settled (`settling`).
4. The file is recorded with what it covers. Until then nothing of it is in the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from operator import itemgetter, sub
from pathlib import Path
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem, Remark
from payer_rules.history import History, HistoryLine
from payer_rules.history.history_sources import UNDECIDED
from payer_rules.readers.claim_documents import read_history_document
from payer_rules.readers.day_limits import is_in_range, range_problem
from payer_rules.readers.formats import FORMATS, FileFormat, ReadOptions, format_of
from payer_rules.readers.size_limits import limit_problems
from payer_rules.readers.x12 import Payment, PaymentState, holds_claims, read_x12_payments
from payer_rules.stores.addresses import StoreAddress
from payer_rules.stores.connecting import connected
from payer_rules.stores.database import Database, Row
from payer_rules.stores.line_rows import LINE_COLUMNS, number_of, row_of, text_of
from payer_rules.stores.retention import (
    digest_of,
    number_of_file,
    prepare_loading,
    remove_file,
)
from payer_rules.stores.settling import ORIGIN_COLUMNS, SettledClaims, entangled_claims, settle
from payer_rules.system.files import read_problem

#: How a load ended: the file was loaded now or before, or it was not.
LoadResult: TypeAlias = Literal["loaded", "loaded before", "not loaded"]
#: Called now and then with the name of the file and the number of lines so far.
LoadWatch: TypeAlias = Callable[[str, int], None]

_BATCH: Final = 5_000
_START: Final = 8192
_COLUMNS: Final = (*ORIGIN_COLUMNS, *LINE_COLUMNS)
PAYMENT_COLUMNS: Final = (
    *("file", "payment", "claim", "payer_claim", "original", "payer", "status", "trace"),
    *("paid_on", "charge", "paid", "member", "frequency"),
)
FILE_COLUMNS: Final = (
    *("id", "name", "digest", "format", "loaded_at", "covers_from", "covers_billing"),
    *("covers_rendering", "lines", "problems"),
)
_DAYS: Final = (_COLUMNS.index("day"), _COLUMNS.index("last_day"))
_claim_of: Final = itemgetter(_COLUMNS.index("member"), _COLUMNS.index("claim"))
#: Returns the key of a row of ``lines``.
_key_of: Final = itemgetter(
    *map(_COLUMNS.index, ("member", "day", "claim", "number", "code", "file", "position"))
)


@attrs.frozen
class LoadedFile:
    """The result for one file: how its load ended, its lines, and its problems.

    ``services`` is how many more the store has by it, and fewer if it is negative; ``bare`` is the
    number of payments that list no services.
    """

    name: str
    result: LoadResult
    lines: int = 0
    problems: tuple[Problem, ...] = ()
    services: int = 0
    bare: int = 0


def load_files(
    paths: Iterable[Path],
    address: StoreAddress,
    options: ReadOptions | None = None,
    watch: LoadWatch = lambda _name, _lines: None,
) -> Iterator[LoadedFile]:
    """Load the files into the store, which is created if it does not exist, and yield the results.

    Raises `InputError` if the store cannot be used. What the files before have loaded stays.
    """
    database = connected(address, writes=True)
    try:
        yield from load_into(database, paths, options or ReadOptions(), watch)
    finally:
        database.close()


def replace_loaded_file(
    path: Path,
    address: StoreAddress,
    instead_of: str,
    watch: LoadWatch = lambda _name, _lines: None,
) -> LoadedFile:
    """Load the file in place of a loaded one, in one step, and return the result.

    The loaded one is named by its content, digest or name. Raises `InputError` if the store cannot
    be used, if there is no such file, or several, or if the new one cannot be read.
    """
    database = connected(address, writes=True, creates=False)
    try:
        loaded = _load(path, database, ReadOptions(), watch, instead_of)
        database.erase()
        return loaded
    finally:
        database.close()


def load_into(
    database: Database,
    paths: Iterable[Path],
    options: ReadOptions,
    watch: LoadWatch = lambda _name, _lines: None,
) -> Iterator[LoadedFile]:
    """Load the files into an open store, and yield the results."""
    for path in paths:
        try:
            yield _load(path, database, options, watch)
        except _Unreadable as error:
            yield LoadedFile(path.name, "not loaded", problems=error.problems)


def load_history(history: History, address: StoreAddress, name: str) -> LoadedFile:
    """Load a history that is in memory into the store, as if it were a file of this name."""
    database = connected(address, writes=True)
    try:
        with database.transaction():
            loader = _FileLoader.of(database, Path(name), lambda _name, _lines: None)
            digest = hashlib.sha256()
            for line in history.lines:
                digest.update(repr(row_of(line)).encode())
            if database.rows("SELECT 1 FROM loaded_files WHERE digest = ?", (digest.hexdigest(),)):
                return LoadedFile(name, "loaded before")
            loader.take_all(history.lines)
            loader.finish()
            loader.record(digest.hexdigest(), "history", history)
    finally:
        database.close()
    return loader.result(name)


class _Unreadable(InputError):
    """A file of which nothing can be loaded."""


def _load(
    path: Path,
    database: Database,
    options: ReadOptions,
    watch: LoadWatch,
    instead_of: str | None = None,
) -> LoadedFile:
    known, digest = _recognized(path, options), _digest(path)
    with database.transaction():
        if instead_of is not None:
            old = number_of_file(database, instead_of, option="--instead-of", new=digest)
            remove_file(database, old)
        if database.rows("SELECT 1 FROM loaded_files WHERE digest = ?", (digest,)):
            return LoadedFile(path.name, "loaded before")
        loader = _FileLoader.of(database, path, watch)
        history = loader.load(known, options)
        loader.finish()
        loader.record(digest, _format_name(known), history)
    return loader.result(path.name)


def _recognized(path: Path, options: ReadOptions) -> FileFormat:
    """Return the format of the file; raises `_Unreadable` if it has no history."""
    try:
        known = format_of(path, options)
    except InputError as error:
        raise _Unreadable(error.problems) from None
    if known is FORMATS["x12"]:
        with path.open("rb") as file:
            if holds_claims(file.read(_START)):
                message = "this is an 837, whose claims no payer has decided"
                remedy = "Load the 835 that answers it."
                problem = Problem(path.name, message, remedy, ErrorCode.X12_TRANSACTION)
                raise _Unreadable([problem])
    return known


def _format_name(known: FileFormat) -> str:
    return next(name for name, each in FORMATS.items() if each is known)


def _digest(path: Path) -> str:
    """Return the digest of the file's content; raises `_Unreadable` if it cannot be read."""
    try:
        return digest_of(path)
    except OSError as error:
        raise _Unreadable([read_problem(path.name, error)]) from None
    except InputError as error:
        raise _Unreadable(error.problems) from None


@attrs.define(eq=False)
class _FileLoader:
    """The load of one file, inside its transaction."""

    database: Database
    path: Path
    watch: LoadWatch
    number: int
    kept_from: int | None
    lines: int = 0
    undecided: int = 0
    payments: int = 0
    services: int = 0
    bare: int = 0
    longest: int = 0
    days: tuple[int, int] | None = None
    problems: list[Problem] = attrs.Factory(list)
    out_of_range: list[Problem] = attrs.Factory(list)
    _conflicts: int = 0
    _line_rows: list[Row] = attrs.Factory(list)
    _payment_rows: list[Row] = attrs.Factory(list)

    @classmethod
    def of(cls, database: Database, path: Path, watch: LoadWatch) -> _FileLoader:
        """Return the loader of the next file."""
        prepare_loading(database)
        (last,) = database.rows("SELECT max(id) FROM loaded_files")[0]
        ((kept_from,),) = database.rows("SELECT kept_from FROM store_facts")
        return cls(database, path, watch, (last or 0) + 1, kept_from)

    def load(self, known: FileFormat, options: ReadOptions) -> History:
        """Write the lines of the file, and return a history with what it covers."""
        if known is FORMATS["x12"]:
            self._load_payments()
        elif known.history is not None:
            self.take_all(known.history([self.path], options))
        else:
            return self._load_document()
        return History.unknown()

    def _load_document(self) -> History:
        history, problems = read_history_document(self.path)
        if history is None:
            raise _Unreadable(problems)
        self.problems += problems
        self.take_all(history.lines)
        return history

    def take_all(self, found: Iterable[HistoryLine | Problem]) -> None:
        """Write the lines, and note the problems."""
        for each in found:
            self._take(each)

    def _load_payments(self) -> None:
        for found in limit_problems(read_x12_payments(self.path), self.path.name):
            if isinstance(found, Payment):
                self._take_payment(found)
            else:
                self.problems.append(found)

    def _take_payment(self, payment: Payment) -> None:
        self.payments += 1
        state = PaymentState.of(payment)
        self.bare += not state.lines
        self._payment_rows.append(_payment_row(self.number, self.payments, state, payment))
        for line in state.lines:
            self._take(line, self.payments)

    def _take(self, found: HistoryLine | Problem, payment: int | None = None) -> None:
        if isinstance(found, Problem):
            self.problems.append(found)
        elif self.kept_from is not None and number_of(found.date_to) < self.kept_from:
            # NOTE: lines of these days were deleted.
            return
        elif not is_in_range(found):
            self.out_of_range.append(range_problem(self.path.name, found.claim))
        else:
            self.lines += 1
            self.undecided += found.status in UNDECIDED
            self._line_rows.append((self.number, self.lines, payment, 1, *row_of(found)))
            if len(self._line_rows) >= _BATCH:
                self._flush()

    def _flush(self) -> None:
        """Write the rows that wait in memory."""
        rows = self._line_rows
        if rows:
            firsts, lasts = ([row[at] for row in rows] for at in _DAYS)
            self.longest = max(self.longest, *map(sub, lasts, firsts))
            known = self.days or (firsts[0], lasts[0])
            self.days = (min(known[0], *firsts), max(known[1], *lasts))
            # NOTE: rows in the order of the key are written faster.
            rows.sort(key=_key_of)
            self.database.insert("lines", _COLUMNS, rows)
            if self.number > 1:
                keys = set(map(_claim_of, rows))
                self.database.insert("loading", ("member", "claim"), sorted(keys))
        if self._payment_rows:
            self.database.insert("payments", PAYMENT_COLUMNS, self._payment_rows)
        self._line_rows.clear()
        self._payment_rows.clear()
        self.watch(self.path.name, self.lines)

    def finish(self) -> None:
        """Write the last rows, and settle what other payments and files say."""
        self._flush()
        names = dict(self.database.rows("SELECT id, name FROM loaded_files"))
        names[self.number] = self.path.name
        keys = entangled_claims(self.database, self.number)
        settled = settle(self.database, keys, names)
        self.problems += settled.problems
        self._conflicts = len(settled.problems)
        self._add_to_facts(settled)

    def _add_to_facts(self, settled: SettledClaims) -> None:
        """Add what was loaded, and what settling has changed, to the facts of the store."""
        self.services = self.lines + settled.services
        first, last = self._span(settled)
        self.database.change(
            "UPDATE store_facts SET services = services + ?, undecided = undecided + ?,"
            " first_day = ?, last_day = ?, longest = CASE WHEN longest < ? THEN ? ELSE longest END",
            (
                *(self.services, self.undecided + settled.undecided),
                *(first, last, self.longest, self.longest),
            ),
        )

    def _span(self, settled: SettledClaims) -> tuple[int | None, int | None]:
        """Return the first and the last day of the lines in force."""
        known = self.database.rows("SELECT first_day, last_day FROM store_facts")[0]
        first, last = self.days or known
        if known[0] is not None:
            first, last = min(first, known[0]), max(last, known[1])
        gone = tuple(map(number_of, settled.gone))
        if first is not None and (gone[0] <= first or gone[1] >= last):
            # NOTE: only then all lines are read.
            days = "SELECT min(day), max(last_day) FROM lines WHERE state > 0"
            first, last = self.database.rows(days)[0]
        return first, last

    def result(self, name: str) -> LoadedFile:
        """Return the result for the file, which was loaded."""
        problems = tuple(self.problems)
        return LoadedFile(name, "loaded", self.lines, problems, self.services, self.bare)

    def record(self, digest: str, form: str, history: History) -> None:
        """Record the file as loaded, with what it covers."""
        counted = [each for each in self.problems if not isinstance(each, Remark)]
        covers = history.covers_from
        providers = (history.covers_billing, history.covers_rendering)
        row = (
            *(self.number, self.path.name, digest, form),
            datetime.now(UTC).isoformat(timespec="seconds"),
            None if covers == date.max else covers.toordinal(),
            *(None if npi is None else text_of(npi) for npi in providers),
            self.lines,
            len(counted) - self._conflicts,
        )
        self.database.insert("loaded_files", FILE_COLUMNS, [row])
        self.problems += self.out_of_range


def _payment_row(file: int, number: int, state: PaymentState, payment: Payment) -> Row:
    texts = (state.claim, state.number, state.original, state.payer, state.frequency)
    claim, own_number, original, payer, frequency = (
        None if t is None else text_of(t) for t in texts
    )
    return (
        *(file, number, claim, own_number, original, payer, state.status),
        None if state.trace is None else text_of(state.trace),
        None if state.day is None else state.day.toordinal(),
        str(state.charge),
        str(state.paid),
        None if payment.member is None else text_of(payment.member),
        frequency,
    )
