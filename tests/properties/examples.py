"""How many examples a property tries.

The plain run and CI try few and fixed ones, so that a green suite stays green. With
``PAYER_RULES_EXAMPLES=1000`` (``tox run -e deep``) each property tries at least so many random ones,
and those that compare the engine with an oracle over 100,000 together.
"""

from __future__ import annotations

import os
from typing import Final

#: Examples of each property in the deep run; 0 in the plain run.
DEEP: Final = int(os.environ.get("PAYER_RULES_EXAMPLES", "0"))


def examples(plain: int, times: int = 1) -> int:
    """Return the number of examples: ``plain``, or the deep run's number where that is greater.

    ``times`` is how often a property is tried for once that others are.
    """
    return max(plain, DEEP * times)
