"""The mutants of frequency minimums that no other kind has."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.frequency_limit.mutants import OTHER_MEASURES
from payer_rules.kinds.frequency_minimum.rule import FrequencyMinimum
from payer_rules.kinds.mutants import OTHER_SCOPES, Mutants

MUTANTS: Final[Mutants[FrequencyMinimum]] = Mutants(
    words={"counts": OTHER_MEASURES, "scope": OTHER_SCOPES}
)
