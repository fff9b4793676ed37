"""The layout of a text report: width, color, and lines that are wrapped between words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.text.escaping import visible

#: The width of a report that goes to a file.
WIDTH: Final = 80
#: The least room that indented text has on a line.
_LEAST: Final = 20
Style: TypeAlias = Literal["bold", "red", "yellow", "green", "dim"]
_CODES: Final[dict[Style, str]] = {
    "bold": "\x1b[1m",
    "red": "\x1b[31m",
    "yellow": "\x1b[33m",
    "green": "\x1b[32m",
    "dim": "\x1b[2m",
}
_RESET: Final = "\x1b[0m"


@attrs.frozen
class PageLayout:
    """The width of a report, and whether it has colors."""

    width: int = WIDTH
    has_color: bool = False

    def styled(self, text: str, style: Style | None) -> str:
        """Return the text in the style; unchanged if the report has no color."""
        return f"{_CODES[style]}{text}{_RESET}" if self.has_color and style and text else text

    def wrapped(self, text: str, indent: int = 0, hanging: int = 0) -> Iterator[str]:
        """Yield the text as lines of the width; numbers and their units stay together."""
        lines = textwrap.wrap(
            visible(text),
            max(self.width, indent + hanging + _LEAST),
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + hanging),
            break_long_words=False,
            break_on_hyphens=False,
        )
        yield from map(unglued, lines)

    def cut(self, text: str, indent: int = 0, after: str = "") -> str:
        """Return the text on one line, without the end that has no room on it."""
        shown, end = visible(text), visible(after)
        room = self.width - indent - len(end)
        shown = shown if len(shown) <= room else f"{shown[: room - 1].rstrip()}…"
        return f"{' ' * indent}{shown}{end}"


#: A space at which no line is broken.
_GLUE: Final = "\u00a0"


def glued(text: str) -> str:
    """Return the text with spaces at which no line is broken."""
    return text.replace(" ", _GLUE)


def dotted(parts: Iterable[str]) -> str:
    """Return the parts with dots between them; a line is broken behind a dot only."""
    return f"{_GLUE}· ".join(parts)


def unglued(text: str) -> str:
    """Return the text with ordinary spaces."""
    return text.replace(_GLUE, " ")


def money(charges: Decimal) -> str:
    """Return charges in whole dollars: ``$1,234``."""
    return f"${charges.quantize(Decimal(1), ROUND_HALF_UP):,}"
