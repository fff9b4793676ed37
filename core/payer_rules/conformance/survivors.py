"""The smallest claim on which a surviving mutant gives another answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs

from payer_rules.claims import Claim
from payer_rules.conformance.case_text import case_text
from payer_rules.conformance.differences import differences
from payer_rules.conformance.expectations import case_from_decision
from payer_rules.conformance.mutant_results import MutantResult, MutationRun
from payer_rules.conformance.mutants import Mutant, mutants_of
from payer_rules.examples.around import claims_around
from payer_rules.examples.sketch import example_code
from payer_rules.history import History
from payer_rules.registry import Registry
from payer_rules.rulebook import RuleBook
from payer_rules.rules import Rule, differing_codes

#: Facts that a claim may leave out.
_OPTIONAL: Final = (
    *("setting", "program", "plan", "network", "state", "line_of_business", "contractor"),
    *("diagnoses", "condition_codes", "authorizations", "referral", "order", "inpatient_stays"),
    *("episode_start", "received", "bill_type", "occurrences", "dates", "other_payers"),
)
_OF_LINES: Final = (
    *("place_of_service", "modality", "rendering_provider", "minutes", "charge", "session"),
    *("body_site", "drug"),
)


def cases_against(
    registry: Registry, result: MutationRun
) -> Iterator[tuple[MutantResult, str | None]]:
    """Yield each survivor with the text of a case that would notice it, if one is found."""
    books: dict[str, RuleBook] = {}
    for mutant_result in result.verdicts:
        if mutant_result.status != "survived":
            continue
        if mutant_result.of == "edits":
            # NOTE: a claim on either side of a row is a line of a sheet, made from its source.
            yield mutant_result, None
            continue
        book = books.setdefault(mutant_result.payer, registry.rulebook(mutant_result.payer))
        yield (
            mutant_result,
            next(filter(None, (case_against(m, book) for m in _named(mutant_result, book))), None),
        )


def _named(mutant_result: MutantResult, book: RuleBook) -> Iterator[Mutant]:
    added = (
        [mutant_result.change.rpartition(" ")[2]]
        if mutant_result.change.startswith("with ")
        else []
    )
    for rule in book.rules:
        if rule.id == mutant_result.rule:
            for mutant in mutants_of(rule, added):
                if (mutant.fact, mutant.change) == (mutant_result.fact, mutant_result.change):
                    yield mutant


def case_against(mutant: Mutant, book: RuleBook) -> str | None:
    """Return the text of a case that would notice the mutant, or ``None``.

    It expects the answer of the rule book; a person must compare it with the source.
    """
    old, new = mutant.old, mutant.new
    if not isinstance(old, Rule) or not isinstance(new, Rule):
        return None
    pair = _RuleBookPair(book, book.replace(next(rule for rule in book.rules if rule == old), new))
    changed = sorted(differing_codes(old.meets, new.meets)) or [example_code(old)]
    for claim, history in claims_around(old, changed):
        if pair.differs(claim, history):
            return pair.text(old, *pair.shrunk(claim, history))
    return None


class _RuleBookPair:
    """A rule book, and the same with one fact changed."""

    def __init__(self, book: RuleBook, other: RuleBook) -> None:
        self._book, self._other = book, other

    def differs(self, claim: Claim, history: History) -> bool:
        """Return True if a case of the one would notice the other."""
        expected = case_from_decision(
            self._book.decide(claim, history, test_cures=False), rule=self._book.rules[0], name=""
        )
        return any(
            True
            for _ in differences(expected, self._other.decide(claim, history, test_cures=False))
        )

    def shrunk(self, claim: Claim, history: History) -> tuple[Claim, History]:
        """Return the claim and its history without all that does not change the difference."""
        is_smaller = True
        while is_smaller:
            is_smaller = False
            for less, past in _smaller(claim, history):
                if self.differs(less, past):
                    claim, history, is_smaller = less, past, True
                    break
        return claim, history

    def text(self, rule: Rule, claim: Claim, history: History) -> str:
        """Return the case as the text of a file."""
        decision = self._book.decide(claim, history)
        return case_text(case_from_decision(decision, rule=rule, name="name-it"), claim, history)


def _smaller(claim: Claim, history: History) -> Iterator[tuple[Claim, History]]:
    """Yield the claim with one thing less: a line, an earlier line, a fact of it or of a line."""
    for past in history.lines:
        yield claim, attrs.evolve(history, lines=[each for each in history.lines if each != past])
    for line in claim.lines if len(claim.lines) > 1 else ():
        yield attrs.evolve(claim, lines=[each for each in claim.lines if each != line]), history
    for name in _OPTIONAL:
        if getattr(claim, name) is not None:
            yield _without(claim, name), history
    for name in _OF_LINES:
        if any(getattr(line, name) is not None for line in claim.lines):
            bare = [_without(line, name) for line in claim.lines]
            yield attrs.evolve(claim, lines=bare), history


def _without(value: Any, name: str) -> Any:  # noqa: ANN401
    return attrs.evolve(value, **{name: None})
