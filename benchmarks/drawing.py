"""Plain SVG: bars on a scale, and lines of growth, with the numbers as text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

_STYLE: Final = "font-family: sans-serif; font-size: 13px"
_COLORS: Final = ("#1b6ca8", "#c8553d", "#588157", "#7b5ea7", "#b08900", "#555555")


class BarOf(NamedTuple):
    """A bar: its label, its amount, and what is written beside it."""

    label: str
    amount: float
    text: str


def bars(title: str, rows: Sequence[BarOf]) -> str:
    """Return a chart of horizontal bars."""
    height, widest = 34 + 26 * len(rows), max((row.amount for row in rows), default=1) or 1
    parts = [f'<text x="8" y="20" font-weight="bold">{escape(title)}</text>']
    for at, row in enumerate(rows):
        y = 34 + 26 * at
        width = max(1.0, 380 * row.amount / widest)
        parts.append(f'<text x="8" y="{y + 14}">{escape(row.label)}</text>')
        color = _COLORS[0] if row.label.startswith("screen") else _COLORS[5]
        parts.append(f'<rect x="170" y="{y + 2}" width="{width:.1f}" height="16" fill="{color}"/>')
        parts.append(f'<text x="{176 + width:.1f}" y="{y + 14}">{escape(row.text)}</text>')
    return _svg(title, 760, height, parts)


class Curve(NamedTuple):
    """A curve: its name, and its points as multiples of the first one."""

    name: str
    points: Sequence[tuple[float, float]]


def curves(title: str, lines: Sequence[Curve]) -> str:
    """Return curves of what grows: both axes are multiples of the smallest, by logarithms."""
    from math import log10

    most = max(max(x, y, 1.01) for line in lines for x, y in line.points)
    scale = 300 / log10(most)
    parts = [f'<text x="8" y="20" font-weight="bold">{escape(title)}</text>']
    parts.append('<path d="M60 40 V340 H380" fill="none" stroke="#333"/>')
    parts.append(
        f'<path d="M60 340 L{60 + 300} {340 - 300}" stroke="#bbb" stroke-dasharray="4 4"/>'
    )
    parts.append('<text x="225" y="365">times as much</text>')
    parts.append('<text x="8" y="36">times as long</text>')
    for at, line in enumerate(lines):
        color = _COLORS[at % len(_COLORS)]
        places = [
            (60 + scale * log10(max(x, 1)), 340 - scale * log10(max(y, 0.1)))
            for x, y in line.points
        ]
        path = " L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        x, y = line.points[-1]
        parts.append(
            f'<text x="400" y="{60 + 22 * at}" fill="{color}">'
            f"{escape(line.name)}: {x:.1f} × as much, {y:.1f} × as long</text>"
        )
    return _svg(title, 760, 380, parts)


def _svg(title: str, width: int, height: int, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label="{escape(title)}" '
        f'style="{_STYLE}">'
    )
    return "\n".join(
        [head, f'<rect width="{width}" height="{height}" fill="#fff"/>', *parts, "</svg>\n"]
    )
