"""What a minimum finds on a line."""

from __future__ import annotations

import attrs

from payer_rules.engine.limits.window_totals import WindowTotal
from payer_rules.engine.verdict import LineReference


@attrs.frozen
class Shortfall:
    """The most that a window around the line can hold, and the lines that count in it."""

    total: WindowTotal
    others: tuple[LineReference, ...]
