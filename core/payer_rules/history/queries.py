"""What a decision must know of the history."""

from __future__ import annotations

from datetime import date

import attrs

from payer_rules.history.lines import HistoryLine


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
