"""The judge of required fields: without them a claim cannot be processed."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Cure
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.cures import changed
from payer_rules.engine.evidence import value
from payer_rules.engine.line_rules import Answer, Breach, line_evaluator, line_label, merged
from payer_rules.engine.missing import NONE_MISSING, field
from payer_rules.engine.truth import Truth
from payer_rules.kinds.required_field.rule import RequiredField

_RENDERING: Final = "rendering_provider.npi"
_BILLER: Final = "only if the billing provider rendered it"
_NPI: Final = 10
#: The prefix under which an NPI's check digit is made, so that it fits a card number.
_CARD: Final = "80840"


def weigh(rule: RequiredField, state: ClaimState, line: ServiceLine) -> Answer:
    """Whether all fields that the rule names are stated."""
    return merged(_answer(name, state.claim, line) for name in sorted(rule.fields))


def _answer(name: str, claim: Claim, line: ServiceLine) -> Answer:
    truth = _STATED[name](claim, line)
    if truth is True:
        return NONE_MISSING
    if truth is not False:
        return truth
    return Breach(
        message=f"{line_label(line)}: {name} is missing or not valid",
        evidence=(value("field", name),),
        cure=partial(_billers, claim, line) if name == _RENDERING else None,
    )


def _billers(claim: Claim, line: ServiceLine) -> Cure | None:
    if not is_npi(claim.billing_provider.npi):
        return None
    return Cure(
        change=f"NPI {claim.billing_provider.npi} as rendering provider of line {line.number}",
        condition=_BILLER,
        claim=changed(claim, line, rendering_provider=claim.billing_provider),
    )


@lru_cache(maxsize=4096)
def is_npi(text: str) -> bool:
    """Whether the text is a National Provider Identifier: ten digits, the last a check digit.

    Source: 45 CFR 162.406; the digit is that of ISO/IEC 7812 (Luhn) with 80840 before the number.
    """
    if not (len(text) == _NPI and text.isascii() and text.isdigit()):
        return False
    digits = [int(digit) for digit in reversed(_CARD + text)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _given(name: str) -> Callable[[Claim, ServiceLine], Truth]:
    def stated(claim: Claim, line: ServiceLine) -> Truth:
        given = getattr(line if name == "diagnosis_pointers" else claim, name)
        return field(name) if given is None else given not in ((), "none")

    return stated


_STATED: Final[dict[str, Callable[[Claim, ServiceLine], Truth]]] = {
    "billing_provider.npi": lambda claim, line: is_npi(claim.billing_provider.npi),
    _RENDERING: lambda claim, line: is_npi(claim.rendering_provider(line).npi),
    **{
        name: _given(name)
        for name in ("diagnoses", "diagnosis_pointers", "authorizations", "referral", "order")
    },
}

make = line_evaluator(weigh)
