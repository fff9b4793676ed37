"""Attrs values from parsed TOML or JSON, driven by the fields of the classes.

Our own, because a general structuring library reads ``codes = "90853"`` as a set of six characters
without a word. Everything that does not fit is collected, each with the path to it.
"""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias, TypeVar, Union, cast

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InvalidValueError, Path, is_guess, nearest
from payer_rules.text.quoting import VERBATIM, QuotingStyle, quoted
from payer_rules.values.scalars import SCALARS

T = TypeVar("T")

#: Whose keys are read: those of profiles, where ``key`` in a field's metadata may name another one
#: and classes may have a shorter form of their own; or those of JSON, by ``json`` in the metadata.
Keys: TypeAlias = Literal["key", "json"]

#: The placeholder of an invalid value while the rest of the document is read.
_BROKEN: Any = object()
#: The most errors, and the most unknown keys of one table, that are reported.
_ENOUGH: Final = 1_000
_MOST_UNKNOWN_KEYS: Final = 20


class _FieldErrors(list[FieldError]):
    """The errors so far, how values are quoted in them, and whose keys are read."""

    def __init__(self, showing: QuotingStyle, keys: Keys) -> None:
        super().__init__()
        self.showing = showing
        self.keys = keys

    def empty(self) -> _FieldErrors:
        """Return a list for the errors of a part that is tried."""
        return _FieldErrors(self.showing, self.keys)


def structure(
    cls: type[T], data: object, showing: QuotingStyle = VERBATIM, *, keys: Keys = "key"
) -> T:
    """Return the value of the class that the data describes; raises `InvalidValueError`."""
    field_errors = _FieldErrors(showing, keys)
    value = _of_type(cls, data, (), field_errors)
    if field_errors:
        raise InvalidValueError(field_errors)
    return cast("T", value)


def _of_type(kind: Any, data: object, path: Path, field_errors: _FieldErrors) -> Any:
    origin = typing.get_origin(kind)
    if origin in (Union, types.UnionType):
        return _of_union(typing.get_args(kind), data, path, field_errors)
    if origin is Literal:
        return _of_literal(typing.get_args(kind), data, path, field_errors)
    if origin is tuple and typing.get_args(kind)[-1] is not Ellipsis:
        return _of_row(typing.get_args(kind), data, path, field_errors)
    if origin in (tuple, frozenset):
        return _of_list(origin, typing.get_args(kind)[0], data, path, field_errors)
    if origin in (dict, Mapping):
        return _of_mapping(typing.get_args(kind), data, path, field_errors)
    if kind in SCALARS:
        return _of_scalar(kind, data, path, field_errors)
    if isinstance(data, kind):
        return data
    if field_errors.keys == "key" and hasattr(kind, "from_data"):
        return _caught(lambda: kind.from_data(data), path, field_errors)
    return _of_class(kind, data, path, field_errors)


def _of_scalar(kind: type, data: object, path: Path, field_errors: _FieldErrors) -> Any:
    read = SCALARS[kind]
    value = read.convert(data)
    if value is None:
        message = f"expected {read.expected}, not {field_errors.showing.value(data, path)}"
        field_errors.append(
            FieldError(path, message, f"Write {read.expected}.", ErrorCode.WRONG_TYPE)
        )
        return _BROKEN
    return value


def _of_literal(
    allowed: tuple[Any, ...], data: object, path: Path, field_errors: _FieldErrors
) -> Any:
    for each in allowed:
        if data == each and type(data) is type(each):
            return each
    remedy = nearest(str(data), map(str, allowed))
    # NOTE: a misspelled word is not the name of a person, so it may be quoted.
    told = quoted(data) if is_guess(remedy) else field_errors.showing.value(data, path)
    field_errors.append(
        FieldError(path, f"{_name(path)} is {told}", remedy, ErrorCode.UNKNOWN_WORD)
    )
    return _BROKEN


def _of_list(make: type, item: Any, data: object, path: Path, field_errors: _FieldErrors) -> Any:
    if isinstance(data, str):
        told = field_errors.showing.value(data, path)
        message = f"{_name(path)} is the string {told}, and a list belongs here"
        remedy = (
            f"Write {_as_list(data)}." if told == repr(data) else "Write it in square brackets."
        )
        field_errors.append(FieldError(path, message, remedy, ErrorCode.WRONG_TYPE))
        return _BROKEN
    if not isinstance(data, list | tuple):
        message = (
            f"{_name(path)} is {field_errors.showing.value(data, path)}, and a list belongs here"
        )
        is_table = isinstance(data, dict)
        remedy = f"Write a list in square brackets{': [{ … }]' * is_table}."
        field_errors.append(FieldError(path, message, remedy, ErrorCode.WRONG_TYPE))
        return _BROKEN
    values = []
    for at, each in enumerate(data):
        values.append(_of_type(item, each, (*path, at), field_errors))
        if len(field_errors) > _ENOUGH:
            break
    return _BROKEN if any(value is _BROKEN for value in values) else make(values)


def _of_row(kinds: tuple[Any, ...], data: object, path: Path, field_errors: _FieldErrors) -> Any:
    """Return a tuple of values that each have a type of their own."""
    if not isinstance(data, list | tuple) or len(data) != len(kinds):
        message = f"{_name(path)} is {field_errors.showing.value(data, path)}"
        remedy = f"Write a list of {len(kinds)} values in square brackets."
        field_errors.append(FieldError(path, message, remedy, ErrorCode.WRONG_TYPE))
        return _BROKEN
    values = [
        _of_type(kind, item, (*path, at), field_errors)
        for at, (kind, item) in enumerate(zip(kinds, data, strict=True))
    ]
    return _BROKEN if any(value is _BROKEN for value in values) else tuple(values)


def _of_mapping(
    kinds: tuple[Any, ...], data: object, path: Path, field_errors: _FieldErrors
) -> Any:
    if not isinstance(data, dict):
        message = (
            f"{_name(path)} is {field_errors.showing.value(data, path)}, and a table belongs here"
        )
        field_errors.append(
            FieldError(path, message, "Write a table: { name = … }.", ErrorCode.WRONG_TYPE)
        )
        return _BROKEN
    of_key, of_value = kinds
    values = {
        _of_type(of_key, key, (*path, key), field_errors): _of_type(
            of_value, each, (*path, key), field_errors
        )
        for key, each in data.items()
    }
    return _BROKEN if any(_BROKEN in pair for pair in values.items()) else values


def _of_union(arms: tuple[Any, ...], data: object, path: Path, field_errors: _FieldErrors) -> Any:
    """Return the value of the type that the shape of the data asks for."""
    if data is None and type(None) in arms:
        return None
    wanted = [arm for arm in arms if arm is not type(None)]
    literals = [arm for arm in wanted if typing.get_origin(arm) is Literal]
    others = [arm for arm in wanted if arm not in literals]
    words = [word for arm in literals for word in typing.get_args(arm)]
    if data in words or not others:
        return _of_literal(tuple(words), data, path, field_errors)
    problems = field_errors.empty()
    value = _of_nearest(others, data, path, problems)
    if problems and words and not isinstance(data, dict):
        told = " or ".join(repr(word) for word in words)
        problems[:] = [
            attrs.evolve(f, remedy=f"{f.remedy} {told} is possible too.") for f in problems
        ]
    field_errors.extend(problems)
    return value


def _of_nearest(kinds: list[Any], data: object, path: Path, field_errors: _FieldErrors) -> Any:
    """Return the value of the first type that the data fits, or report the fewest errors."""
    missed: list[list[FieldError]] = []
    if isinstance(data, dict):
        # NOTE: of a table, the error of a class says more than that of a list.
        kinds = sorted(kinds, key=lambda kind: typing.get_origin(kind) is not None)
    for kind in kinds:
        found = field_errors.empty()
        value = _of_type(kind, data, path, found)
        if not found:
            return value
        missed.append(found)
    least = min(missed, key=len)
    field_errors.extend(least)
    return _BROKEN


def _of_class(cls: Any, data: object, path: Path, field_errors: _FieldErrors) -> Any:
    if not isinstance(data, dict):
        message = (
            f"{_name(path)} is {field_errors.showing.value(data, path)}, and a table belongs here"
        )
        field_errors.append(
            FieldError(
                path,
                message,
                f"Write a table with {', '.join(read_keys(cls, field_errors.keys))}.",
                ErrorCode.WRONG_TYPE,
            )
        )
        return _BROKEN
    known = read_keys(cls, field_errors.keys)
    advised: Mapping[str, str] = getattr(cls, "KEY_ADVICE", {})
    field_errors.extend(
        attrs.evolve(error, remedy=advised.get(str(error.path[-1]), error.remedy))
        for error in unknown_keys(data, known, path, field_errors.showing)
    )
    values: dict[str, Any] = {}
    for key, (field, kind) in known.items():
        if key in data:
            given = _as_text(data[key]) if _may_be_number(field) else data[key]
            before = len(field_errors)
            value = values[field.alias] = _of_type(kind, given, (*path, key), field_errors)
            if value is _BROKEN and (advice := _advice(field, key, data[key])):
                wrong = field_errors[before:]
                field_errors[before:] = [attrs.evolve(each, remedy=advice) for each in wrong]
        elif field.default is attrs.NOTHING:
            field_errors.append(
                FieldError(
                    path, f"the key {key!r} is missing", f"Add {key} = …", ErrorCode.MISSING_KEY
                )
            )
            values[field.alias] = _BROKEN
    if any(value is _BROKEN for value in values.values()):
        return _BROKEN
    return _caught(lambda: cls(**values), path, field_errors, cls)


def _advice(field: attrs.Attribute[Any], key: str, data: object) -> str | None:
    """Return what the class says of a value that is not of the field's type, if it says it."""
    advice: Callable[[str, object], str | None] | None = field.metadata.get("advice")
    return None if advice is None else advice(key, data)


def unknown_keys(
    keys: Iterable[str], known: Collection[str], path: Path = (), showing: QuotingStyle = VERBATIM
) -> Iterator[FieldError]:
    """Yield an error for each unknown key in the table at the path, up to a limit."""
    found = [key for key in keys if key not in known]
    for key in found[:_MOST_UNKNOWN_KEYS]:
        yield FieldError(
            (*path, key),
            f"unknown key {showing.key(key)}",
            nearest(key, known),
            ErrorCode.UNKNOWN_KEY,
        )
    if len(found) > _MOST_UNKNOWN_KEYS:
        message = f"{len(found) - _MOST_UNKNOWN_KEYS} more keys are not known here"
        yield FieldError(
            (*path, found[_MOST_UNKNOWN_KEYS]), message, "Take them away.", ErrorCode.UNKNOWN_KEY
        )


def _caught(
    make: Callable[[], Any], path: Path, field_errors: _FieldErrors, cls: Any = None
) -> Any:
    """Return the value, or report its errors under the keys of the document."""
    try:
        return make()
    except InvalidValueError as error:
        known = read_keys(cls, field_errors.keys) if cls else {}
        names = {field.name: key for key, (field, _) in known.items()}
        for field_error in error.field_errors:
            first, *rest = field_error.path or ("",)
            inner = (names.get(str(first), first), *rest) if field_error.path else ()
            field_errors.append(attrs.evolve(field_error, path=(*path, *inner)))
        return _BROKEN


@functools.cache
def read_keys(cls: Any, whose: Keys) -> dict[str, tuple[Any, Any]]:
    """Return the keys that the class reads, each with its field and resolved type."""
    hints = typing.get_type_hints(cls)
    keys: dict[str, tuple[Any, Any]] = {}
    for field in attrs.fields(cls):
        key = field.metadata.get(whose, field.name if whose == "key" else field.alias)
        if key is not None and field.init:
            hint = hints[field.name]
            keys[key] = (field, _as_texts(hint) if "form" in field.metadata else hint)
    return keys


def _as_texts(kind: Any) -> Any:
    """Return the type with text in place of words: the class accepts other spellings of them."""
    origin, arms = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return str
    if origin in (Union, types.UnionType):
        return Union[tuple(map(_as_texts, arms))]  # noqa: UP007
    if origin is frozenset:
        return frozenset[_as_texts(arms[0])]  # type: ignore[misc]
    return kind


def _may_be_number(field: attrs.Attribute[Any]) -> bool:
    return getattr(field.metadata.get("form"), "is_number", False)


def _as_text(data: object) -> object:
    """Return a whole number as text: for identifiers, 901 and "901" are the same."""
    return str(data) if isinstance(data, int) and not isinstance(data, bool) else data


def _name(path: Path) -> str:
    """Return the innermost key of the path, for a message."""
    return next((part for part in reversed(path) if isinstance(part, str)), "the document")


def _as_list(text: str) -> str:
    """Return the list that was meant by a text: its parts between commas."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return f"""[{", ".join(f'"{part}"' for part in parts or [text])}]"""
