"""Claims with further facts: the changed claim, and the list of the facts with their sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from payer_rules.claims import Claim, Provider, ServiceLine
from payer_rules.readers.filed_claims import DerivedFact, FiledClaim
from payer_rules.unchecked import copier, replacer

_copy_claim: Final = copier(Claim)
_copy_line: Final = copier(ServiceLine)
_with_providers: Final = replacer(ServiceLine, "rendering_provider", "performed_by")
_with_claim: Final = replacer(FiledClaim, "claim", "derived")

# NOTE: every claim of a run passes here, and the values are sound, so they are not checked again.


def changed_claim(claim: Claim, values: Mapping[str, object]) -> Claim:
    """Return the claim with other values of its fields, which must be sound."""
    return _copy_claim(claim, values)


def changed_line(line: ServiceLine, values: Mapping[str, object]) -> ServiceLine:
    """Return the line with other values of its fields, which must be sound."""
    return _copy_line(line, values)


def completed(filed: FiledClaim, claim: Claim, facts: tuple[DerivedFact, ...]) -> FiledClaim:
    """Return the filed claim with the changed claim, and the facts after its derived ones."""
    return _with_claim(filed, claim, filed.derived + facts)


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
            lines = tuple([_completed_line(line, self.providers) for line in filed.claim.lines])
            values = {**values, "lines": lines}
        return completed(filed, changed_claim(filed.claim, values), self.facts)


def _completed_line(line: ServiceLine, providers: Mapping[Provider, Provider]) -> ServiceLine:
    """Return the line with the completed ones of its providers."""
    rendering, performing = line.rendering_provider, line.performed_by
    if rendering is not None:
        rendering = providers.get(rendering, rendering)
    if performing is not None:
        performing = providers.get(performing, performing)
    if rendering is line.rendering_provider and performing is line.performed_by:
        return line
    return _with_providers(line, rendering, performing)


class NamedProviders(NamedTuple):
    """The different providers that a claim names, by the part that they have in it."""

    billing: Provider
    rendering: tuple[Provider | None, ...]
    performing: tuple[Provider | None, ...]


def providers_of(claim: Claim) -> NamedProviders:
    """Return the providers of the claim and its lines."""
    lines = claim.lines
    if len(lines) == 1:
        (line,) = lines
        return NamedProviders(
            claim.billing_provider, (line.rendering_provider,), (line.performed_by,)
        )
    return NamedProviders(
        claim.billing_provider,
        tuple(dict.fromkeys([line.rendering_provider for line in lines])),
        tuple(dict.fromkeys([line.performed_by for line in lines])),
    )
