"""What was adjudicated before, and how far back and for whom it is known."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from heapq import merge
from itertools import accumulate, islice
from typing import Any, Final, Literal, TypeAlias

import attrs

from payer_rules._shown import reserved
from payer_rules.claims import Claim, Provider, ServiceLine
from payer_rules.errors import Misfit, MisfitError

__all__ = ["History", "HistoryLine", "HistoryQuery", "Status"]

Status: TypeAlias = Literal["paid", "denied", "void", "pending"]
_Key: TypeAlias = tuple[str | None, str | None]
_NOTHING: Final = Decimal(0)
_OF_LINE: Final = tuple(field.name for field in attrs.fields(ServiceLine))


@attrs.frozen(kw_only=True)
class HistoryLine(ServiceLine):
    """A service line as it was adjudicated before; ``number`` is its line number in ``claim``.

    ``claim`` is the id that the submitter gave it, ``payer_claim`` the payer's own number of it
    (its claim control number). ``paid_units`` are units of service; a paid line that does not say
    was paid whole.
    """

    claim: str
    member: str
    billing_provider: Provider | None = None
    diagnoses: tuple[str, ...] | None = None
    setting: str | None = None
    condition_codes: tuple[str, ...] | None = None
    status: Status | None = None
    paid_units: Decimal | None = None
    paid_minutes: int | None = None
    payer_claim: str | None = None

    @classmethod
    def of(cls, claim: Claim, line: ServiceLine, **adjudicated: Any) -> HistoryLine:  # noqa: ANN401
        """The line of the claim as later claims see it, with what became of it (``status``, …)."""
        same = {name: getattr(line, name) for name in _OF_LINE}
        same["rendering_provider"] = claim.rendering_provider(line)
        return cls(
            **same,
            **adjudicated,
            claim=claim.id,
            member=claim.member.id,
            billing_provider=claim.billing_provider,
            diagnoses=claim.diagnoses,
            setting=claim.setting,
            condition_codes=claim.condition_codes,
        )

    def is_of(self, claim: Claim) -> bool:
        """Whether the line is of the claim itself, or of the one that it replaces.

        A claim may name the replaced one by either number: an 837 has the payer's.
        """
        if self.claim == claim.id:
            return True
        return claim.replaces is not None and claim.replaces in (self.claim, self.payer_claim)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.paid_units is not None and not 0 <= self.paid_units <= self.units:
            raise MisfitError(
                [
                    Misfit(
                        ("paid_units",),
                        f"{reserved(self.paid_units)} of {reserved(self.units)} units were paid",
                        "Write a number from 0 to the units billed.",
                    )
                ]
            )


@attrs.frozen
class _Shelf:
    """Lines by their first day, those days, and the most days that a line covers."""

    lines: tuple[HistoryLine, ...]
    firsts: tuple[date, ...]
    longest: timedelta

    @classmethod
    def of(cls, lines: Sequence[HistoryLine]) -> _Shelf:
        """The lines, which are sorted already."""
        firsts = tuple([line.date_from for line in lines])
        return cls(tuple(lines), firsts, max(line.date_to - line.date_from for line in lines))

    def between(self, first: date, last: date) -> tuple[int, int]:
        """Where the lines are that may share a day with the span."""
        earliest = first - self.longest if first - date.min > self.longest else date.min
        return bisect_left(self.firsts, earliest), bisect_right(self.firsts, last)


@attrs.frozen
class _Sums:
    """Units and days of the lines of a shelf: at each place, of all lines before it."""

    units: tuple[Decimal, ...]
    days: tuple[int, ...]

    @classmethod
    def of(cls, lines: Sequence[HistoryLine]) -> _Sums:
        """The sums over the lines, in their order."""
        return cls(
            tuple(accumulate((line.units for line in lines), initial=_NOTHING)),
            tuple(accumulate((line.days for line in lines), initial=0)),
        )


class HistoryIndex:
    """The lines of a history, found by member, code and day without looking at the others.

    They lie in stretches, each at least twice as long as the next, so that a history to which
    lines are added again and again is put in order a few times and not each time.
    """

    __slots__ = ("_stretches",)

    def __init__(self, stretches: tuple[_Stretch, ...]) -> None:
        self._stretches = stretches

    def extended(self, lines: tuple[HistoryLine, ...]) -> HistoryIndex:
        """The index with more lines."""
        if not lines:
            return self
        stretches = list(self._stretches)
        while stretches and len(stretches[-1].lines) < 2 * len(lines):
            lines = (*stretches.pop().lines, *lines)
        return HistoryIndex((*stretches, _Stretch(lines)))

    def within(
        self, first: date, last: date, member: str | None, code: str | None
    ) -> Iterator[HistoryLine]:
        """The lines that share a day with the span, by date, claim, number and code."""
        found = [stretch.within(first, last, member, code) for stretch in self._stretches]
        return found[0] if len(found) == 1 else merge(*found, key=_age)

    def at_most(self, first: date, last: date, member: str, code: str) -> tuple[Decimal, int]:
        """The units, and the days, that there are at the most in the span."""
        found = [stretch.at_most(first, last, member, code) for stretch in self._stretches]
        return sum((units for units, _ in found), _NOTHING), sum(days for _, days in found)


class _Stretch:
    """Some lines of a history.

    What is asked for is put in order when it is asked for first: of most histories little ever is.
    """

    __slots__ = ("_by_member", "_shelves", "_sums", "lines")

    def __init__(self, lines: tuple[HistoryLine, ...]) -> None:
        self.lines = lines
        self._by_member: dict[str | None, list[HistoryLine]] | None = None
        self._shelves: dict[_Key, _Shelf] = {}
        self._sums: dict[_Key, _Sums] = {}

    def within(
        self, first: date, last: date, member: str | None, code: str | None
    ) -> Iterator[HistoryLine]:
        """The lines that share a day with the span, by date, claim, number and code."""
        shelf = self._shelf(member, code)
        if shelf is None:
            return
        for line in islice(shelf.lines, *shelf.between(first, last)):
            if line.date_to >= first:
                yield line

    def at_most(self, first: date, last: date, member: str, code: str) -> tuple[Decimal, int]:
        """The units, and the days, that there are at the most in the span."""
        shelf = self._shelf(member, code)
        if shelf is None:
            return _NOTHING, 0
        start, end = shelf.between(first, last)
        sums = self._sums.get((member, code))
        if sums is None:
            sums = self._sums[member, code] = _Sums.of(shelf.lines)
        return sums.units[end] - sums.units[start], sums.days[end] - sums.days[start]

    def _shelf(self, member: str | None, code: str | None) -> _Shelf | None:
        shelf = self._shelves.get((member, code))
        if shelf is None:
            if self._by_member is None:
                self._by_member = _by_member(self.lines)
            lines = self._by_member.get(member, [])
            found = lines if code is None else [line for line in lines if line.code == code]
            # NOTE: what is not there is not remembered, for there is no end to it.
            if found:
                shelf = self._shelves[member, code] = _Shelf.of(found)
        return shelf


def _by_member(lines: Iterable[HistoryLine]) -> dict[str | None, list[HistoryLine]]:
    """The lines of each member in order, and under ``None`` those of all."""
    ordered = sorted(lines, key=_age)
    found: dict[str | None, list[HistoryLine]] = {}
    for line in ordered:
        found.setdefault(line.member, []).append(line)
    found[None] = ordered
    return found


def _age(line: HistoryLine) -> tuple[date, str, int, str]:
    return (line.date_from, line.claim, line.number, line.code)


@attrs.frozen(kw_only=True)
class HistoryQuery:
    """Which earlier lines a decision can depend on: those that share a day with the span.

    They are those of the ``members``, or, where ``rendering`` names a provider by its NPI, those
    that it rendered, or may have rendered, to whatever member. Codes of ``None`` are all codes;
    both days are included.
    """

    members: frozenset[str] = frozenset()
    rendering: str | None = None
    codes: frozenset[str] | None
    date_from: date
    date_to: date

    def asks_for(self, line: HistoryLine) -> bool:
        """Whether the line is one of those asked for."""
        if line.date_to < self.date_from or self.date_to < line.date_from:
            return False
        if self.codes is not None and line.code not in self.codes:
            return False
        if self.rendering is None:
            return line.member in self.members
        return line.rendering_provider is None or line.rendering_provider.npi == self.rendering


def _together(lines: Iterable[HistoryLine]) -> tuple[HistoryLine, ...]:
    return tuple(lines)


@attrs.frozen(kw_only=True)
class History:
    """Earlier lines, and for which dates and providers there are no others.

    The lines of the claim's member are complete from ``covers_from`` on (`date.min`: complete,
    `date.max`: there may always be others) and, where ``covers_billing`` names a billing NPI, only
    for that provider. Those of the rendering provider ``covers_rendering`` are complete over all
    members, from the same day on.
    """

    lines: tuple[HistoryLine, ...] = attrs.field(default=(), converter=_together)
    covers_from: date = date.min
    covers_billing: str | None = None
    covers_rendering: str | None = None
    _index: HistoryIndex = attrs.field(
        init=False,
        eq=False,
        repr=False,
        default=attrs.Factory(lambda self: HistoryIndex((_Stretch(self.lines),)), takes_self=True),
    )

    @classmethod
    def unknown(cls, lines: tuple[HistoryLine, ...] = ()) -> History:
        """A history of which nothing, or only the given lines, is known."""
        return cls(lines=lines, covers_from=date.max)

    def extended(self, lines: Iterable[HistoryLine]) -> History:
        """The history with more lines; the others are not put in order again."""
        more = tuple(lines)
        longer = attrs.evolve(self, lines=(*self.lines, *more))
        # NOTE: the index is no part of the value.
        object.__setattr__(longer, "_index", self._index.extended(more))
        return longer

    @property
    def is_whole(self) -> bool:
        """Whether no line of the member is missing, from whatever day and of whatever provider."""
        return self.covers_from == date.min and self.covers_billing is None

    def is_complete(self, since: date, scope: str, npi: str) -> bool:
        """Whether no line is missing from the day on, in a scope as limits name it.

        ``npi`` is the billing provider's, or the rendering one's where the scope is all members
        or all of one session.
        """
        if self.covers_from > since:
            return False
        if scope in ("all-members", "session"):
            return self.covers_rendering == npi
        return self.covers_billing is None or (scope == "billing" and self.covers_billing == npi)

    def beside(self, claim: Claim) -> tuple[HistoryLine, ...]:
        """The member's lines that stand beside the claim: not its own, nor the one it replaces."""
        member = claim.member.id
        return tuple(line for line in self.lines if line.member == member and not line.is_of(claim))

    def at_most(self, first: date, last: date, *, member: str, code: str) -> tuple[Decimal, int]:
        """The units, and the days, there are at the most of the member and code in the span."""
        return self._index.at_most(first, last, member, code)

    def answer(self, queries: Iterable[HistoryQuery]) -> History:
        """The lines asked for, each once, as a history that covers what this one covers."""
        found: dict[int, HistoryLine] = {}
        for query in queries:
            for member in sorted(query.members) if query.rendering is None else (None,):
                for code in sorted(query.codes) if query.codes is not None else (None,):
                    for line in self.within(
                        query.date_from, query.date_to, member=member, code=code
                    ):
                        if query.asks_for(line):
                            found[id(line)] = line
        return attrs.evolve(self, lines=found.values())

    def within(
        self, first: date, last: date, *, member: str | None = None, code: str | None = None
    ) -> Iterator[HistoryLine]:
        """The lines that share a day with the span, by date: of the member, of the code, or all."""
        return self._index.within(first, last, member, code)
