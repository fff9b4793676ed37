"""Values whose fields are checked when they are constructed.

Each field has to be of its annotated type. Its metadata may say more:

- ``form``: the vocabulary or format that its texts belong to; they are stored in canonical form;
- ``least``: the smallest number that it may be;
- ``above``: a number that it has to exceed.
"""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final, Literal, Protocol, TypeAlias, Union

import attrs

from payer_rules.errors import FieldError, InvalidValueError, Path, nearest
from payer_rules.text.quoting import quoted, redacted

__all__ = [
    "Checked",
    "CheckedRule",
    "Form",
    "as_decimal",
    "as_tuple",
    "check_fields",
    "form_error",
    "of_form",
]

#: A text of so many characters says of nobody who it is.
_INITIALS: Final = 2
#: What a check gives where a value does not fit.
_UNFIT: Final[Any] = object()
#: A check gives the value, the same in canonical form, or that it does not fit.
_Check: TypeAlias = Callable[[Any], Any]
_Show: TypeAlias = Callable[[object], str]


class Form(Protocol):
    """What a vocabulary and a format have in common."""

    @property
    def name(self) -> str:
        """What messages call a text of the form: "a profession"."""

    def canonical(self, text: str) -> str | None:
        """Return the text in canonical form; ``None`` if it is not of the form."""

    def advice(self, text: str) -> str:
        """Return what to write instead of the text."""


def of_form(form: Form, **more: object) -> dict[str, object]:
    """Return the metadata of a field whose texts belong to the form."""
    return {"form": form, **more}


class Checked:
    """A value whose fields are checked on construction.

    Messages do not quote what may identify a person.
    """

    __slots__ = ()

    def __attrs_post_init__(self) -> None:
        field_errors, is_typed = check_fields(self)
        # NOTE: the value's own checks need fields of the right types.
        field_errors = (*field_errors, *self._field_errors()) if is_typed else field_errors
        if field_errors:
            raise InvalidValueError(field_errors)

    def _field_errors(self) -> Iterator[FieldError]:
        """Yield what is wrong with fields that are each of their type."""
        return iter(())

    def _shown(self, value: object) -> str:
        """Return the value as messages show it."""
        return redacted(value)


class CheckedRule(Checked):
    """The same for rules and their parts, which name no person."""

    __slots__ = ()

    def _shown(self, value: object) -> str:
        return quoted(value)


@attrs.frozen
class _Field:
    """A field, the types of which no value needs a closer look, and the check of the others."""

    name: str
    plain: frozenset[type]
    check: _Check
    kind: Any
    form: Form | None
    limits: str
    #: Whether the default is taken from another field, which is then the one at fault.
    follows: bool


def check_fields(value: Checked) -> tuple[tuple[FieldError, ...], bool]:
    """Put the fields of the value into canonical form.

    Return what does not fit, and whether all fields are of their types.
    """
    fields, values_of = _fields_of(type(value))  # type: ignore[arg-type]
    unfit: list[tuple[_Field, Any]] = []
    for field, given in zip(fields, values_of(value), strict=True):
        if type(given) in field.plain:
            continue
        fitted = field.check(given)
        if fitted is given:
            continue
        if fitted is _UNFIT:
            unfit.append((field, given))
        else:
            object.__setattr__(value, field.name, fitted)
    if not unfit:
        return (), True
    others = [given for field, given in unfit if not field.follows]
    unfit = [
        each
        for each in unfit
        if not (each[0].follows and any(each[1] is other for other in others))
    ]
    field_errors = (
        each for field, given in unfit for each in _errors_of(field, given, value._shown)
    )
    is_typed = all(_check_of(field.kind, None)(given) is not _UNFIT for field, given in unfit)
    return tuple(field_errors), is_typed


def check_values(
    cls: type[Checked], values: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[FieldError, ...]]:
    """Return values of some fields in canonical form, and the errors of those that do not fit.

    A text that is not of its form is returned as it is; a value of another type is left out.
    """
    fields = {field.name: field for field in _fields_of(cls)[0]}  # type: ignore[arg-type]
    canonical: dict[str, Any] = {}
    field_errors: list[FieldError] = []
    for name, value in values.items():
        field = fields[name]
        fitted = field.check(value)
        if fitted is _UNFIT:
            field_errors += _errors_of(field, value, redacted)
            fitted = _check_of(field.kind, None)(value)
        if fitted is not _UNFIT:
            canonical[name] = fitted
    return canonical, tuple(field_errors)


def form_error(path: Path, form: Form, text: str, show: _Show) -> FieldError:
    """Return the misfit of a text that is not of the form."""
    if not text.strip():
        return FieldError(path, f"{form.name} is empty", form.advice(text))
    advice = form.advice(text)
    # NOTE: a word that has only slipped is no name of a person.
    is_open = advice.startswith("Did") or len(text) <= _INITIALS
    told = quoted(text) if is_open else show(text)
    return FieldError(path, f"{told} is not {form.name}", advice)


def as_tuple(values: Any) -> Any:
    """Return a list as a tuple; what is neither is left to be refused by its field."""
    return tuple(values) if isinstance(values, list) else values


def as_decimal(number: Any) -> Any:
    """Return a whole number as a Decimal; what is neither is left to be refused by its field."""
    return Decimal(number) if type(number) is int else number


@functools.cache
def _fields_of(cls: Any) -> tuple[tuple[_Field, ...], Callable[[Any], tuple[Any, ...]]]:
    hints = typing.get_type_hints(cls)
    fields = tuple(_field(field, hints[field.name]) for field in attrs.fields(cls) if field.init)
    names = [field.name for field in fields]
    if len(names) == 1:
        only = attrgetter(names[0])
        return fields, lambda value: (only(value),)
    return fields, attrgetter(*names)


def _field(field: attrs.Attribute[Any], kind: Any) -> _Field:
    form = field.metadata.get("form")
    least, above = field.metadata.get("least"), field.metadata.get("above")
    limits = f" of {least} or more" if least is not None else ""
    limits = f" above {above}" if above is not None else limits
    check = _check_of(kind, form)
    plain = frozenset() if limits else frozenset(_plain_types(kind, form))
    if limits:
        check = _limited(check, least, above)
    follows = getattr(field.default, "takes_self", False)
    return _Field(field.name, plain | _none_of(kind), check, kind, form, limits, follows)


def _none_of(kind: Any) -> frozenset[type]:
    return frozenset([types.NoneType]) if types.NoneType in _arms(kind) else frozenset()


def _arms(kind: Any) -> tuple[Any, ...]:
    return typing.get_args(kind) if _is_union(kind) else (kind,)


def _is_union(kind: Any) -> bool:
    return typing.get_origin(kind) in (Union, types.UnionType)


def _plain_types(kind: Any, form: Form | None) -> Iterator[type]:
    """Yield the types of which every value fits."""
    for arm in _arms(kind):
        if arm is str:
            if form is None:
                yield str
        elif arm in (int, bool, date, time, types.NoneType) or (
            isinstance(arm, type) and attrs.has(arm)
        ):
            yield arm


def _limited(check: _Check, least: Any, above: Any) -> _Check:
    def limited(value: Any) -> Any:
        fitted = check(value)
        if isinstance(fitted, int | Decimal):
            if least is not None and fitted < least:
                return _UNFIT
            if above is not None and fitted <= above:
                return _UNFIT
        return fitted

    return limited


def _check_of(kind: Any, form: Form | None) -> _Check:
    """Return the check of values of the annotated type."""
    if kind is Any or kind is object:
        return lambda value: value
    if kind in _SCALARS:
        return _of_text(form) if kind is str and form is not None else _SCALARS[kind]
    origin = typing.get_origin(kind)
    if _is_union(kind):
        return _of_union([_check_of(arm, form) for arm in typing.get_args(kind)])
    if origin is Literal:
        return _of_literal(typing.get_args(kind)) if form is None else _of_text(form)
    if origin is frozenset:
        return _of_set(typing.get_args(kind)[0], form)
    if origin is tuple:
        return _of_tuple(typing.get_args(kind), form)
    if origin is dict:
        return lambda value: value if isinstance(value, dict) else _UNFIT
    if origin is not None and callable(kind):
        return lambda value: value if callable(value) else _UNFIT
    return lambda value: value if isinstance(value, kind) else _UNFIT


def _of_text(form: Form) -> _Check:
    canonical = form.canonical

    def check(value: Any) -> Any:
        if not isinstance(value, str):
            return _UNFIT
        found = canonical(value)
        if found is None:
            return _UNFIT
        return value if found == value else found

    return check


def _of_union(checks: list[_Check]) -> _Check:
    def check(value: Any) -> Any:
        for each in checks:
            fitted = each(value)
            if fitted is not _UNFIT:
                return fitted
        return _UNFIT

    return check


def _of_literal(allowed: tuple[Any, ...]) -> _Check:
    def check(value: Any) -> Any:
        for each in allowed:
            if type(value) is type(each) and value == each:
                return value
        return _UNFIT

    return check


def _of_set(kind: Any, form: Form | None) -> _Check:
    item, plain = _check_of(kind, form), set(_plain_types(kind, form))

    def check(value: Any) -> Any:
        if not isinstance(value, frozenset):
            return _UNFIT
        if plain.issuperset(map(type, value)):
            return value
        fitted = [item(each) for each in value]
        if any(each is _UNFIT for each in fitted):
            return _UNFIT
        same = all(one is other for one, other in zip(fitted, value, strict=True))
        return value if same else frozenset(fitted)

    return check


def _of_tuple(items: tuple[Any, ...], form: Form | None) -> _Check:
    if len(items) == 2 and items[1] is Ellipsis:
        item, plain = _check_of(items[0], form), set(_plain_types(items[0], form))

        def check(value: Any) -> Any:
            if not isinstance(value, tuple):
                return _UNFIT
            if plain.issuperset(map(type, value)):
                return value
            same = True
            fitted = []
            for each in value:
                found = item(each)
                if found is _UNFIT:
                    return _UNFIT
                same = same and found is each
                fitted.append(found)
            return value if same else tuple(fitted)

        return check
    checks = [_check_of(each, form) for each in items]

    def check_fixed(value: Any) -> Any:
        if not isinstance(value, tuple) or len(value) != len(checks):
            return _UNFIT
        fitted = [each(part) for each, part in zip(checks, value, strict=True)]
        if any(part is _UNFIT for part in fitted):
            return _UNFIT
        same = all(one is other for one, other in zip(fitted, value, strict=True))
        return value if same else tuple(fitted)

    return check_fixed


def _whole(value: Any) -> Any:
    return value if isinstance(value, int) and not isinstance(value, bool) else _UNFIT


def _number(value: Any) -> Any:
    return value if isinstance(value, Decimal) and value.is_finite() else _UNFIT


def _day(value: Any) -> Any:
    return value if isinstance(value, date) and not isinstance(value, datetime) else _UNFIT


def _kind_of(kind: type) -> _Check:
    return lambda value: value if isinstance(value, kind) else _UNFIT


_SCALARS: Final[dict[Any, _Check]] = {
    str: _kind_of(str),
    bool: _kind_of(bool),
    int: _whole,
    Decimal: _number,
    date: _day,
    time: _kind_of(time),
    types.NoneType: lambda value: value if value is None else _UNFIT,
}
#: How messages call a value of a type, and an example of one.
_EXPECTED: Final[dict[Any, tuple[str, str]]] = {
    str: ("a text", "Write a text in quotes."),
    bool: ("True or False", "Write True or False."),
    int: ("a whole number", "Write a whole number, such as 2."),
    Decimal: ("a number", "Write a finite number, such as Decimal('1.5')."),
    date: ("a date", "Write a date, such as date(2024, 8, 15)."),
    time: ("a time", "Write a time, such as time(10, 30)."),
}


def _errors_of(field: _Field, value: Any, show: _Show) -> Iterator[FieldError]:
    """Yield what is wrong with the value of the field: its items, its text, its type."""
    wanted = [arm for arm in _arms(field.kind) if arm is not types.NoneType]
    for arm in wanted:
        origin = typing.get_origin(arm)
        if origin in (tuple, frozenset) and isinstance(value, origin):
            item, *more = typing.get_args(arm)
            if origin is frozenset or more == [Ellipsis]:
                yield from _errors_of_items(field, item, value, show)
                return
    if field.form is not None and isinstance(value, str) and any(map(_is_text, wanted)):
        yield form_error((field.name,), field.form, value, show)
        return
    yield _error_of((field.name,), field.name, wanted, value, field.limits, show)


def _is_text(kind: Any) -> bool:
    return kind is str or typing.get_origin(kind) is Literal


def _errors_of_items(field: _Field, item: Any, values: Any, show: _Show) -> Iterator[FieldError]:
    check = _check_of(item, field.form)
    is_ordered = isinstance(values, tuple)
    for at, each in enumerate(values if is_ordered else sorted(values, key=repr)):
        if check(each) is not _UNFIT:
            continue
        path = (field.name, at) if is_ordered else (field.name,)
        if field.form is not None and isinstance(each, str):
            yield form_error(path, field.form, each, show)
        else:
            yield _error_of(path, f"an entry of {field.name}", [item], each, "", show)


def _error_of(
    path: Path, name: str, wanted: list[Any], value: Any, limits: str, show: _Show
) -> FieldError:
    words = [
        word for arm in wanted if typing.get_origin(arm) is Literal for word in typing.get_args(arm)
    ]
    if isinstance(value, str) and words and all(isinstance(word, str) for word in words):
        advice = nearest(value.lower() if value.lower() in words else value, words)
        told = quoted(value) if advice.startswith("Did") else show(value)
        others = [arm for arm in wanted if typing.get_origin(arm) is not Literal]
        if not others:
            return FieldError(path, f"{name} is {told}", advice)
    expected = [_expected(arm) for arm in wanted]
    kinds = " or ".join(dict.fromkeys(kind + limits for kind, _ in expected))
    remedy = f"Write {kinds}." if limits else expected[0][1]
    return FieldError(path, f"{name} is {_told(value, show)}, and {kinds} belongs here", remedy)


def _told(value: Any, show: _Show) -> str:
    if isinstance(value, str):
        return f"the text {told}" if (told := show(value)).startswith("'") else told
    if isinstance(value, datetime):
        return "a date with a time"
    if isinstance(value, float):
        return f"the float {show(value)}"
    if value is None:
        return "None"
    if isinstance(value, bool):
        return repr(value)
    if isinstance(value, int | Decimal | date | time):
        return show(value)
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
