"""The search for witnesses: the smallest claim of each pair of reasons."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any, Final

import attrs

from payer_rules.claims import Claim
from payer_rules.conformance.derived_claims import less_known
from payer_rules.conformance.shrinking import Known, shrunk, smaller_claims
from payer_rules.decisions import Decision
from payer_rules.history import History
from payer_rules.witnesses.answered_claims import AnsweredClaim
from payer_rules.witnesses.candidates import CandidateSource
from payer_rules.witnesses.completed_claims import completed
from payer_rules.witnesses.line_differences import DifferenceKey, LineDifference, Pair
from payer_rules.writers.claim_text import written

#: The most facts that are added to a claim because a rule misses them.
_ADDED_FACTS: Final = 3


@attrs.frozen(kw_only=True)
class Witness:
    """A claim that two sides answer differently, with both answers.

    It is on the day of the first side. ``difference`` names a line of the claim, and the reasons of
    both sides.
    """

    claim: Claim
    history: History | None
    difference: LineDifference
    decisions: tuple[Decision, Decision]

    @property
    def size(self) -> tuple[int, int, str]:
        """The number of lines and earlier lines, the number of facts, and the claim as text."""
        past = self.history.lines if self.history else ()
        facts = count_of_facts(self.claim) + sum(map(count_of_facts, past))
        return len(self.claim.lines) + len(past), facts, written(self.claim)


def count_of_facts(value: Any) -> int:  # noqa: ANN401
    """Return how many facts the value states; one unit is none."""
    if value is None or value == ():
        return 0
    if isinstance(value, Decimal):
        return int(value != 1)
    if isinstance(value, tuple):
        return sum(map(count_of_facts, value))
    if attrs.has(type(value)):
        held = (getattr(value, field.name) for field in attrs.fields(type(value)))
        return sum(map(count_of_facts, held))
    return 1


@attrs.frozen(kw_only=True)
class Comparison:
    """The witnesses of a search, the smallest first, and what was searched.

    ``of_reading`` are witnesses of differences that come only from texts that were not read.
    """

    sides: Pair
    witnesses: tuple[Witness, ...]
    of_reading: tuple[Witness, ...]
    rules: int
    claims: int
    is_whole: bool


def compare(
    sides: Pair, *, codes: Collection[str] = (), is_whole: bool = False, unread: bool = False
) -> Comparison:
    """Return a witness for each pair of reasons for which the sides answer a claim differently.

    With ``codes``, claims with one of them are tried; with ``is_whole``, all claims that the rules
    give rather than some of each rule. Witnesses of texts that were not read are made small only if
    ``unread`` asks for them.
    """
    source = CandidateSource(sides=sides, codes=codes, is_whole=is_whole)
    search = _Search(sides, codes)
    for candidate in source.candidates():
        search.try_claim(candidate.claim, candidate.history)
    found = search.witnesses(unread=unread)
    return Comparison(
        sides=sides,
        witnesses=tuple(each for each in found if not each.difference.is_of_reading),
        of_reading=tuple(each for each in found if each.difference.is_of_reading),
        rules=len(source.rules()),
        claims=search.tried,
        is_whole=source.makes_all,
    )


class _Search:
    """The best claim that was found for each difference."""

    def __init__(self, sides: Pair, codes: Collection[str]) -> None:
        self._sides = sides
        self._codes = codes
        self._found: dict[DifferenceKey, tuple[tuple[int, int, int], Known]] = {}
        self._mixed: set[DifferenceKey] = set()
        self._seen: set[Known] = set()
        self.tried = 0

    def try_claim(self, claim: Claim, history: History, *, more: int = _ADDED_FACTS) -> None:
        """Decide the claim on both sides, and keep it where it is the best of a difference.

        If the sides differ only because a rule misses a fact, the claim is tried with up to so many
        facts more.
        """
        if (claim, history) in self._seen:
            return
        self._seen.add((claim, history))
        self.tried += 1
        answered = self._answered(claim, history)
        if answered is None:
            return
        for difference in answered.differences:
            self._keep(difference, answered, (claim, history))
        if answered.is_open and more:
            for side, decision in zip(self._sides, answered.decisions, strict=True):
                for filled in completed(claim, decision, side.book.rules):
                    self.try_claim(filled, history, more=more - 1)

    def _answered(self, claim: Claim, history: History | None) -> AnsweredClaim | None:
        return AnsweredClaim.of(self._sides, claim, history, self._codes)

    def _keep(self, difference: LineDifference, answered: AnsweredClaim, known: Known) -> None:
        """Keep the claim if it has proved answers, few differences and few lines."""
        key, (claim, history) = difference.key, known
        length = len(claim.lines) + (len(history.lines) if history else 0)
        rank = (answered.doubts(difference), len(answered.differences), length)
        if difference.is_mixed:
            self._mixed.add(key)
        if key not in self._found or rank < self._found[key][0]:
            self._found[key] = rank, known

    def witnesses(self, *, unread: bool) -> list[Witness]:
        """Return the witnesses, made as small as they can be, the smallest first."""
        found = []
        for key, known in self._chosen():
            is_read = key[0][1] and key[1][1]
            found.append(
                self._witness(key, self._shrunk(key, known) if is_read or unread else known)
            )
        return sorted(found, key=lambda witness: (witness.size, witness.difference.key))

    def _chosen(self) -> Iterator[tuple[DifferenceKey, Known]]:
        """Yield the best claim of each difference.

        Two broken rules on different topics show nothing that each of them does not show alone.
        What comes from reading is left out for a rule with a witness that does not.
        """
        plain = {key for key in self._found if key not in self._mixed}
        alone = {rule for key in plain for rule, _ in key}
        shown = {rule for key in plain if key[0][1] and key[1][1] for rule, _ in key if "/" in rule}
        for key, (_, known) in sorted(self._found.items()):
            rules = {rule for rule, _ in key if "/" in rule}
            is_read = key[0][1] and key[1][1]
            if key in self._mixed and alone.issuperset(rules):
                continue
            if is_read or not rules or not shown.issuperset(rules):
                yield key, known

    def _shrunk(self, key: DifferenceKey, known: Known) -> Known:
        """Return the smallest claim with the difference, of which the outcomes stay as they are."""

        def outcomes(claim: Claim, history: History | None) -> tuple[object, ...] | None:
            answered = self._answered(claim, history)
            return answered.outcomes(key) if answered else None

        wanted = outcomes(*known)
        claim, past = shrunk(*known, lambda *less: outcomes(*less) == wanted, claims_with_less)
        numbered = [attrs.evolve(line, number=at) for at, line in enumerate(claim.lines, 1)]
        return attrs.evolve(claim, lines=numbered), past

    def _witness(self, key: DifferenceKey, known: Known) -> Witness:
        answered = self._answered(*known)
        difference = answered.with_key(key) if answered else None
        assert answered is not None
        assert difference is not None
        claim, history = answered.placed[0]
        return Witness(
            claim=claim, history=history, difference=difference, decisions=answered.decisions
        )


def claims_with_less(claim: Claim, history: History | None) -> Iterator[Known]:
    """Yield the claim with one thing less: also a modifier, a unit, or a fact inside of another."""
    yield from smaller_claims(claim, history)
    for _, less, past in less_known(claim, history):
        yield less, past
    for at, line in enumerate(claim.lines):
        for modifier in line.modifiers:
            kept = tuple(each for each in line.modifiers if each != modifier)
            yield _with_line(claim, at, modifiers=kept), history
        for units in dict.fromkeys((Decimal(1), line.units - 1)):
            if 1 <= units < line.units:
                yield _with_line(claim, at, units=units), history


def _with_line(claim: Claim, at: int, **facts: Any) -> Claim:  # noqa: ANN401
    line = attrs.evolve(claim.lines[at], **facts)
    return attrs.evolve(claim, lines=(*claim.lines[:at], line, *claim.lines[at + 1 :]))
