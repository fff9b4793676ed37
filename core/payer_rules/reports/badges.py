"""A badge: how many answers of a run are confirmed, for a page about a plugin."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final

import attrs

from payer_rules.conformance.run_record import RunRecord
from payer_rules.json_forms.plain_data import text_of

#: The suffixes of a file with a badge: an endpoint of shields.io, and a picture.
SUFFIXES: Final = (".json", ".svg")
_LABEL: Final = "payer rules"
_COLORS: Final = {"brightgreen": "#2e7d32", "red": "#c62828", "lightgrey": "#616161"}
#: The width of a character, and the space at both ends of a part.
_CHARACTER: Final = 6.6
_SPACE: Final = 10
_SVG: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{title}">
<title>{title}</title>
<rect width="{width}" height="20" rx="3" fill="#424242"/>
<rect x="{left}" width="{right}" height="20" rx="3" fill="{color}"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{label_at}" y="14" textLength="{label_width}">{label}</text>
<text x="{message_at}" y="14" textLength="{message_width}">{message}</text>
</g>
</svg>
"""


@attrs.frozen(kw_only=True)
class Badge:
    """The words of a badge and its color."""

    message: str
    color: str

    @classmethod
    def of(cls, record: RunRecord) -> Badge:
        """Return the badge of a run: red if anything is wrong, gray if nothing is confirmed.

        Answers are those to scenarios, to cases and of edit sheets. What nobody has confirmed is
        counted in the total.
        """
        statuses = [each.answer.status for each in record.answers()]
        statuses += [status for sheet in record.sheets for status in sheet.statuses()]
        asked = [status for status in statuses if status != "not applicable"]
        wrong = sum(status in ("disagrees", "errored") for status in asked)
        broken = sum(bool(each.broken) for each in record.invariants)
        if record.problems:
            return cls(message=_counted(len(record.problems), "problem"), color="red")
        if wrong:
            return cls(message=f"{wrong:,} of {len(asked):,} wrong", color="red")
        if broken:
            return cls(message=f"{_counted(broken, 'invariant')} broken", color="red")
        confirmed = asked.count("agrees")
        color = "brightgreen" if confirmed else "lightgrey"
        return cls(message=f"{confirmed:,} of {len(asked):,} confirmed", color=color)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def badge_of(record: RunRecord, path: Path) -> Iterator[str]:
    """Yield the badge of a run in the form that the suffix of the file names."""
    badge = Badge.of(record)
    yield _svg(badge) if path.suffix == ".svg" else _endpoint(badge)


def _endpoint(badge: Badge) -> str:
    """Return the data of which shields.io draws a badge."""
    data = {
        "schemaVersion": 1,
        "label": _LABEL,
        "message": badge.message,
        "color": badge.color,
    }
    return f"{text_of(data)}\n"


def _svg(badge: Badge) -> str:
    label, message = len(_LABEL) * _CHARACTER, len(badge.message) * _CHARACTER
    left, right = label + _SPACE, message + _SPACE
    return _SVG.format(
        title=escape(f"{_LABEL}: {badge.message}"),
        label=_LABEL,
        message=escape(badge.message),
        color=_COLORS[badge.color],
        width=round(left + right),
        left=round(left),
        right=round(right),
        label_at=round(left / 2),
        message_at=round(left + right / 2),
        label_width=round(label),
        message_width=round(message),
    )
