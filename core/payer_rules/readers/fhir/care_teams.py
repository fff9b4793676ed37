"""The rendering providers of an item, from the care team."""

from __future__ import annotations

from typing import Final, TypeAlias

import attrs

from payer_rules.claims import Provider
from payer_rules.readers.fhir.references import ReferenceResolver
from payer_rules.readers.fhir.resources import FhirCareTeamMember

#: Everybody who may have rendered a service; ``None``: a provider whose NPI is not known.
RenderingProviders: TypeAlias = "tuple[Provider | None, ...]"

_RENDERING: Final = frozenset(["rendering", "performing"])
_PRIMARY: Final = frozenset(["primary"])
_SUPERVISING: Final = frozenset(["supervisor"])


def rendering_providers(
    team: tuple[FhirCareTeamMember, ...], pointed: tuple[int, ...], references: ReferenceResolver
) -> RenderingProviders:
    """Return who may have rendered an item that names the members, each once.

    They are the members that the item names, or all if it names none. Members with a rendering role
    come first; then members without a role, since FHIR requires roles only in teams of several;
    then the primary provider. An empty tuple means that the rendering provider is not stated.
    """
    members = _named(team, pointed) if pointed else team
    if len(members) == 1 and _in_role(members[0], _RENDERING):
        return (_provider(members[0], references),)
    found = (
        [each for each in members if _in_role(each, _RENDERING)]
        or [each for each in members if each.role is None or not each.role.coding]
        or [each for each in members if _in_role(each, _PRIMARY)]
    )
    providers = dict.fromkeys(_provider(member, references) for member in found)
    supervising = [each for each in members if _in_role(each, _SUPERVISING)]
    if len(supervising) != 1:
        return tuple(providers)
    supervisor = _provider(supervising[0], references)
    return tuple(each and attrs.evolve(each, supervised_by=supervisor) for each in providers)


def _named(
    team: tuple[FhirCareTeamMember, ...], pointed: tuple[int, ...]
) -> tuple[FhirCareTeamMember, ...]:
    """Return the members that the item points to."""
    if len(team) == 1 and team[0].sequence in pointed:
        return team
    return tuple([each for each in team if each.sequence in pointed])


def _provider(member: FhirCareTeamMember, references: ReferenceResolver) -> Provider | None:
    return references.provider(member.provider, member.qualification)


def _in_role(member: FhirCareTeamMember, roles: frozenset[str]) -> bool:
    """Return True if the member has one of the roles, in any code system."""
    if member.role is not None:
        for coding in member.role.coding:
            if coding.code in roles:
                return True
    return False
