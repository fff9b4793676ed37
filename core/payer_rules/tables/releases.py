"""CMS's quarterly releases, and what the name of a file tells of the table in it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.errors import Fault

Program: TypeAlias = Literal["medicare", "medicaid"]
PROGRAMS: Final[tuple[Program, ...]] = ("medicare", "medicaid")
SETTINGS: Final = ("practitioner", "outpatient-hospital", "dme")

_release: Final = re.compile(r"(\d{4})q([1-4])").fullmatch
#: CMS numbers pair tables by year and quarter: v32.0 is 2026 Q1, and v32.2 is 2026 Q3.
_VERSION: Final = re.compile(r"cci(pra|oph)-v(\d{2})([0-3])r\d+(?:-f(\d+))?", re.IGNORECASE)
_VERSION_0: Final = 1994
_EFFECTIVE: Final = re.compile(r"eff_(01|04|07|10)-01-(\d{4})", re.IGNORECASE)
_QUARTER: Final = re.compile(r"(\d{4})[-_]?q([1-4])|q([1-4])[-_]?(\d{4})", re.IGNORECASE)
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
    """A quarter for which CMS published tables."""

    year: int
    quarter: int

    @classmethod
    def parse(cls, text: str) -> Release | None:
        """The release that a text such as ``2024q3`` names."""
        told = _release(text.lower())
        return cls(int(told[1]), int(told[2])) if told else None

    @property
    def first(self) -> date:
        """The day on which the release comes into force."""
        return date(self.year, 3 * self.quarter - 2, 1)

    @property
    def last(self) -> date:
        """The day before the next release comes into force."""
        year, month = divmod(12 * self.year + 3 * self.quarter, 12)
        return date(year, month + 1, 1) - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.year}q{self.quarter}"


@attrs.frozen(kw_only=True)
class Told:
    """What is known of the table in a file: ``None`` is not known.

    ``piece`` is the number of the file where several make one table.
    """

    program: Program | None = None
    setting: str | None = None
    release: Release | None = None
    piece: int | None = None

    @classmethod
    def by_name(cls, name: str) -> Told:
        """What a file's name tells: ``ccipra-v322r0-f1.txt``, ``MCR_MUE_…_Eff_07-01-2026.csv``."""
        if version := _VERSION.search(name):
            return cls(
                program="medicare",
                setting="practitioner" if version[1].lower() == "pra" else "outpatient-hospital",
                release=Release(_VERSION_0 + int(version[2]), int(version[3]) + 1),
                piece=int(version[4]) if version[4] else None,
            )
        return cls(
            program=next((each for find, each in _PROGRAM if find.search(name)), None),
            setting=next((each for find, each in _SETTING if find.search(name)), None),
            release=_quarter(name),
        )

    def or_else(self, other: Told) -> Told:
        """This, and of the other what this does not tell."""
        return Told(
            program=self.program or other.program,
            setting=self.setting or other.setting,
            release=self.release or other.release,
            piece=self.piece or other.piece,
        )

    def against(self, other: Told, name: str, this: str, that: str) -> list[Fault]:
        """A fault for each thing of which this and that tell different ones."""
        return [
            Fault(name, f"{this} is of {told}, and {that} says {differs}", "Name the right one.")
            for told, differs in (
                (self.program, other.program),
                (self.setting, other.setting),
                (self.release, other.release),
            )
            if told and differs and told != differs
        ]


def _quarter(name: str) -> Release | None:
    if told := _EFFECTIVE.search(name):
        return Release(int(told[2]), (int(told[1]) + 2) // 3)
    if told := _QUARTER.search(name):
        return Release(int(told[1] or told[4]), int(told[2] or told[3]))
    return None
