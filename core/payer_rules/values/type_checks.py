"""Checks of values by the annotated types of their fields.

A check takes a value and returns it, the same in canonical form, or `INVALID`.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, Literal, Protocol, TypeAlias, Union

import attrs

#: The result of a check for a value that is not of the type.
INVALID: Final[Any] = object()
Check: TypeAlias = Callable[[Any], Any]


class Form(Protocol):
    """A vocabulary or a format of texts."""

    @property
    def name(self) -> str:
        """What messages call a text of the form: "a profession"."""

    def canonical(self, text: str) -> str | None:
        """Return the text in canonical form, or None if it is not of the form."""

    def advice(self, text: str) -> str:
        """Return what to write instead of the text."""


def check_of(kind: Any, form: Form | None) -> Check:
    """Return the check of values of the annotated type."""
    if kind is Any or kind is object:
        return lambda value: value
    if kind in _SCALARS:
        return _text_check(form) if kind is str and form is not None else _SCALARS[kind]
    origin = typing.get_origin(kind)
    if _is_union(kind):
        return _union_check([check_of(arm, form) for arm in typing.get_args(kind)])
    if origin is Literal:
        return _literal_check(typing.get_args(kind)) if form is None else _text_check(form)
    if origin is frozenset:
        return _set_check(typing.get_args(kind)[0], form)
    if origin is tuple:
        return _tuple_check(typing.get_args(kind), form)
    if origin is dict:
        return _instance_check(dict)
    if origin is not None and callable(kind):
        return lambda value: value if callable(value) else INVALID
    return _instance_check(kind)


def arms_of(kind: Any) -> tuple[Any, ...]:
    """Return the types of a union, or the one type."""
    return typing.get_args(kind) if _is_union(kind) else (kind,)


def plain_types(kind: Any, form: Form | None) -> Iterator[type]:
    """Yield the types all of whose values are valid, so that no check is needed."""
    for arm in arms_of(kind):
        if arm is str:
            if form is None:
                yield str
        elif arm in (int, bool, date, time, types.NoneType) or (
            isinstance(arm, type) and attrs.has(arm)
        ):
            yield arm


def within_limits(check: Check, least: Any, above: Any) -> Check:
    """Return the check with a smallest number, and a number that the value must exceed."""

    def limited(value: Any) -> Any:
        number = check(value)
        if isinstance(number, int | Decimal):
            if least is not None and number < least:
                return INVALID
            if above is not None and number <= above:
                return INVALID
        return number

    return limited


def _is_union(kind: Any) -> bool:
    return typing.get_origin(kind) in (Union, types.UnionType)


def _text_check(form: Form) -> Check:
    canonical = form.canonical

    def check(value: Any) -> Any:
        if not isinstance(value, str):
            return INVALID
        text = canonical(value)
        if text is None:
            return INVALID
        return value if text == value else text

    return check


def _union_check(checks: list[Check]) -> Check:
    def check(value: Any) -> Any:
        for check_arm in checks:
            checked = check_arm(value)
            if checked is not INVALID:
                return checked
        return INVALID

    return check


def _literal_check(allowed: tuple[Any, ...]) -> Check:
    def check(value: Any) -> Any:
        for word in allowed:
            if type(value) is type(word) and value == word:
                return value
        return INVALID

    return check


def _set_check(kind: Any, form: Form | None) -> Check:
    check_item, plain = check_of(kind, form), set(plain_types(kind, form))

    def check(value: Any) -> Any:
        if not isinstance(value, frozenset):
            return INVALID
        if plain.issuperset(map(type, value)):
            return value
        return _rebuilt(frozenset, value, [check_item(item) for item in value])

    return check


def _tuple_check(kinds: tuple[Any, ...], form: Form | None) -> Check:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return _long_tuple_check(kinds[0], form)
    checks = [check_of(kind, form) for kind in kinds]

    def check(value: Any) -> Any:
        if not isinstance(value, tuple) or len(value) != len(checks):
            return INVALID
        items = [check_item(item) for check_item, item in zip(checks, value, strict=True)]
        return _rebuilt(tuple, value, items)

    return check


def _long_tuple_check(kind: Any, form: Form | None) -> Check:
    check_item, plain = check_of(kind, form), set(plain_types(kind, form))

    def check(value: Any) -> Any:
        if not isinstance(value, tuple):
            return INVALID
        if plain.issuperset(map(type, value)):
            return value
        return _rebuilt(tuple, value, [check_item(item) for item in value])

    return check


def _rebuilt(make: type, value: Any, items: list[Any]) -> Any:
    """Return the value itself if no item changed, and INVALID if one is not valid."""
    if any(item is INVALID for item in items):
        return INVALID
    is_same = all(one is other for one, other in zip(items, value, strict=True))
    return value if is_same else make(items)


def _whole_number(value: Any) -> Any:
    return value if isinstance(value, int) and not isinstance(value, bool) else INVALID


def _number(value: Any) -> Any:
    return value if isinstance(value, Decimal) and value.is_finite() else INVALID


def _day(value: Any) -> Any:
    return value if isinstance(value, date) and not isinstance(value, datetime) else INVALID


def _instance_check(kind: type) -> Check:
    return lambda value: value if isinstance(value, kind) else INVALID


_SCALARS: Final[dict[Any, Check]] = {
    str: _instance_check(str),
    bool: _instance_check(bool),
    int: _whole_number,
    Decimal: _number,
    date: _day,
    time: _instance_check(time),
    types.NoneType: lambda value: value if value is None else INVALID,
}
