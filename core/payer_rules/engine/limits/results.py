"""What a limit finds on a line."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

import attrs

from payer_rules.engine.limits.candidates import CandidateLine
from payer_rules.engine.limits.counted_lines import CountedLine
from payer_rules.engine.limits.window_totals import WindowTotal
from payer_rules.engine.missing import MissingFacts
from payer_rules.rules import Adjustment, Outcome


@attrs.frozen(kw_only=True)
class Excess:
    """A line that does not fit into a window.

    ``others`` are the lines that count in the window beside it. ``pays`` is the part of the line
    that is still paid, and ``adjustment`` replaces that of the rule.
    """

    candidate: CandidateLine
    total: WindowTotal
    others: tuple[CountedLine, ...]
    outcome: Outcome
    pays: Decimal | None = None
    adjustment: Adjustment | None = None


#: The line does not fit; or the facts that are missing to know; without any, the line is kept.
LimitResult: TypeAlias = Excess | MissingFacts
