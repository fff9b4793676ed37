"""Cases that would notice a mutant: the smallest claim on which it gives another answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from payer_rules.claims import Claim
from payer_rules.conformance.case_names import case_name
from payer_rules.conformance.case_text import case_text
from payer_rules.conformance.differences import Difference, differences
from payer_rules.conformance.expectations import CaseHead, case_from_decision
from payer_rules.conformance.mutants import Mutant
from payer_rules.conformance.shrinking import shrunk
from payer_rules.decisions import Decision
from payer_rules.examples.around import claims_around
from payer_rules.examples.sketch import example_code
from payer_rules.history import History
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Rule, differing_codes


@attrs.frozen(kw_only=True)
class ProposedCase:
    """A case that would notice a mutant, for a person to compare with the source.

    ``answer`` is that of the rules as they are, which the case expects, and ``other`` that of the
    rules with the fact changed.
    """

    rule: Rule
    head: CaseHead
    claim: Claim
    history: History | None
    answer: Decision
    other: Decision

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Where the mutant gives another answer than the case expects."""
        return tuple(differences(self.head, self.other))

    @property
    def text(self) -> str:
        """The case as the text of a file."""
        return case_text(self.head, self.claim, self.history)


def proposed_case(mutant: Mutant, book: RuleBook) -> ProposedCase | None:
    """Return a case that would notice the mutant, or ``None``.

    It expects the answer of the rule book.
    """
    pair = _pair_of(mutant, book)
    if pair is None or not isinstance(mutant.old, Rule) or not isinstance(mutant.new, Rule):
        return None
    old, new = mutant.old, mutant.new
    changed = sorted(differing_codes(old.meets, new.meets)) or [example_code(old)]
    for claim, history in claims_around(old, changed):
        if pair.differs(claim, history):
            return pair.proposed(mutant, old, *_shrunk(claim, history, pair.differs))
    return None


def noticing(mutant: Mutant, book: RuleBook, cases: Iterable[ProposedCase]) -> bool:
    """Return True if one of the cases would notice the mutant, too."""
    pair = _pair_of(mutant, book)
    return pair is not None and any(pair.is_noticed_by(case) for case in cases)


def _pair_of(mutant: Mutant, book: RuleBook) -> _RuleBookPair | None:
    if not isinstance(mutant.old, Rule) or not isinstance(mutant.new, Rule):
        return None
    old = next(rule for rule in book.rules if rule == mutant.old)
    return _RuleBookPair(book, book.replace(old, mutant.new))


class _RuleBookPair:
    """A rule book, and the same with one fact changed."""

    def __init__(self, book: RuleBook, other: RuleBook) -> None:
        self._book, self._other = book, other

    def differs(self, claim: Claim, history: History | None) -> bool:
        """Return True if a case of the one would notice the other."""
        expected = case_from_decision(
            self._book.decide(claim, history, test_cures=False), rule=self._book.rules[0], name=""
        )
        return any(True for _ in differences(expected, self._changed(claim, history)))

    def is_noticed_by(self, case: ProposedCase) -> bool:
        """Return True if the case would notice the other book."""
        return any(True for _ in differences(case.head, self._changed(case.claim, case.history)))

    def _changed(self, claim: Claim, history: History | None) -> Decision:
        return self._other.decide(claim, history, test_cures=False)

    def proposed(
        self, mutant: Mutant, rule: Rule, claim: Claim, history: History | None
    ) -> ProposedCase:
        """Return the case that expects the answer of the book."""
        answer = self._book.decide(claim, history)
        name = case_name(mutant.fact, claim, history, answer)
        return ProposedCase(
            rule=rule,
            head=case_from_decision(answer, rule=rule, name=name),
            claim=claim,
            history=history,
            answer=answer,
            other=self._changed(claim, history),
        )


def _shrunk(
    claim: Claim, history: History, differs: Callable[[Claim, History | None], bool]
) -> tuple[Claim, History | None]:
    """Return the smallest claim that still differs, with lines that are numbered from 1."""
    claim, past = shrunk(claim, history, differs)
    numbered = _numbered(claim)
    return (numbered if differs(numbered, past) else claim), past


def _numbered(claim: Claim) -> Claim:
    """Return the claim with lines that are numbered from 1."""
    lines = [attrs.evolve(line, number=at) for at, line in enumerate(claim.lines, 1)]
    return attrs.evolve(claim, lines=lines)
