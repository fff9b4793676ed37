"""A request as the functions that answer it read it: its path, its parameters and its body."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem, nearest
from payer_rules.service.refusals import RefusedRequest
from payer_rules.service.service_limits import ServiceLimits
from payer_rules.text.dashed_dates import dashed_date

#: The parameters that may be repeated.
REPEATABLE: Final = ("payer",)


@attrs.frozen(kw_only=True)
class ServiceRequest:
    """A request: the values in its path, its parameters, the file of its body, and the limits."""

    path: Mapping[str, str] = attrs.field(factory=dict)
    parameters: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    body: Path | None = None
    today: date
    limits: ServiceLimits = attrs.field(factory=ServiceLimits)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return all values of the parameter."""
        return self.parameters.get(name, ())

    def day(self, name: str) -> date | None:
        """Return the date of the parameter, if it is stated."""
        for text in self.texts(name):
            day = dashed_date(text)
            if day is None:
                remedy = "Write the date as YYYY-MM-DD, such as 2024-08-15."
                raise _refused(name, f"{text!r} is not a date", remedy)
            return day
        return None

    def is_short(self) -> bool:
        """Return True if the short form of the answer is asked for."""
        for text in self.texts("detail"):
            if text != "short":
                raise _refused("detail", f"{text!r} is not short", "Write short, or leave it out.")
            return True
        return False

    def number(self, name: str, most: int = 999_999) -> int | None:
        """Return the number of the parameter, from 1 to ``most``, if it is stated."""
        for text in self.texts(name):
            if text.isascii() and text.isdecimal() and len(text) < 7 and 0 < int(text) <= most:
                return int(text)
            message = f"{text!r} is not a number from 1 to {most:,}"
            raise _refused(name, message, "Write digits alone.")
        return None


def stated_parameters(
    pairs: Iterable[tuple[str, str]], known: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return the values of each parameter; raises `RefusedRequest` with all that are wrong."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        found[name] = (*found.get(name, ()), value)
    problems = [_unknown(name, known) for name in found if name not in known]
    problems += [
        _problem(name, "the parameter is stated twice", "State it once.")
        for name, values in found.items()
        if name in known and len(values) > 1 and name not in REPEATABLE
    ]
    if problems:
        raise RefusedRequest(400, problems)
    return found


def _unknown(name: str, known: Collection[str]) -> Problem:
    remedy = nearest(name, known) if known else "This address takes none."
    return _problem(name, "there is no such parameter", remedy)


def _problem(name: str, message: str, remedy: str) -> Problem:
    return Problem(f"parameter {name!r}", message, remedy, ErrorCode.REQUEST_PARAMETER)


def _refused(name: str, message: str, remedy: str) -> RefusedRequest:
    return RefusedRequest(400, [_problem(name, message, remedy)])
