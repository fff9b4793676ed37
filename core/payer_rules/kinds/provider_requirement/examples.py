"""Claims that keep or break a provider requirement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.claims import Claim, Provider
from payer_rules.kinds.claim_changes import OTHER_PROVIDER, with_line
from payer_rules.kinds.provider_requirement.rule import ProviderRequirement
from payer_rules.rules import ProviderCriteria

#: Professions that most rules do not name.
_UNLICENSED: Final = ("bachelor", "peer-specialist")


def examples(rule: ProviderRequirement, base: Claim) -> Iterator[Claim]:
    """Yield the claim rendered, performed and supervised by providers of several professions."""
    stated = (rule.rendered_by, rule.performed_by, rule.not_rendered_by, rule.not_performed_by)
    providers = [
        OTHER_PROVIDER,
        *(attrs.evolve(OTHER_PROVIDER, profession=word) for word in _UNLICENSED),
        *map(_provider, filter(None, stated)),
    ]
    rendering = base.lines[0].rendering_provider or base.billing_provider
    yield base
    for provider in providers:
        yield with_line(base, rendering_provider=provider)
    for criteria in _by_profession(rule.supervised_by):
        supervised = attrs.evolve(rendering, supervised_by=_provider(criteria))
        yield with_line(base, rendering_provider=supervised)
    for all_criteria in stated:
        for criteria in _by_profession(all_criteria):
            yield with_line(base, rendering_provider=_provider(criteria))
    alone = attrs.evolve(rendering, npi=OTHER_PROVIDER.npi, supervised_by="none")
    for provider in (*providers, alone):
        yield with_line(base, performed_by=provider)


def _by_profession(criteria: ProviderCriteria | None) -> Iterator[ProviderCriteria]:
    """Yield the criteria with each of their professions alone."""
    if criteria is not None:
        for profession in sorted(criteria.profession or ()):
            yield attrs.evolve(criteria, profession=frozenset([profession]))


def _provider(criteria: ProviderCriteria) -> Provider:
    return attrs.evolve(
        OTHER_PROVIDER,
        profession=min(criteria.profession) if criteria.profession else None,
        taxonomy=min(criteria.taxonomy) if criteria.taxonomy else None,
        specialty=min(criteria.specialty) if criteria.specialty else None,
    )
