"""The arrays of the screen: lines, rules, and the keys that are found."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np

Numbers: TypeAlias = np.ndarray[Any, Any]

PAIR_RULE: Final = 0
UNIT_RULE: Final = 1
FIRST_LIMIT: Final = 2
#: The window of a limit.
ROLLING: Final = 0
PERIOD: Final = 1
#: What the modifiers of a line bypass, as bits: in column 1, or unclear; in column 2, or unclear.
BYPASSES_FIRST: Final = 1
UNCLEAR_FIRST: Final = 2
BYPASSES_SECOND: Final = 4
UNCLEAR_SECOND: Final = 8


class LineArrays(NamedTuple):
    """The lines of a file: ``order`` has the rows of each member from its place in ``starts``.

    ``who`` are the numbers of the billing and the rendering provider.
    """

    order: Numbers
    starts: Numbers
    claim: Numbers
    day: Numbers
    code: Numbers
    units: Numbers
    bypass: Numbers
    who: Numbers


class RuleArrays(NamedTuple):
    """The rules: a bit for each two codes that have a row, the rows, the MUEs, and the limits.

    Of a row: the higher code, first and last day, whether a modifier bypasses it, and whether its
    column 1 is the higher code. A scope is 0 for the member, 1 for who bills, 2 for who renders.
    """

    codes: int
    known: Numbers
    places: Numbers
    others: Numbers
    firsts: Numbers
    lasts: Numbers
    bypassable: Numbers
    is_reversed: Numbers
    pair_scope: int
    most: Numbers
    is_of_line: Numbers
    unit_scope: int
    limit_places: Numbers
    limits_of_code: Numbers
    has_code: Numbers
    maximum: Numbers
    counts_units: Numbers
    window: Numbers
    length: Numbers
    stage: Numbers
    limit_scope: Numbers
    periods: Numbers
    first_period_day: int


class KeyArrays(NamedTuple):
    """The keys found: rule, row and other row; ``size`` may be more than there is room for."""

    rule: Numbers
    row: Numbers
    other: Numbers
    size: Numbers
