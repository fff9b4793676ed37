"""Cells of a table as values: text from CSV, or typed values from Parquet.

Each reader returns the value, or raises `ValueError` with what the cell should contain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final

from payer_rules.values.checked import Form

#: The word for a known absence, as in claim files: ``none`` diagnoses are no diagnoses.
NONE: Final = "none"
#: A number with more digits before or after the point is a typing error.
_DIGITS: Final = 9
_DAY: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?)?").fullmatch


def text(cell: object) -> str:
    """Return a name or number that identifies something."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        # NOTE: many programs turn a column of whole numbers with gaps into floats.
        return str(int(cell))
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    raise ValueError("a text belongs here")


def code(cell: object) -> str:
    """Return a code, which may begin with a zero."""
    if isinstance(cell, str):
        return cell
    raise ValueError("a text belongs here, for a number has lost its leading zeros")


def of_form(form: Form, read: Callable[[object], str] = text) -> Callable[[object], str]:
    """Return a reader of texts of a vocabulary or format, which returns them in canonical form."""

    def formed(cell: object) -> str:
        given = read(cell)
        found = form.canonical(given)
        if found is None:
            raise ValueError(form.advice(given))
        return found

    return formed


def codes_of_form(form: Form) -> Callable[[object], tuple[str, ...]]:
    """Return a reader of several codes of a format, which returns them in canonical form."""
    one = of_form(form, code)
    return lambda cell: tuple(one(each) for each in _listed(cell))


def one_of(words: Collection[str]) -> Callable[[object], str]:
    """Return a reader of one of the words."""
    options = ", ".join(sorted(words))

    def word(cell: object) -> str:
        if isinstance(cell, str) and cell in words:
            return cell
        raise ValueError(f"one of {options} belongs here")

    return word


def whole(cell: object) -> int:
    """Return a whole number."""
    number = amount(cell)
    if number != number.to_integral_value():
        raise ValueError("a whole number belongs here")
    return int(number)


def amount(cell: object) -> Decimal:
    """Return a number without currency signs or thousands separators."""
    try:
        # NOTE: Decimal reads 1_000 too, which nobody writes.
        if isinstance(cell, bool) or (isinstance(cell, str) and "_" in cell):
            raise InvalidOperation
        if not isinstance(cell, str | int | float | Decimal):
            raise InvalidOperation
        number = Decimal(str(cell) if isinstance(cell, float) else cell)
    except InvalidOperation:
        raise ValueError("a number such as 120.50 belongs here") from None
    if not number.is_finite() or not -_DIGITS <= number.adjusted() < _DIGITS:
        raise ValueError("a number of at most nine digits belongs here")
    return number


def day(cell: object) -> date:
    """Return a day: 2024-08-15 or 20240815, also with a time of midnight."""
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date()
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell
    found = _DAY(cell) if isinstance(cell, str) else None
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    # NOTE: 03/04/2024 may be in March or in April.
    raise ValueError("a date such as 2024-08-15 belongs here")


def day_or_none(cell: object) -> date | str:
    """Return a day, or the word for none."""
    return NONE if cell == NONE else day(cell)


def clock(cell: object) -> time:
    """Return a time of day."""
    if isinstance(cell, time):
        return cell
    try:
        if isinstance(cell, str):
            return time.fromisoformat(cell)
    except ValueError:
        pass
    raise ValueError("a time such as 10:30 belongs here")


def codes(cell: object) -> tuple[str, ...]:
    """Return codes separated by spaces, or of a list; ``none`` means that there are none."""
    return tuple(code(each) for each in _listed(cell))


def numbers(cell: object) -> tuple[int, ...]:
    """Return whole numbers separated by spaces, or of a list; ``none`` is no number."""
    return tuple(whole(each) for each in _listed(cell))


def _listed(cell: object) -> list[object]:
    if cell == NONE:
        return []
    if isinstance(cell, str):
        return list(cell.split())
    return list(cell) if isinstance(cell, list | tuple) else [cell]
