"""The review of facts that no case notices: a case for each, written where a person confirms it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import attrs

from payer_rules.conformance.case_additions import CaseFileAdditions
from payer_rules.conformance.mutant_results import MutantResult, MutationRun
from payer_rules.conformance.proposed_cases import ProposedCase, noticing
from payer_rules.conformance.survivors import mutants_named, proposal_of
from payer_rules.registry import Registry
from payer_rules.rulebook import RuleBook

#: ``all``: yes to this fact of the rule, and to all others of the same name.
Answer: TypeAlias = Literal["yes", "no", "skip", "all"]
#: Asks a person: the case, its mutant, the number of the question, and of how many.
Ask: TypeAlias = Callable[[ProposedCase, MutantResult, int, int], Answer]


@attrs.define
class ReviewCounts:
    """The facts of a review by what became of them."""

    #: Facts with a case that was written, by the file and name of the case.
    written: list[tuple[Path, str]] = attrs.Factory(list)
    #: Facts that a case notices that was written for another one.
    noticed: int = 0
    wrong: int = 0
    skipped: int = 0
    #: Facts that no claim was found to show.
    unshown: list[MutantResult] = attrs.Factory(list)
    #: Facts of the last run that no case noticed, and one does now.
    now_noticed: int = 0


@attrs.define
class MutationReview:
    """A review of the survivors of a mutation run, with the case files that it adds to."""

    registry: Registry
    paths: Sequence[Path]
    ask: Ask
    counts: ReviewCounts = attrs.Factory(ReviewCounts)
    _files: dict[str, CaseFileAdditions] = attrs.Factory(dict)
    _books: dict[str, RuleBook] = attrs.Factory(dict)
    _accepted: dict[str, list[ProposedCase]] = attrs.Factory(dict)
    _all: set[tuple[str, str]] = attrs.Factory(set)
    _left: set[MutantResult] = attrs.Factory(set)

    def run(self, result: MutationRun) -> bool:
        """Ask about each survivor that no earlier run left, and write the confirmed cases.

        Return True if a case was written: with its codes, rules have further mutants.
        """
        written, self.counts.now_noticed = len(self.counts.written), 0
        survivors = [v for v in result.of() if v.status == "survived"]
        for at, survivor in enumerate(survivors, 1):
            if survivor not in self._left:
                self._review(survivor, at, len(survivors))
        return len(self.counts.written) > written

    def _review(self, survivor: MutantResult, at: int, of: int) -> None:
        book = self._book(survivor.payer)
        accepted = self._accepted.setdefault(survivor.payer, [])
        mutants = list(mutants_named(survivor, book))
        if any(noticing(mutant, book, accepted) for mutant in mutants):
            self.counts.noticed += 1
            self.counts.now_noticed += 1
            return
        case = proposal_of(mutants, book)
        if case is None:
            self.counts.unshown.append(survivor)
            self._left.add(survivor)
            return
        fact = (survivor.rule, survivor.fact.partition(".")[0])
        answer = "yes" if fact in self._all else self.ask(case, survivor, at, of)
        if answer == "all":
            self._all.add(fact)
        if answer in ("yes", "all"):
            file = self._file(survivor.rule)
            self.counts.written.append((file.path, file.add(case.head, case.claim, case.history)))
            self.counts.now_noticed += 1
            accepted.append(case)
        else:
            self._left.add(survivor)
            self.counts.wrong += answer == "no"
            self.counts.skipped += answer == "skip"

    def _book(self, payer: str) -> RuleBook:
        if payer not in self._books:
            self._books[payer] = self.registry.rulebook(payer)
        return self._books[payer]

    def _file(self, rule: str) -> CaseFileAdditions:
        if rule not in self._files:
            folder = next(path for path in self.paths if path.is_dir())
            self._files[rule] = CaseFileAdditions.of(rule, folder, self.paths)
        return self._files[rule]
