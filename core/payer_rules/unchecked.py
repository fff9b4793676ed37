"""Construction of checked classes from values that are known to be sound, without their checks.

NOTE: a checked class converts and checks each value again, and a frozen one sets it by name, past
its own guard. That takes longer than to read the value from a file. `constructor`, `copier` and
`replacer` write functions that set the fields one after another, as attrs writes ``__init__``. What
they set is derived from the fields of the class, which are listed in the class and nowhere besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

import attrs

__all__ = ["constructor", "copier", "replacer"]

T = TypeVar("T")
#: Where attrs keeps the hash of a value, in classes whose values keep it.
_KEPT_HASH: Final = ("_attrs_cached_hash",)


def constructor(cls: type[T], *names: str) -> Callable[..., T]:
    """Return a function that makes a value of the class of the named fields, in this order.

    Without names it takes all fields, in the order of the class. A field that is not named has its
    default. Nothing is converted and nothing is checked.
    """
    fields = {field.name: field for field in attrs.fields(cls) if field.init}  # type: ignore[arg-type]
    names = names or tuple(fields)
    defaults = {name: fields[name].default for name in fields.keys() - {*names}}
    assert fields.keys() >= {*names}
    assert attrs.NOTHING not in defaults.values()
    values = {name: name for name in names} | {name: f"default_{name}" for name in defaults}
    scope = {f"default_{name}": default for name, default in defaults.items()}
    return _function(cls, ", ".join(names), [f"value.{n} = {values[n]}" for n in fields], scope)


def copier(cls: type[T]) -> Callable[[T, Mapping[str, object]], T]:
    """Return a function that copies a value of the class, with other values of some fields.

    Nothing is converted and nothing is checked.
    """
    names = [field.name for field in attrs.fields(cls) if field.init]  # type: ignore[arg-type]
    changes = ["for name in changes:", "    put(value, name, changes[name])"]
    body = [*(f"value.{name} = original.{name}" for name in names), *changes]
    return _function(cls, "original, changes", body, {"put": object.__setattr__})


def replacer(cls: type[T], *names: str) -> Callable[..., T]:
    """Return a function that copies a value of the class, with others of the named fields.

    It takes the value, and those of the fields in this order. Nothing is converted and nothing is
    checked.
    """
    fields = [field.name for field in attrs.fields(cls) if field.init]  # type: ignore[arg-type]
    assert {*fields} >= {*names}
    values = {name: f"original.{name}" for name in fields} | {name: name for name in names}
    body = [f"value.{name} = {values[name]}" for name in fields]
    return _function(cls, ", ".join(["original", *names]), body, {})


def _function(
    cls: type[T], parameters: str, body: Iterable[str], scope: Mapping[str, Any]
) -> Callable[..., T]:
    """Return a function that makes a value of the class and runs the statements on it."""
    source = "\n    ".join(
        [
            f"def construct({parameters}):",
            "value = new(opened)",
            *[f"value.{name} = None" for name in _KEPT_HASH if hasattr(cls, name)],
            *body,
            "value.__class__ = cls",
            "return value",
        ]
    )
    names = {"new": object.__new__, "opened": _opened(cls), "cls": cls, **scope}
    # NOTE: the text is made of the names of the class's own fields.
    exec(source, names)
    construct: Callable[..., T] = names["construct"]
    return construct


def _opened(cls: type[T]) -> type[T]:
    """Return a subclass of the same layout whose fields can be set."""
    # NOTE: both, for Python keeps them in one place: with one alone each would cost a search.
    body = {
        "__slots__": (),
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    return type(f"Open{cls.__name__}", (cls,), body)
