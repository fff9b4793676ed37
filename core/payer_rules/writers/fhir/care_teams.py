"""The care team of a FHIR ``Claim``: who rendered and supervised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import attrs

from payer_rules.claims import Claim, Provider, ServiceLine
from payer_rules.writers.fhir.elements import (
    ROLES,
    SPECIALTIES,
    TAXONOMIES,
    JsonObject,
    JsonValue,
    by_npi,
    concept,
    stated,
)

_Member: TypeAlias = tuple[Provider, Literal["rendering", "supervisor"]]


@attrs.frozen
class CareTeam:
    """The providers of a claim's lines, each once, numbered from 1.

    It is empty if no line names a provider. If only some lines do, the others name the billing
    provider: an item that refers to no member would be taken as one of all members.
    """

    _claim: Claim
    _numbers: dict[_Member, int]

    @classmethod
    def of(cls, claim: Claim) -> CareTeam:
        """Return the care team of the claim."""
        found: dict[_Member, int] = {}
        if any(line.rendering_provider is not None for line in claim.lines):
            for line in claim.lines:
                for member in _members(claim.rendering_provider(line)):
                    found.setdefault(member, len(found) + 1)
        return cls(claim, found)

    def members(self) -> Iterator[JsonObject]:
        """Yield the members as the resource has them."""
        for (provider, role), number in self._numbers.items():
            codes = ((TAXONOMIES, provider.taxonomy), (SPECIALTIES, provider.specialty))
            coding: list[JsonValue] = [
                {"system": system, "code": code} for system, code in codes if code is not None
            ]
            yield stated(
                {
                    "sequence": number,
                    "provider": by_npi(provider.npi),
                    "role": concept(ROLES, role),
                    "qualification": {"coding": coding} if coding else None,
                }
            )

    def numbers(self, line: ServiceLine) -> Iterator[int]:
        """Yield the numbers of the members who rendered and supervised the line."""
        if self._numbers:
            yield from map(
                self._numbers.__getitem__, _members(self._claim.rendering_provider(line))
            )


def _members(provider: Provider) -> Iterator[_Member]:
    yield _coded(provider), "rendering"
    if isinstance(provider.supervised_by, Provider):
        yield _coded(provider.supervised_by), "supervisor"


def _coded(provider: Provider) -> Provider:
    """Return the provider with only its number and codes."""
    return Provider(npi=provider.npi, taxonomy=provider.taxonomy, specialty=provider.specialty)
