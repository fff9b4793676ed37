"""What is wrong with the layout of a line."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from payer_rules.engine.verdict import LineReference

LayoutDemand: TypeAlias = Literal[
    "one_day_per_line",
    "one_line_per_day",
    "one_month",
    "one_claim",
    "positions",
    "matching_modifiers",
]


@attrs.frozen(kw_only=True)
class LayoutFault:
    """A line that is not laid out as a rule demands.

    ``modifier`` and ``position`` are those of a modifier in another position; ``other`` is the line
    with which it does not fit.
    """

    demand: LayoutDemand
    line: LineReference
    modifier: str | None = None
    position: int | None = None
    other: LineReference | None = None
