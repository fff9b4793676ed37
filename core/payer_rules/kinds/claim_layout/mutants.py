"""The mutants of claim layouts."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.claim_layout.rule import ClaimLayout
from payer_rules.kinds.mutants import OTHER_NEARNESS, OTHER_SCOPES, Mutants

_WORDS: Final = {
    "scope": OTHER_SCOPES,
    "one_claim": OTHER_NEARNESS,
    "one_month": {"line": "claim", "claim": "line"},
    "reach": {"line": "claim", "claim": "line"},
}

MUTANTS: Final[Mutants[ClaimLayout]] = Mutants(words=_WORDS)
