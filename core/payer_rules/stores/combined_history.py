"""A history store together with files that are not loaded into it, such as yesterday's 835.

The answers are those of a store into which the files were loaded:

1. Of the store are read the payments of which the files speak, the payments that depend on those or
   on which those depend, and the lines of their claims.
2. They are put into a store in memory, into which the files are loaded. Reversals, corrections and
   differences are settled there.
3. The lines of that store take the place of those that the first one has of these claims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem, Remark
from payer_rules.history import History, HistoryLine, HistoryOverview, HistoryQuery
from payer_rules.history.history_sources import UNDECIDED
from payer_rules.readers.day_limits import is_in_range, range_problem
from payer_rules.readers.formats import ReadOptions
from payer_rules.readers.history_files import holds_pending_claims
from payer_rules.readers.pending_claims import not_decided, pending_lines
from payer_rules.stores.connecting import store_in_memory
from payer_rules.stores.database import SELECTED, Database
from payer_rules.stores.line_rows import LINE_COLUMNS, line_of, text_from
from payer_rules.stores.loading import FILE_COLUMNS, LoadedFile, load_into
from payer_rules.stores.related_payments import RelatedPayments
from payer_rules.stores.settling import ORIGIN_COLUMNS
from payer_rules.stores.stored_history import StoredHistory, read_coverage

#: Tables that are copied whole: they are small.
_WHOLE: Final = {
    "loaded_files": FILE_COLUMNS,
    "conflicts": ("member", "claim"),
    "forgotten_members": ("digest",),
}
_ROW_COLUMNS: Final = (*ORIGIN_COLUMNS, *LINE_COLUMNS)
_STATE: Final = ORIGIN_COLUMNS.index("state")
_STATUS: Final = len(ORIGIN_COLUMNS) + LINE_COLUMNS.index("status")
_ALL_DAYS: Final[dict[str, Any]] = {"date_from": date.min, "date_to": date.max}


@attrs.frozen(eq=False)
class CombinedHistory:
    """A store, the lines of files beside it, and the claims of which these are all lines.

    ``claims`` are members with ids of claims, and ``rest`` is what the store has of other ones.
    ``lacks_lines`` is true if a part of a file was not read, now or when it was loaded.
    """

    store: StoredHistory
    added: History
    claims: frozenset[tuple[str, str]]
    lacks_lines: bool
    rest: HistoryOverview
    _members: frozenset[str] = attrs.field(init=False)

    @_members.default
    def _changed_members(self) -> frozenset[str]:
        """Return the members of whom the files have lines, or change lines of the store."""
        members = {member for member, _ in self.claims}
        return frozenset(members | {line.member for line in self.added.lines})

    def extended(self, lines: list[HistoryLine]) -> CombinedHistory:
        """Return the history with more lines, beside those of the same claims."""
        return attrs.evolve(self, added=self.added.extended(lines)) if lines else self

    def incomplete(self) -> CombinedHistory:
        """Return the history, of which a part was not read."""
        added = attrs.evolve(self.added, covers_from=date.max)
        return attrs.evolve(self, added=added, lacks_lines=True)

    def fetch(self, queries: Iterable[HistoryQuery]) -> History:
        """Return a history with all lines that the queries ask for; others may be among them."""
        queries = tuple(queries)
        kept = (line for line in self.store.fetch(queries).lines if not self._is_replaced(line))
        return History.of_sound_lines(
            (*kept, *self.added.select(queries).lines),
            covers_from=self.added.covers_from,
            covers_billing=self.added.covers_billing,
            covers_rendering=self.added.covers_rendering,
        )

    def select(self, queries: Iterable[HistoryQuery]) -> History:
        """Return the history with only the lines that the queries ask for."""
        queries = tuple(queries)
        return self.fetch(queries).select(queries)

    def kept_from(self, member: str) -> date:
        """Return the day before which lines of the member may have been deleted."""
        return self.store.kept_from(member)

    def overview(self) -> HistoryOverview:
        """Return the number of lines, and the first and last day of the store and of the files."""
        own, rest = self.added.overview(), self.rest
        known = [day for days in (own.days, rest.days) if days for day in days]
        return HistoryOverview(
            own.services + rest.services,
            (min(known), max(known)) if known else None,
            has_undecided=own.has_undecided or rest.has_undecided,
        )

    def members_among(self, members: Iterable[str]) -> frozenset[str]:
        """Return those of the members who have lines."""
        return self._found(members, self.store.members_among, History.members_among)

    def undecided_among(self, members: Iterable[str]) -> frozenset[str]:
        """Return those of the members who have a line without a decision of the payer."""
        return self._found(members, self.store.undecided_among, History.undecided_among)

    def claims_of(self, members: Iterable[str]) -> frozenset[str]:
        """Return the ids of the claims of the members."""
        return self._found(members, self.store.claims_of, History.claims_of)

    def first_members(self, most: int) -> tuple[str, ...]:
        """Return so many of the members, or all if there are fewer."""
        changed = self._members
        of_store = set(self.store.first_members(most + len(changed))) - changed
        return tuple(sorted(of_store | self.members_among(changed))[:most])

    def last_line(self, member: str) -> HistoryLine | None:
        """Return the last line of the member; ``None`` if there is no line."""
        lines = self.of_members([member]).lines
        return max(lines, key=lambda line: line.date_from, default=None)

    def of_members(self, members: Iterable[str]) -> History:
        """Return all lines of the members."""
        asked = frozenset(members)
        return self.fetch([HistoryQuery(members=asked, codes=None, **_ALL_DAYS)])

    def _is_replaced(self, line: HistoryLine) -> bool:
        return (line.member, line.claim) in self.claims

    def _found(
        self,
        members: Iterable[str],
        in_store: Callable[[Iterable[str]], frozenset[str]],
        in_memory: Callable[[History, Iterable[str]], frozenset[str]],
    ) -> frozenset[str]:
        """Return the texts that the store has of members, and the lines of changed members."""
        members = frozenset(members)
        changed = members & self._members
        found = in_store(members - changed)
        return found | in_memory(self.of_members(changed), changed) if changed else found


def combine(
    store: StoredHistory, paths: Iterable[Path], options: ReadOptions
) -> tuple[CombinedHistory, list[Problem]]:
    """Return the store with the files, and the problems of the files.

    If the options take pending claims, an 837 is history, too.
    """
    paths = tuple(paths)
    claims = [path for path in paths if holds_pending_claims(path, options)]
    own = [path for path in paths if path not in claims]
    with closing(store_in_memory()) as of_files, closing(store_in_memory()) as joint:
        read = [*load_into(of_files, own, options)]
        before = _copy_related(store.database, of_files, joint)
        loaded = [*load_into(joint, own, options)]
        combined = _combined(store, joint, before)
    problems = [problem for each in loaded for problem in each.problems]
    if store.coverage.forgotten:
        problems += _loaded_before(read, loaded)
    if any(each.result == "not loaded" for each in loaded):
        combined = combined.incomplete()
    pending, more = _pending(claims, options, combined)
    if any(not isinstance(problem, Remark) for problem in more):
        combined = combined.incomplete()
    return combined.extended(pending), [*problems, *more]


def _loaded_before(read: list[LoadedFile], loaded: list[LoadedFile]) -> Iterator[Remark]:
    """Yield a remark for each file that was read, and that the store had before."""
    for alone, together in zip(read, loaded, strict=True):
        if alone.result == "loaded" and together.result == "loaded before":
            message = "the file was loaded before, and counts as the store has it"
            remedy = "Services that were deleted from the store do not count."
            yield Remark(alone.name, message, remedy, ErrorCode.HISTORY_INCOMPLETE)


def _copy_related(source: Database, of_files: Database, target: Database) -> HistoryOverview:
    """Copy the payments and lines on which those of the files can depend.

    Return what is left of the source without them: the number of lines, and the days of all.
    """
    related = RelatedPayments.of(source, of_files)
    for table, columns in _WHOLE.items():
        target.insert(table, columns, source.rows(f"SELECT {', '.join(columns)} FROM {table}"))
    related.copy_to(target)
    statement = f"SELECT {', '.join(_ROW_COLUMNS)} FROM lines WHERE member = ? AND claim = ?"
    rows = [row for key in sorted(related.keys) for row in source.rows(statement, key)]
    target.insert("lines", _ROW_COLUMNS, rows)
    ((services, undecided, first, last, longest, kept, salt),) = source.rows(
        "SELECT services, undecided, first_day, last_day, longest, kept_from, salt FROM store_facts"
    )
    target.change(
        "UPDATE store_facts SET longest = ?, kept_from = ?, salt = ?", (longest, kept, salt)
    )
    in_force = [row for row in rows if row[_STATE]]
    undecided -= sum(row[_STATUS] in UNDECIDED for row in in_force)
    days = (date.fromordinal(first), date.fromordinal(last)) if services else None
    return HistoryOverview(services - len(in_force), days, has_undecided=undecided > 0)


def _combined(store: StoredHistory, joint: Database, before: HistoryOverview) -> CombinedHistory:
    """Return the store with the lines of the store in memory in place of its own."""
    covers = read_coverage(joint)
    added = History.of_sound_lines(
        map(line_of, joint.rows(f"SELECT {SELECTED} FROM lines WHERE state > 0")),
        covers_from=covers.covers_from,
        covers_billing=covers.covers_billing,
        covers_rendering=covers.covers_rendering,
    )
    keys = joint.rows("SELECT DISTINCT member, claim FROM lines")
    claims = frozenset((text_from(member), text_from(claim)) for member, claim in keys)
    return CombinedHistory(store, added, claims, covers.is_partly_read, before)


def _pending(
    paths: list[Path], options: ReadOptions, known: CombinedHistory
) -> tuple[list[HistoryLine], list[Problem]]:
    """Return the lines of claims that no payer has decided, and the problems of their files."""
    if not paths:
        return [], []
    found = [*pending_lines(paths, options)]
    name = ", ".join(path.name for path in paths)
    lines = [each for each in found if isinstance(each, HistoryLine)]
    sound = [line for line in lines if is_in_range(line)]
    problems = [each for each in found if isinstance(each, Problem)]
    problems += [range_problem(name, line.claim) for line in lines if not is_in_range(line)]
    decided = known.of_members(line.member for line in sound).lines
    return [*not_decided(sound, decided)], problems
