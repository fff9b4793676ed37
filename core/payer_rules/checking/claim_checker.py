"""The decisions on claims by the rule books of their payers, rendered as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple, TypeAlias

import attrs

from payer_rules.checking.by_member import check_claims
from payer_rules.checking.completion import PayerCompletion, complete
from payer_rules.checking.repeated_claims import repeated_claims
from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Decision, Fingerprint, Reason
from payer_rules.errors import Problem
from payer_rules.history import HistorySource
from payer_rules.payer_routing import ALL, PayerRouter
from payer_rules.practice import NO_PRACTICE, Practice
from payer_rules.readers import FiledClaim
from payer_rules.registry import Registry, plugin_problems
from payer_rules.rulebook import RuleBook
from payer_rules.summaries import RunClaims, RunMembers, RunSummary
from payer_rules.summaries.alike_decisions import alike
from payer_rules.summaries.policies import NamedPolicies, policies_of

#: The position of a claim in the input: that of its file, and that in the file.
ClaimPosition: TypeAlias = tuple[int, int]
#: A claim with its position.
PositionedClaim: TypeAlias = tuple[ClaimPosition, FiledClaim]
#: The sort key of decisions: claim id, payer, and position of the claim.
SortKey: TypeAlias = tuple[str, str, ClaimPosition]

#: Returns the text of one decision in a report.
Renderer: TypeAlias = Callable[[FiledClaim, Decision], str]
#: Takes one decision, in place of a report and a summary.
Recorder: TypeAlias = Callable[[FiledClaim, Decision], None]
#: Returns which of the claims of some members a payer decides.
ClaimSelection: TypeAlias = Callable[[str, Sequence[PositionedClaim]], Sequence[PositionedClaim]]

#: What a checker makes once for each payer, whichever payers are asked.
_KEPT_BY_PAYER: Final = ("_books", "_own_books", "_completions", "_problems", "_policies")


class RenderedDecision(NamedTuple):
    """The text of one decision in each report that shows decisions, with its sort key."""

    key: SortKey
    texts: tuple[str, ...]


@attrs.frozen
class PartitionResult:
    """The sorted decisions on the claims of some members, their summary, and the problems.

    There are no ``answers`` if no report shows decisions.
    ``uncoded`` is the number of claims without a procedure code of which no rule speaks.
    """

    answers: tuple[RenderedDecision, ...]
    summary: RunSummary
    problems: tuple[Problem, ...]
    uncoded: int = 0


@attrs.define(eq=False)
class _PartitionState:
    """The claims of some members by payer, and what was found on them so far."""

    record: Recorder | None = None
    by_payer: dict[str, list[PositionedClaim]] = attrs.field(factory=dict)
    rendered: list[RenderedDecision] = attrs.field(factory=list)
    summary: RunSummary = attrs.field(factory=RunSummary)
    problems: list[Problem] = attrs.field(factory=list)
    #: Whether a claim of the member has earlier services of its own.
    members: dict[str, bool] = attrs.field(factory=dict)
    uncoded: int = 0

    def note_member(self, filed: FiledClaim) -> None:
        """Note the member of the claim, and whether the claim has earlier services."""
        member = filed.claim.member.id
        has_lines = filed.history is not None and bool(filed.history.lines)
        self.members[member] = self.members.get(member, False) or has_lines

    def result(self) -> PartitionResult:
        """Return the sorted decisions, the summary and the problems."""
        self.rendered.sort()
        problems = tuple(dict.fromkeys(self.problems))
        return PartitionResult(tuple(self.rendered), self.summary, problems, self.uncoded)


@attrs.frozen(eq=False, kw_only=True)
class ClaimChecker:
    """The settings of a run: payers, date of knowledge, assumptions, history and renderers.

    ``payers`` are the payers asked for (ids or ``all``); if empty, claims name their payers.
    ``practice`` states what is the same for all claims. Without ``renderers`` decisions are only
    counted. ``used`` has the fingerprint of each payer's rule book that was asked for.
    """

    registry: Registry
    payers: tuple[str, ...] = ()
    known_on: date | None = None
    assume: frozenset[Reason] = frozenset()
    store: HistorySource | None = None
    renderers: Sequence[Renderer] = ()
    practice: Practice = NO_PRACTICE
    used: dict[str, Fingerprint] = attrs.field(factory=dict, repr=False)
    _router: PayerRouter = attrs.field(init=False)
    _books: dict[str, RuleBook] = attrs.field(factory=dict, init=False)
    #: The books before the practice changes them.
    _own_books: dict[str, RuleBook] = attrs.field(factory=dict, init=False)
    _completions: dict[str, PayerCompletion] = attrs.field(factory=dict, init=False)
    _problems: dict[str, tuple[Problem, ...]] = attrs.field(factory=dict, init=False)
    _policies: dict[str, NamedPolicies] = attrs.field(factory=dict, init=False)

    @_router.default
    def _make_router(self) -> PayerRouter:
        identifiers = self.practice.payers_by_identifier
        return PayerRouter(
            self.registry, self.payers, default_payers=(ALL,), identifiers=identifiers
        )

    def asking(self, payers: tuple[str, ...]) -> ClaimChecker:
        """Return a checker that asks these payers, with the rule books of this one."""
        return self._sharing(attrs.evolve(self, payers=payers))

    def noting(self, used: dict[str, Fingerprint]) -> ClaimChecker:
        """Return a checker with the rule books of this one, which notes those that it uses."""
        return self._sharing(attrs.evolve(self, used=used))

    def _sharing(self, checker: ClaimChecker) -> ClaimChecker:
        """Return the other checker with the rule books of this one."""
        for kept in _KEPT_BY_PAYER:
            object.__setattr__(checker, kept, getattr(self, kept))
        return checker

    def evaluate_partition(
        self,
        placed: Iterable[PositionedClaim],
        record: Recorder | None = None,
        select: ClaimSelection | None = None,
    ) -> PartitionResult:
        """Return the decisions on the claims, which include all claims of their members.

        If ``record`` is given, it is called with each decision, and nothing is rendered or counted.
        ``select`` leaves out members of a payer whose decisions are not needed.
        """
        partition = _PartitionState(record)
        for position, stated in placed:
            self._route(partition, position, complete(stated, self.practice))
        for payer, claims in partition.by_payer.items():
            selected = claims if select is None else select(payer, claims)
            if selected:
                self._decide(partition, payer, selected)
        members = partition.members
        own = {member for member, has_lines in members.items() if has_lines}
        known = self.store.members_among(members) if self.store else frozenset()
        partition.summary.members = RunMembers.of(members, own | known)
        return partition.result()

    def _route(
        self, partition: _PartitionState, position: ClaimPosition, filed: FiledClaim
    ) -> None:
        """Add the claim to those of each payer that it names, and count it."""
        partition.note_member(filed)
        lines: tuple[ServiceLine, ...] = ()
        for payer in tuple(self._router.payers_of(filed, partition.problems)):
            of_payer: FiledClaim | None = filed
            if filed.revenue_lines:
                of_payer = filed.for_rules(self._book(payer).speaks_of)
            if of_payer is None:
                continue
            lines = max(lines, of_payer.claim.lines, key=len)
            partition.by_payer.setdefault(payer, []).append((position, of_payer))
        if lines:
            partition.summary.count_claim(filed.claim.id, lines)
        elif filed.is_uncoded:
            partition.uncoded += 1

    def _decide(
        self, partition: _PartitionState, payer: str, routed: Iterable[PositionedClaim]
    ) -> None:
        """Add the decisions of the payer on its claims."""
        book = self._book(payer)
        completion = self._completions[payer]
        routed = tuple(routed)
        partition.problems += repeated_claims(filed for _, filed in routed)
        completed = [completion.complete(filed) for _, filed in routed]
        histories = list(completion.with_histories(completed))
        decisions = tuple(self._decisions(payer, book, histories))
        run = RunClaims.of(
            (filed.claim for filed in completed),
            (filed.history for filed in histories),
            self.store,
        )
        shown = histories if completion.states_coverage else completed
        if partition.record:
            for filed, decision in zip(shown, decisions, strict=True):
                partition.record(filed, decision)
        else:
            self._render(partition, payer, routed, shown, decisions, run)
        partition.problems += self._problems[payer]
        # NOTE: decisions on equal claims share their open questions, which name no claim.
        for decision in {id(each.not_evaluated): each for each in decisions}.values():
            partition.problems += plugin_problems(decision)

    def _render(
        self,
        partition: _PartitionState,
        payer: str,
        routed: Sequence[PositionedClaim],
        shown: Sequence[FiledClaim],
        decisions: Sequence[Decision],
        run: RunClaims,
    ) -> None:
        """Add the texts of the decisions, and count them."""
        summary, renderers = partition.summary, self.renderers
        summary.uncoded += sum([len(filed.uncoded) for filed in shown])
        policies = self._policies[payer].by_rule
        decided = zip([filed.claim for filed in shown], decisions, strict=True)
        for group in alike(decided, run):
            summary.count_alike(group, policies, run)
        if not renderers:
            return
        for (position, _), filed, decision in zip(routed, shown, decisions, strict=True):
            texts = tuple([renderer(filed, decision) for renderer in renderers])
            rendered = RenderedDecision((decision.claim, payer, position), texts)
            partition.rendered.append(rendered)

    def _decisions(
        self, payer: str, book: RuleBook, claims: Sequence[FiledClaim]
    ) -> Iterator[Decision]:
        """Yield the decision on each claim, with the policies that it cites."""
        completion, policies = self._completions[payer], self._policies[payer]
        for decision, filed in zip(check_claims(claims, book), claims, strict=True):
            entries = policies.entries_on(decision, filed.claim)
            yield completion.noted(filed, decision, entries)

    def book(self, payer: str) -> RuleBook:
        """Return the rule book by which claims of the payer are decided."""
        return self._book(payer)

    def asked_books(self, stated: FiledClaim) -> list[tuple[RuleBook, Claim]]:
        """Return the rule books that decide a claim, each with the claim as it is decided.

        There are none if no payer decides it, or if it has lines without a procedure code.
        """
        filed = complete(stated, self.practice)
        payers = () if filed.revenue_lines else tuple(self._router.payers_of(filed, []))
        return [
            (self._book(payer), self._completions[payer].complete(filed).claim) for payer in payers
        ]

    def _book(self, payer: str) -> RuleBook:
        if payer not in self._books:
            collected = self.registry.collect(payer)
            self._problems[payer] = collected.problems
            book = self.registry.rulebook(
                payer, known_on=self.known_on, assume=self.assume, collected=collected
            )
            self._own_books[payer] = book
            book = self._books[payer] = self.practice.book(book)
            self._completions[payer] = PayerCompletion.of(
                self.practice, book, self.store, self.registry
            )
            self._policies[payer] = NamedPolicies(policies_of(book), bool(self.renderers))
        self.used[payer] = self._books[payer].fingerprint
        return self._books[payer]

    def own_book(self, payer: str) -> RuleBook:
        """Return the rule book of the payer before the practice changes it."""
        self._book(payer)
        return self._own_books[payer]

    def completion_of(self, payer: str) -> PayerCompletion:
        """Return the completion of claims for the payer."""
        self._book(payer)
        return self._completions[payer]
