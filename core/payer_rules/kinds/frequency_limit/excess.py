"""A frequency limit that is broken, told as a finding."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final, get_args

from payer_rules.decisions import Evidence, Finding
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.limits.results import Excess
from payer_rules.engine.limits.window_totals import WindowTotal
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.rules import Measure, WindowShape

_ORDINALS: Final = (
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
_COUNTED: Final[dict[Measure, str]] = {
    "units": "units",
    "services": "services",
    "visits": "visits",
    "days": "days",
    "minutes": "minutes",
    "clock-minutes": "minutes by the clock",
}
#: What a window is called; without a name it is so many days.
_NAMES: Final[dict[WindowShape, str | None]] = {
    **dict.fromkeys(get_args(WindowShape)),
    "week": "week",
    "month": "month",
    "calendar-year": "year",
    "fiscal-year": "fiscal year",
    "benefit-year": "benefit year",
}
_SUFFIXES: Final = {1: "st", 2: "nd", 3: "rd"}


def describe(rule: FrequencyLimit, reading: FrequencyLimit, over: Excess) -> Finding:
    """The finding on one line that does not fit into the window of the tally."""
    line, limit = over.candidate.line, reading.limit
    assert limit != "none"
    return Finding(
        rule=rule.id,
        lines=(line.number,),
        outcome=over.outcome,
        detected_in=rule.detected_in,
        adjustment=over.adjustment or rule.adjustment,
        message=f"{_counted(reading, over)} {_place(reading, over.total)}; limit {plain(limit)}"
        + (
            f"; {plain(round(over.pays * 100, 2))} percent is paid" if over.pays is not None else ""
        ),
        pays=over.pays,
        evidence=(
            *(evidence_of(other.line) for other in over.others),
            evidence_of(line),
            Evidence(kind="value", name="limit", value=plain(limit)),
            Evidence(kind="value", name="counted", value=plain(over.total.total)),
        ),
        citations=rule.citations,
    )


def plain(number: Decimal) -> str:
    """The number as a person writes it, without an exponent or trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _counted(rule: FrequencyLimit, over: Excess) -> str:
    code, total = over.candidate.line.code, over.total.total
    together = rule.codes_with(code)
    name = f"{code} (of {', '.join(sorted(together))})" if len(together) > 1 else code
    single = rule.counts in ("units", "services") and over.candidate.counted.amount == 1
    if single and total == int(total) and total > 0:
        return f"{ordinal(int(total))} {name}"
    return f"{plain(total)} {_COUNTED[rule.counts]} of {name}"


def _place(rule: FrequencyLimit, tally: WindowTotal) -> str:
    first, last = (date.fromordinal(day) for day in tally.window)
    if rule.window.shape == "line":
        return "on one line"
    if rule.window.shape in ("lifetime", "episode"):
        return f"in the {rule.window.shape}"
    if first == last:
        return f"on {first}"
    if tally.windows > 1:
        return f"in {tally.windows} windows from {first} to {last}, each with its limit"
    name = _NAMES[rule.window.shape]
    return (
        f"in the {name or f'{tally.window.last - tally.window.first + 1} days'} {first} to {last}"
    )


def ordinal(number: int) -> str:
    """``third``, ``11th``, ``22nd``."""
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{_SUFFIXES.get(number % 10, 'th')}"
