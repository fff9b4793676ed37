"""The evaluation of required fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from payer_rules.claims import Claim, ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, field
from payer_rules.engine.truth import Truth
from payer_rules.engine.verdict import Answer, broken_parts
from payer_rules.kinds.required_field.rule import RequiredField

RENDERING: Final = "rendering_provider.npi"
_NPI: Final = 10
#: The prefix with which the check digit of an NPI is made.
_CARD: Final = "80840"


def evaluate_line(
    rule: RequiredField, state: ClaimState, line: ServiceLine
) -> Answer[tuple[str, ...]]:
    """Return the names of the required fields that are empty or not valid, if any."""
    return broken_parts(rule, line, _faults(rule, state.claim, line))


def _faults(rule: RequiredField, claim: Claim, line: ServiceLine) -> Iterator[str | MissingFacts]:
    for name in sorted(rule.fields):
        truth = _TESTS[name](claim, line)
        if truth is False:
            yield name
        else:
            yield NONE_MISSING if truth is True else truth


@lru_cache(maxsize=4096)
def is_npi(text: str) -> bool:
    """Return True if the text is a National Provider Identifier.

    It has ten digits, the last a check digit.

    Source: 45 CFR 162.406; the digit is that of ISO/IEC 7812 (Luhn) with 80840 before the number.
    """
    if not (len(text) == _NPI and text.isascii() and text.isdigit()):
        return False
    digits = [int(digit) for digit in reversed(_CARD + text)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _stated(name: str) -> Callable[[Claim, ServiceLine], Truth]:
    def is_stated(claim: Claim, line: ServiceLine) -> Truth:
        fact = getattr(line if name == "diagnosis_pointers" else claim, name)
        return field(name) if fact is None else fact not in ((), "none")

    return is_stated


_TESTS: Final[dict[str, Callable[[Claim, ServiceLine], Truth]]] = {
    "billing_provider.npi": lambda claim, line: is_npi(claim.billing_provider.npi),
    RENDERING: lambda claim, line: is_npi(claim.rendering_provider(line).npi),
    **{
        name: _stated(name)
        for name in ("diagnoses", "diagnosis_pointers", "authorizations", "referral", "order")
    },
}
