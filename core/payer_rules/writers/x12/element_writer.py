"""Values as X12 elements, and the problems of values that cannot be written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.errors import FieldError, InvalidValueError, Path

#: The basic and the extended character set, without the separators.
_carried: Final = re.compile(r"[A-Za-z0-9 !\"&'()+,\-./;?=%@\[\]_{}\\|<>#$`]*").fullmatch
_is_npi: Final = re.compile(r"[0-9]{10}").fullmatch
_CENTS: Final = Decimal("0.01")
#: An amount has at most ten digits, two of them cents.
_MOST: Final = Decimal(10) ** 8
_PLAIN: Final = "Write it with letters A to Z, digits and plain punctuation, without * : ~ ^."


def segment(*elements: str) -> str:
    """Return the elements as a segment, without empty ones at its end."""
    return "*".join(elements).rstrip("*")


def composite(*components: str) -> str:
    """Return the components as an element."""
    return ":".join(components).rstrip(":")


def number(value: Decimal) -> str:
    """Return the number as X12 writes it, without trailing zeros."""
    return f"{value.normalize():f}"


def eight(day: date) -> str:
    """Return the day as eight digits."""
    return f"{day:%Y%m%d}"


@attrs.frozen(eq=False)
class ElementWriter:
    """Formats elements, and collects what is missing for a claim or an envelope.

    NOTE: no message quotes a person's name, address or birth date.
    """

    field_errors: list[FieldError] = attrs.field(factory=list)

    def text(self, value: str | None, path: Path, what: str, least: int, most: int) -> str:
        """Return the text if X12 can carry it and its length fits; report a problem otherwise."""
        if not value:
            self.report_missing(path, what)
        elif not _carried(value) or value != value.strip():
            self.report_problem(path, f"{what} has a sign that X12 does not carry", _PLAIN)
        elif not least <= len(value) <= most:
            length = str(most) if least == most else f"{least} to {most}"
            message = f"{what} has {len(value)} characters, and the form takes {length}"
            self.report_problem(path, message, "Write it as the receiver knows it.")
        else:
            return value
        return ""

    def npi(self, value: str, path: Path, what: str) -> str:
        """Return the NPI; report a problem if the number is not one."""
        if not _is_npi(value):
            message = f"{what} has the number {value!r}, which is not an NPI"
            self.report_problem(path, message, "Write the ten digits of the NPI.")
        return value

    def amount(self, value: Decimal | None, path: Path, what: str) -> str:
        """Return the amount of money in dollars."""
        if value is None:
            self.report_missing(path, what)
            return ""
        if not 0 <= value < _MOST or value != value.quantize(_CENTS):
            message = f"{what} is {value}, which is not an amount of dollars and cents"
            self.report_problem(path, message, "Write it such as 120.50.")
        return number(value)

    def report_missing(self, path: Path, what: str) -> None:
        """Report a fact that is not known, and where to write it."""
        *outer, key = (str(part) for part in path)
        if outer[:1] == ["lines"]:
            # NOTE: the message names the line; a list has no key to write under.
            outer = []
        place = f" under {'.'.join(outer)}" if outer else ""
        self.report_problem(path, f"{what} is not known", f"Write {key} = …{place}.")

    def report_problem(self, path: Path, message: str, remedy: str) -> None:
        """Report what is wrong."""
        self.field_errors.append(FieldError(path, message, remedy))

    def finish(self, segments: Iterator[str]) -> tuple[str, ...]:
        """Return the segments; raises `InvalidValueError` if anything was reported."""
        made = tuple(segments)
        if self.field_errors:
            raise InvalidValueError(dict.fromkeys(self.field_errors))
        return made
