"""The window around a service that holds most, or, where windows are anchored, may hold it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Protocol

import attrs

from payer_rules.engine.limits.frames import Frame, Span
from payer_rules.engine.limits.services import How, Service, total, touches


@attrs.frozen
class Tally:
    """A window and what it holds."""

    window: Span
    total: Decimal


class Tallies(Protocol):
    """How full the windows around a service are, beside others."""

    def least(self, service: Service, others: Sequence[Service]) -> Tally:
        """The window that decides, whatever is not known."""

    def most(self, service: Service, others: Sequence[Service]) -> Tally:
        """The fullest window that there may be."""

    def reach(self, days: Span) -> Span:
        """The days on which another service may matter to one on the days."""


@attrs.frozen
class Single:
    """The line by itself: nothing stands beside it."""

    how: How

    def least(self, service: Service, others: Sequence[Service]) -> Tally:
        """What the line counts."""
        return Tally(service.days, total(self.how, [service], service.days))

    def most(self, service: Service, others: Sequence[Service]) -> Tally:
        """The same."""
        return self.least(service, others)

    def reach(self, days: Span) -> Span:
        """The line's own days."""
        return days


@attrs.frozen
class Framed:
    """Windows that are laid out in the calendar or slide over it: the fullest decides."""

    frame: Frame
    how: How

    def least(self, service: Service, others: Sequence[Service]) -> Tally:
        """The fullest window around the service; the earliest of equals."""
        reach = self.frame.reach(service.days)
        near = [service, *(other for other in others if touches(other.days, reach))]
        starts = [each.days.first for each in near]
        ends = [each.days.last for each in near]
        best: Tally | None = None
        for window in self.frame.around(service.days, starts, ends):
            found = Tally(window, total(self.how, near, window))
            if best is None or found.total > best.total:
                best = found
        assert best is not None  # every frame has a window for every day
        return best

    def most(self, service: Service, others: Sequence[Service]) -> Tally:
        """The same: of windows that are laid out nothing is unknown but what they hold."""
        return self.least(service, others)

    def reach(self, days: Span) -> Span:
        """As far as the frame reaches."""
        return self.frame.reach(days)


@attrs.frozen
class Anchored:
    """Windows of ``length`` days that open at the first service after the last one ended.

    Services before ``known_from`` may be missing, and with them the anchors they set.
    """

    length: int
    how: How
    known_from: int = 1

    def least(self, service: Service, others: Sequence[Service]) -> Tally:
        """Of the windows that may hold the service the one that holds least."""
        found = [self._tally(window, service, others) for window in self._windows(service, others)]
        return min(reversed(found), key=lambda tally: tally.total)

    def most(self, service: Service, others: Sequence[Service]) -> Tally:
        """Of the windows that may hold the service the one that holds most."""
        found = [self._tally(window, service, others) for window in self._windows(service, others)]
        return max(found, key=lambda tally: tally.total)

    def reach(self, days: Span) -> Span:
        """All days before: an anchor long ago moves all that follow."""
        return Span(1, days.first + self.length - 1)

    def _tally(self, window: Span, service: Service, others: Sequence[Service]) -> Tally:
        return Tally(window, total(self.how, [service, *others], window))

    def _windows(self, service: Service, others: Sequence[Service]) -> list[Span]:
        """The windows that may hold the service's first day, by their first day."""
        day = service.days.first
        if any(other.doubt for other in others) or self.known_from > day:
            return [Span(first, first + self.length - 1) for first in self._all(day)]
        days = sorted({day, *(o.days.first for o in others if o.days.first >= self.known_from)})
        found = {self._holding(day, days, ended) for ended in self._carried()}
        return [Span(first, first + self.length - 1) for first in sorted(found)]

    def _all(self, day: int) -> range:
        return range(max(1, day - self.length + 1), day + 1)

    def _carried(self) -> range:
        """The last days that a window opened before the known days may have."""
        if self.known_from <= 1:
            return range(1)
        return range(self.known_from - 1, self.known_from + self.length - 1)

    def _holding(self, day: int, days: Iterable[int], ended: int) -> int:
        """The first day of the window that holds the day, where the last unknown one ended so."""
        first = ended - self.length + 1
        for each in days:
            if each > day:
                break
            if each > first + self.length - 1:
                first = each
        return first
