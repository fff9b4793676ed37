"""One condition of a rule: its test, and what the test reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import attrs

from payer_rules.engine.reads import Reads
from payer_rules.engine.truth import Truth

#: A function of the condition's value, the state of the claim and the line.
ConditionTest: TypeAlias = Callable[..., Truth]


@attrs.frozen
class Condition:
    """The test of one condition of `When`, and what it reads.

    ``reads_earlier`` is what it reads besides to weigh an earlier line. Lines that depend on no
    other line are not told apart by it.
    """

    test: ConditionTest
    reads: Reads
    reads_earlier: Reads = attrs.field(factory=Reads)
