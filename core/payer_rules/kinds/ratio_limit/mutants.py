"""The mutants of limits by the number of other services."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.mutants import OTHER_NEARNESS, OTHER_SCOPES, Mutants
from payer_rules.kinds.ratio_limit.rule import RatioLimit

_WORDS: Final = {"scope": OTHER_SCOPES, "within": OTHER_NEARNESS}

MUTANTS: Final[Mutants[RatioLimit]] = Mutants(words=_WORDS)
