"""The sources of a run's history: a history in memory, or the database of a store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Final, Protocol

import attrs

from payer_rules.history.queries import HistoryQuery

if TYPE_CHECKING:
    from payer_rules.history.histories import History
    from payer_rules.history.lines import HistoryLine

#: The statuses of lines without a decision of the payer.
UNDECIDED: Final = (None, "pending")


@attrs.frozen
class HistoryOverview:
    """The number of earlier services, and their first and last day; ``None`` if there is none.

    ``has_undecided`` is true if a line may have no decision of the payer yet.
    """

    services: int
    days: tuple[date, date] | None
    has_undecided: bool


class HistorySource(Protocol):
    """Earlier lines that a run asks for, a few members at a time."""

    def fetch(self, queries: Iterable[HistoryQuery]) -> History:
        """Return a history with all lines that the queries ask for; others may be among them."""

    def select(self, queries: Iterable[HistoryQuery]) -> History:
        """Return the history with only the lines that the queries ask for."""

    def kept_from(self, member: str) -> date:
        """Return the day before which lines of the member may have been deleted."""

    def overview(self) -> HistoryOverview:
        """Return the number of lines, and their first and last day."""

    def members_among(self, members: Iterable[str]) -> frozenset[str]:
        """Return those of the members who have lines."""

    def undecided_among(self, members: Iterable[str]) -> frozenset[str]:
        """Return those of the members who have a line without a decision of the payer."""

    def claims_of(self, members: Iterable[str]) -> frozenset[str]:
        """Return the ids of the claims of the members."""

    def first_members(self, most: int) -> tuple[str, ...]:
        """Return so many of the members, or all if there are fewer."""

    def last_line(self, member: str) -> HistoryLine | None:
        """Return the last line of the member; ``None`` if there is no line."""
