"""A claim must reach the payer in time."""

from __future__ import annotations

from typing import Literal

import attrs

from payer_rules.rules.bounds import TimeLimit
from payer_rules.rules.rule import CodedRule


@attrs.frozen(kw_only=True)
class TimelyFiling(CodedRule):
    """The claim is received ``within`` so many days or calendar months of the service.

    ``since`` is the day of service from which time runs, for a line of several days its first or
    its last; ``None``: the source does not say, and where it matters the line is not evaluated.
    """

    within: TimeLimit
    since: Literal["first-day", "last-day"] | None = None
