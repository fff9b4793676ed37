"""Queries for the earlier lines that a decision depends on."""

from __future__ import annotations

from datetime import date

import attrs

from payer_rules.history.lines import HistoryLine


@attrs.frozen(kw_only=True)
class HistoryQuery:
    """The earlier lines that a decision can depend on: those that share a day with the span.

    They are those of the ``members`` or, where ``rendering`` is an NPI, those that this provider
    rendered, or may have rendered, to any member. Codes of ``None`` are all codes; both days are
    included.
    """

    members: frozenset[str] = frozenset()
    rendering: str | None = None
    codes: frozenset[str] | None
    date_from: date
    date_to: date

    def asks_for(self, line: HistoryLine) -> bool:
        """Return True if the line is one of those asked for."""
        if line.date_to < self.date_from or self.date_to < line.date_from:
            return False
        if self.codes is not None and line.code not in self.codes:
            return False
        if self.rendering is None:
            return line.member in self.members
        return line.rendering_provider is None or line.rendering_provider.npi == self.rendering
