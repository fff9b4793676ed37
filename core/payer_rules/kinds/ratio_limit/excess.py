"""A line beyond a ratio."""

from __future__ import annotations

from decimal import Decimal

import attrs


@attrs.frozen(kw_only=True)
class RatioExcess:
    """The numbers of a line beyond a ratio: what is counted with it, and what is allowed."""

    counted: Decimal
    allowed: Decimal
