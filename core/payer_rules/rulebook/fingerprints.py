"""Fingerprints of rule books: the same rules have the same digest, whoever loaded them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import attrs

from payer_rules.rules import EditTable, EditTerms, Payer, Rule


def digest(
    payer: Payer, rules: Iterable[Rule], tables: Iterable[EditTerms], releases: Iterable[str]
) -> str:
    """Return the SHA-256 of the payer, its rules and its tables, without their origins.

    ``releases`` names the imported tables and those of the baseline, each with its own digest.
    """
    parts = [_canonical(payer)]
    parts += sorted(type(rule).__name__ + _canonical(rule) for rule in rules)
    parts += sorted(map(_of_table, tables))
    parts += releases
    return "sha256:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


def continued(before: str, change: str) -> str:
    """Return the digest of rules that had one digest and were then changed."""
    return "sha256:" + hashlib.sha256(f"{before}\n{change}".encode()).hexdigest()


def bundled(tables: Iterable[EditTerms]) -> Iterator[str]:
    """Yield the tables of plugins, each with the digest of its rows."""
    for table in tables:
        if isinstance(table, EditTable):
            yield f"{table.address} {table.release} bundled {table.digest}"


def _of_table(table: EditTerms) -> str:
    if not isinstance(table, EditTable):
        return _canonical(table)
    return f"{_canonical(table.terms)} {table.release} {table.digest}"


def _canonical(value: object) -> str:
    kind = type(value)
    if attrs.has(kind):
        fields = [f.name for f in attrs.fields(kind) if f.eq]
        parts = (f"{name}={_canonical(getattr(value, name))}" for name in fields)
        return f"({', '.join(parts)})"
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(map(_canonical, value)))}}}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_canonical, value))}]"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if callable(value):
        return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', kind.__name__)}"
    return repr(value)
