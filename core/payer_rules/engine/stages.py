"""What sees what: the order in which rules judge.

0. duplicates; 1. line rules; 2. combinations, each reading column 1 as stratum 1 left it, then
add-on codes to a fixed point; 3. frequency limits, each window length a stratum of its own, shorter
first; 4. add-on codes again, of primaries that a limit denied. Lines of equal stratum see the same
claim.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Stage(NamedTuple):
    """The place of a judge in the order; ``days`` is the length of a limit's window."""

    level: int
    days: int = 0


DUPLICATES: Final = Stage(0)
LINES: Final = Stage(1)
PAIRS: Final = Stage(2)
ADD_ONS: Final = Stage(3)
LIMITS: Final = 4
