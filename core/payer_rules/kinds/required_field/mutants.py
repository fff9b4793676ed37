"""The mutants of required fields that no other kind has: none."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.mutants import Mutants
from payer_rules.kinds.required_field.rule import RequiredField

MUTANTS: Final[Mutants[RequiredField]] = Mutants()
