"""Values of any checked or frozen class, generated from the types and forms of its fields."""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any, Final, Literal, TypeVar, Union

import attrs
from hypothesis import strategies as st

from payer_rules.errors import InvalidValueError
from payer_rules.vocabularies.formats import Format
from payer_rules.vocabularies.vocabulary import Vocabulary

T = TypeVar("T")
_TEXT: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_SCALARS: Final[dict[Any, st.SearchStrategy[Any]]] = {
    str: _TEXT,
    bool: st.booleans(),
    int: st.integers(1, 999),
    Decimal: st.decimals(Decimal("0.000001"), 999, places=6),
    date: st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    # NOTE: a file has no fold, and equality does not compare it.
    time: st.times().map(lambda value: value.replace(fold=0)),
}


@functools.cache
def values_of(cls: type[T]) -> st.SearchStrategy[T]:
    """Values of the class; those that it rejects are left out."""
    hints = typing.get_type_hints(cls)
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for field in attrs.fields(cls):  # type: ignore[arg-type]
        if field.init and field.metadata.get("json", "") is not None:
            kept = required if field.default is attrs.NOTHING else optional
            kept[field.alias] = _of_type(hints[field.name], field.metadata.get("form"))
    drawn = st.fixed_dictionaries(required, optional=optional)
    return drawn.map(lambda fields: _made(cls, fields)).filter(lambda value: value is not None)


def _made(cls: type[Any], fields: dict[str, Any]) -> Any:
    """The value of the fields, with days in their order and lines of different numbers."""
    if "date_from" in fields and fields.get("date_to"):
        first, last = sorted([fields["date_from"] or fields["date_to"], fields["date_to"]])
        fields |= {"date_from": first, "date_to": last}
    if "lines" in fields and fields["lines"] and attrs.has(type(fields["lines"][0])):
        lines = enumerate(fields["lines"], 1)
        fields["lines"] = tuple(_numbered(line, at) for at, line in lines)
    try:
        return cls(**fields)
    except InvalidValueError:
        return None


def _numbered(line: Any, number: int) -> Any:
    return attrs.evolve(line, number=number) if hasattr(line, "number") else line


def _of_type(kind: Any, form: Any) -> st.SearchStrategy[Any]:
    origin, arms = typing.get_origin(kind), typing.get_args(kind)
    if form is not None and kind is str:
        return _of_form(form)
    if kind in _SCALARS:
        return _SCALARS[kind]
    if kind is type(None):
        return st.none()
    if origin is Literal:
        return st.sampled_from(sorted(arms)) if form is None else _of_form(form)
    if origin in (Union, types.UnionType):
        return st.one_of([_of_type(arm, form) for arm in arms])
    if origin is tuple and arms[-1] is Ellipsis:
        unique = arms[0] is str or typing.get_origin(arms[0]) is Literal
        return st.lists(_of_type(arms[0], form), max_size=3, unique=unique).map(tuple)
    if origin is frozenset:
        return st.frozensets(_of_type(arms[0], form), min_size=1, max_size=3)
    if origin is Mapping:
        return st.dictionaries(_of_type(arms[0], None), _of_type(arms[1], None))
    # NOTE: a provider is supervised by a provider.
    return st.deferred(lambda: values_of(kind))


def _of_form(form: Any) -> st.SearchStrategy[str]:
    if isinstance(form, Vocabulary):
        return st.sampled_from(sorted(form.words))
    texts = st.from_regex(form.pattern, fullmatch=True) if isinstance(form, Format) else _TEXT
    drawn = texts.map(form.canonical)
    return drawn.filter(lambda text: text is not None).map(str)
