"""Professions that are derived from a taxonomy, which a license may contradict.

What a rule finds only because of one is not proved.
"""

from __future__ import annotations

from typing import Final

import attrs

from payer_rules.claims import Claim, Provider, ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.kinds import Check
from payer_rules.rules import ProviderCriteria, Rule
from payer_rules.unchecked import copier


def reads_profession(rule: Rule) -> bool:
    """Return True if an answer of the rule can depend on the profession of a provider."""
    return isinstance(rule, Check) or _asks_for_profession(rule)


def _asks_for_profession(value: object) -> bool:
    if isinstance(value, ProviderCriteria):
        return value.profession is not None
    if isinstance(value, tuple):
        return any(map(_asks_for_profession, value))
    if not attrs.has(type(value)):
        return False
    fields = attrs.fields(type(value))  # type: ignore[arg-type]
    return any(_asks_for_profession(getattr(value, field.name)) for field in fields)


def may_be_unconfirmed(state: ClaimState) -> bool:
    """Return True if a profession is derived, and what rests on it is not presumed."""
    return "claim" not in state.assumptions.presumed and has_derived_profession(state.claim)


def without_derived_professions(state: ClaimState) -> ClaimState:
    """Return the state as if derived professions were not known, without verdicts of its own."""
    return state.at_same_stage(_without(state.claim))


def has_derived_profession(claim: Claim) -> bool:
    """Return True if the profession of a provider on the claim is derived."""
    # NOTE: every evaluation asks, and a generator would take as long as all the rest of it.
    for line in claim.lines:
        if _is_derived(line.rendering_provider) or _is_derived(line.performed_by):
            return True
    return _is_derived(claim.billing_provider)


def _is_derived(provider: Provider | None) -> bool:
    return provider is not None and provider.profession_from == "taxonomy"


def _without(claim: Claim) -> Claim:
    billing, lines = _stated(claim.billing_provider), tuple(map(_line_without, claim.lines))
    return _copy_claim(claim, {"billing_provider": billing, "lines": lines})


def _line_without(line: ServiceLine) -> ServiceLine:
    rendering, performer = line.rendering_provider, line.performed_by
    if not (_is_derived(rendering) or _is_derived(performer)):
        return line
    stated = {
        "rendering_provider": rendering and _stated(rendering),
        "performed_by": performer and _stated(performer),
    }
    return _copy_line(line, stated)


def _stated(provider: Provider) -> Provider:
    """Return the provider without a profession that is derived."""
    if not _is_derived(provider):
        return provider
    return _copy_provider(provider, {"profession": None, "profession_from": "stated"})


# NOTE: a claim is copied for each rule that asks for a profession; its values are checked already.
_copy_claim: Final = copier(Claim)
_copy_line: Final = copier(ServiceLine)
_copy_provider: Final = copier(Provider)
