"""Single cells of CMS's files, read; and what is said of those that cannot be."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from payer_rules.claims import is_code
from payer_rules.errors import InvalidValueError
from payer_rules.rules import DateRange
from payer_rules.tables.problem_log import ProblemLog

_DAY: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})").fullmatch
_ORDINAL: Final = re.compile(r"([0-9]{4})([0-9]{3})").fullmatch
AGAIN: Final = "Fetch the file again, or mend the line."


def is_coded(code: str, line: int, log: ProblemLog) -> bool:
    """Whether the text is a procedure code; notes a fault if not."""
    if is_code(code):
        return True
    log.note(line, f"{code!r} is not a procedure code", AGAIN)
    return False


def day_of(text: str) -> date | None:
    """The day that eight digits tell, such as 20240701; ``None`` if they tell none."""
    told = _DAY(text)
    return _made(int(told[1]), int(told[2]), int(told[3])) if told else None


def ordinal_day_of(text: str) -> date | None:
    """The day that year and day of the year tell, such as 2024183; ``None`` if they tell none."""
    told = _ORDINAL(text)
    first = _made(int(told[1]), 1, 1) if told else None
    if told is None or first is None:
        return None
    day = first + timedelta(days=int(told[2]) - 1)
    return day if day.year == first.year else None


def span_of(first: date | None, last: date | None, line: int, log: ProblemLog) -> DateRange | None:
    """The days from first to last; ``None``, with a fault, if they are the wrong way round."""
    try:
        return DateRange(first, last)
    except InvalidValueError:
        log.note(line, f"the deletion date {last} is before the effective date {first}", AGAIN)
        return None


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def normal(cell: str) -> str:
    """A cell of a heading with nothing but its letters and digits."""
    return "".join(re.findall(r"[a-z0-9]+", cell.lower()))
