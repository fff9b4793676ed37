"""What a limit leaves for a line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from payer_rules.rules import Citation


@attrs.frozen(kw_only=True)
class UnitsLeft:
    """The number that a limit leaves for a line, without the line itself.

    It is between ``at_least`` and ``at_most``, which differ where the history is partial or facts
    are missing. ``presumed`` is the number by what the expected answer presumes of the history:
    nothing is missing, and lines without a decision, or of a payer that is not known, count. It is
    ``None`` if that leaves the number open. ``first`` and ``last`` are the days of the window that
    is the fullest; they are ``None`` for a window that no calendar lays out.
    """

    rule: str
    limit: Decimal
    counts: str
    window: str
    first: date | None
    last: date | None
    at_least: Decimal
    at_most: Decimal
    presumed: Decimal | None = None
    citations: tuple[Citation, ...] = ()
