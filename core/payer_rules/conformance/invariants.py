"""The invariants of every payer, with those about fixtures.

The invariants about answers are in `payer_rules.conformance.answer_invariants`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from payer_rules.conformance.answer_invariants import ANSWER_INVARIANTS
from payer_rules.conformance.edit_claims import edits_alone
from payer_rules.conformance.invariant_violations import Invariant
from payer_rules.conformance.payer_under_test import PayerUnderTest, is_fault_of
from payer_rules.decisions import Decision
from payer_rules.examples import examples_of
from payer_rules.rules import ALWAYS, DateRange, Rule

__all__ = ["ABOUT_ANSWERS", "INVARIANTS", "Invariant", "PayerUnderTest"]

_DAY: Final = timedelta(days=1)


def loads_without_fault(subject: PayerUnderTest) -> Iterator[str]:
    """The plugin and the profiles of the payer load without a fault, asked for any payer."""
    registry, plugin = subject.registry, subject.plugin
    problems = [f for f in registry.problems if is_fault_of(registry, plugin, f)]
    problems += subject.collected.problems
    if subject.has_code:
        others = (payer for payer in registry.payers if payer != subject.payer)
        found = (problem for payer in others for problem in registry.collect(payer).problems)
        problems += (problem for problem in found if is_fault_of(registry, plugin, problem))
    yield from dict.fromkeys(map(str, problems))


def every_case_agrees(subject: PayerUnderTest) -> Iterator[str]:
    """The payer answers every fixture, and every line of a sheet, as is expected of it."""
    for trial, decision in subject.expected:
        for difference in trial.differences(decision):
            yield f"{trial.name}: {difference}"
    edits = edits_alone(subject.book)
    for claim in (claim for sheet in subject.sheets for claim in sheet.claims):
        for difference in claim.differences(claim.question.answer(edits)):
            yield f"{claim.question.name}: {difference}"


def every_rule_cites_a_source(subject: PayerUnderTest) -> Iterator[str]:
    """Every rule cites a source with a title and an address."""
    for rule in subject.book.rules:
        for source in rule.citations:
            if not source.title.strip() or not source.url.strip():
                yield f"{rule.id}: its source {source.row} has no title or no address"


def every_rule_has_a_case_that_fires(subject: PayerUnderTest) -> Iterator[str]:
    """For every rule that can find something there is a case in which it does."""
    fired = {
        finding.rule for _, decision in subject.expected for finding in decision.proved_findings
    }
    for rule in {rule.id: rule for rule in subject.book.rules if not rule.is_permission}:
        if rule not in fired:
            yield f"{rule}: no case expects it to find something"


def every_rule_has_a_case_that_does_not_fire(subject: PayerUnderTest) -> Iterator[str]:
    """For every rule that lets any line through there is a case in which it does."""
    silent = {
        rule
        for _, decision in subject.expected
        for rule in _asked(decision)
        if all(rule != found.rule for found in decision.proved_findings)
    }
    for rule in {rule.id: rule for rule in subject.book.rules}.values():
        if rule.id not in silent and _lets_through(rule, subject):
            yield f"{rule.id}: in no case does it let a line through"


def _asked(decision: Decision) -> Iterator[str]:
    """Yield the rules that judged a line, on their dates or by the assumption that they hold."""
    for line in decision.lines:
        yield from line.judged_by
    for entry in decision.assumed:
        if entry.rule and entry.reason == "edition":
            yield entry.rule


def _lets_through(rule: Rule, subject: PayerUnderTest) -> bool:
    # NOTE: that a code is never paid is kept by no claim with the code.
    return examples_of(rule, subject.book.payer).accepted is not None


def every_boundary_date_is_tested(subject: PayerUnderTest) -> Iterator[str]:
    """Each boundary date of a rule has a fixture with an expectation on either side."""
    fixtures = [trial.filed.claim for trial in subject.trials if trial.expected is not None]
    for rule in subject.book.rules:
        if rule.is_permission:
            continue
        claims = [c for c in fixtures if any(line.code in rule.meets for line in c.lines)]
        served = {
            day
            for claim in claims
            for line in claim.lines
            if line.code in rule.meets
            for day in (line.date_from, line.date_to)
        }
        received = {claim.received for claim in claims}
        by_receipt = rule.in_force_by == "received"
        bare = _borders(rule.in_force) - (received if by_receipt else served)
        bare |= _borders(rule.verified_dates or ALWAYS) - served
        yield from (f"{rule.id}: no fixture stands on {day}" for day in sorted(bare))


def _borders(dates: DateRange) -> set[date]:
    """The first and the last day of the span, and the days just outside."""
    first, last = dates.first, dates.last
    return {*((first - _DAY, first) if first else ()), *((last, last + _DAY) if last else ())}


#: The invariants by name, in the order in which they are printed.
INVARIANTS: Final[dict[str, Invariant]] = {
    invariant.__name__: invariant
    for invariant in (
        loads_without_fault,
        every_case_agrees,
        *ANSWER_INVARIANTS,
        every_rule_cites_a_source,
        every_rule_has_a_case_that_fires,
        every_rule_has_a_case_that_does_not_fire,
        every_boundary_date_is_tested,
    )
}
#: The names of the invariants about answers, which `conform` asks for every payer.
ABOUT_ANSWERS: Final = tuple(invariant.__name__ for invariant in ANSWER_INVARIANTS)
