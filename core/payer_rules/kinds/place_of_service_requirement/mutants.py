"""The mutants of place of service requirements that no other kind has: none."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.mutants import Mutants
from payer_rules.kinds.place_of_service_requirement.rule import PlaceOfServiceRequirement

MUTANTS: Final[Mutants[PlaceOfServiceRequirement]] = Mutants()
