"""CMS's quarterly releases, and the identity of a table as the name of its file states it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InputError, InvalidValueError, Problem

Program: TypeAlias = Literal["medicare", "medicaid"]
PROGRAMS: Final[tuple[Program, ...]] = ("medicare", "medicaid")
SETTINGS: Final = ("practitioner", "outpatient-hospital", "dme")

#: The years of a release; CMS's tables begin in 1996, and no date of service is after 2199.
_YEARS: Final = range(2000, 2200)
_QUARTERS: Final = range(1, 5)
RANGE: Final = f"{_YEARS[0]}q1 to {_YEARS[-1]}q4"
_release: Final = re.compile(r"([0-9]{4})q([1-4])", re.IGNORECASE).fullmatch
#: CMS numbers pair tables by year and quarter: v32.0 is 2026 Q1, and v32.2 is 2026 Q3.
_VERSION: Final = re.compile(
    r"cci(pra|oph)-v([0-9]{2})([0-3])r[0-9]+(?:-f([0-9]+))?", re.IGNORECASE
)
_VERSION_0: Final = 1994
_EFFECTIVE: Final = re.compile(r"eff_(01|04|07|10)-01-([0-9]{4})(?![0-9])", re.IGNORECASE)
_QUARTER: Final = re.compile(
    r"(?<![0-9])([0-9]{4})[-_]?q([1-4])(?![0-9])|q([1-4])[-_]?([0-9]{4})(?![0-9])", re.IGNORECASE
)
_PROGRAM: Final[tuple[tuple[re.Pattern[str], Program], ...]] = (
    (re.compile(r"medicare|(?<![a-z])mcr(?![a-z])", re.IGNORECASE), "medicare"),
    (re.compile(r"medicaid|(?<![a-z])mcd(?![a-z])", re.IGNORECASE), "medicaid"),
)
_SETTING: Final = (
    (re.compile(r"practitioner", re.IGNORECASE), "practitioner"),
    (re.compile(r"outpatient|hospital", re.IGNORECASE), "outpatient-hospital"),
    (re.compile(r"dme|durable", re.IGNORECASE), "dme"),
)


@attrs.frozen(order=True)
class Release:
    """A quarter for which CMS published tables, from 2000q1 to 2199q4.

    Raises `InvalidValueError` for any other.
    """

    year: int
    quarter: int

    def __attrs_post_init__(self) -> None:
        if self.year not in _YEARS or self.quarter not in _QUARTERS:
            message = f"{self.year!r}q{self.quarter!r} is not a release"
            remedy = f"Write one of {RANGE}."
            raise InvalidValueError(
                [FieldError(("release",), message, remedy, ErrorCode.TABLE_IDENTITY)]
            )

    @classmethod
    def parse(cls, text: str) -> Release | None:
        """Return the release that a text such as ``2024q3`` names, or ``None``."""
        found = _release(text)
        if found is None or int(found[1]) not in _YEARS:
            return None
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> date:
        """The day on which the release takes effect."""
        return date(self.year, 3 * self.quarter - 2, 1)

    @property
    def last(self) -> date:
        """The day before the next release takes effect."""
        year, month = divmod(12 * self.year + 3 * self.quarter, 12)
        return date(year, month + 1, 1) - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year}q{self.quarter}"


@attrs.frozen(kw_only=True)
class TableIdentity:
    """The identity of the table in a file; a part is ``None`` if it is unknown.

    ``piece`` is the number of the file if a table comes in several.
    """

    program: Program | None = None
    setting: str | None = None
    release: Release | None = None
    piece: int | None = None

    @classmethod
    def from_name(cls, name: str) -> TableIdentity:
        """Return the identity that a name states, such as ``ccipra-v322r0-f1.txt``.

        Raises `InputError` for a release before 2000q1 or after 2199q4.
        """
        if version := _VERSION.search(name):
            return cls(
                program="medicare",
                setting="practitioner" if version[1].lower() == "pra" else "outpatient-hospital",
                release=_release_of(name, _VERSION_0 + int(version[2]), int(version[3]) + 1),
                piece=int(version[4]) if version[4] else None,
            )
        return cls(
            program=next((each for find, each in _PROGRAM if find.search(name)), None),
            setting=next((each for find, each in _SETTING if find.search(name)), None),
            release=_quarter(name),
        )

    def filled_from(self, other: TableIdentity) -> TableIdentity:
        """Return this identity with its gaps filled from the other one."""
        return TableIdentity(
            program=self.program or other.program,
            setting=self.setting or other.setting,
            release=self.release or other.release,
            piece=self.piece or other.piece,
        )

    def conflicts_with(
        self, other: TableIdentity, name: str, this: str, that: str
    ) -> list[Problem]:
        """Return a problem for each part in which the two identities differ."""
        return [
            Problem(
                name,
                f"{this} states {own}, and {that} states {others}",
                "Correct the one that is wrong.",
                ErrorCode.TABLE_IDENTITY,
            )
            for own, others in (
                (self.program, other.program),
                (self.setting, other.setting),
                (self.release, other.release),
            )
            if own and others and own != others
        ]


def _quarter(name: str) -> Release | None:
    if found := _EFFECTIVE.search(name):
        return _release_of(name, int(found[2]), (int(found[1]) + 2) // 3)
    if found := _QUARTER.search(name):
        return _release_of(name, int(found[1] or found[4]), int(found[2] or found[3]))
    return None


def _release_of(name: str, year: int, quarter: int) -> Release:
    if year not in _YEARS:
        message = f"the name states the release {year:04}q{quarter}"
        remedy = f"Use a file of a release from {RANGE}."
        raise InputError([Problem(name, message, remedy, ErrorCode.TABLE_IDENTITY)])
    return Release(year, quarter)
