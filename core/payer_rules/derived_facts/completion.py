"""Claims with further facts: the changed claim, and the list of the facts with their sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from payer_rules.claims import Claim, Provider, ServiceLine
from payer_rules.readers.filed_claims import DerivedFact, FiledClaim
from payer_rules.unchecked import copier

_copy_claim: Final = copier(Claim)
_copy_line: Final = copier(ServiceLine)
_copy_filed: Final = copier(FiledClaim)

# NOTE: every claim of a run passes here, and the values are sound, so they are not checked again.


def changed_claim(claim: Claim, values: Mapping[str, object]) -> Claim:
    """Return the claim with other values of its fields, which must be sound."""
    return _copy_claim(claim, values)


def changed_line(line: ServiceLine, values: Mapping[str, object]) -> ServiceLine:
    """Return the line with other values of its fields, which must be sound."""
    return _copy_line(line, values)


def completed(filed: FiledClaim, claim: Claim, facts: tuple[DerivedFact, ...]) -> FiledClaim:
    """Return the filed claim with the changed claim, and the facts after its derived ones."""
    return _copy_filed(filed, {"claim": claim, "derived": filed.derived + facts})


class Additions(NamedTuple):
    """Facts to add to claims: values of fields, completed providers, and the list of the facts.

    Claims of a practice need the same few additions, which are made once and put on many claims.
    """

    values: Mapping[str, object]
    providers: Mapping[Provider, Provider]
    facts: tuple[DerivedFact, ...]

    def put_on(self, filed: FiledClaim) -> FiledClaim:
        """Return the claim with the facts."""
        if not self.facts:
            return filed
        values = self.values
        if self.providers:
            lines = tuple(_completed_line(line, self.providers) for line in filed.claim.lines)
            values = {**values, "lines": lines}
        return completed(filed, changed_claim(filed.claim, values), self.facts)


def _completed_line(line: ServiceLine, providers: Mapping[Provider, Provider]) -> ServiceLine:
    """Return the line with the completed ones of its providers."""
    values: dict[str, Provider] = {}
    if line.rendering_provider is not None and line.rendering_provider in providers:
        values["rendering_provider"] = providers[line.rendering_provider]
    if line.performed_by is not None and line.performed_by in providers:
        values["performed_by"] = providers[line.performed_by]
    return changed_line(line, values) if values else line


class NamedProviders(NamedTuple):
    """The different providers that a claim names, by the part that they have in it."""

    billing: Provider
    rendering: tuple[Provider | None, ...]
    performing: tuple[Provider | None, ...]


def providers_of(claim: Claim) -> NamedProviders:
    """Return the providers of the claim and its lines."""
    return NamedProviders(
        claim.billing_provider,
        tuple(dict.fromkeys([line.rendering_provider for line in claim.lines])),
        tuple(dict.fromkeys([line.performed_by for line in claim.lines])),
    )
