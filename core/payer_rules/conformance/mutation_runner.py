"""One payer's fixtures, replayed against rules of which one fact is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from functools import partial

import attrs

from payer_rules.conformance.fixtures import Suite
from payer_rules.conformance.mutant_results import ALL_POSITIONS, MutantResult, MutantStatus
from payer_rules.conformance.mutants import Mutant, mutants_of
from payer_rules.conformance.payer_runner import PayerRunner
from payer_rules.conformance.trial_results import TrialResult, TrialStatus
from payer_rules.conformance.trials import Trial
from payer_rules.decisions import Decision
from payer_rules.errors import Problem
from payer_rules.registry import Registry, plugin_problems
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Payer, Reason, Rule, differing_codes


class MutationRunner:
    """One payer, its fixtures, and their results by its unchanged facts."""

    def __init__(self, registry: Registry, payer: str, suite: Suite) -> None:
        self._runner = PayerRunner(registry, payer)
        self._results: list[TrialResult] = []
        self._payer = payer
        #: Problems of plugins, met with the fixtures.
        self.problems: dict[Problem, None] = {}
        for trial in map(_as_confirmed, suite.trials(payer)):
            decision = self._decide(self._runner.book(trial.assume), trial)
            self.problems.update(dict.fromkeys(plugin_problems(decision)))
            # NOTE: a fixture that disagrees with the facts as they are shows nothing of a mutant.
            if not trial.differences(decision):
                status: TrialStatus = "agrees" if trial.expected else "unreviewed"
                self._results.append(TrialResult(trial=trial, status=status, decision=decision))
        self._book = self._runner.book()
        met = Counter(line.code for each in self._results for line in each.trial.filed.claim.lines)
        self._codes = [code for code, _ in met.most_common()]

    def count(self, at: int) -> int:
        """Return how many mutants the rule in this place has; before the first, the payer."""
        return sum(1 for _ in self._mutants(at))

    def _mutants(self, at: int) -> Iterator[Mutant]:
        return mutants_of(self._book.payer if at < 0 else self._book.rules[at], self._codes)

    def verdicts(self, at: int, chosen: Container[int] = ALL_POSITIONS) -> Iterator[MutantResult]:
        """Yield the results of the mutants of the rule at this position; at -1, of the payer.

        ``chosen`` are the positions of the mutants that are tried.
        """
        for position, mutant in enumerate(self._mutants(at)):
            if position not in chosen:
                continue
            if mutant.new is None:
                yield self._verdict(mutant, "refused")
            else:
                yield self._tried(mutant, mutant.new)

    def _tried(self, mutant: Mutant, new: Rule | Payer) -> MutantResult:
        by, touched = self.replay(self._concerned(mutant), partial(_with, mutant=mutant, new=new))
        return self._verdict(mutant, "noticed" if by else "survived", by=by, touched=touched)

    def replay(
        self, fixtures: Iterable[TrialResult], changed: Callable[[RuleBook], RuleBook]
    ) -> tuple[str | None, bool]:
        """Return the first fixture that disagrees if the book is changed, and if any answer did."""
        touched = False
        books: dict[frozenset[Reason], RuleBook] = {}
        for each in fixtures:
            trial = each.trial
            if trial.assume not in books:
                books[trial.assume] = changed(self._runner.book(trial.assume))
            decision = self._decide(books[trial.assume], trial)
            if trial.differences(decision):
                return trial.title, True
            touched = touched or decision != each.decision
        return None, touched

    def billing(self, codes: frozenset[str]) -> Iterator[TrialResult]:
        """Yield the results with all of the codes, now or before, and one of them now."""
        for each in self._results:
            if codes <= each.trial.codes and not (codes and codes.isdisjoint(each.trial.billed)):
                yield each

    def _concerned(self, mutant: Mutant) -> Iterator[TrialResult]:
        """Yield the results that the mutant can change, those of its rule's cases first."""
        if isinstance(mutant.old, Payer):
            yield from self._results
            return
        assert isinstance(mutant.new, Rule)
        codes = mutant.old.meets | mutant.new.meets
        changed = differing_codes(mutant.old.meets, mutant.new.meets) or codes
        own = [each for each in self._results if each.trial.rule == mutant.old.id]
        others = [each for each in self._results if each.trial.rule != mutant.old.id]
        for each in (*own, *others):
            # NOTE: a change for one code shows only on claims with that code, now or before.
            is_billed = any(code in codes for code in each.trial.billed)
            if is_billed and any(code in changed for code in each.trial.codes):
                yield each

    def _decide(self, book: RuleBook, trial: Trial) -> Decision:
        decision = book.decide(trial.filed.claim, trial.filed.history, test_cures=False)
        return attrs.evolve(decision, fingerprint=self._runner.book(trial.assume).fingerprint)

    def _verdict(
        self, mutant: Mutant, status: MutantStatus, *, by: str | None = None, touched: bool = True
    ) -> MutantResult:
        return MutantResult(
            payer=self._payer,
            rule=mutant.name,
            fact=mutant.fact,
            change=mutant.change,
            status=status,
            by=by,
            touched=touched,
        )


def _as_confirmed(trial: Trial) -> Trial:
    """Return the trial, without an expectation that no person confirmed."""
    return trial if trial.is_confirmed else attrs.evolve(trial, expected=None)


def _with(book: RuleBook, mutant: Mutant, new: Rule | Payer) -> RuleBook:
    if isinstance(new, Rule):
        old = next(rule for rule in book.rules if rule == mutant.old)
        return book.replace(old, new)
    return RuleBook.build(new, book.rules, book.tables, assume=book.assume, names=book.names)
