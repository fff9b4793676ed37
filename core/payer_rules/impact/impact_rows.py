"""The changed lines of a comparison as rows: CSV, a workbook, Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import chain, islice
from typing import Any, Final, NamedTuple

from payer_rules.impact.changed_lines import ChangedLine, SideAnswer
from payer_rules.impact.impact_summary import names_of
from payer_rules.reports.workbooks import CellValue, workbook_from
from payer_rules.text.escaping import csv_text


class ChangedRow(NamedTuple):
    """A changed line: the line as billed, the direction, both answers, reasons and sources."""

    claim: str
    payer: str
    line: int
    code: str
    modifiers: str
    date: date
    charge: Decimal | None
    family: str
    direction: str
    rules: str
    topics: str
    old_proved: str
    old_expected: str
    old_basis: str
    old_reason: str
    old_source: str
    new_proved: str
    new_expected: str
    new_basis: str
    new_reason: str
    new_source: str


def rows_of_impact(lines: Iterable[ChangedLine]) -> Iterator[ChangedRow]:
    """Yield the row of each changed line."""
    for line in lines:
        billed = line.billed
        yield ChangedRow(
            line.claim,
            line.payer,
            billed.line,
            billed.code,
            " ".join(billed.modifiers),
            date.fromisoformat(billed.date),
            None if billed.charge is None else Decimal(billed.charge),
            names_of(line, "family")[0],
            line.direction,
            " ".join(line.rules),
            " ".join(line.topics),
            *_answer(line.old),
            *_answer(line.new),
        )


def _answer(answer: SideAnswer | None) -> tuple[str, str, str, str, str]:
    if answer is None:
        return ("", "", "", "", "")
    reasons = [f"{each.codes} {each.message}".strip() for each in answer.reasons]
    sources = [each.source for each in answer.reasons]
    sources += [each.source for each in answer.silent]
    return (
        answer.outcome,
        answer.expected,
        answer.basis,
        "; ".join(reasons) or answer.question,
        "; ".join(dict.fromkeys(filter(None, sources))),
    )


def csv_of_impact(lines: Iterable[ChangedLine]) -> Iterator[str]:
    """Yield the rows as CSV, with a header."""
    for row in chain([ChangedRow._fields], rows_of_impact(lines)):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(map(_cell, row))
        yield text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else csv_text(str(value))


def workbook_of_impact(lines: Iterable[ChangedLine]) -> bytes:
    """Return the rows as a workbook, with numbers as such; needs openpyxl."""
    rows: Iterator[Iterable[CellValue]] = (map(_value, row) for row in rows_of_impact(lines))
    return workbook_from("changed lines", chain([ChangedRow._fields], rows))


def _value(value: str | int | date | Decimal | None) -> CellValue:
    return value if isinstance(value, int | Decimal) else _cell(value)


#: The rows of a group of Parquet.
_BATCH: Final = 1 << 14


def parquet_of_impact(lines: Iterable[ChangedLine]) -> bytes:
    """Return the rows as Parquet; needs pyarrow."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types: dict[str, Any] = {
        "line": pa.int32(),
        "date": pa.date32(),
        "charge": pa.decimal128(38, 10),
    }
    schema = pa.schema([(name, types.get(name, pa.string())) for name in ChangedRow._fields])
    content = io.BytesIO()
    with pq.ParquetWriter(content, schema) as writer:
        remaining = rows_of_impact(lines)
        while rows := list(islice(remaining, _BATCH)):
            columns = dict(zip(ChangedRow._fields, map(list, zip(*rows, strict=True)), strict=True))
            writer.write_table(pa.table(columns, schema=schema))
    return content.getvalue()
