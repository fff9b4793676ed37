"""The mutants of authorization requirements that no other kind has: none."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.authorization_requirement.rule import AuthorizationRequirement
from payer_rules.kinds.mutants import Mutants

MUTANTS: Final[Mutants[AuthorizationRequirement]] = Mutants()
