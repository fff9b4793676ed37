"""The edits of one code that the expected answer uses on a day: its MUE, pairs and add-on rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from payer_rules.engine.edit_lookup import EditLookup, Match, R
from payer_rules.engine.edit_tables import EditTables, SettingEdits
from payer_rules.rules import Citation, Edit, EditRule, EditTerms


@attrs.frozen(kw_only=True)
class CodeEdits:
    """The edits of one kind, setting and table that name a code.

    ``is_carried`` is true if the table is of an earlier release than the day.
    """

    rule: EditRule
    terms: EditTerms
    table: str
    is_carried: bool
    rows: tuple[Edit, ...]

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The source of the edits."""
        part = next(part for part in self.terms.parts if part.name == self.rule)
        return part.citations[:1]


def edits_of(code: str, tables: EditTables, day: date) -> Iterator[CodeEdits]:
    """Yield the edits of a code on a day.

    Pairs are looked up with the codes that bundled tables pair with it.
    """
    for _, edits in sorted(tables.by_setting.items()):
        others = _paired(code, edits)
        yield from _found("mue", edits.units, [(code,)], day)
        yield from _found("ptp", edits.pairs, [(code, other) for other in others], day)
        add_ons = [(each,) for each in sorted(edits.add_on_codes)]
        for found in _found("add-on", edits.add_ons, add_ons, day):
            rows = tuple(row for row in found.rows if _names(row, code))
            if rows:
                yield attrs.evolve(found, rows=rows)


def _found(
    rule: EditRule, lookup: EditLookup[R], asked: Iterable[tuple[str, ...]], day: date
) -> Iterator[CodeEdits]:
    """Yield the rows that are found for the codes, those of one table together."""
    by_table: dict[tuple[str, bool], list[Match[R]]] = {}
    for codes in asked:
        match = lookup.find(codes, day, day, True)
        if isinstance(match, Match):
            by_table.setdefault((match.table, match.is_carried), []).append(match)
    for (table, is_carried), matches in by_table.items():
        yield CodeEdits(
            rule=rule,
            terms=matches[0].terms,
            table=table,
            is_carried=is_carried,
            rows=tuple(row for match in matches for row in match.rows),
        )


def _paired(code: str, edits: SettingEdits) -> list[str]:
    """Return the codes that a bundled table pairs with the code."""
    pairs = (pair for table in edits.tables for pair in table.pairs)
    codes = ({pair.column1, pair.column2} for pair in pairs)
    return sorted(set().union(*(each for each in codes if code in each)) - {code})


def _names(row: Edit, code: str) -> bool:
    """Return True if the row is of the add-on code, or has the code as a primary one."""
    return code == getattr(row, "code", None) or code in getattr(row, "primaries", ())
