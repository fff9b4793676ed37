"""Construction of checked classes from values that are known to be sound, without their checks.

NOTE: a checked class converts and checks each value again, and a frozen one sets it by name, past
its own guard. That takes longer than to read the value from a file. `constructor` writes a function
that sets the fields one after another, as attrs writes ``__init__``. What it sets is derived from
the fields of the class, which are listed in the class and nowhere besides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import attrs

__all__ = ["constructor"]

T = TypeVar("T")


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
    source = "\n    ".join(
        [
            f"def construct({', '.join(names)}):",
            "value = new(opened)",
            *(f"value.{name} = {values[name]}" for name in fields),
            "value.__class__ = cls",
            "return value",
        ]
    )
    scope: dict[str, Any] = {"new": object.__new__, "opened": _opened(cls), "cls": cls}
    scope |= {f"default_{name}": default for name, default in defaults.items()}
    # NOTE: the text is made of the names of the class's own fields.
    exec(source, scope)
    construct: Callable[..., T] = scope["construct"]
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
