"""Values of files quoted in messages.

Messages about claims must not quote every value: a value in the wrong field may be a name, a
member id or a date of birth.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Final, TypeAlias

import attrs

from payer_rules.text.escaping import visible

#: The keys and list positions that lead to a value.
_Path: TypeAlias = tuple[str | int, ...]
#: As many characters as a procedure code has. Ids of members and dates have more.
_SHORT: Final = 5
_LONGEST: Final = 40
#: A number with more digits than this before or after the point is a mistake.
_DIGITS: Final = 9
#: Keys whose values identify a person, or contain one that does.
_PERSONAL: Final = frozenset(["member", "birth_date", "sex", "member_prefix"])
#: The form of our keys; member ids and dates do not have it.
_key = re.compile(r"[a-z_]{1,40}").fullmatch


@attrs.frozen
class QuotingStyle:
    """The functions that quote a value at a path, a key, and a text that cannot be parsed."""

    value: Callable[[object, _Path], str]
    key: Callable[[str], str]
    piece: Callable[[str], str]


def quoted(value: object) -> str:
    """Return the value as it is written: text quoted, dates as 2024-08-15, lists in full."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(quoted, value))}]"
    if isinstance(value, dict):
        inside = ", ".join(f"{key} = {quoted(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if value else "{}"
    return repr(value)


def named(identity: object) -> str:
    """Return the id of a claim for messages: on one line, and of limited length."""
    text = str(identity)
    return visible(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def redacted(value: object, path: _Path = ()) -> str:
    """Return the value if it cannot identify a person; otherwise only its kind.

    A value is quoted if it is short and not a word: ``'9085'``, ``'-1'`` or ``'1,5'``.
    """
    if isinstance(value, bool) or value is None:
        return quoted(value)
    may_quote = _PERSONAL.isdisjoint(path)
    if isinstance(value, str):
        return repr(value) if may_quote and _is_short(value) else _sized("text", value)
    if isinstance(value, Decimal) and not (value.is_finite() and abs(value.adjusted()) < _DIGITS):
        return "a number that is too large"
    if isinstance(value, int | float | Decimal):
        number = str(value)
        return number if may_quote and len(number) <= _SHORT else _sized("number", number)
    return _KINDS.get(type(value), "something else")


def _is_short(text: str) -> bool:
    is_word = any(map(str.isalpha, text)) and not any(map(str.isdigit, text))
    return len(text) <= 1 or (len(text) <= _SHORT and not is_word)


def _sized(kind: str, text: str) -> str:
    return f"a {kind} of {len(text)} characters"


def _reserved_key(key: str) -> str:
    return repr(key) if _key(key) else f"of {len(key)} characters"


def _reserved_piece(text: str) -> str:
    """Return the text if it has only punctuation; a text that cannot be parsed may be anything."""
    may_quote = len(text) <= 1 or (len(text) <= _SHORT and not any(map(str.isalnum, text)))
    return repr(text) if may_quote else _sized("text", text)


def _piece(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


_KINDS: Final[dict[type, str]] = {
    date: "a date",
    time: "a time",
    list: "a list",
    tuple: "a list",
    dict: "a table",
}
#: The styles for files that name no person, and for claims.
VERBATIM: Final = QuotingStyle(lambda value, _: quoted(value), repr, _piece)
REDACTED: Final = QuotingStyle(redacted, _reserved_key, _reserved_piece)
