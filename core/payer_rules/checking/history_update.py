"""What a decision leaves of a claim's lines to the member's later claims."""

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
    """What decisions of a rule book leave of lines: paid, denied or pending, whole or in part.

    ``quiet`` are the rules that cannot keep a line from being paid whole when it is adjudicated,
    ``cutting`` those that pay a part of one.
    """

    quiet: frozenset[str]
    cutting: dict[str, FrequencyLimit]

    @classmethod
    def of(cls, rulebook: RuleBook) -> HistoryUpdate:
        """What the rules of the book leave."""
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
        """The claim's lines as the decision leaves them to later claims."""
        for line in claim.lines:
            status = _status(line.number, decision, self.quiet)
            yield HistoryLine.of(claim, line, status=status, **self._paid(line, decision))

    def _paid(self, line: ServiceLine, decision: Decision) -> dict[str, Any]:
        """The units and minutes that were paid, where that is not the whole line."""
        paid: dict[str, Any] = {}
        for finding in decision.findings:
            rule = self.cutting.get(finding.rule)
            if rule is None or finding.pays is None or line.number not in finding.lines:
                continue
            # NOTE: a part such as a third has no last digit; that of a unit is told to a millionth.
            units = round(line.units * finding.pays, 6)
            paid["paid_units"] = min(units, paid.get("paid_units", units))
            whole = minutes_counted(rule, line)
            if whole is not None:
                minutes = round(whole * finding.pays)
                paid["paid_minutes"] = min(minutes, paid.get("paid_minutes", minutes))
        return paid


def _cuts(rule: Rule) -> bool:
    """Whether of a line that does not fit the limit pays a part of the units."""
    return isinstance(rule, FrequencyLimit) and rule.excess == "reduce"


def _status(number: int, decision: Decision, quiet: frozenset[str]) -> Status:
    """What becomes of the line when it is adjudicated; what only the record shows comes later."""
    shown = worst(
        [f.outcome for f in decision.findings if number in f.lines and f.detected_in == "claim"]
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
