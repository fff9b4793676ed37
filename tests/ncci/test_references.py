"""The slow references on rows written by hand: what no row of the complete tables shows."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
from add_on_reference import AddOnRow, add_on_answer
from case_lines import services
from pair_reference import ANATOMIC, ASSOCIATED, Row, in_force, pair_answer
from services import Answer
from unit_reference import UnitRow, unit_answer

DAY: Final = date(2024, 8, 15)
QUARTER: Final = (date(2024, 7, 1), date(2024, 9, 30))
NOTHING: Final = Answer()


def denied(*numbers: int) -> Answer:
    """Return an answer on these lines only."""
    return Answer(denied=frozenset(numbers))


def test_44_modifiers_are_associated_with_pairs() -> None:
    """I-14: 31 anatomic ones, six of global surgery, seven others; not 22, 76 and 77."""
    assert (len(ANATOMIC), len(ASSOCIATED)) == (31, 44)
    assert not ASSOCIATED & {"22", "76", "77"}


@pytest.mark.parametrize(
    ("day", "column1"),
    [
        (date(2019, 12, 31), None),
        (date(2020, 1, 1), "11111"),
        (date(2021, 6, 30), "11111"),
        (date(2021, 7, 1), None),
        (date(2022, 1, 1), "22222"),
        (date(2030, 1, 1), "22222"),
    ],
)
def test_rows_with_dates(day: date, column1: str | None) -> None:
    """From the effective to the deletion date, both included; a tombstone never was an edit."""
    rows = [
        Row("11111", "22222", 1, date(2021, 6, 30), date(2020, 1, 1)),
        Row("22222", "11111", 0, None, date(2022, 1, 1)),
        Row("11111", "22222", 9, date(2021, 8, 1), date(2021, 8, 1)),
        Row("11111", "22222", 1, date(2021, 9, 1), date(2021, 9, 1)),
    ]
    row = in_force(rows, "11111", "22222", day)
    assert (row and row.column1) == column1
    assert in_force(rows, "11111", "22222", date(2021, 8, 1)) is None
    assert in_force(rows, "11111", "22222", date(2021, 9, 1)) is None


@pytest.mark.parametrize(
    ("day", "indicator"),
    [(date(2014, 9, 30), 0), (date(2014, 10, 1), 1), (date(2019, 12, 31), 1), (DAY, 0)],
)
def test_rows_without_effective_dates(day: date, indicator: int) -> None:
    """Of those that have not ended the one that ends first holds, whichever way it points."""
    rows = [
        Row("11111", "22222", 0),
        Row("11111", "22222", 1, date(2019, 12, 31)),
        Row("22222", "11111", 0, date(2014, 9, 30)),
        Row("11111", "22222", 9, date(2010, 1, 1)),
    ]
    row = in_force(rows, "22222", "11111", day)
    assert row is not None
    assert row.indicator == indicator


def test_pairs_do_not_unfire_each_other() -> None:
    """A column 1 that another pair denies still denies its own column 2."""
    rows = [Row("11111", "22222", 0), Row("22222", "33333", 0)]
    lines = services(DAY, "11111, 22222, 33333")
    assert pair_answer(rows, "practitioner", lines, []) == denied(2, 3)
    closed = [lines[0]._replace(state="denied"), *lines[1:]]
    assert pair_answer(rows, "practitioner", closed, []) == denied(3)


def test_a_visit_that_no_text_lists_is_untold() -> None:
    """59 and 25 on a visit of HCPCS level II."""
    for modifier in ("59", "25"):
        lines = services(DAY, f"11111, G0463 {modifier}")
        found = pair_answer([Row("11111", "G0463", 1)], "practitioner", lines, [])
        assert found == Answer(untold=frozenset([2]))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("11111 x5 +1", denied(1)),
        ("11111 x4 +1", NOTHING),
        ("11111 x2, 11111 +1", denied(1, 2)),
        ("11111 x2, 11111 day+1", NOTHING),
        ("11111 x2, 11111 x3 day+1", denied(2)),
        ("33333 x2, 33333 x2", NOTHING),
        ("33333 x2, 33333 x3", denied(2)),
    ],
)
def test_units_of_lines_and_days(message: str, expected: Answer) -> None:
    """A half is rounded up; only lines that share a day are summed; MAI 1 sums nothing."""
    rows = {"11111": UnitRow("11111", 2, 3), "33333": UnitRow("33333", 2, 1)}
    assert unit_answer(rows, QUARTER, services(DAY, message), []) == expected


def test_add_on_codes_of_add_on_codes() -> None:
    """One that is denied takes with it what it carried; two that carry each other are untold."""
    rows = [AddOnRow("22222", 1, "11111"), AddOnRow("33333", 1, "22222")]
    assert add_on_answer(rows, services(DAY, "22222, 33333"), []) == denied(1, 2)
    assert add_on_answer(rows, services(DAY, "11111, 22222, 33333"), []) == NOTHING
    mutual = [AddOnRow("22222", 1, "33333"), AddOnRow("33333", 1, "22222")]
    expected = Answer(untold=frozenset([1, 2]))
    assert add_on_answer(mutual, services(DAY, "22222, 33333"), []) == expected


def test_add_on_codes_of_the_contractors() -> None:
    """Types 2 and 3: another service may be a primary; without one there is none."""
    rows = [AddOnRow("22222", 2, "CCCCC"), AddOnRow("33333", 3, "11111")]
    for message, expected in (
        ("22222", denied(1)),
        ("22222, 11111", Answer(missing=frozenset([1]))),
        ("33333, 11111", NOTHING),
        ("33333, 44444", Answer(missing=frozenset([1]))),
        ("33333, 44444 denied", denied(1)),
    ):
        assert add_on_answer(rows, services(DAY, message), []) == expected
