"""The mutants of duplicates that no other kind has: none."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.duplicate_service.rule import DuplicateService
from payer_rules.kinds.mutants import Mutants

MUTANTS: Final[Mutants[DuplicateService]] = Mutants()
