"""What one payer said of one claim, in one word, and whether that was expected."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from payer_rules.conformance.expectations import Difference, Expectation, differences
from payer_rules.conformance.payer_runner import PayerAnswers
from payer_rules.decisions import Decision

TrialStatus: TypeAlias = Literal[
    "errored", "disagrees", "agrees", "not applicable", "not evaluated", "unreviewed"
]


@attrs.frozen(kw_only=True)
class TrialResult:
    """What one payer said of one claim, and whether that was expected."""

    word: TrialStatus
    decision: Decision | None = None
    differences: tuple[Difference, ...] = ()
    source: str | None = None
    error: str | None = None


def result_of(work: PayerAnswers, name: str, expected: Expectation | None) -> TrialResult:
    """The cell of one claim: the first word that fits."""
    source = expected.source if expected else None
    answer = work.answers.get(name)
    if answer is None:
        return TrialResult(word="errored", source=source, error=work.error or "it gave no answer")
    decision = answer.decision
    if work.incomplete:
        told = f"its rules are incomplete: {', '.join(work.incomplete)}"
        return TrialResult(word="errored", decision=decision, source=source, error=told)
    broken = [entry for entry in decision.not_evaluated if entry.reason == "fault"]
    if broken:
        told = "; ".join(sorted({entry.missing for entry in broken}))
        return TrialResult(word="errored", decision=decision, source=source, error=told)
    if expected is not None:
        found = tuple(differences(expected, decision))
        word: TrialStatus = "disagrees" if found else "agrees"
        return TrialResult(word=word, decision=decision, differences=found, source=source)
    if not answer.is_met:
        return TrialResult(word="not applicable", decision=decision)
    return TrialResult(
        word="not evaluated" if decision.not_evaluated else "unreviewed", decision=decision
    )
