"""Rows of edit tables, and the tables' own facts, with one thing changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.conformance.mutants import (
    changes_of,
    changes_of_adjustment,
    changes_of_set,
)
from payer_rules.errors import InvalidValueError
from payer_rules.kinds.mutants import Change
from payer_rules.rules import Adjustment, DateRange, Edit, EditTable, PairEdit, UnitEdit

_Scope: TypeAlias = Literal["provider", "rendering", "billing"]
_SCOPES: Final[dict[_Scope, _Scope]] = {
    "provider": "billing",
    "rendering": "billing",
    "billing": "rendering",
}


@attrs.frozen(kw_only=True)
class EditMutant:
    """A row with one fact changed; ``new`` is ``None`` where the row is left out.

    ``fact`` is the path to it, empty for the whole row; ``change`` what became of it in words.
    """

    old: Edit
    new: Edit | None
    fact: str
    change: str
    is_refused: bool = False


@attrs.frozen(kw_only=True)
class TableMutant:
    """A table with one of the facts changed that it states of all its rows alike.

    ``rule`` is the last part of the id of the rule that is made of them; without it all are.
    """

    new: EditTable
    fact: str
    change: str
    rule: str | None = None


def codes_of(edit: Edit) -> frozenset[str]:
    """Return the codes of the row: both of a pair, or its own."""
    return frozenset((edit.column1, edit.column2) if isinstance(edit, PairEdit) else (edit.code,))


def edit_mutants(edit: Edit, quarter: DateRange, codes: Iterable[str] = ()) -> Iterator[EditMutant]:
    """Yield the row left out, and with each of its facts changed, one at a time.

    ``quarter`` are the dates of its table: an open end is closed with them. ``codes`` are those
    that the suite bills beside an add-on code: one of them becomes a primary.
    """
    yield EditMutant(old=edit, new=None, fact="", change="left out")
    changes = (*_of_columns(edit), *_of_facts(edit, codes), *_of_ends(edit, quarter))
    for path, change, made in changes:
        fact = ".".join(path)
        try:
            yield EditMutant(old=edit, new=made(), fact=fact, change=change)
        except InvalidValueError:
            yield EditMutant(old=edit, new=None, fact=fact, change=change, is_refused=True)


def _of_facts(edit: Edit, codes: Iterable[str]) -> Iterator[Change]:
    for change in changes_of(edit, tuple(codes), top=True):
        # NOTE: of an MUE of 0 nothing is left to sum, be it on a line or on a day.
        if change[0] != ("mai",) or not isinstance(edit, UnitEdit) or edit.most:
            yield change


def _of_columns(edit: Edit) -> Iterator[Change]:
    if isinstance(edit, PairEdit):
        swap = partial(attrs.evolve, edit, column1=edit.column2, column2=edit.column1)
        yield ("columns",), "swapped", swap


def _of_ends(edit: Edit, quarter: DateRange) -> Iterator[Change]:
    held = edit.verified
    for name, end in (("first", quarter.first), ("last", quarter.last)):
        if end is not None and getattr(held, name) is None:
            yield ("verified", name), f"open → {end}", partial(_ended, edit, name, end)


def _ended(edit: Edit, name: str, end: date) -> Edit:
    return attrs.evolve(edit, verified=attrs.evolve(edit.verified, **{name: end}))


def table_mutants(table: EditTable, codes: Iterable[str] = ()) -> Iterator[TableMutant]:
    """Yield the table with each of its own facts changed, one at a time.

    ``codes`` are those that the suite bills in pairs: one becomes a code for which it is complete.
    """
    yield from _of_pairs(table, codes)
    scope = _SCOPES[table.scope]
    new = attrs.evolve(table, scope=scope)
    yield TableMutant(new=new, fact="scope", change=f"{table.scope} → {scope}")
    yield from _of_adjustments(table)


def _of_pairs(table: EditTable, codes: Iterable[str]) -> Iterator[TableMutant]:
    """Yield the codes and dates changed for which a table has all pairs; units have their own."""
    if "ptp" not in table.holds:
        return
    for _, change, made in changes_of_set("codes", table.complete_for, tuple(codes)):
        new = attrs.evolve(table, complete_for=made())
        yield TableMutant(new=new, fact="complete_for", change=change)
    for path, change, made in changes_of(table.verified, ()):
        new = attrs.evolve(table, verified=made())
        yield TableMutant(new=new, fact=".".join(("verified", *path)), change=change)


def _of_adjustments(table: EditTable) -> Iterator[TableMutant]:
    for name, rule in (("pair", "ptp"), ("unit", "mue"), ("add_on", "add-on")):
        if rule not in table.holds:
            continue
        key = f"{name}_adjustment"
        held: Adjustment | None = getattr(table, key)
        for path, change, made in changes_of_adjustment(held) if held else ():
            new = attrs.evolve(table, **{key: made()})
            fact = ".".join(("adjustment", *path))
            yield TableMutant(new=new, fact=fact, change=change, rule=rule)
