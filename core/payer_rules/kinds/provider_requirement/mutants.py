"""The mutants of provider requirements that no other kind has: none."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.mutants import Mutants
from payer_rules.kinds.provider_requirement.rule import ProviderRequirement

MUTANTS: Final[Mutants[ProviderRequirement]] = Mutants()
