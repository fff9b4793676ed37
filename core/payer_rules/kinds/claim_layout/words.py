"""The words of claim layouts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.claims import Claim
from payer_rules.decisions import Cure
from payer_rules.engine.cures import changed
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.verdict import LineReference, Verdict
from payer_rules.engine.words import CodeList, Explanation, Question, Words, line_label
from payer_rules.kinds.claim_layout.faults import LayoutFault
from payer_rules.kinds.claim_layout.rule import ClaimLayout
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.provider_scopes import SAME_PROVIDER
from payer_rules.kinds.related_lines import near_text
from payer_rules.text.lists import listed


def _sentence(rule: ClaimLayout) -> str:
    reach = " If not, the whole claim is affected." if rule.reach == "claim" else ""
    return f"{codes_text(rule.codes)}: {'; '.join(_demands(rule))}.{reach}"


def _demands(rule: ClaimLayout) -> Iterator[str]:
    if rule.one_day_per_line:
        yield "each line has one day"
    if rule.one_line_per_day:
        yield "a code is on one line for a day"
    if rule.one_month:
        what = "a line" if rule.one_month == "line" else "the claim"
        yield f"the days of {what} are in one calendar month"
    if rule.one_claim:
        where = near_text(rule.one_claim)
        yield f"lines {where}, {SAME_PROVIDER[rule.scope]}, are on one claim"
    for position in rule.positions:
        yield f"modifier {position.modifier} is in position {position.at}"
    if rule.matching_modifiers:
        modifiers = listed(rule.matching_modifiers)
        yield f"lines of one day agree in the modifiers {modifiers}"


def _answers(rule: ClaimLayout, code: str) -> Iterator[tuple[Question, str]]:
    if code in rule.codes:
        yield "What else", "; ".join(_demands(rule))


def _explain(
    rule: ClaimLayout, verdict: Verdict[tuple[LayoutFault, ...]], claim: Claim
) -> Explanation:
    faults = verdict.details
    texts = dict.fromkeys(_fault_text(rule, fault) for fault in faults)
    others = dict.fromkeys(
        fault.other for fault in faults if fault.other and fault.other.claim is not None
    )
    whole = ": the whole claim is affected" if rule.reach == "claim" else ""
    return Explanation(message="; ".join(texts) + whole, evidence=tuple(map(evidence_of, others)))


def _fault_text(rule: ClaimLayout, fault: LayoutFault) -> str:
    label, other = line_label(fault.line), fault.other
    if fault.demand == "one_day_per_line":
        return f"{label} has several days, and each day needs a line of its own"
    if fault.demand == "positions":
        return f"modifier {fault.modifier} of {label} is not in position {fault.position}"
    if other is None:
        return f"{label} has days of two calendar months"
    return f"{label} {_TEXTS[fault.demand].format(_named(other))}"


_TEXTS: Final = {
    "one_line_per_day": "is billed again: {} has the same code and day",
    "one_month": "is in another calendar month than {}",
    "one_claim": "is not on one claim with {}",
    "matching_modifiers": "has other modifiers than {}",
}


def _named(other: LineReference) -> str:
    where = f"line {other.number}" if other.claim is None else f"claim {other.claim}"
    return f"{line_label(other)} ({where})"


def _cure(
    rule: ClaimLayout, verdict: Verdict[tuple[LayoutFault, ...]], claim: Claim
) -> Cure | None:
    """Return the claim with modifiers in their positions, if nothing else is wrong."""
    cured, moved = claim, []
    for fault in verdict.details:
        if fault.demand != "positions" or fault.modifier is None or fault.position is None:
            return None
        line = next(line for line in cured.lines if line.number == fault.line.number)
        others = [modifier for modifier in line.modifiers if modifier != fault.modifier]
        others.insert(fault.position - 1, fault.modifier)
        cured = changed(cured, line, modifiers=tuple(others))
        moved.append(f"{fault.modifier} in position {fault.position}")
    condition = "if no other modifier must come before it"
    return Cure(change=", ".join(moved), condition=condition, claim=cured) if moved else None


def _named_modifiers(rule: ClaimLayout) -> Iterator[tuple[CodeList, str]]:
    for position in rule.positions:
        yield "modifier", position.modifier
    for modifier in sorted(rule.matching_modifiers or ()):
        yield "modifier", modifier


WORDS: Final = Words(
    subject="Filing",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=_cure,
    named=_named_modifiers,
)
