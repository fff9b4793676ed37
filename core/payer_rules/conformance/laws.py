"""What holds for the rules of every payer, whatever they say."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Final, TypeAlias

import attrs

from payer_rules.claims import Claim
from payer_rules.conformance.edit_claims import EditSheet, edits_alone
from payer_rules.conformance.fixtures import Suite
from payer_rules.conformance.odd_claims import odd_claims
from payer_rules.conformance.trials import Trial, trials_of
from payer_rules.conformance.watch import Watch
from payer_rules.decisions import Decision
from payer_rules.engine import RuleBook
from payer_rules.examples import examples_of
from payer_rules.history import History
from payer_rules.registry import Gathered, Registry
from payer_rules.rules import ALWAYS, Dates, Reason, Rule

_DAY: Final = timedelta(days=1)
_Named: TypeAlias = tuple[str, Claim, History | None]


@attrs.frozen(kw_only=True)
class Subject:
    """One payer, what plugins and profiles say of it, and its fixtures."""

    registry: Registry
    payer: str
    gathered: Gathered
    book: RuleBook
    trials: tuple[Trial, ...]
    sheets: tuple[EditSheet, ...] = ()

    @classmethod
    def of(cls, registry: Registry, payer: str, suite: Suite) -> Subject:
        """The payer of the registry with its fixtures of the suite."""
        return cls(
            registry=registry,
            payer=payer,
            gathered=registry.gather(payer),
            book=registry.rulebook(payer),
            trials=tuple(trials_of(suite, payer)),
            sheets=tuple(sheet.of(payer) for sheet in suite.sheets),
        )

    @property
    def claims(self) -> Iterator[_Named]:
        """The claims of the fixtures, and odd ones with a code of the payer's rules."""
        for trial in self.trials:
            yield trial.name, trial.filed.claim, trial.filed.history
        if self.book.codes:
            yield from odd_claims(min(self.book.codes))

    @property
    def expected(self) -> Iterator[tuple[Trial, Decision]]:
        """What the payer answers on the fixtures in which something is expected of it."""
        books: dict[frozenset[Reason], RuleBook] = {}
        for trial in self.trials:
            if trial.expected is None:
                continue
            if trial.assume not in books:
                books[trial.assume] = self.registry.rulebook(self.payer, assume=trial.assume)
            decide = books[trial.assume].decide
            yield trial, decide(trial.filed.claim, trial.filed.history)


#: What is broken, in plain words, each with the claim or the rule it is about.
Law: TypeAlias = Callable[[Subject], Iterable[str]]


def loads_without_fault(subject: Subject) -> Iterator[str]:
    """The plugins and profiles of the payer load without a fault."""
    yield from map(str, (*subject.registry.faults, *subject.gathered.faults))


def every_case_agrees(subject: Subject) -> Iterator[str]:
    """The payer answers every fixture, and every line of a sheet, as is expected of it."""
    for trial, decision in subject.expected:
        for each in trial.differences(decision):
            yield f"{trial.name}: {each.what}: expected {each.expected}; got {each.got}"
    edits = edits_alone(subject.book)
    for claim in (claim for sheet in subject.sheets for claim in sheet.claims):
        for each in claim.differences(claim.asked.answer(edits)):
            name = claim.asked.name
            yield f"{name}: {each.what}: expected {each.expected}; got {each.got}"


def same_claim_same_answer(subject: Subject) -> Iterator[str]:
    """A claim has the same answer whenever it is asked for, and from a rule book built anew."""
    again = subject.registry.rulebook(subject.payer)
    for name, claim, history in subject.claims:
        first = subject.book.decide(claim, history)
        if not first == subject.book.decide(claim, history) == again.decide(claim, history):
            yield f"{name}: asked again, the answer is another one"


def claims_stay_as_they_are(subject: Subject) -> Iterator[str]:
    """Neither the claim nor its history is changed by asking."""
    for name, claim, history in subject.claims:
        before = _written(claim, history)
        subject.book.decide(claim, history)
        if _written(claim, history) != before:
            yield f"{name}: the claim, or its history, is another one after it was judged"


def _written(claim: Claim, history: History | None) -> bytes:
    return pickle.dumps((claim, history.lines if history else None))


def order_of_lines_is_irrelevant(subject: Subject) -> Iterator[str]:
    """The answer is the same in whatever order the lines stand in the file."""
    for name, claim, history in subject.claims:
        turned = attrs.evolve(claim, lines=reversed(claim.lines))
        past = attrs.evolve(history, lines=reversed(history.lines)) if history else None
        if subject.book.decide(claim, history) != subject.book.decide(turned, past):
            yield f"{name}: with its lines in reverse the answer is another one"


def every_rule_cites_a_source(subject: Subject) -> Iterator[str]:
    """Every rule cites a source that says where, and since when, it was read."""
    for rule in subject.book.rules:
        for source in rule.citations:
            if not source.title.strip() or not source.url.strip():
                yield f"{rule.id}: its source {source.row} has no title or no address"


def every_rule_has_a_case_that_fires(subject: Subject) -> Iterator[str]:
    """For every rule that can find something there is a case in which it does."""
    fired = {finding.rule for _, decision in subject.expected for finding in decision.findings}
    for rule in {rule.id: rule for rule in subject.book.rules if not rule.is_permission}:
        if rule not in fired:
            yield f"{rule}: no case expects it to find something"


def every_rule_has_a_case_that_does_not_fire(subject: Subject) -> Iterator[str]:
    """For every rule that lets any line through there is a case in which it does."""
    silent = {
        rule
        for _, decision in subject.expected
        for rule in _asked(decision)
        if all(rule != found.rule for found in decision.findings)
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


def _lets_through(rule: Rule, subject: Subject) -> bool:
    # NOTE: that a code is never paid is kept by no claim with the code.
    return examples_of(rule, subject.book.payer).accepted is not None


def every_boundary_date_is_tested(subject: Subject) -> Iterator[str]:
    """On either side of each date of a rule stands a fixture in which something is expected."""
    asked = [trial.filed.claim for trial in subject.trials if trial.expected is not None]
    for rule in subject.book.rules:
        if rule.is_permission:
            continue
        claims = [c for c in asked if any(line.code in rule.meets for line in c.lines)]
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


def _borders(dates: Dates) -> set[date]:
    """The first and the last day of the span, and the days just outside."""
    first, last = dates.first, dates.last
    return {*((first - _DAY, first) if first else ()), *((last, last + _DAY) if last else ())}


def rules_look_at_nothing_else(subject: Subject) -> Iterator[str]:
    """The answer is found in the claim and its history: in no file, network or other program."""
    watch = Watch()
    for name, claim, history in subject.claims:
        with watch:
            subject.book.decide(claim, history)
        if watch.seen:
            yield f"{name}: a rule looks at something beside the claim ({watch.seen[0]})"


def odd_claims_are_answered(subject: Subject) -> Iterator[str]:
    """No claim that is allowed, however odd, stops a rule."""
    for code in sorted(subject.book.codes)[:1]:
        for name, claim, history in odd_claims(code):
            decision = subject.book.decide(claim, history)
            broken = [entry for entry in decision.not_evaluated if entry.reason == "fault"]
            yield from (f"{name}: {entry.missing}" for entry in broken)


#: The laws by name, in the order in which they are told.
LAWS: Final[dict[str, Law]] = {
    law.__name__: law
    for law in (
        loads_without_fault,
        every_case_agrees,
        same_claim_same_answer,
        claims_stay_as_they_are,
        order_of_lines_is_irrelevant,
        rules_look_at_nothing_else,
        odd_claims_are_answered,
        every_rule_cites_a_source,
        every_rule_has_a_case_that_fires,
        every_rule_has_a_case_that_does_not_fire,
        every_boundary_date_is_tested,
    )
}
