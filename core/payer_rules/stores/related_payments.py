"""The payments of a store on which the settlement of other files can depend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from payer_rules.stores.database import Database, Row
from payer_rules.stores.loading import PAYMENT_COLUMNS
from payer_rules.stores.migrations import HEAD
from payer_rules.stores.settling import ClaimKey
from payer_rules.stores.stored_history import batches

_CLAIM: Final = PAYMENT_COLUMNS.index("claim")
_NUMBER: Final = PAYMENT_COLUMNS.index("payer_claim")
_ORIGINAL: Final = PAYMENT_COLUMNS.index("original")
_MEMBER: Final = PAYMENT_COLUMNS.index("member")
#: The column that payments of older schemas do not have, which is the last.
_NEWEST: Final = "frequency"


@attrs.define
class RelatedPayments:
    """Payments of a store, found by claims and by the payer's numbers, and the keys of claims."""

    source: Database
    columns: tuple[str, ...]
    keys: set[ClaimKey] = attrs.Factory(set)
    rows: dict[tuple[int, int], Row] = attrs.Factory(dict)
    _asked: set[tuple[str, str]] = attrs.Factory(set)

    @classmethod
    def of(cls, source: Database, of_files: Database) -> RelatedPayments:
        """Return the payments of the source that those of the files can change, or be changed by.

        The keys are those of all claims with lines of the files or of these payments.
        """
        columns: tuple[str, ...] = PAYMENT_COLUMNS
        if source.version() != HEAD:
            columns = tuple(name for name in columns if name != _NEWEST)
        found = cls(source, columns)
        lines = of_files.rows("SELECT DISTINCT member, claim FROM lines")
        found.keys.update((member, claim) for member, claim in lines)
        waiting = of_files.rows(f"SELECT {', '.join(PAYMENT_COLUMNS)} FROM payments")
        while waiting:
            waiting = found._ask(waiting)
        return found

    def copy_to(self, target: Database) -> None:
        """Insert the payments into another store."""
        rows = [self.rows[place] for place in sorted(self.rows)]
        if rows:
            target.insert("payments", self.columns, rows)

    def _ask(self, rows: Iterable[Row]) -> list[Row]:
        """Return the payments of the store that are related to these, and not yet known."""
        values: dict[str, set[str]] = {"claim": set(), "payer_claim": set(), "original": set()}
        for row in rows:
            if row[_MEMBER] is not None:
                self.keys.add((row[_MEMBER], row[_CLAIM]))
            values["claim"].add(row[_CLAIM])
            values["payer_claim"].update(
                number for number in (row[_NUMBER], row[_ORIGINAL]) if number is not None
            )
            if row[_NUMBER] is not None:
                values["original"].add(row[_NUMBER])
        found: list[Row] = []
        for column, wanted in values.items():
            new = sorted(value for value in wanted if (column, value) not in self._asked)
            self._asked.update((column, value) for value in new)
            for part in batches(new):
                marks = ", ".join("?" * len(part))
                names = ", ".join(self.columns)
                statement = f"SELECT {names} FROM payments WHERE {column} IN ({marks})"
                found += self.source.rows(statement, part)
        fresh = [row for row in found if (row[0], row[1]) not in self.rows]
        self.rows.update(((row[0], row[1]), row) for row in fresh)
        return fresh
