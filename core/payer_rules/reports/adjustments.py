"""What an adjudication would take off each line, with the codes that it would be reported with."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Decision, Finding, LineDecision
from payer_rules.rules import SEVERITY, UNPAID


@attrs.frozen
class LineAdjustment:
    """A finding on a line, and the amount that it takes off; ``None``: not known."""

    finding: Finding
    amount: Decimal | None


@attrs.frozen
class AdjudicatedLine:
    """A line with its decision, what adjudication would show of it, and what it would not.

    ``recorded`` are the findings that only the clinic's record shows.
    """

    line: ServiceLine
    decision: LineDecision
    adjusted: tuple[LineAdjustment, ...]
    recorded: tuple[Finding, ...]

    @property
    def is_unpaid(self) -> bool:
        """Whether adjudication pays nothing for the line."""
        return any(each.finding.outcome in UNPAID for each in self.adjusted)


def results_of(decision: Decision, claim: Claim) -> tuple[AdjudicatedLine, ...]:
    """The lines of the claim in the order of the decision."""
    lines: Mapping[int, ServiceLine] = {line.number: line for line in claim.lines}
    return tuple(_result(each, lines[each.line], decision) for each in decision.lines)


def _result(decided: LineDecision, line: ServiceLine, decision: Decision) -> AdjudicatedLine:
    found = [finding for finding in decision.findings if decided.line in finding.lines]
    shown = [finding for finding in found if finding.detected_in == "claim"]
    # NOTE: the severest first: it takes the whole charge, and leaves nothing to those behind it.
    shown.sort(key=lambda finding: -SEVERITY[finding.outcome])
    adjusted = tuple(
        LineAdjustment(finding, line.charge if at == 0 and finding.outcome in UNPAID else None)
        for at, finding in enumerate(shown)
    )
    recorded = tuple(finding for finding in found if finding.detected_in == "record")
    return AdjudicatedLine(line, decided, adjusted, recorded)
