"""Charts of the HTML reports: a table in which each row has a bar.

The template ``charts.html.j2`` draws a bar as SVG. The rows have the numbers as text, too, so the
chart is its own table.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, TypeAlias

import attrs

#: What a part of a bar measures: a count, days, dollars.
Amount: TypeAlias = int | Decimal
#: The width of the longest bar, in the units of its drawing.
_WIDTH: Final = 100


@attrs.frozen(kw_only=True)
class BarPart:
    """A part of a bar: its amount, and the class of style that gives it its color."""

    amount: Amount
    style: str


@attrs.frozen(kw_only=True)
class Bar:
    """A row of a chart: its label, the parts of its bar in order, and its numbers in words.

    ``day`` is written after the text, and the page adds how long ago it is. ``details`` are the
    numbers of all parts, for those who do not see the bar or point at it.
    """

    label: str
    parts: tuple[BarPart, ...]
    text: str
    day: str = ""
    details: str = ""
    link: str | None = None

    @property
    def amount(self) -> Amount:
        """The amount of all parts."""
        return sum((part.amount for part in self.parts), 0)


@attrs.frozen(kw_only=True)
class DrawnPart:
    """A part of a bar as it is drawn: where it begins, and how wide it is."""

    style: str
    left: float
    width: float


@attrs.frozen(kw_only=True)
class BarChart:
    """Bars of one scale: ``full`` is the amount of a bar as wide as the chart.

    ``legend`` names the classes of style; ``head`` and ``unit`` are the heads of the columns of
    labels and numbers.
    """

    name: str
    title: str
    about: str
    head: str
    unit: str
    legend: dict[str, str] = attrs.field(factory=dict)
    bars: tuple[Bar, ...]
    full: Amount

    def drawn(self, bar: Bar) -> Iterable[DrawnPart]:
        """Yield the parts of the bar that are wider than nothing."""
        left = 0.0
        for part in bar.parts:
            width = round(float(part.amount) * _WIDTH / (float(self.full) or 1), 2)
            if width:
                yield DrawnPart(style=part.style, left=round(left, 2), width=width)
            left += width


def longest(bars: Iterable[Bar]) -> Amount:
    """Return the amount of the longest bar."""
    return max((bar.amount for bar in bars), default=0)
