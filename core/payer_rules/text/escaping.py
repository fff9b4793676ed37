"""Values of files made safe to show: nothing in them can move a cursor, forge a line or a formula.

Everything that is printed is escaped here: `join_lines` for lines of text, `visible` for a part
of a line, `json_escaped` for JSON, `csv_text` for the cells of CSV.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

#: Characters that take no room and are no control characters: fillers and variation selectors.
_ROOMLESS: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
#: What a spreadsheet takes for a formula, and such a text behind apostrophes.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n]").match
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r\n]").match
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?").fullmatch


def visible(text: str, keep: str = "") -> str:
    """Return the text with an escape for every character that is not seen, as `repr` does.

    Control characters, line breaks, marks that turn the direction of a text and characters without
    width are not seen; those in ``keep`` stay.
    """
    if text.isprintable() and (text.isascii() or not _ROOMLESS.search(text)):
        return text
    return "".join(each if each in keep or _is_seen(each) else _escape(each) for each in text)


def join_lines(lines: Iterable[str]) -> str:
    """Return the lines as one text in which nothing but the end of a line breaks it."""
    return "\n".join(map(visible, lines))


def json_escaped(text: str) -> str:
    """Return JSON on one line with an escape of JSON for every character that is not seen."""
    if text.isprintable() and (text.isascii() or not _ROOMLESS.search(text)):
        return text
    return "".join(each if _is_seen(each) else json.dumps(each)[1:-1] for each in text)


def csv_text(text: str) -> str:
    """Return the text as a cell of CSV: behind an apostrophe where it would be a formula.

    A number stays one. `from_csv_text` removes the apostrophe again.
    """
    shown = visible(text, keep="\t\r\n")
    return f"'{shown}" if _FORMULA(shown) and not _NUMBER(shown) else shown


def from_csv_text(cell: str) -> str:
    """Return the text that `csv_text` made the cell of."""
    return cell[1:] if _GUARDED(cell) else cell


def _is_seen(character: str) -> bool:
    is_drawn = character.isprintable() or unicodedata.category(character) == "Zs"
    return is_drawn and not _ROOMLESS.match(character)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
