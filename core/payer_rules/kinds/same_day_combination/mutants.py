"""The mutants of same-day combinations."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.mutants import OTHER_SCOPES, Mutants
from payer_rules.kinds.same_day_combination.rule import SameDayCombination

_WORDS: Final = {
    "scope": OTHER_SCOPES,
    "bypass_on": {"first": "second", "second": "first", "either": "second"},
}

MUTANTS: Final[Mutants[SameDayCombination]] = Mutants(words=_WORDS)
