"""A law of history tables: a row is read alike alone and after rows that it repeats."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from payer_rules.errors import Problem
from payer_rules.history import HistoryLine
from payer_rules.readers.line_tables import read_history_table
from payer_rules.readers.line_tables.repeated_rows import RepeatedRows

#: The cells of each column: the first is that of a sound row.
CELLS: Final[dict[str, tuple[str, ...]]] = {
    "claim": ("C1", "C2", " C3 ", "Ü4", ""),
    "member": ("M1", "M2", " M3", " "),
    "code": ("90853", "90834", "9", ""),
    "date": ("2024-08-15", "20240816", "2024-08-17T00:00:00", "15/08/2024", ""),
    "date_from": ("2024-08-15", "20240816", "2024-08-20", "2024-02-30", ""),
    "date_to": ("2024-08-19", "2024-08-15", "2024-08-14", "soon", ""),
    "line": ("1", "2", "", "0", "1.5"),
    "modifiers": ("GT", "", "59 GT", "GT GT"),
    "units": ("1", "", "2.0", "0", "many"),
    "charge": ("120.50", "", "120.5", "-1", "1_000", "$5"),
    "allowed": ("80", "", "1e3", "1e30"),
    "paid": ("80.50", "", "0", "-0.01"),
    "paid_units": ("1", "", "9"),
    "payer_claim": ("I1", "", " I2 ", "I3"),
    "status": ("paid", "", "denied", "payed"),
    "revenue_code": ("0915", "", "0001", "12"),
    "minutes": ("60", "", "-5"),
    "place_of_service": ("11", "", "02", "111"),
    "diagnoses": ("F33.1 F41.1", "", "none"),
    "billing_npi": ("1234567893", "", "1"),
    "rendering_npi": ("1234567893", ""),
    "rendering_profession": ("lcsw", ""),
    "session": ("S1", ""),
}
DAYS: Final = (("date",), ("date_from",), ("date_from", "date_to"), ("date", "date_to"))
NEEDED: Final = ("claim", "member", "code")


def varied(cells: Mapping[str, Sequence[Any]]) -> list[list[Any]]:
    """A sound row, then that row with each of the other cells of one column, each row twice."""
    first = [each[0] for each in cells.values()]
    rows = [
        [*first[:at], cell, *first[at + 1 :]]
        for at, each in enumerate(cells.values())
        for cell in each
    ]
    return [first, *(row for row in rows for _ in range(2))]


def found_in(file: Path) -> list[HistoryLine | Problem]:
    """The lines and the problems of the table."""
    return list(read_history_table(file, name="table"))


def written(file: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    """A CSV file of the rows; a row without cells is a blank line."""
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])
    return file


def without_place(found: list[HistoryLine | Problem]) -> list[HistoryLine | str]:
    """The lines and the problems, without the number of the row."""
    return [
        re.sub(r"row \d+", "row", str(each)) if isinstance(each, Problem) else each
        for each in found
    ]


@pytest.mark.parametrize("days", DAYS, ids="-".join)
def test_a_row_of_csv_is_read_alike_alone_and_after_others(
    days: tuple[str, ...], tmp_path: Path
) -> None:
    """The table has the lines and the problems of tables with one of its rows each."""
    left_out = {"date", "date_from", "date_to"} - {*days}
    cells = {name: each for name, each in CELLS.items() if name not in left_out}
    rows = varied(cells)
    together = found_in(written(tmp_path / "together.csv", [*cells], rows))
    alone: list[HistoryLine | Problem] = []
    for at, row in enumerate(rows):
        alone += found_in(written(tmp_path / "alone.csv", [*cells], [*[[]] * at, row]))
    assert together == alone
    assert {type(each) for each in together} == {HistoryLine, Problem}


#: A column of Parquet has one type.
TYPED: Final[dict[str, tuple[Any, ...]]] = {
    "claim": (1.0, 2.0, 2.5, float("nan"), None),
    "member": (7, 8, None),
    "code": ("90853", "90834", None),
    "date": (date(2024, 8, 15), date(2024, 8, 16), None),
    "modifiers": (["GT"], [], ["59", "GT"], ["9"], None),
    "units": (Decimal("1.00"), Decimal("2.50"), Decimal("0.00"), None),
    "charge": (120.5, -1.0, float("nan"), None),
    "paid": (None, True, False),
    "minutes": (60.0, float("nan"), 1.5),
    "status": ("paid", "payed", None),
    "paid_units": (1, 2, 3, None),
    "session": ("S1", None),
    "session_start": (None, datetime(2024, 8, 15, 10)),
}


def test_a_row_of_parquet_is_read_alike_alone_and_after_others(tmp_path: Path) -> None:
    """The same holds for cells that have types of their own."""
    pa = pytest.importorskip("pyarrow", reason="Parquet is read with pyarrow")
    import pyarrow.parquet as pq

    rows = varied(TYPED)
    table = pa.table(dict(zip(TYPED, map(list, zip(*rows, strict=True)), strict=True)))
    pq.write_table(table, tmp_path / "together.parquet")
    together = found_in(tmp_path / "together.parquet")
    alone: list[HistoryLine | Problem] = []
    for at in range(len(rows)):
        pq.write_table(table.slice(at, 1), tmp_path / "alone.parquet")
        alone += found_in(tmp_path / "alone.parquet")
    assert without_place(together) == without_place(alone)
    assert {type(each) for each in together} == {HistoryLine, Problem}


def test_repetitions_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a thousand rows that differ in ids, days and amounts, one is read by itself."""
    read: list[HistoryLine] = []
    add = RepeatedRows.add

    def noted(self: RepeatedRows, cells: Sequence[object], line: HistoryLine) -> None:
        read.append(line)
        add(self, cells, line)

    monkeypatch.setattr(RepeatedRows, "add", noted)
    rows = [
        [f"C{n}", f"M{n % 9}", "90853", f"2024-08-{n % 28 + 1:02}", f"{n}.5", "paid", "1234567893"]
        for n in range(1_000)
    ]
    header = [*NEEDED, "date", "charge", "status", "billing_npi"]
    assert len(found_in(written(tmp_path / "table.csv", header, rows))) == 1_000
    assert len(read) == 1
