"""The differences between two releases as text, data and CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from payer_rules.reports.data import Data
from payer_rules.tables.changes import EditChange
from payer_rules.text.escaping import csv_text

#: Changes by program and setting.
Changes = Mapping[str, Sequence[EditChange]]

#: The most changes of one kind that the text shows.
_SHOWN: Final = 10
_WORDS: Final = {
    ("pairs", "added"): "pairs added",
    ("pairs", "deleted"): "pairs deleted",
    ("pairs", "indicator"): "pairs with another indicator",
    ("pairs", "direction"): "pairs reversed",
    ("units", "added"): "MUEs added",
    ("units", "deleted"): "MUEs deleted",
    ("units", "value"): "MUEs changed",
    ("add-ons", "added"): "add-on codes added",
    ("add-ons", "deleted"): "add-on codes deleted",
    ("add-ons", "value"): "add-on codes changed",
}
_COLUMNS: Final = ("table", "content", "change", "family", "code", "other", "old", "new")


def lines_of(found: Changes) -> Iterator[str]:
    """Yield the number of changes by kind and by family, with the first of each kind."""
    for where, changes in found.items():
        if not changes:
            yield f"{where}: no edit differs"
        for kind, words in _WORDS.items():
            of_kind = [each for each in changes if (each.content, each.kind) == kind]
            if of_kind:
                yield f"{where}: {words}: {len(of_kind):,} ({_families(of_kind)})"
                yield from (f"    {_line(each)}" for each in of_kind[:_SHOWN])
                if len(of_kind) > _SHOWN:
                    yield f"    and {len(of_kind) - _SHOWN:,} more: --report csv"


def data_of(found: Changes) -> dict[str, Data]:
    """Return every change as data."""
    return {
        where: {
            "families": {words: _counted(changes, kind) for kind, words in _WORDS.items()},
            "changes": [dict(zip(_COLUMNS[1:], _cells(each), strict=True)) for each in changes],
        }
        for where, changes in found.items()
    }


def csv_of(found: Changes) -> str:
    """Return every change as a row of CSV."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for where, changes in found.items():
        for each in changes:
            rows.writerow([csv_text(cell or "") for cell in (where, *_cells(each))])
    return text.getvalue().rstrip("\n")


def _counted(changes: Iterable[EditChange], kind: tuple[str, str]) -> dict[str, Data]:
    found = Counter(each.family for each in changes if (each.content, each.kind) == kind)
    return dict(sorted(found.items()))


def _families(changes: Iterable[EditChange]) -> str:
    found = Counter(each.family for each in changes)
    return ", ".join(f"{family} {count:,}" for family, count in sorted(found.items()))


def _line(change: EditChange) -> str:
    codes = f"{change.code}/{change.other}" if change.other else change.code
    if change.kind == "direction":
        return f"{codes}: {change.new} (earlier {change.old})"
    values = [value for value in (change.old, change.new) if value is not None]
    return f"{codes}: {' → '.join(values)}"


def _cells(change: EditChange) -> tuple[str | None, ...]:
    return (
        change.content,
        change.kind,
        change.family,
        change.code,
        change.other,
        change.old,
        change.new,
    )
