"""Single values from parsed TOML or JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import attrs

#: The most digits of a number, before or after the point.
_DIGITS: Final = 9


@attrs.frozen
class Scalar:
    """A type of single values: its description, and a converter that returns None if invalid."""

    expected: str
    convert: Callable[[object], Any]


def _text(data: object) -> str | None:
    return data if isinstance(data, str) else None


def _truth(data: object) -> bool | None:
    return data if isinstance(data, bool) else None


def _whole(data: object) -> int | None:
    return data if isinstance(data, int) and not isinstance(data, bool) else None


def _number(data: object) -> Decimal | None:
    # NOTE: our JSON writes decimals as strings; in Python a bool is an int.
    if isinstance(data, bool) or not isinstance(data, int | str | Decimal):
        return None
    try:
        number = Decimal(data)
    except InvalidOperation:
        return None
    if number.is_finite() and -_DIGITS <= number.adjusted() < _DIGITS:
        return number
    return None if number else Decimal(0)


def _day(data: object) -> date | None:
    if isinstance(data, datetime):
        return None
    if isinstance(data, date):
        return data
    try:
        return date.fromisoformat(data) if isinstance(data, str) else None
    except ValueError:
        return None


def _clock(data: object) -> time | None:
    if isinstance(data, time):
        return data
    try:
        return time.fromisoformat(data) if isinstance(data, str) else None
    except ValueError:
        return None


SCALARS: Final[dict[Any, Scalar]] = {
    str: Scalar("a text in quotes", _text),
    bool: Scalar("true or false", _truth),
    int: Scalar("a whole number", _whole),
    Decimal: Scalar("a number", _number),
    date: Scalar("a date such as 2024-08-15", _day),
    time: Scalar("a time such as 10:30:00", _clock),
}
