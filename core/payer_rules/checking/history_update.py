"""The lines that a decided claim adds to the history of the member's later claims."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Decision
from payer_rules.engine.missing import MissingFact, frees_nothing
from payer_rules.history import HistoryLine, Status
from payer_rules.kinds import FrequencyLimit
from payer_rules.kinds.frequency_limit.amounts import minutes_counted
from payer_rules.rulebook import RuleBook
from payer_rules.rules import UNPAID, Rule, worst


@attrs.frozen
class HistoryUpdate:
    """The history lines of decisions by one rule book: paid, denied or pending, whole or in part.

    ``quiet`` are the rules that cannot deny or reduce a line at adjudication; ``cutting`` are the
    limits that pay a part of a line.
    """

    quiet: frozenset[str]
    cutting: dict[str, FrequencyLimit]

    @classmethod
    def of(cls, rulebook: RuleBook) -> HistoryUpdate:
        """Return the history update for a rule book."""
        loud = {
            rule.id
            for rule in rulebook.rules
            if rule.detected_in == "claim" and (rule.outcome in {*UNPAID, "review"} or _cuts(rule))
        }
        return cls(
            quiet=frozenset(rule.id for rule in rulebook.rules) - loud,
            cutting={r.id: r for r in rulebook.rules if isinstance(r, FrequencyLimit) and _cuts(r)},
        )

    def lines(self, claim: Claim, decision: Decision) -> Iterator[HistoryLine]:
        """Yield the claim's lines with the status and amounts that the decision gives them."""
        for line in claim.lines:
            status = _status(line.number, decision, self.quiet)
            yield HistoryLine.of(claim, line, status=status, **self._paid(line, decision))

    def _paid(self, line: ServiceLine, decision: Decision) -> dict[str, Any]:
        """Return the paid units and minutes if the line is paid in part."""
        paid: dict[str, Any] = {}
        for finding in decision.proved_findings:
            rule = self.cutting.get(finding.rule)
            if rule is None or finding.pays is None or line.number not in finding.lines:
                continue
            # NOTE: a fraction such as a third is rounded to a millionth of a unit.
            units = round(line.units * finding.pays, 6)
            paid["paid_units"] = min(units, paid.get("paid_units", units))
            whole = minutes_counted(rule, line)
            if whole is not None:
                minutes = round(whole * finding.pays)
                paid["paid_minutes"] = min(minutes, paid.get("paid_minutes", minutes))
        return paid


def _cuts(rule: Rule) -> bool:
    """Return True if the rule pays a part of a line that exceeds the limit."""
    return isinstance(rule, FrequencyLimit) and rule.excess == "reduce"


def _status(number: int, decision: Decision, quiet: frozenset[str]) -> Status:
    """Return the status of the line at adjudication, without findings in the record."""
    shown = worst(
        [
            f.outcome
            for f in decision.proved_findings
            if number in f.lines and f.detected_in == "claim"
        ]
    )
    if shown in UNPAID:
        return "denied"
    doubted = any(
        number in entry.lines
        and entry.rule not in quiet
        and not frees_nothing(MissingFact(entry.reason, entry.missing))
        for entry in decision.not_evaluated
    )
    return "pending" if doubted or shown == "review" else "paid"
