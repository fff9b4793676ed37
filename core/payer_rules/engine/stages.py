"""The stages in which rules are evaluated.

0. Duplicates.
1. Line rules.
2. Combinations, which see column 1 as stage 1 left it.
3. Add-on codes, until nothing changes.
4. Frequency limits: a stage for each window length, shorter ones first.
5. Minimums, which count what the limits left. After them, add-on codes once more: a limit may have
   denied a primary code.

Rules of one stage see the same claim.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Stage(NamedTuple):
    """A stage in the order; ``days`` is the length of the window of a limit."""

    level: int
    days: int = 0


DUPLICATES: Final = Stage(0)
LINES: Final = Stage(1)
PAIRS: Final = Stage(2)
ADD_ONS: Final = Stage(3)
LIMITS: Final = 4
MINIMUMS: Final = Stage(5)
#: Later than every stage.
AFTER_ALL: Final = Stage(6)
