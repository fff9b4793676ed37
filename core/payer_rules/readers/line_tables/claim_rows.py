"""Claims made of the rows of a table: the rows of a claim follow one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.claims import Authorization, Claim, Member, Occurrence, ServiceLine
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InvalidValueError, Problem
from payer_rules.readers.filed_claims import (
    FiledClaim,
    UncodedClaim,
    with_lines_apart,
    without_repeated,
)
from payer_rules.readers.line_tables.columns import NEEDED_OF_CLAIMS, NEEDED_OF_UNCODED, Part
from payer_rules.readers.line_tables.layout import TableLayout, TableRow
from payer_rules.readers.line_tables.row_values import (
    ProviderCache,
    code_without_procedure,
    is_uncoded,
    line_values,
    located,
    problems_of_row,
)
from payer_rules.readers.size_limits import MOST_LINES
from payer_rules.text.quoting import named

_OF_CLAIM: Final[tuple[Part, ...]] = ("claim", "member", "billing")


def claims_of(
    layout: TableLayout, name: str, setting: str | None = None
) -> Iterator[FiledClaim | UncodedClaim | Problem]:
    """Yield the claims of the table, and the problems of its rows.

    A claim with a problem in a row is left out: without the row it would be another claim.
    ``setting`` is that of claims that do not state theirs.
    """
    builder = RowsToClaims(layout, name, setting)
    first_rows: dict[str, int] = {}
    for identity, rows in _rows_by_claim(layout):
        if isinstance(rows, Problem):
            yield rows
        elif identity in first_rows:
            yield _interrupted(layout, rows[0], identity, first_rows[identity])
        else:
            first_rows[identity] = rows[0].number
            yield from builder.claim(rows, len(first_rows))


def _rows_by_claim(layout: TableLayout) -> Iterator[tuple[str, list[TableRow] | Problem]]:
    """Yield the rows of each claim by its id; problems of rows without an id come first."""
    identity = ""
    rows: list[TableRow] = []
    for row in layout.rows():
        if isinstance(row, Problem):
            yield "", row
        elif row.value("claim") is None:
            yield from (("", problem) for problem in problems_of_row(layout, row, ("claim",)))
        elif not rows or str(row.value("claim")) != identity:
            if rows:
                yield identity, rows
            identity, rows = str(row.value("claim")), [row]
        elif len(rows) <= MOST_LINES:
            # NOTE: one row more than a claim may have shows that it has too many.
            rows.append(row)
    if rows:
        yield identity, rows


def _interrupted(layout: TableLayout, row: TableRow, identity: str, first: int) -> Problem:
    message = (
        f"claim {named(identity)} continues here, after rows of other claims; it starts in"
        f" {layout.source.place(first)}"
    )
    remedy = "Sort the table by claim."
    return layout.problem(row.number, "claim", message, remedy, ErrorCode.ROWS_OF_CLAIM)


@attrs.frozen
class RowsToClaims:
    """A builder of claims from the rows of one table; equal providers become one value."""

    layout: TableLayout
    name: str
    setting: str | None
    providers: ProviderCache = attrs.field(factory=ProviderCache)

    def claim(
        self, rows: list[TableRow], count: int
    ) -> Iterator[FiledClaim | UncodedClaim | Problem]:
        """Yield the claim of the rows, or the problems that keep it from being one."""
        if len(rows) > MOST_LINES:
            message = f"claim {named(rows[0].value('claim'))} has more than {MOST_LINES} rows"
            remedy = "Give each claim an id of its own."
            yield self.layout.problem(
                rows[-1].number, "claim", message, remedy, ErrorCode.TOO_LARGE
            )
            return
        problems = [problem for row in rows for problem in self._problems(row)]
        shared = rows[0] if len(rows) == 1 else _claim_values(self.layout, rows, problems)
        if problems:
            yield from problems
            return
        numbered = [(row, _number(row, at)) for at, row in enumerate(rows, start=1)]
        uncoded = tuple(number for row, number in numbered if is_uncoded(row))
        claim = self._built(numbered, shared)
        if claim is None:
            yield UncodedClaim(str(shared.of("claim")["id"]), uncoded, self.name, count)
        elif isinstance(claim, Claim):
            yield with_lines_apart(FiledClaim(claim, None, self.name, count, None, uncoded))
        else:
            yield from claim

    def _problems(self, row: TableRow) -> Iterator[Problem]:
        needed = NEEDED_OF_UNCODED if is_uncoded(row) else NEEDED_OF_CLAIMS
        return problems_of_row(self.layout, row, needed)

    def _built(
        self, rows: list[tuple[TableRow, int]], shared: TableRow
    ) -> Claim | list[Problem] | None:
        """Return the claim, or what is wrong with the values of its rows that have a code.

        It is ``None`` if no row has one, and none can be read.
        """
        problems: list[Problem] = []
        lines = []
        for row, number in rows:
            if is_uncoded(row) and code_without_procedure(row) is None:
                continue
            values = {**line_values(row, self.providers), "number": number}
            try:
                lines.append(ServiceLine(**values))  # type: ignore[arg-type]
            except InvalidValueError as error:
                if not is_uncoded(row):
                    problems.extend(located(self.layout, row.number, error))
        if problems or not lines:
            return problems or None
        try:
            return Claim(
                **self._claim_values(shared),  # type: ignore[arg-type]
                member=Member(**shared.of("member")),  # type: ignore[arg-type]
                billing_provider=self.providers.of(shared, "billing"),  # type: ignore[arg-type]
                lines=without_repeated(lines) if any(is_uncoded(row) for row, _ in rows) else lines,
            )
        except InvalidValueError as error:
            twins = [each.path[1] for each in error.field_errors if len(each.path) > 1]
            at = int(twins[0]) if twins else 0
            return [*located(self.layout, rows[at][0].number, error)]

    def _claim_values(self, shared: TableRow) -> dict[str, object]:
        values = {"setting": self.setting, **shared.of("claim")}
        numbers = values.get("authorizations")
        if isinstance(numbers, tuple):
            values["authorizations"] = tuple(Authorization(number=each) for each in numbers)
        codes = values.get("occurrences")
        if isinstance(codes, tuple):
            values["occurrences"] = tuple(Occurrence(code=code) for code in codes)
        return values


def _number(row: TableRow, at: int) -> int:
    """Return the number of the line; its place in the claim where the row has none."""
    number = row.of("line").get("number", at)
    assert isinstance(number, int)
    return number


def _claim_values(layout: TableLayout, rows: list[TableRow], problems: list[Problem]) -> TableRow:
    """Return what the rows state of their claim; a cell may be empty if another row has it."""
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
                message = f"{column_name} differs from {layout.source.place(number)}"
                remedy = "A claim has one: write the same in all its rows."
                problems.append(
                    layout.problem(
                        row.number, column_name, message, remedy, ErrorCode.ROWS_OF_CLAIM
                    )
                )
    return TableRow(rows[0].number, {}, shared, [])
