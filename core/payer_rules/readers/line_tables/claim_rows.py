"""Rows of a table as claims: the rows of a claim stand together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.claims import Authorization, Claim, Member, ServiceLine
from payer_rules.errors import InvalidValueError, Problem
from payer_rules.readers.claim_documents import FiledClaim, UncodedClaim
from payer_rules.readers.line_tables.columns import NEEDED_OF_CLAIMS, NEEDED_OF_UNCODED, Part
from payer_rules.readers.line_tables.layout import TableLayout, TableRow
from payer_rules.readers.line_tables.row_values import (
    ProviderCache,
    is_uncoded,
    line_values,
    located,
    problems_of_row,
)
from payer_rules.readers.size_limits import MOST_LINES
from payer_rules.text.quoting import named

_OF_CLAIM: Final[tuple[Part, ...]] = ("claim", "member", "billing")


def claims_of(layout: TableLayout, name: str) -> Iterator[FiledClaim | UncodedClaim | Problem]:
    """The claims of the table, and what is wrong in its rows.

    A claim with a broken row is not read: without the row it would be another claim.
    """
    providers = ProviderCache()
    begun: dict[str, int] = {}
    for number, rows in _rows_by_claim(layout):
        if isinstance(rows, Problem):
            yield rows
        elif number in begun:
            yield _interrupted(layout, rows[0], number, begun[number])
        else:
            begun[number] = rows[0].number
            yield from _claim(layout, rows, providers, name, len(begun))


def _rows_by_claim(layout: TableLayout) -> Iterator[tuple[str, list[TableRow] | Problem]]:
    """The rows of each claim; faults of rows that belong to none, before the claim around them."""
    number = ""
    together: list[TableRow] = []
    for row in layout.rows():
        if isinstance(row, Problem):
            yield "", row
        elif row.value("claim") is None:
            yield from (("", problem) for problem in problems_of_row(layout, row, ("claim",)))
        elif not together or str(row.value("claim")) != number:
            if together:
                yield number, together
            number, together = str(row.value("claim")), [row]
        elif len(together) <= MOST_LINES:
            # NOTE: of a claim without an end one row more than are read is kept, which tells it.
            together.append(row)
    if together:
        yield number, together


def _interrupted(layout: TableLayout, line: TableRow, number: str, first: int) -> Problem:
    message = (
        f"claim {named(number)} goes on here, and began in {layout.source.place(first)}:"
        " what was read of it there is a part"
    )
    return layout.problem(line.number, "claim", message, "Sort the table by claim.")


def _claim(
    layout: TableLayout, rows: list[TableRow], providers: ProviderCache, name: str, count: int
) -> Iterator[FiledClaim | UncodedClaim | Problem]:
    if len(rows) > MOST_LINES:
        message = f"claim {named(rows[0].value('claim'))} has more than {MOST_LINES} rows"
        yield layout.problem(rows[-1].number, "claim", message, "Give each claim an id of its own.")
        return
    problems = [
        problem
        for row in rows
        for problem in problems_of_row(
            layout, row, NEEDED_OF_UNCODED if is_uncoded(row) else NEEDED_OF_CLAIMS
        )
    ]
    shared = rows[0] if len(rows) == 1 else _claim_values(layout, rows, problems)
    if problems:
        yield from problems
        return
    numbered = [(row, _number(row, at)) for at, row in enumerate(rows, start=1)]
    uncoded = tuple(number for row, number in numbered if is_uncoded(row))
    coded = [(row, number) for row, number in numbered if not is_uncoded(row)]
    if not coded:
        yield UncodedClaim(str(shared.of("claim")["id"]), uncoded, name, count)
        return
    claim = _built(layout, coded, shared, providers)
    if isinstance(claim, Claim):
        yield FiledClaim(claim, None, name, count, None, uncoded)
    else:
        yield from claim


def _number(row: TableRow, at: int) -> int:
    """The number of the line, else its place in the claim."""
    number = row.of("line").get("number", at)
    assert isinstance(number, int)
    return number


def _claim_values(layout: TableLayout, rows: list[TableRow], problems: list[Problem]) -> TableRow:
    """What the rows say of their claim; a cell may be empty where another row says it."""
    first: dict[str, tuple[object, int]] = {}
    shared: dict[Part, dict[str, object]] = {}
    for row in rows:
        for part in _OF_CLAIM:
            for field, value in row.of(part).items():
                shared.setdefault(part, {}).setdefault(field, value)
        for column_name, value in row.values.items():
            if layout.known[column_name].part not in _OF_CLAIM:
                continue
            known, number = first.setdefault(column_name, (value, row.number))
            if known != value:
                message = f"{column_name} is another than in {layout.source.place(number)}"
                remedy = "A claim has one: write the same in all its rows."
                problems.append(layout.problem(row.number, column_name, message, remedy))
    return TableRow(rows[0].number, {}, shared, [])


def _built(
    layout: TableLayout,
    rows: list[tuple[TableRow, int]],
    shared: TableRow,
    providers: ProviderCache,
) -> Claim | list[Problem]:
    """The claim, or what does not fit in its rows."""
    problems: list[Problem] = []
    lines = []
    for row, number in rows:
        values = {**line_values(row, providers), "number": number}
        try:
            lines.append(ServiceLine(**values))  # type: ignore[arg-type]
        except InvalidValueError as error:
            problems.extend(located(layout, row.number, error))
    told = dict(shared.of("claim"))
    if "authorizations" in told:
        numbers = told["authorizations"]
        assert isinstance(numbers, tuple)
        told["authorizations"] = tuple(Authorization(number=each) for each in numbers)
    if problems:
        return problems
    try:
        return Claim(
            **told,  # type: ignore[arg-type]
            member=Member(**shared.of("member")),  # type: ignore[arg-type]
            billing_provider=providers.of(shared, "billing"),  # type: ignore[arg-type]
            lines=lines,
        )
    except InvalidValueError as error:
        twins = [each.path[1] for each in error.field_errors if len(each.path) > 1]
        at = int(twins[0]) if twins else 0
        return [*located(layout, rows[at][0].number, error)]
