"""The words of timely filing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from payer_rules.claims import Claim
from payer_rules.engine.evidence import value
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words, line_label, line_of, no_cure
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.timely_filing.rule import TimelyFiling

_SINCE: Final = {
    "first-day": "first day of the",
    "last-day": "last day of the",
    None: "day of",
}


def _sentence(rule: TimelyFiling) -> str:
    return (
        f"{codes_text(rule.codes)}: the payer has the claim within {rule.within} of the "
        f"{_SINCE[rule.since]} service; the last day is still in time."
    )


def _answers(rule: TimelyFiling, code: str) -> Iterable[tuple[Question, str]]:
    return ()


def _explain(rule: TimelyFiling, verdict: Verdict[date], claim: Claim) -> Explanation:
    label, last = line_label(line_of(verdict, claim)), verdict.details
    due = f"the last day was {last} ({rule.within})"
    if claim.received is None:
        return Explanation(
            message=f"{label}: sent on {claim.sent}; {due}", evidence=(value("sent", claim.sent),)
        )
    return Explanation(
        message=f"{label}: received on {claim.received}; {due}",
        evidence=(value("received", claim.received),),
    )


WORDS: Final = Words(
    subject="Filing",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=no_cure,
    shows=lambda rule: frozenset(["received"]),
)
