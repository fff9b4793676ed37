"""What adjudication would take off each line, with the denial codes that it would report."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Decision, Finding, LineDecision
from payer_rules.rules import SEVERITY, UNPAID


@attrs.frozen
class LineAdjustment:
    """A finding on a line and the amount that it takes off; ``None`` if that is not known."""

    finding: Finding
    amount: Decimal | None


@attrs.frozen
class AdjudicatedLine:
    """A line with its decision and the findings that adjudication would report.

    ``recorded`` are the findings that only the clinic's record shows.
    """

    line: ServiceLine
    decision: LineDecision
    adjusted: tuple[LineAdjustment, ...]
    recorded: tuple[Finding, ...]

    @property
    def is_unpaid(self) -> bool:
        """Return True if adjudication pays nothing for the line."""
        return any(each.finding.outcome in UNPAID for each in self.adjusted)


def adjudicated_lines(decision: Decision, claim: Claim) -> tuple[AdjudicatedLine, ...]:
    """Return the lines of the claim in the order of the decision."""
    lines: Mapping[int, ServiceLine] = {line.number: line for line in claim.lines}
    return tuple(_adjudicated(each, lines[each.line], decision) for each in decision.lines)


def _adjudicated(decided: LineDecision, line: ServiceLine, decision: Decision) -> AdjudicatedLine:
    findings = [finding for finding in decision.findings if decided.line in finding.lines]
    reported = [finding for finding in findings if finding.detected_in == "claim"]
    # NOTE: the most severe finding takes the whole charge; nothing is left for the others.
    reported.sort(key=lambda finding: -SEVERITY[finding.outcome])
    adjusted = tuple(
        LineAdjustment(finding, line.charge if at == 0 and finding.outcome in UNPAID else None)
        for at, finding in enumerate(reported)
    )
    recorded = tuple(finding for finding in findings if finding.detected_in == "record")
    return AdjudicatedLine(line, decided, adjusted, recorded)
