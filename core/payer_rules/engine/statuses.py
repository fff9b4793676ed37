"""Dated statuses of members, providers and stays on the days of a line."""

from __future__ import annotations

from collections.abc import Sequence

from payer_rules.claims import DatedStatus, ServiceLine
from payer_rules.engine.days import is_within
from payer_rules.engine.missing import MissingFacts
from payer_rules.engine.truth import Truth, either
from payer_rules.rules import StatusCriteria

#: The value which states that there is no status of the kind.
_NONE = "none"


def has_status(
    statuses: Sequence[DatedStatus] | None,
    criteria: StatusCriteria,
    line: ServiceLine,
    missing: MissingFacts,
) -> Truth:
    """Return whether a status meets the criteria on the days of the line.

    Nothing is known of a kind that the statuses do not name, unless there are none at all.
    """
    if statuses is None:
        return missing
    of_kind = [status for status in statuses if status.kind == criteria.kind]
    if not of_kind:
        return missing if statuses else False
    return either(
        is_within(line, status.date_from, status.date_to)
        for status in of_kind
        if (status.value in criteria.value if criteria.value else status.value != _NONE)
    )
