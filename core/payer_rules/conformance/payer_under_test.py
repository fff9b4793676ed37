"""The payer of an invariant: the rules of its own plugin, and its fixtures.

Rules that other plugins add to the payer are left out, so that a payer is not blamed for them.
Edits that bind the payer stay, whichever plugin gives their terms: they are the payer's own rules
``PAYER/ptp``, ``PAYER/mue`` and ``PAYER/add-on``.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from functools import cached_property
from typing import TypeAlias

import attrs

from payer_rules.claims import Claim
from payer_rules.conformance.edge_case_claims import edge_case_claims
from payer_rules.conformance.edit_claims import EditSheet
from payer_rules.conformance.fixtures import Suite
from payer_rules.conformance.payer_runner import PayerRunner
from payer_rules.conformance.trials import Trial
from payer_rules.decisions import Decision
from payer_rules.errors import Problem
from payer_rules.history import History
from payer_rules.kinds import Check
from payer_rules.registry import CollectedRules, Registry
from payer_rules.rulebook import RuleBook

#: A claim with its history, under the name of its case.
NamedClaim: TypeAlias = tuple[str, Claim, History | None]


@attrs.define(kw_only=True, slots=False)
class PayerUnderTest:
    """One payer with the rules of its own plugin and its fixtures."""

    registry: Registry
    payer: str
    runner: PayerRunner
    trials: tuple[Trial, ...]
    sheets: tuple[EditSheet, ...] = ()

    @classmethod
    def of(cls, registry: Registry, payer: str, suite: Suite) -> PayerUnderTest:
        """Return the payer of the registry with its fixtures of the suite."""
        subject = cls(
            registry=registry,
            payer=payer,
            runner=PayerRunner(registry, payer, own_rules(registry, payer)),
            trials=tuple(suite.trials(payer)),
            sheets=tuple(sheet.of(payer) for sheet in suite.sheets),
        )
        _ = subject._written
        return subject

    @property
    def collected(self) -> CollectedRules:
        """The rules of the payer's own plugin."""
        return self.runner.collected

    @property
    def book(self) -> RuleBook:
        """The rule book of these rules."""
        return self.runner.book()

    @property
    def plugin(self) -> str:
        """The name of the plugin that speaks for the payer."""
        return self.registry.owners[self.payer]

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """The payer's rules that a function of the plugin evaluates."""
        return tuple(rule for rule in self.book.rules if isinstance(rule, Check))

    @property
    def has_code(self) -> bool:
        """Whether any rule comes from Python; a rule of a profile cannot read a clock."""
        return any(rule.origin is None or rule.origin.file is None for rule in self.book.rules)

    @cached_property
    def _written(self) -> bytes:
        cases = ((each.title, each.filed.claim, each.filed.history) for each in self.trials)
        odd = edge_case_claims(min(self.book.codes)) if self.book.codes else ()
        return pickle.dumps((tuple(cases), tuple(odd)))

    @property
    def cases(self) -> tuple[NamedClaim, ...]:
        """The claims of the fixtures, not changed by any check."""
        cases: tuple[NamedClaim, ...] = self._claims[0]
        return cases

    @property
    def claims(self) -> tuple[NamedClaim, ...]:
        """The claims of the fixtures, and edge cases with a code of the rules."""
        cases, odd = self._claims
        return (*cases, *odd)

    @property
    def _claims(self) -> tuple[tuple[NamedClaim, ...], tuple[NamedClaim, ...]]:
        if not self.checks:
            return self._unchanged
        # NOTE: a function may change a claim, and a change made twice is not seen.
        copies: tuple[tuple[NamedClaim, ...], tuple[NamedClaim, ...]] = pickle.loads(self._written)
        return copies

    @cached_property
    def _unchanged(self) -> tuple[tuple[NamedClaim, ...], tuple[NamedClaim, ...]]:
        read: tuple[tuple[NamedClaim, ...], tuple[NamedClaim, ...]] = pickle.loads(self._written)
        return read

    @property
    def expected(self) -> Iterator[tuple[Trial, Decision]]:
        """The trials with an expectation, each with the payer's decision."""
        for trial, (_, claim, history) in zip(self.trials, self.cases, strict=True):
            if trial.expected is not None:
                book = self.runner.book(trial.assume)
                yield trial, book.decide(claim, history)


def own_rules(registry: Registry, payer: str) -> CollectedRules:
    """Return the rules that the payer's own plugin gives when it is called now."""
    collected = registry.collect(payer)
    plugin = registry.owners[payer]
    rules = (r for r in collected.rules if r.origin is None or r.origin.plugin == plugin)
    return attrs.evolve(
        collected,
        rules=tuple(rules),
        problems=tuple(f for f in collected.problems if is_fault_of(registry, plugin, f)),
        incomplete=tuple(s for s in collected.incomplete if s.startswith(f"{plugin}: ")),
    )


def is_fault_of(registry: Registry, plugin: str, problem: Problem) -> bool:
    """Return True if the problem is in the plugin, or names it."""
    places = [each.where for each in registry.profiles if each.plugin == plugin]
    if any(problem.where.startswith(place) for place in places):
        return True
    names = [str(each) for each in registry.plugins if each.name == plugin]
    text = f" {problem.where} {problem.message}"
    return any(f" {name}" in text for name in names)
