"""The fields of a checked class, each with the check of its values."""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import attrs

from payer_rules.values.type_checks import (
    Check,
    Form,
    arms_of,
    check_of,
    plain_types,
    within_limits,
)


@attrs.frozen
class CheckedField:
    """A field, and the check of its values.

    Values of the types in ``plain`` need no check. ``limits`` describes its smallest number.
    """

    name: str
    plain: frozenset[type]
    check: Check
    kind: Any
    form: Form | None
    limits: str
    #: Whether the default is taken from another field, in which an error is then reported.
    follows: bool


@functools.cache
def fields_of(cls: Any) -> tuple[tuple[CheckedField, ...], Callable[[Any], tuple[Any, ...]]]:
    """Return the fields of the class, and a function that returns the values of them all."""
    hints = typing.get_type_hints(cls)
    fields = tuple(_field(field, hints[field.name]) for field in attrs.fields(cls) if field.init)
    names = [field.name for field in fields]
    if len(names) == 1:
        value_of = attrgetter(names[0])
        return fields, lambda value: (value_of(value),)
    return fields, attrgetter(*names)


def _field(field: attrs.Attribute[Any], kind: Any) -> CheckedField:
    form = field.metadata.get("form")
    least, above = field.metadata.get("least"), field.metadata.get("above")
    limits = f" of {least} or more" if least is not None else ""
    limits = f" above {above}" if above is not None else limits
    check = check_of(kind, form)
    plain = frozenset() if limits else frozenset(plain_types(kind, form))
    if limits:
        check = within_limits(check, least, above)
    follows = getattr(field.default, "takes_self", False)
    return CheckedField(field.name, plain | _none_type(kind), check, kind, form, limits, follows)


def _none_type(kind: Any) -> frozenset[type]:
    return frozenset([types.NoneType]) if types.NoneType in arms_of(kind) else frozenset()
