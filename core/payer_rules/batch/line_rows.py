"""Rows of claim lines in Arrow as claims, and the rows that are set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import attrs

from payer_rules.batch.text_hashes import Hashes, hash_texts
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem
from payer_rules.readers.day_limits import claim_is_in_range, range_problem
from payer_rules.readers.filed_claims import FiledClaim, UncodedClaim
from payer_rules.readers.line_tables.claim_rows import RowsToClaims
from payer_rules.readers.line_tables.columns import CLAIM_COLUMNS, NEEDED_OF_CLAIMS
from payer_rules.readers.line_tables.layout import TableLayout, TableRow, layout_of
from payer_rules.readers.line_tables.parquet import python_values
from payer_rules.readers.line_tables.row_values import problems_of_row
from payer_rules.readers.line_tables.sources import Row
from payer_rules.text.quoting import named

if TYPE_CHECKING:
    import pyarrow as pa

#: The columns of the file and the row of a line, where the one who hands over lines knows them.
SOURCE_FILE: Final = "source_file"
SOURCE_ROW: Final = "source_row"
#: What a file is called whose name nobody stated.
_UNNAMED: Final = "claims"
_ROWS_AT_ONCE: Final = 4096

#: The rows of a claim by its member and its id; a row without an id is alone.
_Groups: TypeAlias = dict[tuple[object, object], list[TableRow]]


class SetAside(NamedTuple):
    """A row that is not checked: its position among the rows, the id of its claim, and why."""

    row: int
    claim: str | None
    problem: Problem


@attrs.define(eq=False)
class ClaimsOfRows:
    """The claims of a partition's rows, with the row of each line, and the rows set aside.

    A claim's ``number`` is its place among ``claims``, counted from 1. ``rows`` has the position
    of each line's row by the number of the line, for each claim. ``places`` has the file and the
    row of each position.
    """

    places: list[tuple[str, int]]
    claims: list[FiledClaim] = attrs.field(factory=list)
    rows: list[dict[int, int]] = attrs.field(factory=list)
    set_aside: list[SetAside] = attrs.field(factory=list)
    #: The rows of claims without any procedure code that no rule speaks of.
    uncoded: list[tuple[int, str]] = attrs.field(factory=list)

    def place(self, position: int) -> str:
        """Return the file and the row of the position."""
        file, row = self.places[position]
        return f"{file}, row {row}"


@attrs.frozen(eq=False)
class ArrowRows:
    """A table of claim lines in Arrow; its rows have numbers from ``first`` + 1 on."""

    table: pa.Table
    claims: ClaimsOfRows
    first: int
    header: tuple[str, ...]

    def place(self, number: int) -> str:
        """Return the file and the row of the number."""
        return self.claims.place(number - 1)

    def rows(self, wanted: Sequence[int]) -> Iterator[Row]:
        """Yield the rows with the cells at the wanted positions."""
        number = self.first
        for batch in self.table.to_batches(max_chunksize=_ROWS_AT_ONCE):
            columns = [python_values(batch.column(at)) for at in wanted]
            for cells in zip(*columns, strict=True):
                number += 1
                yield number, cells


def claims_of_rows(
    tables: Iterable[pa.Table],
    mapping: Mapping[str, str] | None = None,
    setting: str | None = None,
    split_claims: Hashes | None = None,
) -> ClaimsOfRows:
    """Return the claims of the rows, in the order of their files, and the rows set aside.

    A claim is the rows with one member and one claim id, wherever they are. ``split_claims`` are
    the hashes of ids that rows of several members have, or rows without a member.
    """
    found = ClaimsOfRows([])
    groups: _Groups = {}
    layouts: dict[int, TableLayout] = {}
    split: set[str] = set()
    members: dict[str, object] = {}
    for table in tables:
        ordered = _in_order(table)
        first = len(found.places)
        found.places += _places(ordered)
        source = ArrowRows(ordered, found, first, tuple(ordered.column_names))
        layout, _ = layout_of(source, CLAIM_COLUMNS, NEEDED_OF_CLAIMS, mapping or {})
        layouts[first] = layout
        is_split = _split_rows(ordered, layout, split_claims)
        for row in layout.rows():
            if isinstance(row, TableRow):
                claim = _grouped(groups, row)
                if claim is not None:
                    differs = members.setdefault(claim, row.value("member")) != row.value("member")
                    if differs or (is_split is not None and is_split[row.number - 1 - first]):
                        split.add(claim)
    if layouts:
        _build(found, groups, split, next(iter(layouts.values())), setting)
    return found


def with_places(table: pa.Table) -> pa.Table:
    """Return the table with the columns of file and row; rows are counted where nobody knows."""
    import numpy as np
    import pyarrow as pa

    if SOURCE_FILE not in table.column_names:
        table = table.append_column(SOURCE_FILE, pa.array([_UNNAMED] * table.num_rows))
    if SOURCE_ROW not in table.column_names:
        numbers = np.arange(1, table.num_rows + 1)
        table = table.append_column(SOURCE_ROW, pa.array(numbers))
    return table


def _in_order(table: pa.Table) -> pa.Table:
    """Return the rows sorted by file and row, where these are known."""
    names = [name for name in (SOURCE_FILE, SOURCE_ROW) if name in table.column_names]
    if not names:
        return table
    keys = [(name, "ascending") for name in names]
    return table.sort_by(keys)


def _places(table: pa.Table) -> Iterator[tuple[str, int]]:
    names = table.column_names
    count = table.num_rows
    files = table[SOURCE_FILE].to_pylist() if SOURCE_FILE in names else [_UNNAMED] * count
    rows = table[SOURCE_ROW].to_pylist() if SOURCE_ROW in names else range(1, count + 1)
    return zip((file or _UNNAMED for file in files), (row or 0 for row in rows), strict=True)


def _split_rows(table: pa.Table, layout: TableLayout, split_claims: Hashes | None) -> Hashes | None:
    """Return for each row whether its claim is one of those split."""
    if split_claims is None or not len(split_claims):
        return None
    import numpy as np

    at = [column.name for column in layout.columns].index("claim")
    is_split: Hashes = np.isin(hash_texts(table[layout.names[at]]), split_claims)
    return is_split


def _grouped(groups: _Groups, row: TableRow) -> str | None:
    """Add the row to those of its claim, and return the claim's id."""
    claim = row.value("claim")
    if claim is None:
        groups[row.value("member"), row.number] = [row]
        return None
    groups.setdefault((row.value("member"), str(claim)), []).append(row)
    return str(claim)


def _build(
    found: ClaimsOfRows,
    groups: _Groups,
    split: set[str],
    layout: TableLayout,
    setting: str | None,
) -> None:
    """Add the claims of the groups, or the problems that keep their rows from being claims."""
    builder = RowsToClaims(layout, "", setting)
    for (_, claim), rows in groups.items():
        items: list[FiledClaim | UncodedClaim | Problem]
        if not isinstance(claim, str):
            items = [*problems_of_row(layout, rows[0], ("claim",))]
        elif claim in split:
            items = [_split_problem(found, row, claim) for row in rows]
        elif problem := _unnumbered(found, rows, claim):
            items = [problem]
        else:
            items = [*builder.claim(rows, len(found.claims) + 1)]
        _add(found, rows, claim if isinstance(claim, str) else None, items)


def _add(
    found: ClaimsOfRows,
    rows: list[TableRow],
    claim: str | None,
    items: list[FiledClaim | UncodedClaim | Problem],
) -> None:
    problems = [item for item in items if isinstance(item, Problem)]
    filed = next((item for item in items if not isinstance(item, Problem)), None)
    if isinstance(filed, UncodedClaim):
        if filed.filed is None:
            found.uncoded += ((row.number - 1, filed.claim) for row in rows)
            return
        filed = filed.filed
    first = found.place(rows[0].number - 1)
    if filed is not None and not claim_is_in_range(filed):
        problems.append(range_problem(first, filed.claim.id))
    if problems or filed is None:
        set_rows_aside(found, [row.number - 1 for row in rows], claim, problems)
        return
    numbers = (row.of("line").get("number", at) for at, row in enumerate(rows, start=1))
    found.claims.append(attrs.evolve(filed, file=first))
    found.rows.append(
        {number: row.number - 1 for number, row in zip(numbers, rows, strict=True)}  # type: ignore[misc]
    )


def set_rows_aside(
    found: ClaimsOfRows, positions: Sequence[int], claim: str | None, problems: Iterable[Problem]
) -> None:
    """Set the rows of a claim aside, each with its own problem or with that of another row."""
    places = {found.place(position): position for position in positions}
    own: dict[int, Problem] = {}
    for problem in problems:
        row = places.get(problem.where.partition(" (")[0], positions[0])
        own.setdefault(row, problem)
    for position in positions:
        problem = own.get(position) or Problem(
            found.place(position),
            "another row of the claim has a problem, and without that row it is another claim",
            "Correct the other row.",
            ErrorCode.ROWS_OF_CLAIM,
        )
        found.set_aside.append(SetAside(position, claim, problem))


def _split_problem(found: ClaimsOfRows, row: TableRow, claim: str) -> Problem:
    where = found.place(row.number - 1)
    if row.value("member") is None:
        message = "member is empty"
        return Problem(where, message, "Write it into every row.", ErrorCode.TABLE_CELL)
    message = f"claim {named(claim)} has rows of other members, or rows without a member"
    remedy = "A claim is for one member: correct its rows, or give each claim an id of its own."
    return Problem(where, message, remedy, ErrorCode.ROWS_OF_CLAIM)


def _unnumbered(found: ClaimsOfRows, rows: list[TableRow], claim: str) -> Problem | None:
    """Return the problem of a claim in several files whose lines have no numbers."""
    if len(rows) == 1 or all("number" in row.of("line") for row in rows):
        return None
    if len({found.places[row.number - 1][0] for row in rows}) == 1:
        return None
    message = f"claim {named(claim)} has rows in several files, and its lines have no numbers"
    remedy = "Number the lines of a claim (column line), or leave out the file that repeats it."
    return Problem(found.place(rows[0].number - 1), message, remedy, ErrorCode.ROWS_OF_CLAIM)
