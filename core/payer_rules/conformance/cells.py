"""What one payer said of one claim, in one word, and whether that was expected."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from payer_rules.conformance.expectations import Difference, Expectation, differences
from payer_rules.conformance.workers import Work
from payer_rules.decisions import Decision

Word: TypeAlias = Literal[
    "errored", "disagrees", "agrees", "not applicable", "not evaluated", "unreviewed"
]


@attrs.frozen(kw_only=True)
class Cell:
    """What one payer said of one claim, and whether that was expected."""

    word: Word
    decision: Decision | None = None
    differences: tuple[Difference, ...] = ()
    source: str | None = None
    error: str | None = None


def cell_of(work: Work, name: str, expected: Expectation | None) -> Cell:
    """The cell of one claim: the first word that fits."""
    source = expected.source if expected else None
    answer = work.answers.get(name)
    if answer is None:
        return Cell(word="errored", source=source, error=work.error or "it gave no answer")
    decision = answer.decision
    if work.incomplete:
        told = f"its rules are incomplete: {', '.join(work.incomplete)}"
        return Cell(word="errored", decision=decision, source=source, error=told)
    broken = [entry for entry in decision.not_evaluated if entry.reason == "fault"]
    if broken:
        told = "; ".join(sorted({entry.missing for entry in broken}))
        return Cell(word="errored", decision=decision, source=source, error=told)
    if expected is not None:
        found = tuple(differences(expected, decision))
        word: Word = "disagrees" if found else "agrees"
        return Cell(word=word, decision=decision, differences=found, source=source)
    if not answer.is_met:
        return Cell(word="not applicable", decision=decision)
    return Cell(word="not evaluated" if decision.not_evaluated else "unreviewed", decision=decision)
