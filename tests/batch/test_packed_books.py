"""Laws of books that are sent: another process gives the answers of this one."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from line_batches import acme_checker, line_rows

pytest.importorskip("pyarrow", reason="batches need pyarrow (the extra batch)")

import pyarrow as pa

from payer_rules.batch import PackedBooks, decide_batches, result_schema


def test_another_process_gives_the_answers_of_books_that_are_sent_to_it_after_use(
    tmp_path: Path,
) -> None:
    """What the books have compiled is left behind."""
    lines = pa.Table.from_pylist(line_rows())
    books = acme_checker(tmp_path)
    here = pa.Table.from_batches(decide_batches(lines.to_batches(), books), result_schema())
    packed = PackedBooks.of(books)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        first, second = pool.map(packed.decide_table, [lines, lines])
    assert in_order(first) == in_order(here)
    assert in_order(second) == in_order(here)


def in_order(results: pa.Table) -> list[tuple[object, ...]]:
    """Return what is answered on each line; the order of rows, and which has a text, is free."""
    names = ("claim", "line", "payer", "outcome", "expected", "basis", "answer", "findings")
    return sorted(tuple(map(str, map(row.get, names))) for row in results.to_pylist())
