"""The differences between the edits of two releases, on the first day of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.rules.edit_rows import AddOnEdit, UnitEdit
from payer_rules.tables.drafts import Content
from payer_rules.tables.store import StoredEdits

ChangeKind: TypeAlias = Literal["added", "deleted", "indicator", "direction", "value"]
KINDS: Final[tuple[ChangeKind, ...]] = ("added", "deleted", "indicator", "direction", "value")


@attrs.frozen
class EditChange:
    """An edit that differs: its codes, and its old and new value.

    ``code`` is column 1 in the newer release, or the code of the MUE or add-on; ``other`` is
    column 2.
    """

    content: Content
    kind: ChangeKind
    code: str
    other: str | None
    old: str | None
    new: str | None

    @property
    def family(self) -> str:
        """The family of the code: the first two digits of a CPT code, or the letter of another."""
        return family_of(self.code)


def family_of(code: str) -> str:
    """Return the family of a code: ``90xxx`` of 90853, ``Gxxxx`` of G0410, ``xxxxT`` of 0770T."""
    if code[0].isalpha():
        return f"{code[0]}xxxx"
    return f"xxxx{code[-1]}" if code[-1].isalpha() else f"{code[:2]}xxx"


def changes_between(old: StoredEdits, new: StoredEdits) -> Iterator[EditChange]:
    """Yield every edit that differs, by content and code, for contents that both releases have.

    Pairs are compared on the first day of each release. Rows that had ended by then, and rows that
    were never in force, do not count.
    """
    if old.has_pairs and new.has_pairs:
        yield from _pairs(old, new)
    if old.has_units and new.has_units:
        yield from _values("units", _units(old), _units(new))
    if old.has_add_ons and new.has_add_ons:
        yield from _values("add-ons", _add_ons(old), _add_ons(new))


def _pairs(old: StoredEdits, new: StoredEdits) -> Iterator[EditChange]:
    for lower in sorted({*old.pair_codes, *new.pair_codes}):
        before = old.pairs_in_force(lower, old.release.first)
        after = new.pairs_in_force(lower, new.release.first)
        if before != after:
            for upper in sorted({*before, *after}):
                yield from _pair(lower, upper, before.get(upper), after.get(upper))


def _pair(
    lower: str, upper: str, before: tuple[str, int] | None, after: tuple[str, int] | None
) -> Iterator[EditChange]:
    """Yield the differences of one pair; both its direction and its indicator may differ."""
    current = after or before
    if before == after or current is None:
        return
    codes = (lower, upper) if current[0] == lower else (upper, lower)
    if before is None or after is None:
        indicators = [str(each[1]) if each else None for each in (before, after)]
        yield EditChange("pairs", "added" if before is None else "deleted", *codes, *indicators)
        return
    if before[0] != after[0]:
        yield EditChange("pairs", "direction", *codes, f"{before[0]} pays", f"{after[0]} pays")
    if before[1] != after[1]:
        yield EditChange("pairs", "indicator", *codes, str(before[1]), str(after[1]))


def _values(
    content: Content, old: Mapping[str, str], new: Mapping[str, str]
) -> Iterator[EditChange]:
    for code in sorted({*old, *new}):
        before, after = old.get(code), new.get(code)
        if before != after:
            yield EditChange(content, _kind(before, after), code, None, before, after)


def _kind(before: str | None, after: str | None) -> ChangeKind:
    if before is None:
        return "added"
    return "deleted" if after is None else "value"


def _units(edits: StoredEdits) -> dict[str, str]:
    return {row.code: _unit(row) for row in edits.all_units()}


def _unit(row: UnitEdit) -> str:
    return f"{row.most}, MAI {row.mai}" if row.mai else str(row.most)


def _add_ons(edits: StoredEdits) -> dict[str, str]:
    rows: dict[str, list[AddOnEdit]] = {}
    for row in edits.all_add_ons():
        if row.holds_on(edits.release.first):
            rows.setdefault(row.code, []).append(row)
    return {code: _add_on(found) for code, found in rows.items()}


def _add_on(rows: list[AddOnEdit]) -> str:
    types = "/".join(sorted({str(row.type) for row in rows}))
    primaries = sorted({primary for row in rows for primary in row.primaries})
    return f"type {types}: {' '.join(primaries) or 'by contractor'}"
