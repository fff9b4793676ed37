"""The add-on codes of edit tables: what each needs in the claim's setting."""

from __future__ import annotations

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.add_on_code import AddOnJudge, Need
from payer_rules.engine.edit_sources import AddOn, Hit
from payer_rules.engine.edit_tables import Shelves
from payer_rules.engine.missing import SURE, Doubt, Missing, field
from payer_rules.engine.providers import resolve

_EXHAUSTIVE = 1


@attrs.frozen
class _ByTable:
    """The primaries that the table of the setting lists."""

    shelves: Shelves

    def of(self, claim: Claim, line: ServiceLine) -> Need | Doubt | None:
        """What the rows of the line's code say, in the claim's setting on that day."""
        setting = claim.setting
        if setting is None:
            return field("setting")
        shelf = self.shelves.by_setting.get(setting)
        if shelf is None or not shelf.add_on_sources:
            return self.shelves.absent(setting)
        told = shelf.add_on(line.code, line.date_from)
        if isinstance(told, Hit):
            return self._need(told)
        return told or None

    def _need(self, hit: Hit[AddOn]) -> Need:
        others = (Missing("table", f"the primary codes of {hit.row.code}"),)
        return Need(
            primaries=frozenset().union(*(row.primaries for row in hit.rows)),
            others=SURE if hit.row.type == _EXHAUSTIVE else others,
            scope=resolve(hit.terms.scope, self.shelves.payer),
            adjustment=hit.terms.add_on_adjustment,
            citations=hit.terms.add_on_citations,
            evidence=hit.evidence(),
            since=hit.since,
        )


def judge_of_edits(shelves: Shelves) -> AddOnJudge:
    """The judge of ``PAYER/add-on``."""
    return AddOnJudge(f"{shelves.payer.id}/add-on", _ByTable(shelves), "deny", "claim")
