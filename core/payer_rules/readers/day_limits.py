"""The range of days that rules can be evaluated for."""

from __future__ import annotations

from datetime import date
from typing import Final

from payer_rules.claims import ServiceLine
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem
from payer_rules.readers.filed_claims import FiledClaim
from payer_rules.text.quoting import named

#: Medicare, the oldest of the programs, was enacted in 1965; windows of rules reach years back
#: and ahead, and must not leave the calendar of Python.
_FIRST: Final = date(1900, 1, 1)
_LAST: Final = date(2199, 12, 31)


def is_in_range(line: ServiceLine) -> bool:
    """Return True if rules can be evaluated for the days of the line."""
    return line.date_from >= _FIRST and line.date_to <= _LAST


def claim_is_in_range(filed: FiledClaim) -> bool:
    """Return True if the days of the claim, and of the history with it, are in range."""
    claim, earlier = filed.claim, filed.history.lines if filed.history else ()
    lines = (*claim.lines, *earlier) if earlier else claim.lines
    return _FIRST <= (claim.received or _FIRST) <= _LAST and all(map(is_in_range, lines))


def range_problem(file: str, claim: str) -> Problem:
    """Return the problem of a claim with a day that is out of range."""
    message = f"a date is before {_FIRST} or after {_LAST}"
    where = f"{file}, claim {named(claim)}"
    return Problem(where, message, "Correct the dates of service.", ErrorCode.DATE_OUT_OF_RANGE)
