"""A claim and what is expected of it, as the text of a case file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.conformance.expectations import CaseHead
from payer_rules.history import History


def case_text(head: CaseHead, claim: Claim, history: History | None) -> str:
    """The case as TOML; read again it is the same head, claim and history.

    A line of the history that names no provider would be read as the claim's own.
    """
    return "\n".join([*_head(head), *_history(history), *_claim(claim)]) + "\n"


def _head(head: CaseHead) -> Iterator[str]:
    for key in ("name", "why", "payer", "rule", "source", "lines"):
        if getattr(head, key) is not None:
            yield f"{key} = {_written(getattr(head, key))}"
    for key in ("findings", "not_evaluated"):
        held = getattr(head, key)
        if held:
            yield from (f"{key} = [", *(f"    {_written(each)}," for each in held), "]")
        elif held is not None:
            yield f"{key} = []"
    if head.assume:
        yield f"assume = {_written(head.assume)}"


def _history(history: History | None) -> Iterator[str]:
    if history is None:
        return
    covers = {
        "from": history.covers_from if history.covers_from > date.min else None,
        "billing": history.covers_billing,
        "rendering": history.covers_rendering,
    }
    told = [f"{key} = {_written(value)}" for key, value in covers.items() if value is not None]
    if not history.lines:
        yield "history = []"
    if told:
        yield f"history_covers = {{ {', '.join(told)} }}"
    for line in history.lines:
        yield from ("", "[[history]]", *_table(line))


def _claim(claim: Claim) -> Iterator[str]:
    yield from ("", "[claim]", *_table(claim, without=("lines",)))
    for at, line in enumerate(claim.lines, 1):
        yield from ("", "[[claim.lines]]")
        yield from _table(line, without=("number",) if line.number == at else ())


def _table(value: attrs.AttrsInstance, without: tuple[str, ...] = ()) -> Iterator[str]:
    for key, held in _stated(value):
        if key not in without:
            yield f"{key} = {_written(held)}"


def _stated(value: attrs.AttrsInstance) -> Iterator[tuple[str, object]]:
    """What the value says beyond its defaults; one day is a day, not a span."""
    for field in attrs.fields(type(value)):
        held = getattr(value, field.name)
        is_day = isinstance(value, ServiceLine) and value.date_from == value.date_to
        if is_day and field.name in ("date_from", "date_to"):
            yield from [("date", held)] if field.name == "date_from" else []
        elif held is not None and held != field.default:
            yield field.name, held


def _written(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, frozenset):
        return f"[{', '.join(sorted(map(_written, value)))}]"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value))}]"
    assert attrs.has(type(value))
    told = ", ".join(f"{key} = {_written(held)}" for key, held in _stated(value))
    return f"{{ {told} }}"
