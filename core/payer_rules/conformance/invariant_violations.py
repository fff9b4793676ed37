"""Violations of invariants, and the three forms of an invariant.

An invariant is a generator of violations. `invariant` makes it one that `conform` and pytest call;
`check_invariant` calls it only for payers with a check, `code_invariant` only for payers with a
rule in Python. Of each rule the first violation is reported, with the number of the others.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import attrs

from payer_rules.conformance.payer_under_test import PayerUnderTest
from payer_rules.decisions import Decision, Finding, NotEvaluated

#: A new number for each line number.
Renumber: TypeAlias = Callable[[int], int]


@attrs.frozen(kw_only=True)
class InvariantViolation:
    """A violation by one rule on one case; ``rule`` is None if no single rule explains it."""

    rule: str | None
    case: str
    message: str
    remedy: str

    def __str__(self) -> str:
        case = self.case.removeprefix(f"{self.rule}: ")
        return f"{self.rule or 'no single rule'}, case {case!r}: {self.message}. {self.remedy}"


def first_per_rule(violations: Iterable[InvariantViolation]) -> Iterator[str]:
    """Yield the first violation of each rule, with the number of its other cases."""
    first: dict[str | None, InvariantViolation] = {}
    cases: Counter[str | None] = Counter()
    for violation in violations:
        first.setdefault(violation.rule, violation)
        cases[violation.rule] += 1
    for rule, violation in first.items():
        others = cases[rule] - 1
        yield f"{violation} ({others} more like it)" if others else str(violation)


#: The violations of a payer, and the same as text.
Violations: TypeAlias = Callable[[PayerUnderTest], Iterable[InvariantViolation]]
Invariant: TypeAlias = Callable[[PayerUnderTest], Iterable[str]]


def invariant(violations: Violations) -> Invariant:
    """Return the invariant that reports the first violation of each rule."""

    @functools.wraps(violations)
    def reported(subject: PayerUnderTest) -> Iterator[str]:
        return first_per_rule(violations(subject))

    return reported


def check_invariant(violations: Violations) -> Invariant:
    """Return the invariant for payers with rules that a function evaluates."""
    return _for_payers(violations, lambda subject: bool(subject.checks))


def code_invariant(violations: Violations) -> Invariant:
    """Return the invariant for payers with rules that come from Python."""
    return _for_payers(violations, lambda subject: subject.has_code)


def _for_payers(
    violations: Violations, is_concerned: Callable[[PayerUnderTest], bool]
) -> Invariant:
    @functools.wraps(violations)
    def reported(subject: PayerUnderTest) -> Iterable[str]:
        return first_per_rule(violations(subject)) if is_concerned(subject) else ()

    return reported


def same(number: int) -> int:
    """Return the line number itself."""
    return number


def differing_rules(
    one: Decision, other: Decision, renumber: Renumber = same, *, in_words: bool = False
) -> tuple[str | None, ...]:
    """Return the rules on which the two decisions differ, none if they agree.

    ``renumber`` turns a line number of the first into that of the second. ``in_words`` compares
    messages too.
    """
    before, after = _by_rule(one, renumber, in_words), _by_rule(other, same, in_words)
    rules = {rule for rule, _ in before ^ after}
    if rules:
        return tuple(sorted(rules, key=str))
    lines = {(renumber(line.line), line.outcome, line.judged_by) for line in one.lines}
    return () if lines == {(x.line, x.outcome, x.judged_by) for x in other.lines} else (None,)


def _by_rule(
    decision: Decision, renumber: Renumber, in_words: bool
) -> set[tuple[str | None, tuple[object, ...]]]:
    found = {
        (each.rule, _of_finding(each, renumber, in_words)) for each in decision.proved_findings
    }
    return found | {(each.rule, _of_entry(each, renumber)) for each in decision.not_evaluated}


def _of_finding(finding: Finding, renumber: Renumber, in_words: bool) -> tuple[object, ...]:
    lines = tuple(sorted(map(renumber, finding.lines)))
    words = finding.message if in_words else None
    return (lines, finding.outcome, finding.pays, finding.adjustment, words)


def _of_entry(entry: NotEvaluated, renumber: Renumber) -> tuple[object, ...]:
    return (tuple(sorted(map(renumber, entry.lines))), entry.reason)
