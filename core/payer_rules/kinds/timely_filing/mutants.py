"""The mutants of timely filing that no other kind has: none."""

from __future__ import annotations

from typing import Final

from payer_rules.kinds.mutants import Mutants
from payer_rules.kinds.timely_filing.rule import TimelyFiling

MUTANTS: Final[Mutants[TimelyFiling]] = Mutants()
