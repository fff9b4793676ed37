"""The facts of claims that their files do not state: those of the practice, and derived ones."""

from __future__ import annotations

from typing import Final

import attrs

from payer_rules.decisions import Decision
from payer_rules.derived_facts import derive, derive_for_payer
from payer_rules.history import History
from payer_rules.practice import Practice
from payer_rules.practice.practice import codes_with_size
from payer_rules.readers import FiledClaim
from payer_rules.rulebook import RuleBook
from payer_rules.unchecked import copier

_copy_decision: Final = copier(Decision)


def complete(filed: FiledClaim, practice: Practice) -> FiledClaim:
    """Return the claim with the facts that are the same for all payers.

    What the practice states precedes what its forms show.
    """
    return derive(practice.complete(filed))


@attrs.frozen(eq=False)
class PayerCompletion:
    """The completion of claims for one payer, by its rule book.

    ``sized_codes`` are the codes for which a rule requires a group size, ``settings`` those that
    rules name.
    """

    practice: Practice
    book: RuleBook
    store: History | None
    sized_codes: frozenset[str]
    settings: frozenset[str]

    @classmethod
    def of(cls, practice: Practice, book: RuleBook, store: History | None) -> PayerCompletion:
        """Return the completion by the rules of the book."""
        tables = (when for rule in book.rules for when in rule.condition_tables)
        settings = frozenset(setting for when in tables for setting in when.setting or ())
        return cls(practice, book, store, codes_with_size(book.rules), settings)

    def complete(self, filed: FiledClaim) -> FiledClaim:
        """Return the claim with the facts that depend on the payer, and with its history."""
        filed = derive_for_payer(filed, self.book.payer, self.settings)
        filed = self.practice.complete_for(filed, self.book.payer.id)
        filed = self.practice.complete_sessions(filed, self.sized_codes)
        is_covered = self.practice.house.history_complete_from is not None
        if is_covered and self.store is not None and filed.history is None:
            lines = self.store.select(self.book.queries([filed.claim]))
            history = self.practice.with_coverage(lines, filed.claim)
            return attrs.evolve(filed, history=history)
        return filed

    def noted(self, filed: FiledClaim, decision: Decision) -> Decision:
        """Return the decision with the derived facts of the claim, and notes about house facts."""
        if not filed.derived:
            return decision
        derived = filed.derived
        if self.book.payer.kind != "medicare":
            derived = tuple(fact for fact in derived if fact.fact != "contractor")
        notes = (*decision.notes, *self.practice.notes(filed))
        return _copy_decision(decision, {"notes": notes, "derived": derived})
