"""The rule books of payers for planning: claims are routed and completed as in a check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import attrs

from payer_rules.checking.completion import PayerCompletion, complete
from payer_rules.checking.earlier_lines import limited_to_kept
from payer_rules.claims import Claim
from payer_rules.decisions import Fingerprint
from payer_rules.errors import Problem
from payer_rules.history import History, HistoryQuery, HistorySource
from payer_rules.payer_routing import ALL, PayerRouter
from payer_rules.practice import NO_PRACTICE, Practice
from payer_rules.readers import FiledClaim
from payer_rules.registry import Registry
from payer_rules.rulebook import RuleBook
from payer_rules.rulebook.next_payable import NextPayable


class RoutedClaim(NamedTuple):
    """A claim for one of its payers, with the facts of the practice, and the payer's rule book.

    ``history`` has all earlier lines that are known, on whichever day the claim is moved to.
    """

    payer: str
    book: RuleBook
    filed: FiledClaim
    history: History


@attrs.define(eq=False)
class PayerBooks:
    """The rule books of payers, for claims after the lines of a history.

    ``payers`` are those asked for; without any, claims name their payers. ``problems`` collects
    those of the payers that claims name, and of their rules. ``books`` may be shared by several
    with the same registry and practice. ``used`` has the fingerprint of each
    book that was asked for.
    """

    registry: Registry
    store: HistorySource | None = None
    practice: Practice = NO_PRACTICE
    payers: tuple[str, ...] = ()
    problems: list[Problem] = attrs.field(factory=list, init=False)
    used: dict[str, Fingerprint] = attrs.field(factory=dict, kw_only=True)
    _router: PayerRouter = attrs.field(init=False)
    _books: dict[str, RuleBook] = attrs.field(factory=dict, kw_only=True)

    @_router.default
    def _make_router(self) -> PayerRouter:
        return PayerRouter(
            self.registry,
            self.payers,
            default_payers=(ALL,),
            identifiers=self.practice.payers_by_identifier,
        )

    def routed(self, stated: FiledClaim) -> Iterator[RoutedClaim]:
        """Yield the claim for each of its payers, completed by the practice."""
        filed = complete(stated, self.practice)
        for payer in self._router.payers_of(filed, self.problems):
            book = self._book(payer)
            completion = PayerCompletion.of(self.practice, book, self.store, self.registry)
            (completed,) = completion.with_histories([completion.complete(filed)])
            history = completion.lines.counted(self._history(stated), filed.payer_id)
            yield RoutedClaim(payer, book, completed, history)

    def next_payable(
        self, stated: FiledClaim, *, first: date | None = None, last: date | None = None
    ) -> Iterator[tuple[NextPayable, str]]:
        """Yield the first date that pays for each line and payer, with the code of the line.

        ``first`` and ``last`` are the dates to try (default: from the date of the line on, for two
        years).
        """
        for _, book, filed, history in self.routed(stated):
            for line in filed.claim.lines:
                answer = book.next_payable(
                    filed.claim, history, line=line.number, first=first, last=last
                )
                yield answer, line.code

    def _history(self, stated: FiledClaim) -> History:
        if stated.history is not None:
            return stated.history
        if self.store is None:
            return History.unknown()
        claim = stated.claim
        kept_from = self.store.kept_from(claim.member.id)
        lines = limited_to_kept(self.store.fetch(_queries(claim)), kept_from)
        return self.practice.with_coverage(lines, claim, kept_from)

    def _book(self, payer: str) -> RuleBook:
        if payer not in self._books:
            collected = self.registry.collect(payer)
            self.problems += collected.problems
            book = self.registry.rulebook(payer, collected=collected)
            self._books[payer] = self.practice.book(book)
        self.used[payer] = self._books[payer].fingerprint
        return self._books[payer]


def _queries(claim: Claim) -> Iterator[HistoryQuery]:
    """Yield queries for all lines of the member, and of those who render the claim."""
    first, last = date.min, date.max
    members = frozenset([claim.member.id])
    yield HistoryQuery(members=members, codes=None, date_from=first, date_to=last)
    for npi in sorted({claim.rendering_provider(line).npi for line in claim.lines}):
        yield HistoryQuery(rendering=npi, codes=None, date_from=first, date_to=last)
