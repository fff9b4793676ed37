"""The words of add-on codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.claims import Claim
from payer_rules.decisions import Cure
from payer_rules.engine.add_ons import (
    AddOnDetails,
    add_on_cure,
    add_on_evidence,
    add_on_message,
)
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words
from payer_rules.kinds.add_on_code.rule import AddOnCode
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.provider_scopes import SAME_PROVIDER
from payer_rules.kinds.related_lines import near_text
from payer_rules.rules import Codes


def _sentence(rule: AddOnCode) -> str:
    if not rule.primaries:
        return (
            f"{codes_text(rule.codes)} is paid only with a primary code; which ones is not known."
        )
    more = "" if rule.exhaustive else " (other primaries may count too)"
    return (
        f"{codes_text(rule.codes)} is paid only with {codes_text(rule.primaries)}{more} "
        f"{near_text(rule.within)}, {SAME_PROVIDER[rule.scope]}, if that code is itself paid."
    )


def _answers(rule: AddOnCode, code: str) -> Iterator[tuple[Question, str]]:
    if code in rule.codes:
        primaries = codes_text(rule.primaries) if rule.primaries else "a primary code"
        yield "With what on the same day", f"only with {primaries}"
    if code in rule.primaries:
        yield "With what on the same day", f"carries {codes_text(rule.codes)}"


def _explain(rule: AddOnCode, verdict: Verdict[AddOnDetails], claim: Claim) -> Explanation:
    where = "on that day" if rule.within == "day" else near_text(rule.within)
    message = add_on_message(verdict, claim, where)
    return Explanation(message=message, evidence=add_on_evidence(verdict.details))


def _cure(rule: AddOnCode, verdict: Verdict[AddOnDetails], claim: Claim) -> Cure | None:
    return add_on_cure(verdict, claim)


def _code_sets(rule: AddOnCode) -> Iterator[tuple[str, Codes]]:
    yield "", rule.codes
    if rule.primaries:
        yield ", with ", rule.primaries


WORDS: Final = Words(
    subject="Same-day combinations",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=_cure,
    code_sets=_code_sets,
)
