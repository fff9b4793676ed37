"""Who rendered an item, from the care team."""

from __future__ import annotations

from typing import Final, TypeAlias

import attrs

from payer_rules.claims import Provider
from payer_rules.readers.fhir.parties import Around
from payer_rules.readers.fhir.resources import CareTeamMember, Item

#: Whoever may have rendered a service; ``None`` among them: somebody whose NPI is not known.
Renderers: TypeAlias = "tuple[Provider | None, ...]"

_RENDERING: Final = frozenset(["rendering", "performing"])
_PRIMARY: Final = frozenset(["primary"])
_SUPERVISING: Final = frozenset(["supervisor"])


@attrs.frozen
class CareTeam:
    """The members of a claim's care team, and whom they refer to."""

    members: tuple[CareTeamMember, ...]
    around: Around
    _told: dict[tuple[int, ...], Renderers] = attrs.field(factory=dict)

    def renderers(self, item: Item) -> Renderers:
        """Who may have rendered the item, each once; nobody where the team does not tell.

        They are the members that the item names, or all where it names none. Who has the role of
        rendering did; else who has no role, for FHIR asks for roles where there are several; else
        the primary provider.
        """
        pointed = item.care_team_sequence
        if pointed not in self._told:
            self._told[pointed] = self._renderers(pointed)
        return self._told[pointed]

    def _renderers(self, pointed: tuple[int, ...]) -> Renderers:
        members = [each for each in self.members if not pointed or each.sequence in pointed]
        if len(members) == 1 and _in_role(members[0], _RENDERING):
            return (self._provider(members[0]),)
        rendering = [each for each in members if _in_role(each, _RENDERING)]
        found = (
            rendering
            or [each for each in members if each.role is None or not each.role.coding]
            or [each for each in members if _in_role(each, _PRIMARY)]
        )
        providers = {self._provider(member): None for member in found}
        supervising = [each for each in members if _in_role(each, _SUPERVISING)]
        if len(supervising) != 1:
            return tuple(providers)
        supervisor = self._provider(supervising[0])
        return tuple(each and attrs.evolve(each, supervised_by=supervisor) for each in providers)

    def _provider(self, member: CareTeamMember) -> Provider | None:
        return self.around.provider(member.provider, member.qualification)


def _in_role(member: CareTeamMember, roles: frozenset[str]) -> bool:
    """Whether the member has one of the roles, in whatever system they are coded."""
    role = member.role
    return role is not None and not roles.isdisjoint([coding.code for coding in role.coding])
