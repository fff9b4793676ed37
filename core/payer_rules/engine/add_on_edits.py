"""The add-on codes of edit tables: the evaluator of ``PAYER/add-on`` and its words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Final, TypeAlias

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Finding
from payer_rules.engine.add_ons import (
    AddOnDetails,
    AddOnEvaluator,
    RequiredPrimaries,
    add_on_cure,
    add_on_evidence,
    add_on_message,
)
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.days import days_of_change, missing_day
from payer_rules.engine.edit_lookup import Match
from payer_rules.engine.edit_tables import EditTables
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.missing import NONE_MISSING, MissingFact, MissingFacts, field
from payer_rules.engine.providers import resolve
from payer_rules.engine.reads import DAYS, EARLIER_LINES, RENDERING, Reads
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import line_of
from payer_rules.rules import AddOnEdit, Detection, Outcome

#: The type of a code whose list of primary codes is complete.
_COMPLETE: Final = 1
#: The number of answers in the cache: a few codes on the days of a year or two.
_CACHE_SIZE: Final = 1 << 12
_Required: TypeAlias = RequiredPrimaries | MissingFacts | None


class AddOnEditEvaluator(AddOnEvaluator):
    """The evaluator of ``PAYER/add-on``, whose primary codes the table of the setting lists."""

    outcome: Outcome = "deny"
    detected_in: Detection = "claim"
    reads_alone = DAYS | Reads(claim={"setting"}, line={"code"})
    reads_on_day = (
        reads_alone | EARLIER_LINES | RENDERING | Reads(provider={"specialty"}, links=["same day"])
    )

    def __init__(self, edit_tables: EditTables) -> None:
        self.rule_id = f"{edit_tables.payer.id}/add-on"
        self.edit_tables = edit_tables
        cached = lru_cache(_CACHE_SIZE)(self._required_on)
        self._cached: Callable[[str | None, str, date, bool], _Required] = cached

    def required(self, claim: Claim, line: ServiceLine, assumptions: Assumptions) -> _Required:
        """Return the primary codes in the setting of the claim, on all days of the line."""
        setting, carries = claim.setting, assumptions.carries_tables
        if line.date_from == line.date_to:
            return self._cached(setting, line.code, line.date_from, carries)
        edits = self.edit_tables.by_setting.get(setting or "")
        changes = edits.add_ons.changes((line.code,)) if edits else ()
        days = days_of_change(line.date_from, line.date_to, changes)
        answers = [self._cached(setting, line.code, day, carries) for day in days]
        if all(answer == answers[0] for answer in answers):
            return answers[0]
        missing = (fact for answer in answers if isinstance(answer, tuple) for fact in answer)
        return tuple(dict.fromkeys((*missing, *missing_day(line))))

    def describe(self, verdict: Verdict[AddOnDetails], claim: Claim) -> Finding:
        """Return the verdict as a finding."""
        match = verdict.details.match
        assert match is not None
        line = line_of(verdict, claim)
        return Finding(
            rule=self.rule_id,
            lines=verdict.lines,
            outcome=verdict.outcome,
            detected_in=self.detected_in,
            adjustment=match.terms.add_on_adjustment,
            message=add_on_message(verdict, claim),
            evidence=(evidence_of(line), *add_on_evidence(verdict.details)),
            citations=match.terms.add_on_citations,
            cure=add_on_cure(verdict, claim),
        )

    def _required_on(self, setting: str | None, code: str, day: date, carries: bool) -> _Required:
        if setting is None:
            return field("setting")
        edits = self.edit_tables.by_setting.get(setting)
        if edits is None or not edits.add_ons.sources:
            return self.edit_tables.absent(setting) or None
        answer = edits.add_ons.find((code,), day, day, carries)
        return self._required_by(answer) if isinstance(answer, Match) else answer or None

    def _required_by(self, match: Match[AddOnEdit]) -> RequiredPrimaries:
        others = (MissingFact("table", f"the primary codes of {match.row.code}"),)
        return RequiredPrimaries(
            primaries=frozenset().union(*(row.primaries for row in match.rows)),
            others=NONE_MISSING if match.row.type == _COMPLETE else others,
            scope=resolve(match.terms.scope, self.edit_tables.payer),
            match=match,
        )
