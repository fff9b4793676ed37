"""The message of a limit that is exceeded, and its evidence."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from payer_rules.claims import Claim
from payer_rules.decisions import Evidence
from payer_rules.engine.evidence import evidence_of
from payer_rules.engine.limits.results import Excess
from payer_rules.engine.limits.window_totals import WindowTotal
from payer_rules.engine.limits.windows import as_dates
from payer_rules.engine.verdict import Verdict
from payer_rules.engine.words import Explanation, line_of
from payer_rules.kinds.frequency_limit.parts import Measure
from payer_rules.kinds.frequency_limit.rule import FrequencyLimit
from payer_rules.rules import Window, WindowShape, listed_codes

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
_SUFFIXES: Final = {1: "st", 2: "nd", 3: "rd"}
#: What a limit counts: the word for one, and for several.
MEASURES: Final[dict[Measure, tuple[str, str]]] = {
    "units": ("unit", "units"),
    "services": ("service", "services"),
    "visits": ("visit", "visits"),
    "days": ("day of service", "days of service"),
    "minutes": ("minute", "minutes"),
    "charged": ("dollar charged", "dollars charged"),
    "allowed": ("dollar allowed", "dollars allowed"),
    "paid": ("dollar paid", "dollars paid"),
    "points": ("point", "points"),
    "clock-minutes": ("minute by the clock", "minutes by the clock"),
}
#: The names of windows; those of other shapes are named by their number of days.
_NAMES: Final[dict[WindowShape, str]] = {
    "week": "week",
    "month": "month",
    "calendar-year": "year",
    "fiscal-year": "fiscal year",
    "benefit-year": "benefit year",
}


def explain(rule: FrequencyLimit, verdict: Verdict[Excess], claim: Claim) -> Explanation:
    """Return the message on a line that does not fit into a window, with the lines in it."""
    excess, reading = verdict.details, rule.as_read[0]
    assert reading.limit != "none"
    code, limit = line_of(verdict, claim).code, plain(reading.limit)
    message = f"{_counted(reading, code, excess)} {place_text(reading.window, excess.total)}"
    part = "" if excess.pays is None else f"; {plain(round(excess.pays * 100, 2))} percent is paid"
    return Explanation(
        message=f"{message}; limit {grouped(reading.limit)}{part}",
        evidence=(
            *map(evidence_of, excess.others),
            Evidence(kind="value", name="limit", value=limit),
            Evidence(kind="value", name="counted", value=plain(excess.total.total)),
        ),
        adjustment=excess.adjustment,
        pays=excess.pays,
    )


def plain(number: Decimal) -> str:
    """Return the number without an exponent or trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(number: Decimal) -> str:
    """Return the number for a sentence; from ten thousand on in groups, as ``16,000``."""
    return f"{number:,f}" if number >= 10_000 and number % 1 == 0 else plain(number)


def _counted(rule: FrequencyLimit, code: str, excess: Excess) -> str:
    """Return what was counted: ``third 90853``, or ``80 minutes of 90834 (of 90834, 90853)``."""
    codes, total = rule.codes_with(code), excess.total.total
    listed = sorted(listed_codes(codes)) or ["any code"]
    name = f"{code} (of {', '.join(listed)})" if listed != [code] else code
    is_one = rule.counts in ("units", "services") and excess.amount == 1
    if is_one and total == int(total) and total > 0:
        return f"{ordinal(int(total))} {name}"
    return f"{plain(total)} {MEASURES[rule.counts][1]} of {name}"


def place_text(window: Window, total: WindowTotal) -> str:
    """Return the place: ``on 2024-08-15``, ``in the week 2024-08-11 to 2024-08-17``."""
    first, last = as_dates(total.window)
    if window.shape == "line":
        return "on one line"
    if window.course is not None:
        return f"in one course of treatment ({window.course.name})"
    if window.shape == "authorization":
        return "under one authorization"
    if window.shape in ("lifetime", "episode"):
        return f"in the {window.shape}"
    if first == last:
        return f"on {first}"
    if total.windows > 1:
        return f"in {total.windows} windows from {first} to {last}, each with its limit"
    name = _NAMES.get(window.shape, f"{(last - first).days + 1} days")
    if window.shape == "rolling-months" and not window.early_by_days:
        name = f"{window.number} months" if window.number != 1 else "month"
    return f"in the {name} {first} to {last}"


def ordinal(number: int) -> str:
    """Return the ordinal number: ``third``, ``11th``, ``22nd``."""
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{_SUFFIXES.get(number % 10, 'th')}"
