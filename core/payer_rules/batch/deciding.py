"""The decisions on the lines of a partition: Arrow in, Arrow out."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from payer_rules.batch.decided_rows import decided_rows
from payer_rules.batch.kept_units import KeptUnits
from payer_rules.batch.line_answers import AnswerTable
from payer_rules.batch.line_rows import with_places
from payer_rules.batch.text_hashes import hash_texts
from payer_rules.checking import ClaimChecker

if TYPE_CHECKING:
    import pyarrow as pa

    from payer_rules.batch.text_hashes import Hashes

_ROWS_AT_ONCE: Final = 1 << 16
#: The lines that the engine decides together; as claims in Python they take some 300 MB.
_ROWS_OF_ENGINE: Final = 50_000
#: What was decided by each books, by the way of reading.
_KEPT: Final[WeakKeyDictionary[ClaimChecker, dict[Hashable, KeptUnits | None]]] = (
    WeakKeyDictionary()
)


def decide_batches(
    batches: Iterable[pa.RecordBatch],
    books: ClaimChecker,
    *,
    mapping: Mapping[str, str] | None = None,
    setting: str | None = None,
    messages: bool = False,
    split_claims: Hashes | None = None,
    rules: dict[str, str] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Yield the results for the lines, with the columns of `result_schema`.

    The batches have all lines of each of their members, in any order, with the columns of a claim
    table; ``mapping`` gives their names, and ``setting`` is that of claims without one. Columns
    ``source_file`` and ``source_row`` say where a line comes from. ``messages`` adds the texts of
    findings. ``split_claims`` are ids of claims with rows in other partitions, as hashes.
    ``rules`` receives the fingerprint of the rules of each payer that decided a line.
    """
    import pyarrow as pa

    tables = [table for table in _tables(batches) if table.num_rows]
    kept = None if messages else _kept_units(books, mapping, setting)
    answers = kept.answers if kept else AnswerTable()
    found: list[pa.Table] = []
    if kept and len(tables) == 1:
        table = with_places(tables[0])
        decided = kept.decide(table, split_claims)
        if decided is not None:
            of_units, rest = decided
            found += [of_units] if of_units is not None else []
            found += kept.take_notes()
            tables = [table.take(rest)] if len(rest) else []
    for part in _parts(tables, mapping, split_claims):
        rows = decided_rows(
            part,
            books,
            answers,
            mapping=mapping,
            setting=setting,
            split_claims=split_claims,
            messages=messages,
        )
        found.append(rows.table())
        if rules is not None:
            rules.update(rows.fingerprints())
    if rules is not None:
        rules.update(kept.fingerprints if kept else {})
    results = answers.with_texts(pa.concat_tables(found))
    yield from results.to_batches(max_chunksize=_ROWS_AT_ONCE)


def _parts(
    tables: list[pa.Table], mapping: Mapping[str, str] | None, split_claims: Hashes | None
) -> Iterator[list[pa.Table]]:
    """Yield the tables in parts of fewer rows, each with all rows of some members.

    They are one part where it is not known which claims have rows of several members.
    """
    import numpy as np

    name = (mapping or {}).get("member", "member")
    rows = sum(table.num_rows for table in tables)
    count = 1 if split_claims is None else max(1, -(-rows // _ROWS_OF_ENGINE))
    if count == 1 or any(name not in table.column_names for table in tables):
        yield tables
        return
    # NOTE: rows of a part have the numbers that they have in their table.
    tables = [with_places(table) for table in tables]
    parts = [(hash_texts(table[name]) >> np.uint64(17)) % np.uint64(count) for table in tables]
    for number in range(count):
        yield [
            table.filter(of_rows == number) for table, of_rows in zip(tables, parts, strict=True)
        ]


def kept_units_of(books: ClaimChecker) -> dict[Hashable, KeptUnits | None]:
    """Return the units that the books decided in this process, by the way of reading."""
    return _KEPT.setdefault(books, {})


def _kept_units(
    books: ClaimChecker, mapping: Mapping[str, str] | None, setting: str | None
) -> KeptUnits | None:
    """Return the units that were decided by the books before, with the same way of reading."""
    by_reading = kept_units_of(books)
    reading = (frozenset((mapping or {}).items()), setting)
    if reading not in by_reading:
        by_reading[reading] = KeptUnits.of(books, mapping, setting)
    return by_reading[reading]


def _tables(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield the batches as tables, one for those with the same columns."""
    import pyarrow as pa

    by_schema: dict[pa.Schema, list[pa.RecordBatch]] = {}
    for batch in batches:
        by_schema.setdefault(batch.schema.remove_metadata(), []).append(batch)
    for schema, of_schema in by_schema.items():
        yield pa.Table.from_batches(
            [pa.RecordBatch.from_arrays(each.columns, schema=schema) for each in of_schema]
        )
