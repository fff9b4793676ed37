"""A claim as the text of a claim file: the other half of `readers.claim_files`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any

import attrs

from payer_rules.claims import Claim, ServiceLine


def claim_lines(claim: Claim) -> Iterator[str]:
    """Yield the lines of a claim document with this claim alone; read again, it is equal."""
    yield from ("", "[claim]", *table_lines(claim, without=("lines",)))
    for at, line in enumerate(claim.lines, 1):
        yield from ("", "[[claim.lines]]")
        yield from table_lines(line, without=("number",) if line.number == at else ())


def table_lines(value: attrs.AttrsInstance, without: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the keys of the value's table, without those that have their default."""
    for key, content in stated(value):
        if key not in without:
            yield f"{key} = {written(content)}"


def stated(value: attrs.AttrsInstance) -> Iterator[tuple[str, object]]:
    """Yield the fields of the value that differ from their defaults; one day as a single date."""
    for field in attrs.fields(type(value)):
        content = getattr(value, field.name)
        is_day = isinstance(value, ServiceLine) and value.date_from == value.date_to
        if is_day and field.name in ("date_from", "date_to"):
            yield from [("date", content)] if field.name == "date_from" else []
        elif content is not None and content != field.default:
            yield field.name, content


def written(value: Any) -> str:  # noqa: ANN401
    """Return the value as TOML writes it on one line."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, frozenset):
        return f"[{', '.join(sorted(map(written, value)))}]"
    if isinstance(value, tuple):
        return f"[{', '.join(map(written, value))}]"
    assert attrs.has(type(value))
    items = ", ".join(f"{key} = {written(content)}" for key, content in stated(value))
    return f"{{ {items} }}"
