"""The rule that a claim is received in time."""

from __future__ import annotations

from typing import Literal

import attrs

from payer_rules.rules.bounds import TimeLimit
from payer_rules.rules.rule import CodedRule


@attrs.frozen(kw_only=True)
class TimelyFiling(CodedRule):
    """The claim is received ``within`` a number of days or calendar months of the service.

    ``since`` is the day of a line of several days from which the time runs: its first or its last.
    ``None`` means that the source does not state it; if that matters, the line is not evaluated.
    """

    within: TimeLimit
    since: Literal["first-day", "last-day"] | None = None
