"""Where two readings of one TOML text differ."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from payer_rules.errors import FieldError, Path
from payer_rules.text.quoting import quoted

_ABSENT: Final = object()
_REMEDY: Final = "Write it plainer, or read this file with a reader of TOML 1.0."


def differences(ours: object, theirs: object, path: Path = ()) -> Iterator[FieldError]:
    """One misfit for each path at which the second reading is not the first."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in [*ours, *sorted(theirs.keys() - ours.keys())]:
            inner = ours.get(key, _ABSENT), theirs.get(key, _ABSENT)
            yield from differences(*inner, (*path, key))
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, inner in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(*inner, (*path, index))
    elif not _same(ours, theirs):
        message = f"TOML says {_said(ours)} here, and the toml package reads {_said(theirs)}"
        yield FieldError(path, message, _REMEDY)


def _same(ours: object, theirs: object) -> bool:
    # NOTE: the toml package reads every fraction as a float, which is how exact it can be.
    if isinstance(ours, Decimal) and isinstance(theirs, float):
        return float(ours) == theirs or (ours.is_nan() and theirs != theirs)
    return type(ours) is type(theirs) and ours == theirs


def _said(value: object) -> str:
    return "nothing" if value is _ABSENT else quoted(value)
