"""The mutants of statuses that no other kind has."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.mutants import Mutants
from payer_rules.kinds.standing_requirement.rule import StandingRequirement

MUTANTS: Final[Mutants[StandingRequirement]] = Mutants(
    words={
        "of": {
            "member": "rendering",
            "rendering": "billing",
            "performed-by": "rendering",
            "supervisor": "rendering",
            "billing": "rendering",
            "stay": "member",
        }
    }
)
