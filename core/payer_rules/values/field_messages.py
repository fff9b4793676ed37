"""Messages about fields whose values are not valid."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, Path, is_guess, nearest
from payer_rules.text.quoting import quoted
from payer_rules.values.checked_fields import CheckedField
from payer_rules.values.type_checks import INVALID, Form, arms_of, check_of

#: A text of so many characters identifies nobody.
_INITIALS: Final = 2
#: Returns a value as messages quote it.
Quote: TypeAlias = Callable[[object], str]

#: How messages call a value of a type, and an example of one.
_EXPECTED: Final[dict[Any, tuple[str, str]]] = {
    str: ("a text", "Write a text in quotes."),
    bool: ("True or False", "Write True or False."),
    int: ("a whole number", "Write a whole number, such as 2."),
    Decimal: ("a number", "Write a finite number, such as Decimal('1.5')."),
    date: ("a date", "Write a date, such as date(2024, 8, 15)."),
    time: ("a time", "Write a time, such as time(10, 30)."),
}


def form_error(path: Path, form: Form, text: str, quote: Quote) -> FieldError:
    """Return the error of a text that is not of the form."""
    if not text.strip():
        return FieldError(path, f"{form.name} is empty", form.advice(text), ErrorCode.UNKNOWN_WORD)
    advice = form.advice(text)
    # NOTE: a misspelled word is not the name of a person, so it may be quoted.
    is_open = is_guess(advice) or len(text) <= _INITIALS
    shown = quoted(text) if is_open else quote(text)
    return FieldError(path, f"{shown} is not {form.name}", advice, ErrorCode.UNKNOWN_WORD)


def errors_of_field(field: CheckedField, value: Any, quote: Quote) -> Iterator[FieldError]:
    """Yield the errors of the field's value: in its items, its text or its type."""
    wanted = [arm for arm in arms_of(field.kind) if arm is not types.NoneType]
    for arm in wanted:
        origin = typing.get_origin(arm)
        if origin in (tuple, frozenset) and isinstance(value, origin):
            item, *more = typing.get_args(arm)
            if origin is frozenset or more == [Ellipsis]:
                yield from _item_errors(field, item, value, quote)
                return
    if field.form is not None and isinstance(value, str) and any(map(_is_text, wanted)):
        yield form_error((field.name,), field.form, value, quote)
        return
    yield _type_error((field.name,), field.name, wanted, value, field.limits, quote)


def _is_text(kind: Any) -> bool:
    return kind is str or typing.get_origin(kind) is Literal


def _item_errors(field: CheckedField, item: Any, values: Any, quote: Quote) -> Iterator[FieldError]:
    check = check_of(item, field.form)
    is_ordered = isinstance(values, tuple)
    for at, entry in enumerate(values if is_ordered else sorted(values, key=repr)):
        if check(entry) is not INVALID:
            continue
        path = (field.name, at) if is_ordered else (field.name,)
        if field.form is not None and isinstance(entry, str):
            yield form_error(path, field.form, entry, quote)
        else:
            yield _type_error(path, f"an entry of {field.name}", [item], entry, "", quote)


def _type_error(
    path: Path, name: str, wanted: list[Any], value: Any, limits: str, quote: Quote
) -> FieldError:
    words = _words_of(wanted)
    if isinstance(value, str) and words:
        advice = nearest(value.lower() if value.lower() in words else value, words)
        shown = quoted(value) if is_guess(advice) else quote(value)
        return FieldError(path, f"{name} is {shown}", advice, ErrorCode.UNKNOWN_WORD)
    expected = [_expected(arm) for arm in wanted]
    kinds = " or ".join(dict.fromkeys(kind + limits for kind, _ in expected))
    remedy = f"Write {kinds}." if limits else expected[0][1]
    return FieldError(
        path,
        f"{name} is {_described(value, quote)}, and {kinds} belongs here",
        remedy,
        ErrorCode.WRONG_TYPE,
    )


def _words_of(wanted: list[Any]) -> list[str]:
    """Return the words that are allowed, if nothing but words is."""
    if any(typing.get_origin(arm) is not Literal for arm in wanted):
        return []
    words = [word for arm in wanted for word in typing.get_args(arm)]
    return words if all(isinstance(word, str) for word in words) else []


def _described(value: Any, quote: Quote) -> str:
    if isinstance(value, str):
        return f"the text {shown}" if (shown := quote(value)).startswith("'") else shown
    if isinstance(value, datetime):
        return "a date with a time"
    if isinstance(value, float):
        return f"the float {quote(value)}"
    if value is None:
        return "None"
    if isinstance(value, bool):
        return repr(value)
    if isinstance(value, int | Decimal | date | time):
        return quote(value)
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _expected(kind: Any) -> tuple[str, str]:
    if kind in _EXPECTED:
        return _EXPECTED[kind]
    origin = typing.get_origin(kind)
    if origin is Literal:
        words = " or ".join(repr(word) for word in typing.get_args(kind))
        return words, f"Write {words}."
    if origin is tuple:
        return "a tuple", "Write a tuple, such as ('F72',) with its comma."
    if origin is frozenset:
        return "a frozenset", "Write a frozenset, such as frozenset({'90853'})."
    if origin is dict:
        return "a dict", "Write a dict."
    if origin is not None:
        return "a function", "Write the function's name without parentheses."
    name = getattr(kind, "__name__", str(kind))
    article = "an" if name[0].lower() in "aeiou" else "a"
    return f"{article} {name}", f"Write {name}(…)."
