"""Answers all claims of a member as it answered the first."""

from __future__ import annotations

from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Claim, History, MissingInformation, Violation

ANSWERS: dict[str, list[Violation | MissingInformation]] = {}


def judge(claim: Claim, history: History) -> list[Violation | MissingInformation]:
    """Yield the sound function's answers about the member's first claim."""
    if claim.member.id not in ANSWERS:
        ANSWERS[claim.member.id] = list(interview(claim, history))
    return ANSWERS[claim.member.id]


hooks(globals(), interview=but(INTERVIEW, function=judge))
