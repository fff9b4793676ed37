"""Claims of whole members through the rule books of the payers that they name, told to sinks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple, TypeAlias

import attrs

from payer_rules.checking.by_member import check_claims
from payer_rules.checking.run_summary import RunSummary
from payer_rules.decisions import Decision, Reason
from payer_rules.errors import Problem
from payer_rules.history import History
from payer_rules.payer_routing import ALL, PayerRouter
from payer_rules.readers import FiledClaim
from payer_rules.registry import Registry, plugin_problems
from payer_rules.rulebook import RuleBook

#: Where a claim stands in what was read: the place of its file, and its number there.
ClaimPosition: TypeAlias = tuple[int, int]
#: By which answers are put in order: claim, payer, and the place of the claim.
SortKey: TypeAlias = tuple[str, str, ClaimPosition]


#: What becomes of one decision: its text, whatever stands before and after it.
Renderer: TypeAlias = Callable[[FiledClaim, Decision], str]


class RenderedDecision(NamedTuple):
    """One decision, as each sink tells it; answers are in order by their keys."""

    key: SortKey
    texts: tuple[str, ...]


@attrs.frozen
class PartitionResult:
    """The answers on some members' claims, in order, what they came to, and what was wrong."""

    answers: tuple[RenderedDecision, ...]
    summary: RunSummary
    problems: tuple[Problem, ...]


@attrs.frozen(eq=False, kw_only=True)
class ClaimChecker:
    """How claims are judged in a run: by which payers, what is known, where decisions go.

    ``payers`` are those asked for, whatever the claims name: ids, or ``all``.
    """

    registry: Registry
    payers: tuple[str, ...] = ()
    known_on: date | None = None
    assume: frozenset[Reason] = frozenset()
    store: History | None = None
    renderers: Sequence[Renderer] = ()
    _router: PayerRouter = attrs.field(init=False)
    _books: dict[str, RuleBook] = attrs.field(factory=dict, init=False)
    _problems: dict[str, tuple[Problem, ...]] = attrs.field(factory=dict, init=False)

    @_router.default
    def _to(self) -> PayerRouter:
        return PayerRouter(self.registry, self.payers, default_payers=(ALL,))

    def part(self, placed: Iterable[tuple[ClaimPosition, FiledClaim]]) -> PartitionResult:
        """The answers on the claims, which are all of their members' in the run."""
        problems: list[Problem] = []
        chosen: dict[str, list[tuple[ClaimPosition, FiledClaim]]] = {}
        for place, filed in placed:
            for payer in self._router.payers_of(filed, problems):
                chosen.setdefault(payer, []).append((place, filed))
        answers: list[RenderedDecision] = []
        summary = RunSummary()
        for payer, claims in chosen.items():
            decisions = tuple(
                check_claims((filed for _, filed in claims), self._book(payer), self.store)
            )
            summary.add(RunSummary.of(decisions))
            summary.uncoded += sum(len(filed.uncoded) for _, filed in claims)
            for (place, filed), decision in zip(claims, decisions, strict=True):
                told = tuple(sink(filed, decision) for sink in self.renderers)
                answers.append(RenderedDecision((decision.claim, payer, place), told))
            problems += self._problems[payer]
            problems += (problem for each in decisions for problem in plugin_problems(each))
        answers.sort()
        return PartitionResult(tuple(answers), summary, tuple(dict.fromkeys(problems)))

    def _book(self, payer: str) -> RuleBook:
        if payer not in self._books:
            collected = self.registry.collect(payer)
            self._problems[payer] = collected.problems
            self._books[payer] = self.registry.rulebook(
                payer, known_on=self.known_on, assume=self.assume, collected=collected
            )
        return self._books[payer]
