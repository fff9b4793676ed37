"""What a reader built on the ``toml`` package would read differently.

That package reads some valid files wrongly. Only ``profiles check`` imports it, to warn authors
whose profiles other tools read too.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import toml

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, Path, Problem
from payer_rules.text.quoting import quoted
from payer_rules.toml_files.document import TomlDocument, first_failing

_ABSENT: Final = object()
_REMEDY: Final = "Write it plainer, or read this file with a reader of TOML 1.0."


def portable_differences(document: TomlDocument) -> list[Problem]:
    """Return what the ``toml`` package reads in another way than it is written."""
    problems = [_byte_order_mark(document.name)] if document.marked else []
    text = document.text.replace("\r\n", "\n")
    refusal = _refusal(text)
    if refusal is not None:
        line, _ = first_failing(text, lambda part: _refusal(part) is not None)
        return [*problems, _refused(f"{document.name}:{line}", refusal)]
    field_errors = differences(document.data, toml.loads(text))
    return problems + [
        field_error.at(document.place(field_error.path)) for field_error in field_errors
    ]


def _refusal(text: str) -> Exception | None:
    try:
        toml.loads(text)
    # NOTE: on valid TOML that it cannot read it raises IndexError, TypeError and others.
    except Exception as error:
        return error
    return None


def differences(ours: object, theirs: object, path: Path = ()) -> Iterator[FieldError]:
    """Yield an error for each path at which the second reading differs from the first."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in [*ours, *sorted(theirs.keys() - ours.keys())]:
            inner = ours.get(key, _ABSENT), theirs.get(key, _ABSENT)
            yield from differences(*inner, (*path, key))
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, inner in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(*inner, (*path, index))
    elif not _same(ours, theirs):
        message = f"TOML says {_said(ours)} here, and the toml package reads {_said(theirs)}"
        yield FieldError(path, message, _REMEDY, ErrorCode.TOML_READERS)


def _same(ours: object, theirs: object) -> bool:
    # NOTE: the toml package reads every fraction as a float.
    if isinstance(ours, Decimal) and isinstance(theirs, float):
        return float(ours) == theirs or (ours.is_nan() and theirs != theirs)
    return type(ours) is type(theirs) and ours == theirs


def _said(value: object) -> str:
    return "nothing" if value is _ABSENT else quoted(value)


def _byte_order_mark(name: str) -> Problem:
    message = "the file begins with a byte order mark, which the toml package takes for text"
    return Problem(
        f"{name}:1",
        message,
        "Save the file as UTF-8 without a byte order mark.",
        ErrorCode.TOML_READERS,
    )


def _refused(where: str, error: Exception) -> Problem:
    message = getattr(error, "msg", None) or f"{type(error).__name__}: {error}"
    text = f"a reader built on the toml package cannot read this ({message})"
    return Problem(
        where, text, "Write it plainer, with values of one type in a list.", ErrorCode.TOML_READERS
    )
