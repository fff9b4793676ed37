"""The rules as tables, for the contestants that join: prepared before the clock starts.

Pairs have disjoint days: of rows without a first day the one that ends first counts, so each holds
from the day after the one before. A line's bypass is a table of its modifiers and its code's kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Any, Final

import pyarrow as pa

from payer_rules.batch.screen_rules import ScreenRules, bypass_of
from payer_rules.engine import ncci
from payer_rules.rules import listed_codes

_FIRST, _LAST = date(1900, 1, 1), date(9999, 12, 31)
_DAY: Final = timedelta(days=1)
_BYPASS_DAY: Final = date(2024, 7, 1)


def pair_table(rules: ScreenRules) -> pa.Table:
    """Return lower and higher code, first and last day, whether bypassable, and the direction."""
    columns = rules.edits.pair_columns()
    assert columns is not None
    rows: list[tuple[Any, ...]] = []
    places = list(columns.places)
    for lower, (start, end) in enumerate(pairwise(places)):
        for other, group in groupby(range(start, end), key=columns.others.__getitem__):
            rows += _of_pair(columns.codes[lower], columns.codes[other], group, columns)
    names = ("lower", "higher", "first", "last", "bypassable", "reversed")
    return pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)})


def _of_pair(lower: str, higher: str, group: Any, columns: Any) -> Iterator[tuple[Any, ...]]:
    found = []
    for at in group:
        number, is_reversed = divmod(columns.says[at], 2)
        terms = columns.terms(number)
        if not terms.is_tombstone:
            last = terms.in_force.last or _LAST
            found.append((last, terms.indicator == 1, bool(is_reversed)))
    first = _FIRST
    for last, bypassable, is_reversed in sorted(found):
        yield lower, higher, first, last, bypassable, is_reversed
        first = min(last, _LAST - _DAY) + _DAY


def unit_table(rules: ScreenRules) -> pa.Table:
    """Return code, most units, and whether they are of a line."""
    rows = [(row.code, row.most, row.mai == 1) for row in rules.edits.all_units()]
    names = ("code", "most", "of_line")
    return pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)})


def limit_table(rules: ScreenRules) -> pa.Table:
    """Return a row for each limit and code: window, length, scope, measure and maximum."""
    rows = [
        {
            "rule": 2 + number,
            "code": code,
            "shape": limit.window.shape,
            "length": limit.window.days,
            "scope": limit.scope,
            "by_units": limit.counts == "units",
            "maximum": int(str(limit.limit)),
        }
        for number, limit in enumerate(rules.limits)
        for code in sorted(listed_codes(limit.codes))
    ]
    return pa.Table.from_pylist(rows)


def bypass_table(modifiers: list[str]) -> pa.Table:
    """Return for the modifiers and the kind of the code what is bypassed in each column."""
    rows = []
    for text in modifiers:
        for is_visit, code in ((False, "90834"), (True, "99213")):
            bits = bypass_of(text.split(), _BYPASS_DAY, "practitioner", code)
            rows.append(
                {
                    "modifiers": text,
                    "visit": is_visit,
                    "as_first": bool(bits & 1),
                    "as_second": bool(bits & 4),
                }
            )
    return pa.Table.from_pylist(rows)


def visit_codes(rules: ScreenRules) -> list[str]:
    """Return the codes of visits among those of pairs."""
    return [code for code in rules.edits.pair_codes if ncci.is_visit(code)]
