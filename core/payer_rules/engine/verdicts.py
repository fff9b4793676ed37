"""From what was found and what is open to a decision: the outcome of each line and of the claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from payer_rules.claims import ServiceLine
from payer_rules.decisions import Finding, LineDecision, LineOutcome, NotEvaluated, Reason
from payer_rules.engine.adjudication import Adjudication
from payer_rules.rules import SEVERITY, worst

#: Whatever is worse than this stands, though something else be open.
_MILD: Final = SEVERITY["inform"]


def decide_line(
    line: ServiceLine,
    met: Iterable[str],
    findings: Iterable[Finding],
    open_: Iterable[NotEvaluated],
    assumed: Iterable[NotEvaluated],
) -> LineDecision:
    """A line has its worst outcome; ``unknown`` where that is mild and something is open."""
    number = line.number
    mine = [finding for finding in findings if number in finding.lines]
    outcome: LineOutcome = worst([finding.outcome for finding in mine])
    silent = {entry.rule for entry in open_ if number in entry.lines}
    if silent and SEVERITY[outcome] <= _MILD:
        outcome = "unknown"
    silent.update(entry.rule for entry in assumed if number in entry.lines)
    answered = set(met) - silent
    answered.update(finding.rule for finding in mine)
    return LineDecision(
        line=number,
        outcome=outcome,
        complete=not silent,
        judged_by=tuple(sorted(answered)),
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
    if not assume:
        return entries_in_order(entries), ()
    kept = [entry for entry in entries if entry.reason not in assume]
    moved = [entry for entry in entries if entry.reason in assume]
    return entries_in_order(kept), entries_in_order(moved)


def open_entries(
    case: Adjudication,
    ids: Mapping[int, tuple[str, ...]],
    findings: Iterable[Finding],
    incomplete: Iterable[str],
) -> list[NotEvaluated]:
    """One entry per rule and missing fact, its lines merged."""
    answered = {(f.rule, line) for f in findings if f.outcome != "review" for line in f.lines}
    merged: dict[tuple[str | None, Reason, str], set[int]] = {}
    for (judge, missing), lines in case.entries.items():
        rule_id = judge.rule_id
        left = {line for line in lines if (rule_id, line) not in answered} if answered else lines
        merged.setdefault((rule_id, *missing), set()).update(left)
    answered_or_open = {number for _, number in answered}.union(*merged.values())
    merged[None, "rules", "rules"] = {
        number
        for number, met in ids.items()
        if not met or (number in case.unsure and number not in answered_or_open)
    }
    for hook in incomplete:
        merged[None, "fault", hook] = set(ids)
    return [
        NotEvaluated(rule=rule, lines=tuple(sorted(lines)), reason=reason, missing=missing)
        for (rule, reason, missing), lines in merged.items()
        if lines
    ]


def assumed_editions(case: Adjudication) -> Iterable[NotEvaluated]:
    """The rules that were applied beyond the dates for which their text was read."""
    for rule_id, lines in case.editions.items():
        yield NotEvaluated(
            rule=rule_id, lines=tuple(sorted(lines)), reason="edition", missing="edition"
        )
