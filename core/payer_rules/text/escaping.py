"""Escaping of text from files, so that it cannot move a cursor, add a line or be a formula.

Everything that is printed is escaped here: `join_lines` for lines of text, `visible` for a part
of a line, `json_escaped` for JSON, `csv_text` for the cells of CSV.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

#: Characters without width that are not control characters: fillers and variation selectors.
_WITHOUT_WIDTH: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
#: A text that a spreadsheet reads as a formula, and such a text after apostrophes.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n]").match
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r\n]").match
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?").fullmatch


def visible(text: str, keep: str = "") -> str:
    """Return the text with an escape for every invisible character, as `repr` does.

    Invisible are control characters, line breaks, direction marks and characters without width;
    those in ``keep`` are not escaped.
    """
    if text.isprintable() and (text.isascii() or not _WITHOUT_WIDTH.search(text)):
        return text
    return "".join(c if c in keep or _is_visible(c) else _escape(c) for c in text)


def join_lines(lines: Iterable[str]) -> str:
    """Return the lines as one text, without other line breaks in it."""
    return "\n".join(map(visible, lines))


def json_escaped(text: str) -> str:
    """Return JSON on one line with a JSON escape for every invisible character."""
    if text.isprintable() and (text.isascii() or not _WITHOUT_WIDTH.search(text)):
        return text
    return "".join(c if _is_visible(c) else json.dumps(c)[1:-1] for c in text)


def csv_text(text: str) -> str:
    """Return the text as a cell of CSV; a formula gets an apostrophe before it.

    Numbers are not changed. `from_csv_text` removes the apostrophe.
    """
    shown = visible(text, keep="\t\r\n")
    return f"'{shown}" if _FORMULA(shown) and not _NUMBER(shown) else shown


def from_csv_text(cell: str) -> str:
    """Return the text of a cell that `csv_text` made."""
    return cell[1:] if _GUARDED(cell) else cell


def _is_visible(character: str) -> bool:
    is_drawn = character.isprintable() or unicodedata.category(character) == "Zs"
    return is_drawn and not _WITHOUT_WIDTH.match(character)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
