"""The conclusion of an evaluation: findings, open entries, and outcomes of lines and claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from payer_rules.decisions import Finding, LineDecision, LineOutcome, NotEvaluated, Reason, Risk
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.missing import EDITION, MissingFact
from payer_rules.engine.verdict import Verdict
from payer_rules.rules import SEVERITY, worst

#: An outcome that is worse than this is known even if an entry is open.
_MILD: Final = SEVERITY["inform"]

#: The lines on which a rule misses a fact.
Gaps: TypeAlias = dict[tuple[str, MissingFact], set[int]]

T = TypeVar("T", Finding, NotEvaluated)


def by_line(entries: Iterable[T]) -> dict[int, list[T]]:
    """Return the entries of each line number. Lines without entries are not in the result."""
    lines: dict[int, list[T]] = {}
    for entry in entries:
        for line in entry.lines:
            lines.setdefault(line, []).append(entry)
    return lines


def decide_line(
    number: int,
    met: Iterable[str],
    findings: Sequence[Finding],
    open_: Sequence[NotEvaluated],
    assumed: Sequence[NotEvaluated],
) -> LineDecision:
    """Return the decision on a line: its worst outcome, or ``unknown``.

    The outcome is ``unknown`` if an entry is open and no finding is worse than ``inform``.
    ``findings``, ``open_`` and ``assumed`` are those of the line.
    """
    outcome: LineOutcome = worst([finding.outcome for finding in findings])
    if open_ and SEVERITY[outcome] <= _MILD:
        outcome = "unknown"
    unanswered = {entry.rule for entry in open_}
    unanswered.update([entry.rule for entry in assumed])
    unanswered.difference_update([finding.rule for finding in findings])
    return LineDecision(
        line=number,
        outcome=outcome,
        complete=not (open_ or assumed),
        judged_by=tuple(sorted(set(met) - unanswered)),
    )


def decide_claim(lines: Iterable[LineDecision]) -> LineOutcome:
    """Return the worst outcome of the lines, or ``unknown``.

    The outcome is ``unknown`` if a line is and no other is worse than ``inform``.
    """
    outcomes = [line.outcome for line in lines]
    known = worst([outcome for outcome in outcomes if outcome != "unknown"])
    return "unknown" if "unknown" in outcomes and SEVERITY[known] <= _MILD else known


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings in order of rule, lines and message."""
    return tuple(sorted(findings, key=lambda f: (f.rule, f.lines, f.message)))


def entries_in_order(entries: Iterable[NotEvaluated]) -> tuple[NotEvaluated, ...]:
    """Return the entries in order of rule, missing fact and lines; those without a rule first."""
    return tuple(sorted(entries, key=lambda e: (e.rule or "", e.reason, e.missing, e.lines)))


def findings_of(state: ClaimState) -> Iterator[Finding]:
    """Yield the verdicts as findings, in the words of their rules."""
    for evaluator, verdict in state.verdicts:
        yield evaluator.describe(verdict, state.claim)


def gaps_of(state: ClaimState, findings: Iterable[Finding | Verdict[Any]]) -> Gaps:
    """Return the lines on which each rule misses each fact and has no finding."""
    answered = _answered(findings)
    gaps: Gaps = {}
    for evaluator, missing, line in state.entries:
        if (evaluator.rule_id, line) not in answered:
            gaps.setdefault((evaluator.rule_id, missing), set()).add(line)
    return gaps


def open_entries(
    state: ClaimState,
    ids: Mapping[int, tuple[str, ...]],
    findings: Iterable[Finding],
    incomplete: Iterable[str],
    gaps: Gaps,
) -> tuple[NotEvaluated, ...]:
    """Return one entry for each rule and fact that is not assumed, those without a rule first."""
    unmet = {number for number, met in ids.items() if not met}
    if state.unsure:
        unmet |= state.unsure.difference((n for _, n in _answered(findings)), *gaps.values())
    by_none = [_entry(None, "fault", hook, set(ids)) for hook in sorted(set(incomplete))]
    if unmet:
        by_none.append(_entry(None, "rules", "rules", unmet))
    left = {key: lines for key, lines in gaps.items() if not state.assumptions.presumes(key[1])}
    return entries_in_order((*by_none, *_entries(left)))


def assumed_entries(
    state: ClaimState, gaps: Gaps, rests_on: Mapping[tuple[str, MissingFact], set[int]]
) -> tuple[NotEvaluated, ...]:
    """Return one entry for each rule and fact that is assumed.

    These are facts without which a rule would not have answered, those whose assumed value an
    answer ``rests_on``, and texts that were applied outside the dates for which they were read.
    """
    assumed = {key: lines for key, lines in gaps.items() if state.assumptions.presumes(key[1])}
    for key, lines in rests_on.items():
        kept = lines if key in assumed else lines - gaps.get(key, set())
        if kept:
            assumed[key] = assumed.get(key, set()) | kept
    for rule_id, lines in state.editions.items():
        assumed[rule_id, EDITION] = lines
    return entries_in_order(_entries(assumed))


def risks_of(state: ClaimState, findings: Iterable[Finding]) -> tuple[Risk, ...]:
    """Return the risks of lines on which their rule has no finding, in order."""
    answered = _answered(findings)
    left = {
        (risk.line, risk.rule, risk.if_paid): risk
        for risk in _risks(state)
        if (risk.rule, risk.line) not in answered
    }
    return tuple(left[key] for key in sorted(left))


def _risks(state: ClaimState) -> Iterator[Risk]:
    for evaluator, verdict, if_paid in state.conditional:
        finding = evaluator.describe(verdict, state.claim)
        yield Risk(
            rule=finding.rule,
            line=finding.lines[0],
            if_paid=if_paid,
            outcome=finding.outcome,
            adjustment=finding.adjustment,
            message=finding.message,
            citations=finding.citations,
        )


def _answered(findings: Iterable[Finding | Verdict[Any]]) -> set[tuple[str, int]]:
    return {(f.rule, line) for f in findings if f.outcome != "review" for line in f.lines}


def _entries(gaps: Gaps) -> Iterator[NotEvaluated]:
    for (rule, missing), lines in gaps.items():
        yield _entry(rule, missing.reason, missing.name, lines)


def _entry(rule: str | None, reason: Reason, missing: str, lines: set[int]) -> NotEvaluated:
    return NotEvaluated(rule=rule, lines=tuple(sorted(lines)), reason=reason, missing=missing)
