"""Rows of small files in CMS's two formats: their meaning does not depend on their order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from engine_answers import NOTHING_EARLIER, claim_of, disagreement, engine_answer
from examples import DEEP
from hypothesis import given, settings
from hypothesis import strategies as st
from pair_reference import Row, pair_answer
from published import FIRST, GIVEN, Pair, pair_text, written
from services import Service

from payer_rules import load
from payer_rules.rulebook import RuleBook
from payer_rules.tables.importing import import_tables

#: Each example imports files and makes rule books, which takes its time.
EXAMPLES: Final = max(12, DEEP // 10)
#: Codes without a rule of Medicare, three by three: pairs are of codes of one row.
TRIPLES: Final = tuple((f"1{n}001", f"1{n}002", f"1{n}003") for n in range(6))
HEADING: Final = "column1,column2,deletion_date,modifier_indicator,rationale_id"
BEGIN: Final = date(2010, 1, 1)
days = st.integers(0, 30).map(lambda n: BEGIN + timedelta(days=90 * n))


@st.composite
def tables(draw: st.DrawFn, is_dated: bool) -> list[Row]:
    """Rows of pairs of codes: spans that follow one another, each in either direction."""
    rows = []
    for one, other in (pair for codes in TRIPLES for pair in combinations(codes, 2)):
        ends = sorted(draw(st.sets(days, max_size=3)))
        begins = [BEGIN - timedelta(days=400), *(end + timedelta(days=1) for end in ends)]
        for first, last in zip(begins, [*ends, None], strict=True):
            if draw(st.booleans()):
                column1, column2 = draw(st.permutations((one, other)))
                effective = first if is_dated else None
                rows.append(Row(column1, column2, draw(st.sampled_from([0, 1])), last, effective))
        if draw(st.booleans()):
            day = draw(days)
            rows.append(Row(one, other, 9, day, day if is_dated else None))
    return rows


def dated_text(rows: list[Row]) -> str:
    """The rows as CMS publishes them today."""
    return pair_text(
        Pair(row.column1, row.column2, row.effective or BEGIN, row.deletion, row.indicator)
        for row in rows
    )


def undated_text(rows: list[Row]) -> str:
    """The rows as in a file that keeps no effective dates."""
    result = [
        f"{row.column1},{row.column2},{f'{row.deletion:%Y%m%d}' if row.deletion else ''},"
        f"{row.indicator},1"
        for row in rows
    ]
    return "\n".join([HEADING, *result, ""])


def book_of(text: str, name: str) -> RuleBook:
    """Medicare's rule book over a file of pairs."""
    with TemporaryDirectory() as kept:
        folder = Path(kept)
        import_tables([written(folder, name, text)], folder / "tables", identity=GIVEN)
        return load(without=["profiles"], tables=folder / "tables").rulebook("medicare")


def asked(rows: list[Row]) -> Iterator[list[Service]]:
    """Three codes on the day before, on and after each end of their rows, and in the quarter."""
    for codes in TRIPLES:
        own = [row for row in rows if row.column1 in codes]
        ends = {day for row in own for day in (row.deletion, row.effective) if day}
        around = {end + timedelta(days=n) for end in ends for n in (-1, 0, 1)} | {FIRST}
        for day in sorted(around):
            for mods in ((), ("59",)):
                yield [Service(n, code, day, day, mods) for n, code in enumerate(codes, 1)]


def check(rows: list[Row], turned: list[Row], is_dated: bool) -> None:
    """Both orders of the rows are answered as the reference does."""
    text, name = (dated_text, "ccipra.txt") if is_dated else (undated_text, "pairs.csv")
    book, other = book_of(text(rows), name), book_of(text(turned), name)
    for lines in asked(rows):
        claim = claim_of("practitioner", lines)
        expected = pair_answer(rows, "practitioner", lines, [])
        for item in (book, other):
            got = engine_answer(item.decide(claim, NOTHING_EARLIER), "medicare/ptp")
            assert not disagreement(expected, got), lines


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_rows_with_effective_dates(data: st.DataObject) -> None:
    """A row is in force from the effective to the deletion date, in any order of rows."""
    rows = data.draw(tables(is_dated=True).filter(bool))
    check(rows, data.draw(st.permutations(rows)), is_dated=True)


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_rows_without_effective_dates(data: st.DataObject) -> None:
    """Of the rows that have not ended the one that ends first holds, in any order of rows."""
    rows = data.draw(tables(is_dated=False).filter(bool))
    check(rows, data.draw(st.permutations(rows)), is_dated=False)
