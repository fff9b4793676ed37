"""The words of same-day combinations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.claims import Claim
from payer_rules.decisions import Cure
from payer_rules.engine.cures import SEPARATE, adding
from payer_rules.engine.pairs import PairDetails, column1_line, other_label
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import CodeList, Explanation, Question, Words, line_of
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.provider_scopes import SAME_PROVIDER
from payer_rules.kinds.same_day_combination.bypass import may_carry
from payer_rules.kinds.same_day_combination.rule import SameDayCombination
from payer_rules.rules import UNPAID, Codes
from payer_rules.text.lists import listed


def _message(rule: SameDayCombination, verdict: Verdict[PairDetails], claim: Claim) -> str:
    """Return the message of a verdict: the two codes, then the rule's rationale."""
    code, details = line_of(verdict, claim).code, verdict.details
    other, rationale = details.others[0], rule.rationale.rstrip(".")
    if details.is_paid:
        return (
            f"{other.code} of earlier claim {other.claim} may not be paid with {code}: {rationale}"
        )
    consequence = "is not paid" if verdict.outcome in UNPAID else "may not be paid"
    return f"{code} {consequence} with {other_label(other)}: {rationale}"


def _sentence(rule: SameDayCombination) -> str:
    first, second = codes_text(rule.first), codes_text(rule.second)
    provider = SAME_PROVIDER[rule.scope]
    if rule.undirected:
        return (
            f"{first} and {second} are not both paid on the same day {provider}; "
            "the source does not say which of them is."
        )
    text = f"{second} is not paid on the same day as {first}, {provider}"
    if rule.indicator == 0:
        return f"{text}; no modifier changes that."
    line = {"first": f"on {first}", "second": f"on {second}", "either": "on either line"}
    return f"{text}, unless modifier {listed(rule.bypass)} is {line[rule.bypass_on]}."


def _answers(rule: SameDayCombination, code: str) -> Iterator[tuple[Question, str]]:
    if code not in rule.meets:
        return
    others = codes_text(rule.second if code in rule.first else rule.first)
    if rule.undirected:
        yield "With what on the same day", f"it or {others}"
        return
    unless = f" without {listed(rule.bypass)}" if rule.may_be_bypassed else ""
    text = f"pays, not {others}" if code in rule.first else f"not with {others}"
    yield "With what on the same day", f"{text}{unless}"


def _explain(rule: SameDayCombination, verdict: Verdict[PairDetails], claim: Claim) -> Explanation:
    return Explanation(message=_message(rule, verdict, claim))


def _cure(rule: SameDayCombination, verdict: Verdict[PairDetails], claim: Claim) -> Cure | None:
    """Return the claim with a bypass modifier on the line that may carry it."""
    if not rule.may_be_bypassed or verdict.details.is_paid:
        return None
    second = line_of(verdict, claim)
    on_second = may_carry(rule, second, "second")
    line = second if on_second else column1_line(verdict.details, claim)
    return None if line is None else adding(claim, min(rule.bypass), line, SEPARATE)


def _code_sets(rule: SameDayCombination) -> Iterator[tuple[str, Codes]]:
    yield "", rule.first
    yield ", and ", rule.second


def _named(rule: SameDayCombination) -> Iterator[tuple[CodeList, str]]:
    for modifier in rule.bypass:
        yield "modifier", modifier


WORDS: Final = Words(
    subject="Same-day combinations",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=_cure,
    code_sets=_code_sets,
    named=_named,
)
