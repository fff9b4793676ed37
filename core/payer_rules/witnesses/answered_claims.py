"""A claim on the days of both sides, with both answers and their differences."""

from __future__ import annotations

from collections.abc import Collection

import attrs

from payer_rules.claims import Claim
from payer_rules.conformance.shrinking import Known
from payer_rules.decisions import Decision
from payer_rules.errors import InvalidValueError
from payer_rules.history import History
from payer_rules.witnesses.line_differences import (
    DifferenceKey,
    LineDifference,
    Pair,
    line_differences,
)


@attrs.frozen
class AnsweredClaim:
    """A claim on the day of each side, with both answers and their differences."""

    placed: tuple[Known, Known]
    decisions: tuple[Decision, Decision]
    differences: tuple[LineDifference, ...]

    @classmethod
    def of(
        cls, sides: Pair, claim: Claim, history: History | None, codes: Collection[str] = ()
    ) -> AnsweredClaim | None:
        """Return the answers of both sides; ``None`` if the claim is not valid for one of them.

        With ``codes``, only differences on lines with one of them count.

        NOTE: a smaller claim may name a plan of neither, and a moved one be before the calendar.
        """
        one, other = sides
        try:
            placed = one.placed(claim, history), other.placed(claim, history)
            decisions = (
                one.book.decide(*placed[0], test_cures=False),
                other.book.decide(*placed[1], test_cures=False),
            )
        except (InvalidValueError, OverflowError):
            return None
        claims = placed[0][0], placed[1][0]
        found = line_differences(sides, claims, decisions)
        asked = {line.number for line in claim.lines if not codes or line.code in codes}
        return cls(placed, decisions, tuple(each for each in found if each.line in asked))

    @property
    def is_open(self) -> bool:
        """Whether there are differences, and all come from what was not read or not stated."""
        return bool(self.differences) and all(each.is_of_reading for each in self.differences)

    def with_key(self, key: DifferenceKey) -> LineDifference | None:
        """Return the first difference with the key."""
        return next((each for each in self.differences if each.key == key), None)

    def doubts(self, difference: LineDifference) -> int:
        """Return how many of the findings that give the difference are not proved."""
        return sum(
            finding.rule == reason.rule and finding.basis != "proved"
            for decision, reason in zip(self.decisions, difference.reasons, strict=True)
            for finding in decision.findings
            if difference.line in finding.lines
        )

    def outcomes(self, key: DifferenceKey) -> tuple[object, ...] | None:
        """Return what must stay as it is while the claim is made smaller."""
        found = self.with_key(key)
        if found is None:
            return None
        return (self.doubts(found), *(reason.outcome for reason in found.reasons))
