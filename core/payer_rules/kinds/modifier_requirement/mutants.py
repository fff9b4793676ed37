"""The mutants of modifier requirements that no other kind has: none."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.modifier_requirement.rule import ModifierRequirement
from payer_rules.kinds.mutants import Mutants

MUTANTS: Final[Mutants[ModifierRequirement]] = Mutants()
