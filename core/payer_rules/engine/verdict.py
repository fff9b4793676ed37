"""Verdicts: the answers of a rule on lines of a claim, as data."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from typing import Generic, NamedTuple, Self, TypeAlias, TypeVar

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.missing import NONE_MISSING, MissingFacts
from payer_rules.history import HistoryLine
from payer_rules.rules import Outcome, Rule, at_most_review

D = TypeVar("D", bound=Hashable)


class LineReference(NamedTuple):
    """A line on which a verdict rests; ``claim`` is the id of an earlier claim."""

    number: int
    code: str
    date_from: date
    claim: str | None = None

    @classmethod
    def of(cls, line: ServiceLine) -> Self:
        """Return the reference of a line of the claim or of the history."""
        claim = line.claim if isinstance(line, HistoryLine) else None
        return cls(line.number, line.code, line.date_from, claim)


@attrs.frozen
class Verdict(Generic[D]):
    """The answer that lines break a rule, or, with ``missing``, that they may break it.

    It holds no text and no claim. ``details`` are the facts from which the words of the rule's kind
    make the message: numbers, names of fields, a row of a table, references of other lines.
    ``own_outcome`` is the outcome of the rule if the verdict is for review for another reason.
    """

    rule: str
    lines: tuple[int, ...]
    outcome: Outcome
    details: D
    missing: MissingFacts = NONE_MISSING
    own_outcome: Outcome | None = None

    def for_review(self) -> Self:
        """Return the verdict for review, unless its outcome is ``pay``."""
        if self.outcome == "pay":
            return self
        return attrs.evolve(self, outcome="review", own_outcome=self.outcome)

    def at_most_review(self) -> Self:
        """Return the verdict for review, if its outcome is worse than that."""
        return self if at_most_review(self.outcome) == self.outcome else self.for_review()


#: A verdict that the line breaks the rule, or the missing facts: none if the line keeps it.
Answer: TypeAlias = Verdict[D] | MissingFacts


F = TypeVar("F", bound=Hashable)


def broken_parts(
    rule: Rule, line: ServiceLine, parts: Iterable[F | MissingFacts]
) -> Answer[tuple[F, ...]]:
    """Return one answer for the parts of a requirement: all faults, or all missing facts.

    A part that is kept has no missing facts. A fault is no tuple.
    """
    # NOTE: most lines keep all parts, and every line of a run passes here more than once.
    faults: list[F] = []
    missing: MissingFacts = NONE_MISSING
    for part in parts:
        if not isinstance(part, tuple):
            faults.append(part)
        elif part:
            missing = (*missing, *part)
    return broken(rule, line, tuple(faults)) if faults else missing


def broken(rule: Rule, line: ServiceLine, details: D) -> Verdict[D]:
    """Return the verdict that the line breaks the rule."""
    return Verdict(rule.id, (line.number,), rule.outcome, details)
