"""Whether the suite would notice a wrong fact: each fact changed, and the suite replayed."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Literal, TypeAlias

import attrs

from payer_rules._processes import process_context
from payer_rules.conformance.fixtures import Folder, Suite, read_suite
from payer_rules.conformance.mutants import Mutant, mutants_of
from payer_rules.conformance.trials import Trial, trials_of
from payer_rules.decisions import Decision
from payer_rules.engine import RuleBook
from payer_rules.errors import Fault
from payer_rules.registry import Registry
from payer_rules.rules import Payer, Reason, Rule

Fate: TypeAlias = Literal["noticed", "survived", "refused"]


@attrs.frozen(kw_only=True)
class Verdict:
    """What became of one mutant of a payer.

    ``by`` is the case or scenario that disagreed with it; ``touched`` says whether it changed the
    answer on any fixture, be it one of which nothing is expected.
    """

    payer: str
    rule: str
    fact: str
    change: str
    fate: Fate
    by: str | None = None
    touched: bool = True


@attrs.frozen(kw_only=True)
class Mutation:
    """The verdicts on all mutants, by payer and rule, and what was wrong with the fixtures."""

    payers: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    faults: tuple[Fault, ...]

    def counted(self, payer: str | None = None) -> Counter[Fate]:
        """How many mutants, of one payer or of all, had which fate."""
        return Counter(v.fate for v in self.verdicts if payer in (None, v.payer))


def mutate(
    registry: Registry, paths: Iterable[Path] = (), *, payers: Collection[str] = ()
) -> Mutation:
    """Change every fact of the payers, or of those named, one at a time, and replay the fixtures.

    The fixtures are those of the plugins, or those at the paths.
    """
    given: list[tuple[str | None, Folder]] = [(None, path) for path in paths]
    suite = read_suite(given or registry.case_folders, registry.owners)
    chosen = tuple(payer for payer in registry.payers if not payers or payer in payers)
    tasks = [(payer, at) for payer in chosen for at in range(-1, len(registry.gather(payer).rules))]
    return Mutation(
        payers=chosen,
        verdicts=tuple(
            verdict for found in _side_by_side(registry, suite, tasks) for verdict in found
        ),
        faults=suite.faults,
    )


def _side_by_side(
    registry: Registry, suite: Suite, tasks: list[tuple[str, int]]
) -> Iterable[list[Verdict]]:
    with ProcessPoolExecutor(os.cpu_count(), process_context(), _begin, (registry, suite)) as pool:
        yield from pool.map(_verdicts, tasks)


#: What a worker holds: it lives as long as its process.
_HELD: dict[str, Any] = {}


def _begin(registry: Registry, suite: Suite) -> None:
    _HELD.update(registry=registry, suite=suite)


def _verdicts(task: tuple[str, int]) -> list[Verdict]:
    payer, at = task
    if payer not in _HELD:
        _HELD[payer] = Range(_HELD["registry"], payer, _HELD["suite"])
    return list(_HELD[payer].verdicts(at))


@attrs.frozen
class _Replayed:
    """A fixture, the answer by the facts as they are, and the codes billed, now or before."""

    trial: Trial
    decision: Decision
    billed: frozenset[str]
    held: frozenset[str]

    @classmethod
    def of(cls, trial: Trial, decision: Decision) -> _Replayed:
        billed = frozenset(line.code for line in trial.filed.claim.lines)
        past = trial.filed.history.lines if trial.filed.history else ()
        return cls(trial, decision, billed, billed.union(line.code for line in past))


class Range:
    """One payer with its fixtures and what it answers on them as its facts stand."""

    def __init__(self, registry: Registry, payer: str, suite: Suite) -> None:
        self._books: dict[frozenset[Reason], RuleBook] = {}
        self._replayed: list[_Replayed] = []
        self._payer = payer
        for trial in trials_of(suite, payer):
            if trial.assume not in self._books:
                self._books[trial.assume] = registry.rulebook(payer, assume=trial.assume)
            decision = self._decided(self._books[trial.assume], trial)
            # NOTE: a fixture that disagrees with the facts as they are tells nothing of others.
            if not trial.differences(decision):
                self._replayed.append(_Replayed.of(trial, decision))
        self._book = registry.rulebook(payer)
        met = Counter(line.code for each in self._replayed for line in each.trial.filed.claim.lines)
        self._codes = [code for code, _ in met.most_common()]

    def verdicts(self, at: int) -> Iterator[Verdict]:
        """The verdicts on the mutants of the rule in this place; before the first, of the payer."""
        old = self._book.payer if at < 0 else self._book.rules[at]
        for mutant in mutants_of(old, self._codes):
            if mutant.new is None:
                yield self._verdict(mutant, "refused")
            else:
                yield self._tried(mutant, mutant.new)

    def _tried(self, mutant: Mutant, new: Rule | Payer) -> Verdict:
        touched = False
        books: dict[frozenset[Reason], RuleBook] = {}
        for each in self._concerned(mutant):
            trial = each.trial
            if trial.assume not in books:
                books[trial.assume] = _with(self._books[trial.assume], mutant, new)
            made = self._decided(books[trial.assume], trial)
            if trial.differences(made):
                return self._verdict(mutant, "noticed", by=trial.name)
            touched = touched or made != each.decision
        return self._verdict(mutant, "survived", touched=touched)

    def _concerned(self, mutant: Mutant) -> Iterator[_Replayed]:
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
        self, mutant: Mutant, fate: Fate, *, by: str | None = None, touched: bool = True
    ) -> Verdict:
        return Verdict(
            payer=self._payer,
            rule=mutant.name,
            fact=mutant.fact,
            change=mutant.change,
            fate=fate,
            by=by,
            touched=touched,
        )


def _with(book: RuleBook, mutant: Mutant, new: Rule | Payer) -> RuleBook:
    if isinstance(new, Rule):
        old = next(rule for rule in book.rules if rule == mutant.old)
        return book.replace(old, new)
    return RuleBook.build(new, book.rules, book.tables, assume=book.assume)
