"""The rule that a claim is received in time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.bounds import TimeLimit, limit_advice
from payer_rules.rules.rule import CodedRule

#: How to write a time limit, if it is a number.
_ADVICE: Final = {"advice": limit_advice}


@attrs.frozen(kw_only=True)
class TimelyFiling(CodedRule):
    """The claim is received ``within`` a number of days or calendar months of the service.

    ``since`` is the day of a line of several days from which the time runs: its first or its last.
    ``None`` means that the source does not state it; if that matters, the line is not evaluated.
    With ``"other-payer-decision"`` the time runs from the last decision of another payer; a claim
    without such a decision is not late by the rule, unless it is received later than ``at_latest``
    after the last day of the line.
    """

    within: TimeLimit = attrs.field(metadata=_ADVICE)
    since: Literal["first-day", "last-day", "other-payer-decision"] | None = None
    at_latest: TimeLimit | None = attrs.field(default=None, metadata=_ADVICE)

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if self.at_latest is not None and self.since != "other-payer-decision":
            remedy = 'Write since = "other-payer-decision", or leave at_latest out.'
            message = "at_latest is stated, and the time runs from the service"
            yield FieldError(("at_latest",), message, remedy)
