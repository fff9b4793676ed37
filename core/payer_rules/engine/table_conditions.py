"""Conditions on tables of codes, as a lookup by code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Self

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import day_after, days_of_change, missing_day
from payer_rules.engine.truth import Truth, both
from payer_rules.rules import DateRange, TableCondition


@attrs.frozen(eq=False)
class CodeTableLookup:
    """The dates on which each code has one of the values of a condition."""

    dates: Mapping[str, Sequence[DateRange]]

    @classmethod
    def of(cls, condition: TableCondition) -> Self:
        """Return the lookup of the condition."""
        dates: dict[str, list[DateRange]] = {}
        for row in condition.rows:
            if row.value in condition.value:
                dates.setdefault(row.code, []).append(row.dates)
        return cls(dates)


def is_listed(lookups: Iterable[CodeTableLookup], state: ClaimState, line: ServiceLine) -> Truth:
    """Return whether the line's code has the values that are asked for on the day of the line."""
    return both(_has_value(lookup.dates.get(line.code, ()), line) for lookup in lookups)


def _has_value(spans: Sequence[DateRange], line: ServiceLine) -> Truth:
    ends = ((span.first or date.min, day_after(span.last)) for span in spans)
    days = days_of_change(line.date_from, line.date_to, chain(*ends))
    answers = {any(day in span for span in spans) for day in days}
    return answers.pop() if len(answers) == 1 else missing_day(line)
