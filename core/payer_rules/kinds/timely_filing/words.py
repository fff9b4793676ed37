"""The words of timely filing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from payer_rules.claims import Claim
from payer_rules.engine.evidence import value
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words, line_label, line_of, no_cure
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.timely_filing.rule import TimelyFiling

_SINCE: Final = {
    "first-day": "first day of the service",
    "last-day": "last day of the service",
    "other-payer-decision": "last decision of another payer",
    None: "day of service",
}


def _sentence(rule: TimelyFiling) -> str:
    latest = ""
    if rule.at_latest is not None:
        latest = f", and at the latest {rule.at_latest} after the last day of the service"
    return (
        f"{codes_text(rule.codes)}: the payer has the claim within {rule.within} of the "
        f"{_SINCE[rule.since]}{latest}; the last day is still in time."
    )


def _answers(rule: TimelyFiling, code: str) -> Iterator[tuple[Question, str]]:
    if code in rule.codes:
        yield "What else", f"received within {rule.within} of the {_SINCE[rule.since]}"


def _explain(rule: TimelyFiling, verdict: Verdict[date], claim: Claim) -> Explanation:
    label, last = line_label(line_of(verdict, claim)), verdict.details
    due = f"the last day was {last} ({_time(rule)})"
    if claim.received is None:
        return Explanation(
            message=f"{label}: sent on {claim.sent}; {due}", evidence=(value("sent", claim.sent),)
        )
    return Explanation(
        message=f"{label}: received on {claim.received}; {due}",
        evidence=(value("received", claim.received),),
    )


def _time(rule: TimelyFiling) -> str:
    """Return the time limit, and the day from which it runs if that is no day of service."""
    if rule.since != "other-payer-decision":
        return str(rule.within)
    latest = f", at the latest {rule.at_latest} after the service" if rule.at_latest else ""
    return f"{rule.within} after the other payer's decision{latest}"


WORDS: Final = Words(
    subject="Filing",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=no_cure,
    shows=lambda rule: frozenset(
        ["received", "other_payer"] if rule.since == "other-payer-decision" else ["received"]
    ),
)
