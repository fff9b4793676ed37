"""Medically unlikely edits according to CMS's policy manual, sentence by sentence.

Pages are those of the Medicare NCCI Policy Manual of 2026. Nothing here is fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple, TypeAlias

from services import Answer, Service, answer

#: The first and the last day for which a table holds.
Quarter: TypeAlias = tuple[date, date]


class UnitRow(NamedTuple):
    """A row of a setting's table: the most units of a code, and the adjudication indicator."""

    code: str
    most: int
    mai: int


def is_in(quarter: Quarter, day: date) -> bool:
    """Whether the day is one of the quarter."""
    return quarter[0] <= day <= quarter[1]


def units_a_day(line: Service) -> int:
    """I-34: units of service of a span, by its days, rounded to the nearest whole number."""
    a_day = Decimal(line.units) / len(line.days)
    return int(a_day.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def on_day(line: Service, services: Iterable[Service], day: date) -> int:
    """The units of the line's code, provider and beneficiary on a day, of all these services."""
    return sum(
        units_a_day(service)
        for service in services
        if service.code == line.code and service.provider == line.provider and day in service.days
    )


def is_over(row: UnitRow, line: Service, services: list[Service], quarter: Quarter) -> bool:
    """Return whether all units of the line are denied, with these services on record.

    It counts the days in the quarter: the table does not cover others.
    """
    # I-31, I-33: an MUE of 0: the code is not payable in this setting.
    if row.most == 0:
        return True
    # I-28: 1 is an edit of the claim line: each line against the MUE.
    if row.mai == 1:
        return units_a_day(line) > row.most
    # I-28, I-29: 2 and 3 are edits of the date of service: all lines of the code are summed.
    days = [day for day in line.days if is_in(quarter, day)]
    return any(on_day(line, services, day) > row.most for day in days)


def unit_answer(
    rows: Mapping[str, UnitRow],
    quarter: Quarter,
    lines: list[Service],
    history: list[Service],
) -> Answer:
    """I-28: more units than the MUE, and all units of the line, or of the code on the day, are denied.

    MUEs count what was billed, so a line that is denied for another reason counts; of earlier
    lines those that were paid count. I-29, I-35: some MUEs are confidential, so a code without a
    published one may have one. A table holds for its quarter: other days of a line are open.
    """
    paid = [line for line in history if line.state == "pays"]
    perhaps = [line for line in history if line.state == "perhaps"]
    denied, missing = set(), set()
    for line in lines:
        row = rows.get(line.code)
        inside = [is_in(quarter, day) for day in line.days]
        if row is not None and any(inside) and is_over(row, line, [*lines, *paid], quarter):
            denied.add(line.number)
        elif (
            row is None or not all(inside) or is_over(row, line, [*lines, *paid, *perhaps], quarter)
        ):
            missing.add(line.number)
    return answer(denied, missing=missing)
