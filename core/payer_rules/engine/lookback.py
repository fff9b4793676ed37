"""How far judges look: the earlier lines on which an answer can depend, as queries of a history."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import date
from typing import Protocol, runtime_checkable

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.history import HistoryQuery


@attrs.frozen
class Lookback:
    """Lines of the codes (``None``: of any code) on these days; both included.

    They are the member's, or, of ``everyone``, those of the line's rendering provider.
    """

    codes: frozenset[str] | None
    first: date
    last: date
    everyone: bool = False


def lookback_on_days(codes: frozenset[str] | None, line: ServiceLine) -> Lookback:
    """The member's lines of the codes on the days of the line."""
    return Lookback(codes, line.date_from, line.date_to)


@runtime_checkable
class NeedsHistory(Protocol):
    """A judge that reads the history."""

    def lookbacks(self, claim: Claim, line: ServiceLine) -> Iterable[Lookback]:
        """The earlier lines on which the answer on the line can depend."""


@attrs.frozen
class _Whom:
    """Whose lines are asked for: a member's, or a rendering provider's."""

    member: str | None = None
    rendering: str | None = None


def history_queries(
    asked: Iterable[tuple[Claim, ServiceLine, Lookback]],
) -> tuple[HistoryQuery, ...]:
    """The fewest queries that ask for all that is reached, and for little else."""
    spans: dict[tuple[_Whom, str | None], list[tuple[date, date]]] = {}
    for claim, line, lookback in asked:
        whom = _Whom(member=claim.member.id)
        if lookback.everyone:
            whom = _Whom(rendering=claim.rendering_provider(line).npi)
        for code in lookback.codes if lookback.codes is not None else (None,):
            spans.setdefault((whom, code), []).append((lookback.first, lookback.last))
    codes: dict[tuple[_Whom, date, date], set[str | None]] = {}
    for (whom, code), each in spans.items():
        for first, last in _merged(each):
            codes.setdefault((whom, first, last), set()).add(code)
    return tuple(sorted(_joined(codes), key=_order))


def _merged(spans: Iterable[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    """The spans, those that share a day or touch as one."""
    ordered = sorted(spans)
    first, last = ordered[0]
    for start, end in ordered[1:]:
        if start.toordinal() > last.toordinal() + 1:
            yield first, last
            first, last = start, end
        last = max(last, end)
    yield first, last


def _joined(codes: dict[tuple[_Whom, date, date], set[str | None]]) -> Iterator[HistoryQuery]:
    """One query for all members of whom the same is asked; one for each rendering provider."""
    members: dict[Hashable, set[str]] = {}
    for (whom, first, last), named in codes.items():
        wanted = None if None in named else frozenset(code for code in named if code)
        if whom.rendering is not None:
            yield HistoryQuery(
                rendering=whom.rendering, codes=wanted, date_from=first, date_to=last
            )
        elif whom.member is not None:
            members.setdefault((wanted, first, last), set()).add(whom.member)
    for key, each in members.items():
        wanted, first, last = key  # type: ignore[misc]
        yield HistoryQuery(members=frozenset(each), codes=wanted, date_from=first, date_to=last)


def _order(query: HistoryQuery) -> tuple[str, list[str], date, date, list[str]]:
    return (
        query.rendering or "",
        sorted(query.members),
        query.date_from,
        query.date_to,
        sorted(query.codes or ()),
    )
