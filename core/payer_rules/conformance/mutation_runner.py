"""One payer's fixtures, replayed against rules of which one fact is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from functools import partial

import attrs

from payer_rules.conformance.fixtures import Suite
from payer_rules.conformance.mutant_results import ALL_POSITIONS, MutantResult, MutantStatus
from payer_rules.conformance.mutants import Mutant, mutants_of
from payer_rules.conformance.trials import Trial, trials_of
from payer_rules.decisions import Decision
from payer_rules.errors import Problem
from payer_rules.registry import Registry, plugin_problems
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Payer, Reason, Rule


@attrs.frozen
class Replayed:
    """A fixture, the answer by the facts as they are, and the codes billed, now or before."""

    trial: Trial
    decision: Decision
    billed: frozenset[str]
    held: frozenset[str]

    @classmethod
    def of(cls, trial: Trial, decision: Decision) -> Replayed:
        """The fixture with what was decided on it."""
        billed = frozenset(line.code for line in trial.filed.claim.lines)
        past = trial.filed.history.lines if trial.filed.history else ()
        return cls(trial, decision, billed, billed.union(line.code for line in past))


class MutationRunner:
    """One payer with its fixtures and what it answers on them as its facts stand."""

    def __init__(self, registry: Registry, payer: str, suite: Suite) -> None:
        self._books: dict[frozenset[Reason], RuleBook] = {}
        self._replayed: list[Replayed] = []
        self._payer = payer
        #: What plugins did wrong on the fixtures.
        self.problems: dict[Problem, None] = {}
        for trial in trials_of(suite, payer):
            if trial.assume not in self._books:
                self._books[trial.assume] = registry.rulebook(payer, assume=trial.assume)
            decision = self._decided(self._books[trial.assume], trial)
            self.problems.update(dict.fromkeys(plugin_problems(decision)))
            # NOTE: a fixture that disagrees with the facts as they are tells nothing of others.
            if not trial.differences(decision):
                self._replayed.append(Replayed.of(trial, decision))
        self._book = registry.rulebook(payer)
        met = Counter(line.code for each in self._replayed for line in each.trial.filed.claim.lines)
        self._codes = [code for code, _ in met.most_common()]

    def count(self, at: int) -> int:
        """Return how many mutants the rule in this place has; before the first, the payer."""
        return sum(1 for _ in self._mutants(at))

    def _mutants(self, at: int) -> Iterator[Mutant]:
        return mutants_of(self._book.payer if at < 0 else self._book.rules[at], self._codes)

    def verdicts(self, at: int, chosen: Container[int] = ALL_POSITIONS) -> Iterator[MutantResult]:
        """The verdicts on the mutants of the rule in this place; before the first, of the payer.

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
        self, fixtures: Iterable[Replayed], changed: Callable[[RuleBook], RuleBook]
    ) -> tuple[str | None, bool]:
        """The first fixture that disagrees with the book as changed; whether any answer changed."""
        touched = False
        books: dict[frozenset[Reason], RuleBook] = {}
        for each in fixtures:
            trial = each.trial
            if trial.assume not in books:
                books[trial.assume] = changed(self._books[trial.assume])
            made = self._decided(books[trial.assume], trial)
            if trial.differences(made):
                return trial.title, True
            touched = touched or made != each.decision
        return None, touched

    def billing(self, codes: frozenset[str]) -> Iterator[Replayed]:
        """The fixtures with all of the codes, now or before, and one of them now."""
        for each in self._replayed:
            if codes <= each.held and not (codes and codes.isdisjoint(each.billed)):
                yield each

    def _concerned(self, mutant: Mutant) -> Iterator[Replayed]:
        """The fixtures on which the mutant can answer differently, its rule's cases first."""
        if isinstance(mutant.old, Payer):
            yield from self._replayed
            return
        assert isinstance(mutant.new, Rule)
        codes = mutant.old.meets | mutant.new.meets
        changed = mutant.old.meets ^ mutant.new.meets or codes
        own = [each for each in self._replayed if each.trial.rule == mutant.old.id]
        others = [each for each in self._replayed if each.trial.rule != mutant.old.id]
        for each in (*own, *others):
            # NOTE: what a rule says of one code shows on no claim without it, now or before.
            if not each.billed.isdisjoint(codes) and not each.held.isdisjoint(changed):
                yield each

    def _decided(self, book: RuleBook, trial: Trial) -> Decision:
        decision = book.decide_without_trying(trial.filed.claim, trial.filed.history)
        return attrs.evolve(decision, fingerprint=self._books[trial.assume].fingerprint)

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


def _with(book: RuleBook, mutant: Mutant, new: Rule | Payer) -> RuleBook:
    if isinstance(new, Rule):
        old = next(rule for rule in book.rules if rule == mutant.old)
        return book.replace(old, new)
    return RuleBook.build(new, book.rules, book.tables, assume=book.assume, names=book.names)
