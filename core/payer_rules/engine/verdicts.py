"""From what was found and what is open to a decision: the outcome of each line and of the claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol, TypeVar

from payer_rules.decisions import Finding, LineDecision, LineOutcome, NotEvaluated, Reason
from payer_rules.engine.adjudication import Adjudication
from payer_rules.rules import SEVERITY, worst

#: Whatever is worse than this stands, though something else be open.
_MILD: Final = SEVERITY["inform"]

T = TypeVar("T", bound="Told")


class Told(Protocol):
    """What is told of lines: a finding, or an entry of what was not evaluated."""

    @property
    def lines(self) -> tuple[int, ...]:
        """The numbers of the lines."""


def by_line(told: Iterable[T]) -> dict[int, list[T]]:
    """What is told of each line, by its number; lines of which nothing is told are not there."""
    found: dict[int, list[T]] = {}
    for each in told:
        for line in each.lines:
            found.setdefault(line, []).append(each)
    return found


def decide_line(
    number: int,
    met: Iterable[str],
    findings: Sequence[Finding],
    open_: Sequence[NotEvaluated],
    assumed: Sequence[NotEvaluated],
) -> LineDecision:
    """A line has its worst outcome; ``unknown`` where that is mild and something is open.

    Findings and entries are those of the line.
    """
    outcome: LineOutcome = worst([finding.outcome for finding in findings])
    if open_ and SEVERITY[outcome] <= _MILD:
        outcome = "unknown"
    silent = {entry.rule for entry in open_}
    silent.update([entry.rule for entry in assumed])
    silent.difference_update([finding.rule for finding in findings])
    return LineDecision(
        line=number,
        outcome=outcome,
        complete=not (open_ or assumed),
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
    """The entries still open, and those of the classes that are assumed; both in their order."""
    if not assume:
        return tuple(entries), ()
    kept = tuple(entry for entry in entries if entry.reason not in assume)
    return kept, tuple(entry for entry in entries if entry.reason in assume)


def open_entries(
    case: Adjudication,
    ids: Mapping[int, tuple[str, ...]],
    findings: Iterable[Finding],
    incomplete: Iterable[str],
) -> list[NotEvaluated]:
    """One entry per rule and missing fact, its lines merged; those without a rule first."""
    answered = {(f.rule, line) for f in findings if f.outcome != "review" for line in f.lines}
    merged: dict[tuple[str, Reason, str], set[int]] = {}
    for judge, (reason, missing), line in case.entries:
        if (judge.rule_id, line) not in answered:
            merged.setdefault((judge.rule_id, reason, missing), set()).add(line)
    unmet = {number for number, met in ids.items() if not met}
    if case.unsure:
        unmet |= case.unsure.difference((n for _, n in answered), *merged.values())
    by_none = [_entry(None, "fault", hook, set(ids)) for hook in sorted(set(incomplete))]
    if unmet:
        by_none.append(_entry(None, "rules", "rules", unmet))
    return [*by_none, *(_entry(*key, merged[key]) for key in sorted(merged))]


def _entry(rule: str | None, reason: Reason, missing: str, lines: set[int]) -> NotEvaluated:
    return NotEvaluated(rule=rule, lines=tuple(sorted(lines)), reason=reason, missing=missing)


def assumed_editions(case: Adjudication) -> Iterable[NotEvaluated]:
    """The rules that were applied beyond the dates for which their text was read."""
    for rule_id, lines in case.editions.items():
        yield NotEvaluated(
            rule=rule_id, lines=tuple(sorted(lines)), reason="edition", missing="edition"
        )
