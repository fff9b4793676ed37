"""The words of duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.claims import Claim
from payer_rules.decisions import Cure
from payer_rules.engine.cures import with_lines
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.verdict import LineReference, Verdict
from payer_rules.engine.words import Explanation, Question, Words, line_label, line_of
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.duplicate_service.rule import DuplicateService
from payer_rules.text.lists import listed

_TWICE: Final = "only if it was billed twice by mistake"


def _sentence(rule: DuplicateService) -> str:
    same = listed([each.replace("_", " ") for each in rule.same], "and")
    where = "in the claim or beside a paid one" if rule.across_claims else "in the claim"
    return (
        f"{codes_text(rule.codes)}: a line that equals an earlier one {where} in code, days, "
        f"{same} is the same service twice."
    )


def _answers(rule: DuplicateService, code: str) -> Iterator[tuple[Question, str]]:
    if code in rule.codes:
        same = listed([each.replace("_", " ") for each in rule.same], "and")
        yield "What else", f"not twice with the same {same}"


def _explain(rule: DuplicateService, verdict: Verdict[LineReference], claim: Claim) -> Explanation:
    label, first = line_label(line_of(verdict, claim)), verdict.details
    where = f"billed already on line {first.number}"
    if first.claim is not None:
        where = f"paid already on claim {first.claim}"
    return Explanation(message=f"{label}: {where}", evidence=(evidence_of(first),))


def _cure(rule: DuplicateService, verdict: Verdict[LineReference], claim: Claim) -> Cure | None:
    """Return the claim without the line, if it has others."""
    (number,) = verdict.lines
    lines = [line for line in claim.lines if line.number != number]
    if not lines:
        return None
    return Cure(
        change=f"remove line {number}",
        condition=_TWICE,
        claim=with_lines(claim, lines),
    )


WORDS: Final = Words(
    subject="Filing",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=_cure,
    shows=lambda rule: frozenset(["charge", "place_of_service"]),
    states_outcome=True,
)
