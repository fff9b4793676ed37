"""Units of H0004 by the minutes of the session. Invented: write what your payer's text says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from payer_rules import Adjustment, Check, Citation, Claim, History, MissingInformation, Violation

MANUAL: Final = Citation(
    row="MANUAL",
    title="Provider manual (invented)",
    url="https://example.com/manual",
    locator="page 30",
    read=date(2024, 1, 1),
    confidence="primary",
)


def units_by_minutes(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """The lines that have more units than their minutes make, or do not say their minutes."""
    for line in claim.lines:
        if line.minutes is None:
            yield MissingInformation(lines=(line.number,), reason="claim", missing="minutes")
        elif line.units > units_of(line.minutes):
            most = units_of(line.minutes)
            message = f"{line.units} units for {line.minutes} minutes, which make {most}"
            yield Violation(lines=(line.number,), message=message)


def units_of(minutes: int) -> int:
    """The quarters of an hour in the minutes, the last from its eighth minute on."""
    return (minutes + 7) // 15


UNITS_BY_MINUTES: Final = Check(
    id="acme/units-by-minutes",
    codes=frozenset({"H0004"}),
    function=units_by_minutes,
    adjustment=Adjustment(group="CO", carc="16", rarc=("M53",)),
    citations=(MANUAL,),
    rationale="A unit is a quarter of an hour; its last counts from the eighth minute on.",
)
