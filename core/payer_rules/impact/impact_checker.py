"""The claims of a partition under two sets of rules; those that no difference can touch left out.

A member's claims are decided again only if a line of them is touched (`touched_lines`): then each
decision on the others depends on the same rules and the same earlier lines on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import attrs

from payer_rules.checking import ClaimChecker, RenderedDecision
from payer_rules.checking.claim_checker import PartitionResult, PositionedClaim
from payer_rules.impact.changed_lines import Sides, answers_text, changed_lines
from payer_rules.impact.line_choice import ALL_CHANGES, LineChoice
from payer_rules.json_forms.plain_data import line_of, plain
from payer_rules.reports.history_words import NO_HISTORY, HistoryGiven
from payer_rules.rulebook.touched_lines import ALL_LINES, TouchedLines, touched_lines
from payer_rules.witnesses import ComparedSide


@attrs.frozen(eq=False)
class ImpactChecker:
    """Two checkers of the same claims. A decision that differs is rendered as its changed lines.

    ``is_whole`` decides every claim twice, whether or not a difference can touch it. ``choice`` are
    the changed lines to render.
    """

    old: ClaimChecker
    new: ClaimChecker
    is_whole: bool = False
    choice: LineChoice = ALL_CHANGES
    _touched: dict[str, TouchedLines] = attrs.field(factory=dict, init=False)
    _books: dict[str, Sides[ComparedSide]] = attrs.field(factory=dict, init=False)

    @classmethod
    def of(
        cls,
        old: ClaimChecker,
        new: ClaimChecker,
        given: HistoryGiven = NO_HISTORY,
        *,
        is_whole: bool = False,
        choice: LineChoice = ALL_CHANGES,
    ) -> ImpactChecker:
        """Return the comparison of two checkers for a run that had this history."""
        renderers = (partial(answers_text, given=given),)
        old, new = (attrs.evolve(checker, renderers=renderers) for checker in (old, new))
        return cls(old, new, is_whole, choice)

    def evaluate_partition(self, placed: Iterable[PositionedClaim]) -> PartitionResult:
        """Return the changed lines of the claims, which include all claims of their members.

        The summary is that of the new decisions, and counts the lines of the codes of the choice.
        """
        claims = tuple(placed)
        before = self.old.evaluate_partition(claims, select=self._selected)
        after = self.new.evaluate_partition(claims, select=self._selected)
        lines = (line for _, filed in claims for line in filed.claim.lines)
        after.summary.codes = self.choice.lines_of_codes(lines)
        return attrs.evolve(
            after,
            answers=tuple(self._differing(before.answers, after.answers)),
            problems=tuple(dict.fromkeys((*before.problems, *after.problems))),
        )

    def _differing(
        self, before: Iterable[RenderedDecision], after: Iterable[RenderedDecision]
    ) -> Iterator[RenderedDecision]:
        """Yield the decisions that differ, in order, each with its changed lines."""
        old = {decision.key: decision.texts[0] for decision in before}
        new = {decision.key: decision.texts[0] for decision in after}
        for key in sorted(old.keys() | new.keys()):
            texts = old.get(key), new.get(key)
            if texts[0] == texts[1]:
                continue
            claim, payer, _ = key
            books = self._books_of(payer)
            changed = changed_lines(claim, texts, books)
            if changed := [line for line in changed if self.choice.has(line, books)]:
                yield RenderedDecision(key, (line_of([plain(line) for line in changed]),))

    def _selected(self, payer: str, claims: Sequence[PositionedClaim]) -> Sequence[PositionedClaim]:
        """Return the claims of the members of which a line is touched."""
        touched = self._touched_of(payer)
        if touched.is_all:
            return claims
        members = {
            filed.claim.member.id
            for _, filed in claims
            if touched and any(map(touched.has, filed.claim.lines))
        }
        return [each for each in claims if each[1].claim.member.id in members]

    def _touched_of(self, payer: str) -> TouchedLines:
        if payer not in self._touched:
            sides = (self.old, self.new)
            is_known = not self.is_whole and all(payer in side.registry.payers for side in sides)
            is_alike = is_known and self._is_routed_alike() and self._is_completed_alike(payer)
            self._touched[payer] = (
                touched_lines(self.old.own_book(payer), self.new.own_book(payer))
                if is_alike
                else ALL_LINES
            )
        return self._touched[payer]

    def _is_routed_alike(self) -> bool:
        """Return True if both sides send each claim to the same payers."""
        old, new = self.old.registry, self.new.registry
        are_alike = old.payers_by_identifier() == new.payers_by_identifier()
        return are_alike and old.names.has_same_words(new.names)

    def _is_completed_alike(self, payer: str) -> bool:
        """Return True if both sides add the same facts to the claims of the payer."""
        old, new = self.old.completion_of(payer), self.new.completion_of(payer)
        return (old.sized_codes, old.settings, old.lines) == (
            new.sized_codes,
            new.settings,
            new.lines,
        )

    def _books_of(self, payer: str) -> Sides[ComparedSide]:
        """Return the rule books of the payer; ``None`` for a side that does not know it."""
        if payer not in self._books:
            self._books[payer] = _book(self.old, payer), _book(self.new, payer)
        return self._books[payer]


def _book(checker: ClaimChecker, payer: str) -> ComparedSide | None:
    known = checker.registry.payers.get(payer)
    return ComparedSide(name=known.name, book=checker.own_book(payer)) if known else None
