"""A frequency limit that is broken, told as a finding."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from payer_rules.decisions import Evidence, Finding
from payer_rules.engine.counting import Item, Tally
from payer_rules.engine.evidence import evidence_of
from payer_rules.rules import FrequencyLimit, Types

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


def describe(
    rule: FrequencyLimit, item: Item, beside: list[Item], tally: Tally, limit: Decimal
) -> Finding:
    """The finding on one line that does not fit into the window of the tally."""
    return Finding(
        rule=rule.id,
        lines=(item.line.number,),
        outcome=rule.outcome,
        stage=rule.stage,
        adjustment=rule.adjustment,
        message=f"{_counted(rule, item, tally)} {_place(rule, tally)}; limit {plain(limit)}",
        evidence=(
            *(evidence_of(other.line) for other in beside),
            evidence_of(item.line),
            Evidence(kind="value", name="limit", value=plain(limit)),
            Evidence(kind="value", name="counted", value=plain(tally.total)),
        ),
        citations=rule.citations,
    )


def plain(number: Decimal) -> str:
    """The number as a person writes it, without an exponent or trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _counted(rule: FrequencyLimit, item: Item, tally: Tally) -> str:
    code = item.line.code
    together = _together(rule, code)
    name = f"{code} (of {', '.join(sorted(together))})" if len(together) > 1 else code
    if item.count == 1 and tally.total == int(tally.total) and tally.total > 0:
        return f"{ordinal(int(tally.total))} {name}"
    what = "units" if rule.counts == "units" else "services"
    return f"{plain(tally.total)} {what} of {name}"


def _together(rule: FrequencyLimit, code: str) -> frozenset[str]:
    """The codes that count with the code."""
    if isinstance(rule.pool, Types):
        kind = rule.pool.of(code)
        return frozenset(each for each in rule.codes if rule.pool.of(each) == kind)
    return rule.codes if rule.pool == "together" else frozenset([code])


def _place(rule: FrequencyLimit, tally: Tally) -> str:
    first, last = date.fromordinal(tally.start), date.fromordinal(tally.end)
    if rule.window.days == 0:
        return "on one line"
    if rule.window.days == 1:
        return f"on {first}"
    return f"in the {rule.window.days} days {first} to {last}"


def ordinal(number: int) -> str:
    """``third``, ``11th``, ``22nd``."""
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{_SUFFIXES.get(number % 10, 'th')}"
