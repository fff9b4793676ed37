"""The mutants of checks that no other kind has: none."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.check.rule import Check
from payer_rules.kinds.mutants import Mutants

MUTANTS: Final[Mutants[Check]] = Mutants()
