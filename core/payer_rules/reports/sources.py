"""The rows of the sources, each with the rules that cite it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from payer_rules.profiles import LeftOut
from payer_rules.registry import CollectedRules, Registry
from payer_rules.rules import EditTable, EditTerms, Payer

#: The rules that NCCI's tables yield for a payer that they bind, at hand or not.
_TABLED: Final = ("ptp", "mue")


@attrs.frozen(kw_only=True)
class SourceRow:
    """A row of a source: the rules that cite it, and the reasons why a part of it has no rule."""

    row: str
    rules: tuple[str, ...]
    left_out: tuple[str, ...]

    def __str__(self) -> str:
        parts = [", ".join(self.rules)] if self.rules else []
        word = "left out" if self.rules else "no rule"
        return f"{self.row}: " + "; ".join([*parts, *(f"{word}: {why}" for why in self.left_out)])


def source_rows(registry: Registry, collected: Mapping[str, CollectedRules]) -> list[SourceRow]:
    """Return the rows that rules cite or leave out, in order.

    If all payers are collected, the rows of payers without a profile are included.
    """
    rules: dict[str, set[str]] = {}
    for row, rule in _cited(registry.payers, collected):
        rules.setdefault(row, set()).add(rule)
    left_out: dict[str, list[str]] = {}
    for each in _left_out(registry, collected):
        left_out.setdefault(each.row, []).append(each.why)
    return [
        SourceRow(
            row=row,
            rules=tuple(sorted(rules.get(row, ()))),
            left_out=tuple(left_out.get(row, ())),
        )
        for row in sorted({*rules, *left_out}, key=in_order)
    ]


def in_order(row: str) -> list[tuple[int, str]]:
    """Return the sort key of a row: MC-2.9 comes before MC-2.10."""
    parts = re.split(r"([0-9]+)", row)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts if part]


def _left_out(registry: Registry, collected: Mapping[str, CollectedRules]) -> Iterable[LeftOut]:
    is_all = registry.payers.keys() == collected.keys()
    return (each for each in registry.left_out if is_all or each.payer in collected)


def _cited(
    payers: Mapping[str, Payer], collected: Mapping[str, CollectedRules]
) -> Iterator[tuple[str, str]]:
    """Yield each cited row with the rule that cites it."""
    for payer_id, each in collected.items():
        for citation in payers[payer_id].ncci_citations:
            yield from ((citation.row, f"{payer_id}/{edits}") for edits in _TABLED)
        for citation in payers[payer_id].baseline_citations:
            yield from ((citation.row, f"{payer_id}/baseline-{edits}") for edits in ("ptp", "mue"))
        for statement in payers[payer_id].topics:
            yield from ((c.row, f"{payer_id}, no {statement.topic} rule") for c in statement.none)
        for rule in each.rules:
            yield from ((citation.row, rule.id) for citation in rule.citations)
        for terms in each.terms:
            for edits, rows in _rows_of(terms).items():
                yield from ((row, f"{payer_id}/{edits}") for row in rows)


def _rows_of(terms: EditTerms) -> dict[str, set[str]]:
    """Return the rows that each rule of the edits cites; an edit may cite several."""
    return {
        part.name: {c.row for c in part.citations}
        | {row for edit in part.edits for row in edit.row.split()}
        for part in (terms.filled_parts if isinstance(terms, EditTable) else terms.parts)
    }
