"""Lookbacks: the earlier lines on which an answer can depend, as queries of a history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol, TypeAlias, runtime_checkable

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.history import HistoryQuery

Span: TypeAlias = tuple[date, date]


@attrs.frozen
class Lookback:
    """The earlier lines with one of the codes on the days from ``first`` to ``last``, included.

    ``codes`` is ``None`` for any code. The lines are those of the member, or, for ``everyone``,
    those of the rendering provider.
    """

    codes: frozenset[str] | None
    first: date
    last: date
    everyone: bool = False


def lookback_on_days(codes: frozenset[str] | None, line: ServiceLine) -> Lookback:
    """Return the lookback on the days of the line."""
    return Lookback(codes, line.date_from, line.date_to)


@runtime_checkable
class NeedsHistory(Protocol):
    """An evaluator that reads the history."""

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """Yield the earlier lines on which the answer on the line can depend."""


@attrs.frozen
class _Owner:
    """The owner of the lines asked for: a member or a rendering provider."""

    member: str | None = None
    rendering: str | None = None

    @classmethod
    def of(cls, claim: Claim, line: ServiceLine, lookback: Lookback) -> _Owner:
        """Return the owner of the lines of the lookback."""
        if lookback.everyone:
            return cls(rendering=claim.rendering_provider(line).npi)
        return cls(member=claim.member.id)


def history_queries(
    lookbacks: Iterable[tuple[Claim, ServiceLine, Lookback]],
) -> tuple[HistoryQuery, ...]:
    """Return the fewest queries that ask for all lines of the lookbacks, and for few others."""
    spans: dict[tuple[_Owner, str | None], list[Span]] = {}
    for claim, line, lookback in lookbacks:
        owner = _Owner.of(claim, line, lookback)
        for code in lookback.codes if lookback.codes is not None else (None,):
            spans.setdefault((owner, code), []).append((lookback.first, lookback.last))
    codes: dict[tuple[_Owner, Span], set[str | None]] = {}
    for (owner, code), spans_of_code in spans.items():
        for span in _merged(spans_of_code):
            codes.setdefault((owner, span), set()).add(code)
    return tuple(sorted(_queries(codes), key=_order))


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans; spans that overlap or touch are joined."""
    ordered = sorted(spans)
    first, last = ordered[0]
    for start, end in ordered[1:]:
        if start.toordinal() > last.toordinal() + 1:
            yield first, last
            first, last = start, end
        last = max(last, end)
    yield first, last


def _queries(codes: dict[tuple[_Owner, Span], set[str | None]]) -> Iterator[HistoryQuery]:
    """Yield a query for each provider, and one for all members with the same codes and days."""
    members: dict[tuple[frozenset[str] | None, Span], set[str]] = {}
    for (owner, span), asked in codes.items():
        wanted = None if None in asked else frozenset(code for code in asked if code)
        if owner.rendering is not None:
            first, last = span
            yield HistoryQuery(
                rendering=owner.rendering, codes=wanted, date_from=first, date_to=last
            )
        elif owner.member is not None:
            members.setdefault((wanted, span), set()).add(owner.member)
    for (wanted, (first, last)), ids in members.items():
        yield HistoryQuery(members=frozenset(ids), codes=wanted, date_from=first, date_to=last)


def _order(query: HistoryQuery) -> tuple[str, list[str], date, date, list[str]]:
    return (
        query.rendering or "",
        sorted(query.members),
        query.date_from,
        query.date_to,
        sorted(query.codes or ()),
    )
