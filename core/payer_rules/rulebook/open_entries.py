"""What an evaluation leaves open: missing facts, what was assumed, and lines at risk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

from payer_rules.claims import Claim
from payer_rules.decisions import Finding, NotEvaluated, Reason, Risk
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.missing import EDITION, MissingFact
from payer_rules.engine.verdict import Verdict
from payer_rules.rulebook.line_topics import ClaimTopics, LineTopics
from payer_rules.rules import UNPAID, Topic

#: The number of entries that are kept: most of a run are the same few.
_CACHE_SIZE: Final = 1 << 14
#: The lines on which a rule misses a fact.
Gaps: TypeAlias = dict[tuple[str, MissingFact], set[int]]
#: A verdict that holds if the line with the number is paid, with its evaluator.
RiskVerdict: TypeAlias = tuple[Evaluator, Verdict[Any], int]
#: An entry with its place in the order: rule, class, fact and lines.
_Sorted: TypeAlias = tuple[tuple[str, str, str, tuple[int, ...]], NotEvaluated]


def gaps_of(state: ClaimState) -> Gaps:
    """Return the lines on which each rule misses each fact and has no verdict."""
    gaps: Gaps = {}
    if not state.entries:
        return gaps
    answered = _answered(state)
    for evaluator, missing, line in state.entries:
        rule = evaluator.rule_id
        if answered and (rule, line) in answered:
            continue
        lines = gaps.get((rule, missing))
        if lines is None:
            gaps[rule, missing] = {line}
        else:
            lines.add(line)
    return gaps


def broken_texts(state: ClaimState) -> dict[str, set[int]]:
    """Return by rule the lines that break a text as it was read, too long ago for an answer."""
    broken: dict[str, set[int]] = {}
    for (evaluator, line), missing in state.uncertain.as_read.items():
        if not missing and (evaluator.rule_id, line) in state.expired:
            broken.setdefault(evaluator.rule_id, set()).add(line)
    return broken


def open_entries(
    state: ClaimState,
    findings: Iterable[Finding],
    incomplete: Iterable[str],
    gaps: Gaps,
    topics: ClaimTopics,
) -> tuple[NotEvaluated, ...]:
    """Return one entry for each rule and fact that is not assumed, those without a rule first."""
    lines = {line.number for line in state.lines}
    faults = [_entry(None, "fault", hook, lines) for hook in sorted(set(incomplete))]
    not_assumed = gaps
    if state.assumptions.presumed:
        not_assumed = {
            key: lines for key, lines in gaps.items() if not state.assumptions.presumes(key[1])
        }
    denied = {number for f in findings if f.outcome in UNPAID for number in f.lines}
    carries = not state.assumptions.presumed.isdisjoint(("edition", "table"))
    explained = lines if carries else set().union(*not_assumed.values())
    unread = _unread_topics(topics.lines, denied, explained)
    return _in_order((*faults, *_of_topics(unread), *_entries(not_assumed)))


def _of_topics(unread: Mapping[Topic, set[int]]) -> Iterator[_Sorted]:
    for topic, lines in unread.items():
        yield _entry(None, "topic", topic, lines)


def _unread_topics(
    topics: Mapping[int, LineTopics], denied: set[int], explained: set[int]
) -> dict[Topic, set[int]]:
    """Return the lines on which each topic was not read for their days.

    What is not read does not matter to lines that are ``denied``. A text that is carried from an
    earlier day is no reading, unless missing facts of its rules are entries: on the lines that are
    ``explained``.
    """
    unread: dict[Topic, set[int]] = {}
    for number, line in topics.items():
        if number in denied:
            continue
        for topic in line.unread if number in explained else (*line.unread, *line.carried):
            unread.setdefault(topic, set()).add(number)
    return unread


def assumed_entries(state: ClaimState, gaps: Gaps, rests_on: Gaps) -> tuple[NotEvaluated, ...]:
    """Return one entry for each rule and fact that is assumed.

    These are facts without which a rule would not have answered, and those whose assumed value an
    answer ``rests_on``: also texts that were applied outside the dates for which they were read.
    """
    if not state.assumptions.presumed:
        return ()
    assumed = {key: lines for key, lines in gaps.items() if state.assumptions.presumes(key[1])}
    for key, lines in rests_on.items():
        with_value = lines if key in assumed else lines - gaps.get(key, set())
        if key[1] == EDITION:
            with_value = {line for line in with_value if (key[0], line) in state.carried}
        if with_value:
            assumed[key] = assumed.get(key, set()) | with_value
    return _in_order(_entries(assumed))


def open_risks(state: ClaimState) -> tuple[RiskVerdict, ...]:
    """Return the verdicts that hold if another line is paid, where their rule has no verdict."""
    if not state.conditional:
        return ()
    answered = _answered(state)
    return tuple(
        risk for risk in state.conditional if (risk[1].rule, risk[1].lines[0]) not in answered
    )


def risks_of(verdicts: Iterable[RiskVerdict], claim: Claim) -> tuple[Risk, ...]:
    """Return the verdicts on a claim that hold if another line is paid as risks, in order."""
    risks = {(risk.line, risk.rule, risk.if_paid): risk for risk in _risks(verdicts, claim)}
    return tuple(risks[key] for key in sorted(risks))


def _risks(verdicts: Iterable[RiskVerdict], claim: Claim) -> Iterator[Risk]:
    for evaluator, verdict, if_paid in verdicts:
        finding = evaluator.describe(verdict, claim)
        yield Risk(
            rule=finding.rule,
            line=finding.lines[0],
            if_paid=if_paid,
            outcome=finding.outcome,
            adjustment=finding.adjustment,
            message=finding.message,
            citations=finding.citations,
        )


def _answered(state: ClaimState) -> set[tuple[str, int]]:
    """Return the rules and lines with a verdict that is not for review."""
    return {
        (verdict.rule, line)
        for _, verdict in state.verdicts
        if verdict.outcome != "review"
        for line in verdict.lines
    }


def _entries(gaps: Gaps) -> Iterator[_Sorted]:
    for (rule, missing), lines in gaps.items():
        yield _entry(rule, missing.reason, missing.name, lines)


def _entry(rule: str | None, reason: Reason, missing: str, lines: set[int]) -> _Sorted:
    numbers = tuple(lines) if len(lines) == 1 else tuple(sorted(lines))
    return shared_entry(rule, numbers, reason, missing)


@lru_cache(_CACHE_SIZE)
def shared_entry(rule: str | None, lines: tuple[int, ...], reason: Reason, missing: str) -> _Sorted:
    """Return the entry, which is one object for all decisions, with its place in the order."""
    entry = NotEvaluated(rule=rule, lines=lines, reason=reason, missing=missing)
    return (rule or "", reason, missing, lines), entry


def _in_order(entries: Iterable[_Sorted]) -> tuple[NotEvaluated, ...]:
    """Return the entries in order of rule, missing fact and lines; those without a rule first."""
    # NOTE: equal keys are of one entry, so entries themselves are not compared.
    return tuple([entry for _, entry in sorted(entries)])
