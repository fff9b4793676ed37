"""The mutants of units from quantities."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.mutants import OTHER_SCOPES, Mutants
from payer_rules.kinds.unit_rule.rule import UnitRule

_WORDS: Final = {
    "scope": OTHER_SCOPES,
    "round": {"up": "nearest", "nearest": "down", "down": "nearest"},
    "pool": {"day": "line", "line": "day"},
    "measured": {"minutes": "miles", "miles": "minutes", "dose": "miles"},
}

MUTANTS: Final[Mutants[UnitRule]] = Mutants(words=_WORDS)
