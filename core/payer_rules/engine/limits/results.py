"""What a limit finds on a line."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

import attrs

from payer_rules.engine.limits.window_totals import WindowTotal
from payer_rules.engine.missing import MissingFacts
from payer_rules.engine.verdict import LineReference
from payer_rules.rules import Adjustment, Outcome


@attrs.frozen(kw_only=True)
class Excess:
    """The known facts of a line that does not fit into a window.

    ``amount`` is what the line counts, and ``others`` are the lines that count with it in the
    window. ``pays`` is the part of the line that is still paid, and ``adjustment`` replaces that of
    the rule.
    """

    total: WindowTotal
    amount: Decimal | None
    others: tuple[LineReference, ...]
    outcome: Outcome
    pays: Decimal | None = None
    adjustment: Adjustment | None = None


#: The line does not fit; or the facts that are missing to know; without any, the line is kept.
LimitResult: TypeAlias = Excess | MissingFacts
