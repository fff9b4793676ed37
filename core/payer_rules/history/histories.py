"""Histories: earlier lines, and for which days and providers no line is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import attrs

from payer_rules.claims import Claim
from payer_rules.history.history_sources import UNDECIDED, HistoryOverview
from payer_rules.history.index import HistoryIndex, RunningTotals
from payer_rules.history.lines import HistoryLine
from payer_rules.history.queries import HistoryQuery
from payer_rules.unchecked import constructor, replacer
from payer_rules.values.checked import Checked, of_form
from payer_rules.vocabularies.formats import NPI


def _together(lines: Any) -> Any:  # noqa: ANN401
    """Return any lines as a tuple; leave any other value for its field to reject."""
    is_one = isinstance(lines, str | bytes | HistoryLine)
    return tuple(lines) if isinstance(lines, Iterable) and not is_one else lines


@attrs.frozen(kw_only=True)
class History(Checked):
    """Earlier lines, and the days and providers for which they are complete.

    The lines of the claim's member are complete from ``covers_from`` on (`date.min`: complete,
    `date.max`: never complete) and, where ``covers_billing`` names a billing NPI, only for that
    provider. Those of the rendering provider ``covers_rendering`` are complete over all members,
    from the same day on.
    """

    lines: tuple[HistoryLine, ...] = attrs.field(default=(), converter=_together)
    covers_from: date = date.min
    covers_billing: str | None = attrs.field(default=None, metadata=of_form(NPI))
    covers_rendering: str | None = attrs.field(default=None, metadata=of_form(NPI))
    _index: HistoryIndex = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(lambda self: HistoryIndex.of_lines(self.lines), takes_self=True),
    )
    _assumed_complete: History | None = attrs.field(default=None, init=False, eq=False, repr=False)

    @classmethod
    def unknown(cls, lines: tuple[HistoryLine, ...] = ()) -> History:
        """Return a history that is known for the given lines only."""
        return cls(lines=lines, covers_from=date.max)

    @classmethod
    def of_sound_lines(
        cls,
        lines: Iterable[HistoryLine],
        *,
        covers_from: date,
        covers_billing: str | None = None,
        covers_rendering: str | None = None,
    ) -> History:
        """Return the history of lines that were checked before."""
        lines = tuple(lines)
        history = _make(lines, covers_from, covers_billing, covers_rendering)
        for name, value in _derived(HistoryIndex.of_lines(lines)).items():
            object.__setattr__(history, name, value)
        return history

    def extended(self, lines: Iterable[HistoryLine]) -> History:
        """Return the history with more lines, which must be sound; what is sorted stays sorted."""
        more = tuple(lines)
        longer = _with_lines(self, (*self.lines, *more))
        # NOTE: neither is part of the value; what is known of the shorter history is not of this.
        _set(longer, "_index", self._index.extended(more))
        _set(longer, "_assumed_complete", None)
        return longer

    def joined(self, other: History) -> History:
        """Return the history with the lines of another; nothing is sorted again."""
        longer = attrs.evolve(self, lines=(*self.lines, *other.lines))
        # NOTE: the index is not part of the value.
        object.__setattr__(longer, "_index", self._index.joined(other._index))
        return longer

    @property
    def is_complete_for_member(self) -> bool:
        """Whether no line of the member is missing, on any day and of any provider."""
        return self.covers_from == date.min and self.covers_billing is None

    @property
    def has_reviewed_lines(self) -> bool:
        """Whether a line is one that the payer is expected to review."""
        return self._index.has_reviewed_lines

    def assumed_complete(self) -> History:
        """Return the history with the assumption that no line of any provider is missing."""
        whole = self._assumed_complete
        if whole is None:
            whole = _make_complete(self.lines)
            for name, value in _derived(self._index).items():
                object.__setattr__(whole, name, value)
            object.__setattr__(self, "_assumed_complete", whole)
        return whole

    def is_complete(self, since: date, scope: str, npi: str) -> bool:
        """Return True if no line is missing from the day on, in the scope of a limit.

        ``npi`` is the billing provider's, or the rendering provider's if the scope includes other
        members.
        """
        if self.covers_from > since:
            return False
        if scope in ("all-members", "session", "another-member"):
            return self.covers_rendering == npi
        return self.covers_billing is None or (scope == "billing" and self.covers_billing == npi)

    def lines_other_than(self, claim: Claim) -> tuple[HistoryLine, ...]:
        """Return the member's lines that are neither of the claim nor of the claim it replaces."""
        member = claim.member.id
        return tuple(line for line in self.lines if line.member == member and not line.is_of(claim))

    def running_totals(self, member: str) -> Sequence[Mapping[str | None, RunningTotals]]:
        """Return the totals of the member's lines that may count, by code; ``None`` is any code.

        They are in several parts, which add up.
        """
        return self._index.running_totals(member)

    def fetch(self, queries: Iterable[HistoryQuery]) -> History:
        """Return the history itself: its lines are in memory."""
        return self

    def kept_from(self, member: str) -> date:
        """Return the day before which lines may have been deleted: no line was."""
        return date.min

    def overview(self) -> HistoryOverview:
        """Return the number of lines, and their first and last day."""
        if not self.lines:
            return HistoryOverview(0, None, has_undecided=False)
        first = min(line.date_from for line in self.lines)
        days = (first, max(line.date_to for line in self.lines))
        undecided = any(line.status in UNDECIDED for line in self.lines)
        return HistoryOverview(len(self.lines), days, has_undecided=undecided)

    def members_among(self, members: Iterable[str]) -> frozenset[str]:
        """Return those of the members who have lines."""
        return frozenset(each for each in members if any(self._index.of_member(each)))

    def undecided_among(self, members: Iterable[str]) -> frozenset[str]:
        """Return those of the members who have a line without a decision of the payer."""
        return frozenset(
            each
            for each in members
            if any(line.status in UNDECIDED for line in self._index.of_member(each))
        )

    def claims_of(self, members: Iterable[str]) -> frozenset[str]:
        """Return the ids of the claims of the members."""
        return frozenset(line.claim for each in members for line in self._index.of_member(each))

    def first_members(self, most: int) -> tuple[str, ...]:
        """Return so many of the members, or all if there are fewer."""
        return tuple(sorted({line.member for line in self.lines})[:most])

    def last_line(self, member: str) -> HistoryLine | None:
        """Return the last line of the member; ``None`` if there is no line."""
        lines = self._index.of_member(member)
        return max(lines, key=lambda line: line.date_from, default=None)

    def select(self, queries: Iterable[HistoryQuery]) -> History:
        """Return the history with only the lines that the queries ask for."""
        found: dict[int, HistoryLine] = {}
        for query in queries:
            for member in sorted(query.members) if query.rendering is None else (None,):
                for code in sorted(query.codes) if query.codes is not None else (None,):
                    for line in self.lines_between(
                        query.date_from, query.date_to, member=member, code=code
                    ):
                        if query.asks_for(line):
                            found[id(line)] = line
        return attrs.evolve(self, lines=found.values())

    def lines_between(
        self, first: date, last: date, *, member: str | None = None, code: str | None = None
    ) -> Iterator[HistoryLine]:
        """Yield the lines that share a day with the span, by date.

        They are those of all members and codes, or of the given ones.
        """
        return self._index.lines_between(first, last, member, code)

    def countable_lines(
        self, first: date, last: date, *, member: str | None = None, code: str | None = None
    ) -> Iterator[HistoryLine]:
        """Yield the lines of `lines_between` that were not denied or voided."""
        return self._index.lines_between(first, last, member, code, may_count=True)

    def has_line(self, first: date, last: date, *, member: str) -> bool:
        """Return True if a line of the member shares a day with the span."""
        return self._index.has_line(first, last, member)

    def has_other_code(self, first: date, last: date, *, member: str, code: str) -> bool:
        """Return True if a line of the member with another code shares a day with the span."""
        return self._index.has_other_code(first, last, member, code)


@attrs.frozen(kw_only=True)
class _CompleteHistory(History):
    """A history that is assumed to be complete for every member and provider."""

    def assumed_complete(self) -> History:
        """Return the history itself."""
        return self

    def is_complete(self, since: date, scope: str, npi: str) -> bool:
        """Return True: nothing is missing in any scope."""
        return True


def _derived(index: HistoryIndex) -> dict[str, object]:
    """Return the fields that are no part of the value of a history."""
    return {"_index": index, "_assumed_complete": None}


# NOTE: a claim of a run adds a few lines to a history, whose other lines were checked before.
_with_lines: Final = replacer(History, "lines")
_set: Final = object.__setattr__
_make: Final = constructor(History, "lines", "covers_from", "covers_billing", "covers_rendering")
_make_complete: Final = constructor(_CompleteHistory, "lines")
