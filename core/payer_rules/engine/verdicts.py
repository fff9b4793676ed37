"""From what was found and what is open to a decision: the outcome of each line and of the claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from payer_rules.claims import ServiceLine
from payer_rules.decisions import Finding, LineDecision, LineOutcome, NotEvaluated, Reason
from payer_rules.rules import SEVERITY, worst

#: Whatever is worse than this stands, though something else be open.
_MILD: Final = SEVERITY["inform"]


def decide_line(
    line: ServiceLine,
    met: Iterable[str],
    findings: Iterable[Finding],
    open_entries: Iterable[NotEvaluated],
    assumed: Iterable[NotEvaluated],
) -> LineDecision:
    """A line has its worst outcome; ``unknown`` where that is mild and something is open."""
    number = line.number
    mine = [finding for finding in findings if number in finding.lines]
    outcome: LineOutcome = worst([finding.outcome for finding in mine])
    still_open = [entry for entry in open_entries if number in entry.lines]
    unanswered = still_open + [entry for entry in assumed if number in entry.lines]
    if still_open and SEVERITY[outcome] <= _MILD:
        outcome = "unknown"
    silent = {entry.rule for entry in unanswered} - {finding.rule for finding in mine}
    return LineDecision(
        line=number,
        outcome=outcome,
        complete=not unanswered,
        judged_by=tuple(sorted(set(met) - silent)),
    )


def decide_claim(lines: Iterable[LineDecision]) -> LineOutcome:
    """The worst of the lines; ``unknown`` where that is mild and a line is unknown."""
    outcomes = [line.outcome for line in lines]
    known = worst([outcome for outcome in outcomes if outcome != "unknown"])
    return "unknown" if "unknown" in outcomes and SEVERITY[known] <= _MILD else known


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by rule, lines and message."""
    return tuple(sorted(findings, key=lambda f: (f.rule, f.lines, f.message)))


def entries_in_order(entries: Iterable[NotEvaluated]) -> tuple[NotEvaluated, ...]:
    """Entries by rule, what is missing, and lines; those without a rule first."""
    return tuple(sorted(entries, key=lambda e: (e.rule or "", e.reason, e.missing, e.lines)))


def parted(
    entries: Sequence[NotEvaluated], assume: frozenset[Reason]
) -> tuple[tuple[NotEvaluated, ...], tuple[NotEvaluated, ...]]:
    """The entries still open, and those of the classes that are assumed."""
    kept = [entry for entry in entries if entry.reason not in assume]
    moved = [entry for entry in entries if entry.reason in assume]
    return entries_in_order(kept), entries_in_order(moved)
