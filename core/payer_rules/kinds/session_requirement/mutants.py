"""The mutants of session requirements."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.mutants import Mutants
from payer_rules.kinds.session_requirement.rule import SessionRequirement

MUTANTS: Final[Mutants[SessionRequirement]] = Mutants(words={"minutes_of": {"day": "line"}})
