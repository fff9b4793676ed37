"""The mutants of requirements of the record that no other kind has: none."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.mutants import Mutants
from payer_rules.kinds.record_requirement.rule import RecordRequirement

MUTANTS: Final[Mutants[RecordRequirement]] = Mutants()
