"""The fixtures of a rule: those on which it gave an answer, or could not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs

from payer_rules.conformance.matrix import ConformanceResult
from payer_rules.conformance.trial_results import TrialResult, TrialStatus
from payer_rules.decisions import Decision


@attrs.frozen
class RuleFixture:
    """A scenario or case in which a rule answers, and the status of its result.

    ``rule`` is the rule to which a case belongs.
    """

    kind: Literal["scenario", "case"]
    name: str
    status: TrialStatus
    rule: str | None = None


def fixtures_of_rule(rule: str, result: ConformanceResult) -> Iterator[RuleFixture]:
    """Yield the fixtures of the run in which the rule takes part, scenarios first."""
    for row in result.scenarios:
        cell = next((cell for cell in row.cells.values() if _touches(rule, cell)), None)
        if cell is not None:
            yield RuleFixture("scenario", row.name, cell.status)
    for case in result.cases:
        if case.trial.rule == rule or _touches(rule, case):
            yield RuleFixture("case", case.trial.name, case.status, case.trial.rule)


def _touches(rule: str, cell: TrialResult) -> bool:
    return cell.decision is not None and rule in _named(cell.decision)


def _named(decision: Decision) -> set[str | None]:
    judged = {name for line in decision.lines for name in line.judged_by}
    found = {finding.rule for finding in decision.proved_findings}
    opened = {entry.rule for entry in (*decision.not_evaluated, *decision.assumed)}
    return {*judged, *found, *opened}
