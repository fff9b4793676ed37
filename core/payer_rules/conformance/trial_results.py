"""The result of a trial: what one payer answered, in one word, and where it was not expected.

A case with a ``todo`` is known to disagree: it is counted and listed, and does not fail. If it
agrees, it fails, so that the mark does not stay.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from payer_rules.conformance.differences import Difference
from payer_rules.conformance.payer_runner import PayerAnswers
from payer_rules.conformance.trials import Trial
from payer_rules.decisions import Decision
from payer_rules.errors import nearest

TrialStatus: TypeAlias = Literal[
    "errored", "disagrees", "todo", "agrees", "not applicable", "not evaluated", "unreviewed"
]


@attrs.frozen(kw_only=True)
class TrialResult:
    """The answer of one payer in a trial, and whether it was expected."""

    trial: Trial
    status: TrialStatus
    decision: Decision | None = None
    differences: tuple[Difference, ...] = ()
    error: str | None = None

    @property
    def source(self) -> str | None:
        """The row of the source that the expectation cites."""
        return self.trial.expected.source if self.trial.expected else None

    @property
    def is_failure(self) -> bool:
        """Whether the payer gave no answer, or another one than expected."""
        return self.status in ("disagrees", "errored")


def result_of(trial: Trial, answers: PayerAnswers) -> TrialResult:
    """Return the result of the trial, from the answers of its payer."""
    answer = answers.decisions.get(trial.title)
    if answer is None:
        problem = answers.error or "it gave no answer"
        return TrialResult(trial=trial, status="errored", error=problem)
    decision = answer.decision
    if error := _error(trial, answers, decision):
        return TrialResult(trial=trial, status="errored", decision=decision, error=error)
    found = trial.differences(decision)
    if trial.todo and not found:
        found = (_now_agrees(trial.todo),)
        return TrialResult(trial=trial, status="disagrees", decision=decision, differences=found)
    status = _status(trial, decision, is_met=answer.is_met, is_expected=not found)
    return TrialResult(trial=trial, status=status, decision=decision, differences=found)


def _now_agrees(todo: str) -> Difference:
    """Return the difference of a case that was known to disagree, and does so no longer."""
    return Difference(what="todo", expected=todo, got="the case now agrees: remove todo")


def _error(trial: Trial, answers: PayerAnswers, decision: Decision) -> str | None:
    if answers.incomplete:
        return f"its rules are incomplete: {', '.join(answers.incomplete)}"
    if trial.rule and trial.rule not in answers.rule_ids:
        remedy = nearest(trial.rule, answers.rule_ids)
        return f"the payer {trial.payer!r} has no rule {trial.rule!r}. {remedy}"
    faults = {entry.missing for entry in decision.not_evaluated if entry.reason == "fault"}
    return "; ".join(sorted(faults)) or None


def _status(trial: Trial, decision: Decision, *, is_met: bool, is_expected: bool) -> TrialStatus:
    if trial.expected is not None and not is_expected:
        return "todo" if trial.todo else "disagrees"
    if trial.expected is not None:
        return "unreviewed" if trial.expected.unreviewed else "agrees"
    if not is_met:
        return "not applicable"
    return "not evaluated" if decision.not_evaluated else "unreviewed"
