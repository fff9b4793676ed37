"""Random services of codes that CMS's tables bring together, for Hypothesis."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import published_tables
from add_on_reference import AddOnRow
from hypothesis import strategies as st
from pair_reference import Row
from published_tables import DAY
from services import Service, State
from unit_reference import UnitRow

FAMILY: Final = (
    "90785 90791 90792 90832 90833 90834 90836 90837 90838 90839 90840 90845 90846 90847 90849"
    " 90853 90863 90865 90870 90880 96116 96121 96127 96130 96132 96136 96138 96146 96156 96158"
    " 96159 96160 96164 96165 96167 96168 99202 99205 99211 99213 99215 99417 G0396 G0397 G0442"
    " G0444 G0463 G2212"
)
#: Add-on codes of types 2 and 3 with some primaries; MAI 1; laboratory; surgery of skin and nerves.
OTHERS: Final = (
    "0054T 88311 88305 88302 17311 64727 64702 64721 20701 11010 11012 11042 11043 11044 99486"
    " A0425 A6460 80048 80053 82565 36415 36000 96360 96372 93000 20610 29881 29877"
)
CODES: Final = tuple(f"{FAMILY} {OTHERS}".split())
#: Codes that share no row with the others: which of them is looked up in the tables.
STRANGERS: Final = ("A4253", "A7003", "E0114", "L1902", "V2020", "J1885", "90707", "D0120")
MODIFIERS: Final = (
    "59",
    "59",
    "XE",
    "XU",
    "25",
    "57",
    "27",
    "58",
    "91",
    "LT",
    "F5",
    "22",
    "76",
    "77",
    "GT",
)


class Rows:
    """The content of the tables of a setting on these codes."""

    # NOTE: no attrs class, of which Hypothesis would show every row where a test fails.
    def __init__(
        self, pairs: list[Row], units: dict[str, UnitRow], add_ons: list[AddOnRow]
    ) -> None:
        self.pairs, self.units, self.add_ons = pairs, units, add_ons


def rows_of(setting: str) -> Rows:
    """Return the rows of the setting's tables on the codes and on other codes."""
    codes = {*CODES, *STRANGERS}
    found = published_tables.pairs(setting, lambda one, other: one in codes and other in codes)
    add_ons = [row for row in published_tables.add_ons() if row.code in codes]
    units = published_tables.units(setting)
    return Rows([row for row, _ in found], units, add_ons)


def is_stranger(rows: Rows, code: str) -> bool:
    """Whether the code has no pair with any other of them, and is neither add-on nor primary."""
    in_pairs = any(code in (row.column1, row.column2) for row in rows.pairs)
    return not in_pairs and not any(code in (row.code, row.primary) for row in rows.add_ons)


@st.composite
def _services(draw: st.DrawFn, number: int, states: tuple[State, ...], around: date) -> Service:
    first = around + timedelta(days=draw(st.sampled_from([0, 0, 0, 1])))
    last = first + timedelta(days=draw(st.sampled_from([0, 0, 0, 0, 1, 2])))
    return Service(
        number=number,
        code=draw(st.sampled_from(CODES)),
        first=first,
        last=last,
        modifiers=tuple(draw(st.lists(st.sampled_from(MODIFIERS), max_size=2, unique=True))),
        units=draw(st.sampled_from([1, 1, 1, 2, 3, 4, 5])),
        provider=draw(st.sampled_from("PPPPQ")),
        state=draw(st.sampled_from(states)),
    )


@st.composite
def claims(draw: st.DrawFn, around: date = DAY) -> tuple[list[Service], list[Service]]:
    """The lines of a claim, one to four, and up to three earlier ones of the beneficiary."""
    lines = [draw(_services(n, ("pays",), around)) for n in range(1, draw(st.integers(1, 4)) + 1)]
    earlier: tuple[State, ...] = ("pays", "pays", "denied", "perhaps")
    history = [draw(_services(n, earlier, around)) for n in range(1, draw(st.integers(0, 3)) + 1)]
    return lines, history
