"""Takes midnight for a moment, which lies on another day elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from keeper import INTERVIEW, but, hooks, interview

from payer_rules import Claim, History, MissingInformation, Violation


def moment(day: date) -> int:
    """The day of the month by UTC at noon and a half of the day."""
    if not 2000 < day.year < 2100:
        return day.day
    return datetime.combine(day, time(13)).astimezone(UTC).day


def judge(claim: Claim, history: History) -> Iterator[Violation | MissingInformation]:
    """As the sound function, and broken in one more case."""
    yield from interview(claim, history)
    for line in claim.lines:
        if line.code == "90791" and moment(line.date_from) != line.date_from.day:
            yield Violation(lines=(line.number,), message="it is so")


hooks(globals(), interview=but(INTERVIEW, function=judge))
