"""A payer's checks alone, recorded: what each function answered, and in what time.

The other rules of the payer are left out, so that none denies a line before a check is asked.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.conformance.payer_under_test import PayerUnderTest
from payer_rules.history import History
from payer_rules.kinds import Check, MissingInformation, Violation
from payer_rules.kinds.check.rule import CheckFunction
from payer_rules.rulebook import RuleBook

#: Number of times a slow check is asked: the machine may have been busy.
_TRIES: Final = 3


@attrs.frozen
class CheckCall:
    """The answer of the function of one check on a claim and a history, and its seconds."""

    rule: Check
    history: History
    answers: tuple[Violation | MissingInformation, ...]
    seconds: float


def recorders_of(subject: PayerUnderTest) -> Iterator[CheckRecorder]:
    """Yield a probe of each check of the subject, so that what it shows is that check's."""
    for rule in subject.checks:
        yield CheckRecorder(subject, (rule,))


class CheckRecorder:
    """A rule book of checks of the subject, recorded; ``rules`` are their ids."""

    def __init__(self, subject: PayerUnderTest, checks: tuple[Check, ...] | None = None) -> None:
        self._calls: list[CheckCall] = []
        rules = tuple(map(self._recorded, subject.checks if checks is None else checks))
        self.rules = tuple(rule.id for rule in rules)
        collected = attrs.evolve(subject.collected, rules=rules, terms=(), incomplete=())
        self._book: RuleBook = subject.registry.rulebook(subject.payer, collected=collected)

    def ask(self, claim: Claim, history: History | None) -> list[CheckCall]:
        """Return what each check that meets the claim answered; one that raises is left out.

        The expected answer asks with a history of which facts are presumed: these calls say nothing
        of the claim as it stands, and are left out.
        """
        self._calls.clear()
        self._book.decide(claim, history, test_cures=False)
        known = history or History.unknown()
        stated = attrs.evolve(known, lines=known.lines_other_than(claim))
        return [call for call in self._calls if call.history == stated]

    def problems(self, claim: Claim, history: History | None) -> Iterator[tuple[str | None, str]]:
        """Yield each check that raises, or answers what is no answer, with what it does."""
        for entry in self._book.decide(claim, history, test_cures=False).not_evaluated:
            if entry.reason == "fault":
                yield entry.rule, entry.missing

    def seconds(self, claim: Claim, history: History | None, limit: float) -> Iterator[CheckCall]:
        """Yield the checks that take longer than the limit in each of three tries."""
        slow = [each for each in self.ask(claim, history) if each.seconds > limit]
        for _ in range(_TRIES - 1):
            if not slow:
                return
            again = {c.rule.id for c in self.ask(claim, history) if c.seconds > limit}
            slow = [each for each in slow if each.rule.id in again]
        yield from slow

    def _recorded(self, rule: Check) -> Check:
        function: CheckFunction = rule.function

        @functools.wraps(function)
        def recorded(claim: Claim, history: History) -> Iterable[Violation | MissingInformation]:
            started = perf_counter()
            answers = tuple(function(claim, history))
            self._calls.append(CheckCall(rule, history, answers, perf_counter() - started))
            return answers

        return attrs.evolve(rule, function=recorded)
