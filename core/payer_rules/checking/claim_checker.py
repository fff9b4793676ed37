"""The decisions on claims by the rule books of their payers, rendered as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple, TypeAlias

import attrs

from payer_rules.checking.by_member import check_claims
from payer_rules.checking.completion import PayerCompletion, complete
from payer_rules.claims import ServiceLine
from payer_rules.decisions import Decision, Reason
from payer_rules.errors import Problem
from payer_rules.history import History
from payer_rules.payer_routing import ALL, PayerRouter
from payer_rules.practice import NO_PRACTICE, Practice
from payer_rules.readers import FiledClaim
from payer_rules.registry import Registry, plugin_problems
from payer_rules.rulebook import RuleBook
from payer_rules.summaries import RunClaims, RunSummary
from payer_rules.summaries.policies import PolicyText, policies_of, with_policies

#: The position of a claim in the input: that of its file, and that in the file.
ClaimPosition: TypeAlias = tuple[int, int]
#: The sort key of decisions: claim id, payer, and position of the claim.
SortKey: TypeAlias = tuple[str, str, ClaimPosition]

#: Returns the text of one decision in a report.
Renderer: TypeAlias = Callable[[FiledClaim, Decision], str]


class RenderedDecision(NamedTuple):
    """The text of one decision in each report, with its sort key."""

    key: SortKey
    texts: tuple[str, ...]


@attrs.frozen
class PartitionResult:
    """The sorted decisions on the claims of some members, their summary, and the problems.

    ``uncoded`` is the number of claims without a procedure code of which no rule speaks.
    """

    answers: tuple[RenderedDecision, ...]
    summary: RunSummary
    problems: tuple[Problem, ...]
    uncoded: int = 0


@attrs.frozen(eq=False, kw_only=True)
class ClaimChecker:
    """The settings of a run: payers, date of knowledge, assumptions, history and renderers.

    ``payers`` are the payers asked for (ids or ``all``); if empty, claims name their payers.
    ``practice`` states what is the same for all claims.
    """

    registry: Registry
    payers: tuple[str, ...] = ()
    known_on: date | None = None
    assume: frozenset[Reason] = frozenset()
    store: History | None = None
    renderers: Sequence[Renderer] = ()
    practice: Practice = NO_PRACTICE
    _router: PayerRouter = attrs.field(init=False)
    _books: dict[str, RuleBook] = attrs.field(factory=dict, init=False)
    _completions: dict[str, PayerCompletion] = attrs.field(factory=dict, init=False)
    _problems: dict[str, tuple[Problem, ...]] = attrs.field(factory=dict, init=False)
    _policies: dict[str, dict[str, PolicyText]] = attrs.field(factory=dict, init=False)

    @_router.default
    def _make_router(self) -> PayerRouter:
        identifiers = self.practice.payers_by_identifier
        return PayerRouter(
            self.registry, self.payers, default_payers=(ALL,), identifiers=identifiers
        )

    def evaluate_partition(
        self, placed: Iterable[tuple[ClaimPosition, FiledClaim]]
    ) -> PartitionResult:
        """Return the decisions on the claims, which include all claims of their members."""
        problems: list[Problem] = []
        by_payer: dict[str, list[tuple[ClaimPosition, FiledClaim]]] = {}
        rendered: list[RenderedDecision] = []
        summary = RunSummary()
        uncoded = 0
        for position, stated in placed:
            filed = complete(stated, self.practice)
            payers = tuple(self._router.payers_of(filed, problems))
            lines: tuple[ServiceLine, ...] = ()
            for payer in payers:
                of_payer = filed
                if filed.revenue_lines:
                    spoken = filed.for_rules(self._book(payer).speaks_of)
                    if spoken is None:
                        continue
                    of_payer = spoken
                lines = max(lines, of_payer.claim.lines, key=len)
                by_payer.setdefault(payer, []).append((position, of_payer))
            if lines:
                summary.total.count(filed.claim.id, lines)
            elif filed.is_uncoded:
                uncoded += 1
        for payer, given_claims in by_payer.items():
            book = self._book(payer)
            completion = self._completions[payer]
            claims = [(position, completion.complete(filed)) for position, filed in given_claims]
            decisions = tuple(
                with_policies(
                    completion.noted(filed, decision),
                    filed.claim,
                    self._policies[payer],
                    is_printed=bool(self.renderers),
                )
                for decision, (_, filed) in zip(
                    check_claims((filed for _, filed in claims), book, self.store),
                    claims,
                    strict=True,
                )
            )
            run = RunClaims.of(
                (filed.claim for _, filed in claims),
                (self.store, *(filed.history for _, filed in claims)),
            )
            summary.uncoded += sum(len(filed.uncoded) for _, filed in claims)
            for (position, filed), decision in zip(claims, decisions, strict=True):
                summary.count(filed.claim, decision, self._policies[payer], run)
                texts = tuple(renderer(filed, decision) for renderer in self.renderers)
                rendered.append(RenderedDecision((decision.claim, payer, position), texts))
            problems += self._problems[payer]
            for decision in decisions:
                problems += plugin_problems(decision)
        rendered.sort()
        return PartitionResult(tuple(rendered), summary, tuple(dict.fromkeys(problems)), uncoded)

    def _book(self, payer: str) -> RuleBook:
        if payer not in self._books:
            collected = self.registry.collect(payer)
            self._problems[payer] = collected.problems
            book = self.registry.rulebook(
                payer, known_on=self.known_on, assume=self.assume, collected=collected
            )
            book = self._books[payer] = self.practice.book(book)
            self._completions[payer] = PayerCompletion.of(self.practice, book, self.store)
            self._policies[payer] = policies_of(book)
        return self._books[payer]
