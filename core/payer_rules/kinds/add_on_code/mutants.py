"""The mutants of add-on codes."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.add_on_code.rule import AddOnCode
from payer_rules.kinds.mutants import OTHER_NEARNESS, OTHER_SCOPES, Mutants

MUTANTS: Final[Mutants[AddOnCode]] = Mutants(
    words={"scope": OTHER_SCOPES, "within": OTHER_NEARNESS}
)
