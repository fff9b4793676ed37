"""The words of required fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from payer_rules.claims import Claim
from payer_rules.decisions import Cure
from payer_rules.engine.cures import changed
from payer_rules.engine.evidence import value
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, Question, Words, line_label, line_of
from payer_rules.kinds.code_lists import codes_text
from payer_rules.kinds.required_field.evaluator import RENDERING, is_npi
from payer_rules.kinds.required_field.rule import RequiredField
from payer_rules.text.lists import listed

_BILLER: Final = "only if the billing provider rendered it"


def _sentence(rule: RequiredField) -> str:
    names = [each.replace("_", " ").replace(".", "'s ") for each in rule.fields]
    return f"A claim with {codes_text(rule.codes)} states {listed(names, 'and')}."


def _answers(rule: RequiredField, code: str) -> Iterable[tuple[Question, str]]:
    return ()


def _explain(rule: RequiredField, verdict: Verdict[tuple[str, ...]], claim: Claim) -> Explanation:
    label = line_label(line_of(verdict, claim))
    names = verdict.details
    return Explanation(
        message="; ".join(f"{label}: {name} is missing or not valid" for name in names),
        evidence=tuple(value("field", name) for name in names),
    )


def _cure(rule: RequiredField, verdict: Verdict[tuple[str, ...]], claim: Claim) -> Cure | None:
    """Return the claim with the billing provider as the rendering provider."""
    line, npi = line_of(verdict, claim), claim.billing_provider.npi
    if verdict.details != (RENDERING,) or not is_npi(npi):
        return None
    return Cure(
        change=f"NPI {npi} as rendering provider of line {line.number}",
        condition=_BILLER,
        claim=changed(claim, line, rendering_provider=claim.billing_provider),
    )


WORDS: Final = Words(
    subject="Filing",
    sentence=_sentence,
    answers=_answers,
    explain=_explain,
    cure=_cure,
    shows=lambda rule: frozenset(["rendered_by", "diagnoses"]),
)
