"""The lines of a claim that earlier stages may have denied."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.evaluator import Evaluator
from payer_rules.engine.missing import (
    EDITION,
    REVIEW,
    MissingFact,
    MissingFacts,
    frees_nothing,
    is_shared,
)
from payer_rules.engine.verdict import Verdict
from payer_rules.rules import UNPAID


class UncertainLines:
    """The lines that earlier stages may have denied, with the facts that decide it.

    ``facts`` holds for each line the missing facts, each with the evaluator that misses it.
    ``included`` are the numbers of verdicts and entries that they include. ``kept`` are lines that
    keep a rule's text, which was not read for their date; ``as_read`` are the facts that a text, as
    read for another date, misses of a line.
    """

    __slots__ = ("as_read", "facts", "included", "kept")

    def __init__(self) -> None:
        self.facts: dict[int, list[tuple[MissingFact, Evaluator]]] = {}
        self.included = (0, 0)
        self.kept: set[tuple[Evaluator, int]] = set()
        self.as_read: dict[tuple[Evaluator, int], MissingFacts] = {}

    def include(
        self,
        verdicts: Sequence[tuple[Evaluator, Verdict[Any]]],
        entries: Mapping[tuple[Evaluator, MissingFact, int], None],
        finished: tuple[int, int],
        assumptions: Assumptions,
    ) -> None:
        """Include the verdicts and the missing facts of the stages that are finished."""
        before, self.included = self.included, finished
        for evaluator, verdict in verdicts[before[0] : finished[0]]:
            if evaluator.detected_in == "claim" and verdict.outcome == "review":
                review = MissingFact("record", f"{REVIEW}{verdict.rule}")
                for line in verdict.lines:
                    self._add(line, review, evaluator)
        for evaluator, missing, line in islice(entries, before[1], finished[1]):
            is_inherited = not (frees_nothing(missing) or assumptions.leaves_payable(missing))
            if is_inherited and _may_block(evaluator) and (evaluator, line) not in self.kept:
                self._add(line, missing, evaluator)

    def _add(self, line: int, missing: MissingFact, evaluator: Evaluator) -> None:
        facts = self.facts.setdefault(line, [])
        if (missing, evaluator) not in facts:
            facts.append((missing, evaluator))

    def copied(self) -> UncertainLines:
        """Return a copy that includes no verdicts and entries by number."""
        copy = UncertainLines()
        copy.facts = {line: list(facts) for line, facts in self.facts.items()}
        copy.kept, copy.as_read = set(self.kept), dict(self.as_read)
        return copy

    def copy_texts(
        self, other: UncertainLines, evaluators: Mapping[Evaluator, Evaluator], line: int
    ) -> None:
        """Copy what texts ask of the line, under other evaluators."""
        for theirs, mine in evaluators.items():
            if (theirs, line) in other.kept:
                self.kept.add((mine, line))
            if (theirs, line) in other.as_read:
                self.as_read[mine, line] = other.as_read[theirs, line]

    def copy_from(self, other: UncertainLines, evaluators: Container[Evaluator]) -> None:
        """Copy what texts of the evaluators ask, from another evaluation of the claim."""
        self.kept.update(key for key in other.kept if key[0] in evaluators)
        self.as_read.update(
            (key, facts) for key, facts in other.as_read.items() if key[0] in evaluators
        )

    def deciding_alike(
        self, line: int, other: int, claim: Claim, pair: Iterable[ServiceLine]
    ) -> frozenset[Evaluator]:
        """Return the evaluators that miss the same facts on both lines, and deny both or none.

        One that sets lines to review is none of them: a payer may pay one of two lines in review.
        ``pair`` are the two lines of the claim with these numbers.
        """
        mine, theirs = self._by_evaluator(line), self._by_evaluator(other)
        days, npis = set(), set()
        for each in pair:
            days.add((each.date_from, each.date_to))
            npis.add(claim.rendering_provider(each).npi)
        return frozenset(
            evaluator
            for evaluator, missing in mine.items()
            if evaluator.outcome in UNPAID
            and theirs.get(evaluator) == missing
            and all(
                is_shared(fact, one_day=len(days) == 1, one_provider=len(npis) == 1)
                for fact in missing
            )
        )

    def _by_evaluator(self, line: int) -> dict[Evaluator, set[MissingFact]]:
        """Return the facts that each evaluator misses for the line, by the text as read too."""
        by_evaluator: dict[Evaluator, set[MissingFact]] = {}
        for missing, evaluator in self.facts.get(line, ()):
            facts = by_evaluator.setdefault(evaluator, set())
            facts.add(missing)
            if missing == EDITION:
                facts.update(self.as_read.get((evaluator, line), (_not_evaluated(line),)))
        return by_evaluator


def _may_block(evaluator: Evaluator) -> bool:
    """Return True if a finding of this rule can block payment at adjudication."""
    return evaluator.detected_in == "claim" and (
        evaluator.outcome in UNPAID or evaluator.outcome == "review"
    )


def _not_evaluated(line: int) -> MissingFact:
    """Return what a text misses of a line if that was not evaluated: of each line its own fact."""
    return MissingFact("edition", f"edition on line {line}")
