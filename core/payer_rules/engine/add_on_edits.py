"""The add-on codes of edit tables: what each needs in the claim's setting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.add_on_code import AddOnEvaluator, Need
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.days import days_of_change, missing_day
from payer_rules.engine.edit_lookup import Match
from payer_rules.engine.edit_tables import EditTables
from payer_rules.engine.missing import NONE_MISSING, MissingFact, MissingFacts, field
from payer_rules.engine.providers import resolve
from payer_rules.rules import AddOnEdit

_EXHAUSTIVE = 1
#: How many answers are remembered: those of a few codes on the days of a year or two.
_REMEMBERED: Final = 1 << 12


@attrs.frozen(eq=False)
class _ByTable:
    """The primaries that the table of the setting lists; the last answers are remembered."""

    edit_tables: EditTables
    _told: Callable[[str | None, str, date, Assumptions], Need | MissingFacts | None] = attrs.field(
        init=False
    )

    @_told.default
    def _remembering(
        self,
    ) -> Callable[[str | None, str, date, Assumptions], Need | MissingFacts | None]:
        return lru_cache(_REMEMBERED)(partial(_needed, self.edit_tables))

    def of(
        self, claim: Claim, line: ServiceLine, assumptions: Assumptions
    ) -> Need | MissingFacts | None:
        """What the rows of the line's code say, in the claim's setting on that day."""
        if line.date_from == line.date_to:
            return self._told(claim.setting, line.code, line.date_from, assumptions)
        return self._on_some_day(claim.setting, line, assumptions)

    def _on_some_day(
        self, setting: str | None, line: ServiceLine, assumptions: Assumptions
    ) -> Need | MissingFacts | None:
        """Return what holds on all days of the line, or what is missing to know what holds."""
        setting_edits = self.edit_tables.by_setting.get(setting or "")
        changes = setting_edits.add_ons.changes((line.code,)) if setting_edits else ()
        days = days_of_change(line.date_from, line.date_to, changes)
        needs = [self._told(setting, line.code, day, assumptions) for day in days]
        if all(need == needs[0] for need in needs):
            return needs[0]
        missing = (each for need in needs if isinstance(need, tuple) for each in need)
        return tuple(dict.fromkeys((*missing, *missing_day(line))))


def _needed(
    edit_tables: EditTables, setting: str | None, code: str, day: date, assumptions: Assumptions
) -> Need | MissingFacts | None:
    if setting is None:
        return field("setting")
    setting_edits = edit_tables.by_setting.get(setting)
    if setting_edits is None or not setting_edits.add_ons.sources:
        return edit_tables.absent(setting) or None
    told = setting_edits.add_ons.find((code,), day, day, assumptions.carries_tables)
    return _need(told, edit_tables) if isinstance(told, Match) else told or None


def _need(match: Match[AddOnEdit], edit_tables: EditTables) -> Need:
    others = (MissingFact("table", f"the primary codes of {match.row.code}"),)
    return Need(
        primaries=frozenset().union(*(row.primaries for row in match.rows)),
        others=NONE_MISSING if match.row.type == _EXHAUSTIVE else others,
        scope=resolve(match.terms.scope, edit_tables.payer),
        adjustment=match.terms.add_on_adjustment,
        citations=match.terms.add_on_citations,
        evidence=match.evidence(),
        since=match.since,
    )


def evaluator_of_add_on_edits(edit_tables: EditTables) -> AddOnEvaluator:
    """The judge of ``PAYER/add-on``."""
    return AddOnEvaluator(f"{edit_tables.payer.id}/add-on", _ByTable(edit_tables), "deny", "claim")
