"""The facts of claims that their files do not state: those of the practice, and derived ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from payer_rules.checking.earlier_lines import with_earlier_lines
from payer_rules.checking.payer_lines import PayerLines
from payer_rules.decisions import Decision, NotEvaluated
from payer_rules.derived_facts import derive, derive_for_payer
from payer_rules.history import HistorySource
from payer_rules.practice import Practice
from payer_rules.practice.practice import codes_with_size
from payer_rules.readers import FiledClaim
from payer_rules.readers.filed_claims import DerivedFact
from payer_rules.registry import Registry
from payer_rules.rulebook import RuleBook
from payer_rules.unchecked import replacer
from payer_rules.values.identity_cache import MOST_LISTS, IdentityCache

_noted: Final = replacer(Decision, "not_evaluated", "notes", "derived")


def complete(filed: FiledClaim, practice: Practice) -> FiledClaim:
    """Return the claim with the facts that are the same for all payers.

    What the practice states precedes what its forms show.
    """
    return derive(practice.complete(filed))


@attrs.frozen(eq=False)
class PayerCompletion:
    """The completion of claims for one payer, by its rule book.

    ``sized_codes`` are the codes for which a rule requires a group size, ``settings`` those that
    rules name. ``lines`` are the earlier lines that count for the payer.
    """

    practice: Practice
    book: RuleBook
    store: HistorySource | None
    sized_codes: frozenset[str]
    settings: frozenset[str]
    lines: PayerLines
    #: The derived facts that concern the payer, by those of a claim: equal claims share them.
    _derived: IdentityCache[tuple[DerivedFact, ...], tuple[DerivedFact, ...]] = attrs.field(
        init=False
    )

    @_derived.default
    def _that_concern_the_payer(
        self,
    ) -> IdentityCache[tuple[DerivedFact, ...], tuple[DerivedFact, ...]]:
        return IdentityCache(self._of_payer, MOST_LISTS)

    @classmethod
    def of(
        cls,
        practice: Practice,
        book: RuleBook,
        store: HistorySource | None,
        registry: Registry,
    ) -> PayerCompletion:
        """Return the completion by the rules of the book."""
        tables = (when for rule in book.rules for when in rule.condition_tables)
        settings = frozenset(setting for when in tables for setting in when.setting or ())
        lines = PayerLines.of(book.payer.id, registry, practice)
        return cls(practice, book, store, codes_with_size(book.rules), settings, lines)

    def _of_payer(self, derived: tuple[DerivedFact, ...]) -> tuple[DerivedFact, ...]:
        """Return the derived facts: contractors are Medicare's."""
        if self.book.payer.kind == "medicare":
            return derived
        return tuple(fact for fact in derived if fact.fact != "contractor")

    @property
    def states_coverage(self) -> bool:
        """Whether the practice states since when its history is complete."""
        return self.practice.house.history_complete_from is not None

    def complete(self, filed: FiledClaim) -> FiledClaim:
        """Return the claim with the facts that depend on the payer."""
        filed = derive_for_payer(filed, self.book.payer, self.settings)
        filed = self.practice.complete_for(filed, self.book.payer.id)
        return self.practice.complete_sessions(filed, self.sized_codes)

    def with_histories(self, filed: Iterable[FiledClaim]) -> Iterator[FiledClaim]:
        """Yield the completed claims with the payer's earlier lines that the rules query."""
        coverage = self.practice.with_coverage if self.states_coverage else None
        found = with_earlier_lines(filed, self.book, self.store, coverage)
        return map(self.lines.of_claim, found)

    def noted(
        self, filed: FiledClaim, decision: Decision, entries: tuple[NotEvaluated, ...]
    ) -> Decision:
        """Return the decision with the derived facts of the claim, and notes about house facts.

        ``entries`` are its open questions as reports name them.
        """
        if not filed.derived and entries is decision.not_evaluated:
            return decision
        notes = (*decision.notes, *self.practice.notes(filed))
        return _noted(decision, entries, notes, self._derived.of(filed.derived))
