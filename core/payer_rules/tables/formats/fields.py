"""The parsers of single cells in CMS's files."""

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
DOWNLOAD: Final = "Download the file again, or correct the line."


def check_code(code: str, line: int, log: ProblemLog) -> bool:
    """Return True if the text is a procedure code; record a problem if it is not."""
    if is_code(code):
        return True
    log.note(line, f"{code!r} is not a procedure code", DOWNLOAD)
    return False


def day_of(text: str) -> date | None:
    """Return the date of eight digits such as 20240701, or ``None``."""
    match = _DAY(text)
    return _date_of(int(match[1]), int(match[2]), int(match[3])) if match else None


def ordinal_day_of(text: str) -> date | None:
    """Return the date of a year and a day of the year such as 2024183, or ``None``."""
    match = _ORDINAL(text)
    first = _date_of(int(match[1]), 1, 1) if match else None
    if match is None or first is None:
        return None
    day = first + timedelta(days=int(match[2]) - 1)
    return day if day.year == first.year else None


def dates_of(first: date | None, last: date | None, line: int, log: ProblemLog) -> DateRange | None:
    """Return the dates from first to last; record a problem if the last is before the first."""
    try:
        return DateRange(first, last)
    except InvalidValueError:
        log.note(line, f"the deletion date {last} is before the effective date {first}", DOWNLOAD)
        return None


def _date_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def normal(cell: str) -> str:
    """Return the letters and digits of a heading's cell in lower case."""
    return "".join(re.findall(r"[a-z0-9]+", cell.lower()))
