"""What edit tables read of topics: units of a code, pairs of codes, and add-on codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from payer_rules.engine import ncci
from payer_rules.engine.edit_lookup import Codes, EditLookup, R
from payer_rules.engine.edit_tables import EditTables, SettingEdits
from payer_rules.rulebook.topic_reader import Reading, ReadStatus
from payer_rules.rules import Topic
from payer_rules.rules.topics import EVERYTHING, PRIMARY, UNKNOWN_CODES


@attrs.frozen(eq=False)
class TableReadings:
    """The edit tables of a payer, as readings of the topics frequency and combination."""

    tables: EditTables

    def readings(
        self, code: str, setting: str | None, first: date, last: date
    ) -> Iterator[tuple[Topic, Reading]]:
        """Yield what the tables of the setting read for a code, without its pairs."""
        edits = self.tables.by_setting.get(setting or "")
        if edits is None:
            return
        units = _status(edits.units, (code,), first, last)
        if units is not None:
            yield "frequency", (EVERYTHING, units)
        primary = _status(edits.add_ons, (code,), first, last)
        if primary is not None:
            yield "combination", ({PRIMARY}, primary)
        listed = _listed(edits, code, first, last)
        if listed is not None:
            yield "combination", ({UNKNOWN_CODES}, listed)
            yield "modifier", (ncci.BYPASS, listed)

    def pair(
        self, code: str, other: str, setting: str | None, first: date, last: date
    ) -> ReadStatus | None:
        """Return how the table of the setting reads a pair of codes on the days."""
        edits = self.tables.by_setting.get(setting or "")
        return None if edits is None else _status(edits.pairs, (code, other), first, last)

    def change_days(self, code: str, setting: str | None) -> Iterator[date]:
        """Yield the days on which what the tables read for a code may change."""
        edits = self.tables.by_setting.get(setting or "")
        if edits is not None:
            yield from edits.units.changes((code,))
            yield from edits.add_ons.changes((code,))
            yield from edits.pairs.changes((code, code))

    def change_days_of_pair(self, code: str, other: str, setting: str | None) -> Iterable[date]:
        """Return the days on which what the tables read for a pair of codes may change."""
        edits = self.tables.by_setting.get(setting or "")
        return () if edits is None else edits.pairs.changes((code, other))

    def on_any_setting(
        self, topic: Topic, code: str, day: date
    ) -> Iterator[tuple[ReadStatus, date | None]]:
        """Yield how the tables of each setting read the topic of a code, and their last days."""
        for edits in self.tables.by_setting.values():
            if topic == "frequency":
                status, last = _status(edits.units, (code,), day, day), edits.units.last_before(day)
            else:
                status, last = _listed(edits, code, day, day), edits.pairs.last_before(day)
            if status is not None:
                yield status, last


def _status(lookup: EditLookup[R], codes: Codes, first: date, last: date) -> ReadStatus | None:
    if lookup.answers(codes, first, last, carries=False):
        return "checked"
    return "carried" if lookup.answers(codes, first, last, carries=True) else None


def _listed(edits: SettingEdits, code: str, first: date, last: date) -> ReadStatus | None:
    """Return whether a table has all pairs of the code."""
    if edits.pairs.lists(code, first, last, carries=False):
        return "checked"
    return "carried" if edits.pairs.lists(code, first, last, carries=True) else None
