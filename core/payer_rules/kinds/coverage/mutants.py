"""The mutants of coverage that no other kind has: none."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.coverage.rule import Coverage
from payer_rules.kinds.mutants import Mutants

MUTANTS: Final[Mutants[Coverage]] = Mutants()
