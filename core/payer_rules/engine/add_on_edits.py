"""The add-on codes of edit tables: what each needs in the claim's setting."""

from __future__ import annotations

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Evidence
from payer_rules.engine.add_on_code import AddOnJudge, Need
from payer_rules.engine.edit_tables import Shelf, Shelves, unread
from payer_rules.engine.missing import SURE, Doubt, Missing, field
from payer_rules.engine.providers import resolve
from payer_rules.rules import AddOnEdit

_EXHAUSTIVE = 1


@attrs.frozen
class _ByTable:
    """The primaries that the table of the setting lists."""

    shelves: Shelves

    def of(self, claim: Claim, line: ServiceLine) -> Need | Doubt:
        """What the row of the line's code says, in the claim's setting on that day."""
        setting = claim.setting
        if setting is None:
            return field("setting")
        shelf = self.shelves.by_setting.get(setting)
        if shelf is None:
            return self.shelves.absent(setting)
        edit = shelf.add_ons.get(line.code)
        if edit is None:
            return unread(shelf.table, line.code)
        if line.date_from not in edit.verified:
            return unread(shelf.table, line.date_from)
        return self._need(shelf, edit)

    def _need(self, shelf: Shelf, edit: AddOnEdit) -> Need:
        table = shelf.table
        others = (Missing("table", f"the primary codes of {edit.code}"),)
        return Need(
            primaries=edit.primaries,
            others=SURE if edit.type == _EXHAUSTIVE else others,
            scope=resolve(table.scope, self.shelves.payer),
            adjustment=table.add_on_adjustment,
            citations=table.add_on_citations,
            evidence=(
                Evidence(kind="row", table=f"{table.address}/{table.release}", row=edit.row),
            ),
        )


def judge_of_edits(shelves: Shelves) -> AddOnJudge:
    """The judge of ``PAYER/add-on``."""
    return AddOnJudge(f"{shelves.payer.id}/add-on", _ByTable(shelves), "deny", "claim")
