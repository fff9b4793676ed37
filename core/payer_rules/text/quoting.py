"""A value in the words of the file that it came from, for messages.

Of a claim not every value may be told: what stands in the wrong place may be the name of a person,
a member id or a date of birth.
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
#: Beyond this many digits before or behind the point a number is a slip.
_DIGITS: Final = 9
#: Keys whose values say who somebody is, or hold one that does.
_PERSONAL: Final = frozenset(["member", "birth_date", "member_prefix"])
#: A key as files of ours have them; no id of a member and no date is one.
_key = re.compile(r"[a-z_]{1,40}").fullmatch


@attrs.frozen
class QuotingStyle:
    """How messages show a value at a path, a key, and a piece of text that cannot be read."""

    value: Callable[[object, _Path], str]
    key: Callable[[str], str]
    piece: Callable[[str], str]


def quoted(value: object) -> str:
    """The value about as a person wrote it: text quoted, dates as 2024-08-15, lists in full."""
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
    """The id of a claim, by which messages name it: on one line, and no longer than ids are."""
    text = str(identity)
    return visible(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def redacted(value: object, path: _Path = ()) -> str:
    """The value where it cannot say who somebody is, else what kind of value it is.

    Quoted is what is short and is no word: ``'9085'``, ``'-1'`` or ``'1,5'``.
    """
    if isinstance(value, bool) or value is None:
        return quoted(value)
    is_open = _PERSONAL.isdisjoint(path)
    if isinstance(value, str):
        return repr(value) if is_open and _is_short(value) else _sized("text", value)
    if isinstance(value, Decimal) and not (value.is_finite() and abs(value.adjusted()) < _DIGITS):
        return "a number beyond all sense"
    if isinstance(value, int | float | Decimal):
        number = str(value)
        return number if is_open and len(number) <= _SHORT else _sized("number", number)
    return _KINDS.get(type(value), "something else")


def _is_short(text: str) -> bool:
    is_word = any(map(str.isalpha, text)) and not any(map(str.isdigit, text))
    return len(text) <= 1 or (len(text) <= _SHORT and not is_word)


def _sized(kind: str, text: str) -> str:
    return f"a {kind} of {len(text)} characters"


def _reserved_key(key: str) -> str:
    return repr(key) if _key(key) else f"of {len(key)} characters"


def _reserved_piece(text: str) -> str:
    """The piece where it is of marks alone: what cannot be read may be anything."""
    is_open = len(text) <= 1 or (len(text) <= _SHORT and not any(map(str.isalnum, text)))
    return repr(text) if is_open else _sized("text", text)


def _piece(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


_KINDS: Final[dict[type, str]] = {
    date: "a date",
    time: "a time",
    list: "a list",
    tuple: "a list",
    dict: "a table",
}
#: Of files that name no person, and of claims.
VERBATIM: Final = QuotingStyle(lambda value, _: quoted(value), repr, _piece)
REDACTED: Final = QuotingStyle(redacted, _reserved_key, _reserved_piece)
