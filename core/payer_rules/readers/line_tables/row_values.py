"""Values made of the parts of a row: service line, providers, session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import attrs

from payer_rules.claims import (
    BodySite,
    Drug,
    Provider,
    Session,
    TreatmentDates,
    code_of_revenue_line,
)
from payer_rules.errors import FieldError, InvalidValueError, Problem
from payer_rules.readers.line_tables.columns import Part
from payer_rules.readers.line_tables.layout import TableLayout, TableRow

_COLUMN_NAMES: Final = {"number": "line", "id": "claim"}
_FIRST_DAYS: Final = frozenset(["date", "date_from"])
_PROVIDERS: Final[tuple[Part, ...]] = ("billing", "rendering")
#: The parts of a line that have columns of their own, besides providers and sessions.
_OF_LINE: Final[dict[Part, Callable[..., object]]] = {
    "dates": TreatmentDates,
    "body_site": BodySite,
    "drug": Drug,
}


@attrs.frozen
class ProviderCache:
    """The providers of a table, each made once."""

    _made: dict[tuple[tuple[str, object], ...], Provider] = attrs.field(factory=dict)

    def of(self, line: TableRow, part: Part) -> Provider | None:
        """Return the provider of a part of the row; ``None`` if it has no NPI."""
        fields = line.of(part)
        if "npi" not in fields:
            return None
        key = tuple(fields.items())
        if key not in self._made:
            self._made[key] = Provider(**fields)  # type: ignore[arg-type]
        return self._made[key]


def line_values(line: TableRow, providers: ProviderCache) -> dict[str, object]:
    """Return the fields of the service line in the row."""
    values = {**line.of("line"), "rendering_provider": providers.of(line, "rendering")}
    if "code" not in values:
        values["code"] = code_without_procedure(line)
    session = line.of("session")
    if session:
        values["session"] = Session(**session)  # type: ignore[arg-type]
    for part, kind in _OF_LINE.items():
        fields = line.of(part)
        if fields:
            values[part] = kind(**fields)
    return values


def is_uncoded(line: TableRow) -> bool:
    """Return True if the row has a revenue code and no procedure code, and no problem."""
    return "code" not in line.values and "revenue_code" in line.values and not line.problems


def code_without_procedure(line: TableRow) -> str | None:
    """Return the code of a line with a revenue code alone; ``None`` for the total of a claim."""
    revenue_code = line.values.get("revenue_code")
    return code_of_revenue_line(revenue_code) if isinstance(revenue_code, str) else None


def problems_of_row(
    layout: TableLayout, line: TableRow, needed: tuple[str, ...]
) -> Iterator[Problem]:
    """Yield the problems of the row that show before its values are combined."""
    if line.problems or line.values.keys().isdisjoint(_FIRST_DAYS) or not _has(line, needed):
        yield from line.problems
        yield from _missing(layout, line, needed)
    first, whole = line.value("date_from"), line.value("date")
    if whole is not None and (first is not None or line.value("date_to") is not None):
        remedy = "write date for one day, date_from and date_to for several"
        yield layout.problem(
            line.number, "date", "date is given together with date_from or date_to", remedy
        )
    for part in _PROVIDERS:
        fields = line.of(part)
        if fields and "npi" not in fields:
            message = f"the {part} provider has no NPI"
            yield layout.problem(line.number, None, message, f"write {part}_npi")
    if line.of("drug") and "number" not in line.of("drug"):
        yield layout.problem(line.number, None, "the drug has no number", "write drug_number")


def _has(line: TableRow, needed: tuple[str, ...]) -> bool:
    return line.values.keys() >= set(needed)


def _missing(layout: TableLayout, line: TableRow, needed: tuple[str, ...]) -> Iterator[Problem]:
    broken = {problem.where for problem in line.problems}
    for column_name in needed:
        problem = layout.problem(
            line.number, column_name, f"{column_name} is empty", "write it into every row"
        )
        if line.value(column_name) is None and problem.where not in broken:
            yield problem
    if line.values.keys().isdisjoint(_FIRST_DAYS) and not line.problems:
        yield layout.problem(line.number, None, "the row has no date", "write date, or date_from")


def located(layout: TableLayout, number: int, error: InvalidValueError) -> Iterator[Problem]:
    """Yield the errors of a combined value as problems of the row."""
    for field_error in error.field_errors:
        yield layout.problem(
            number,
            _column_name(field_error),
            field_error.message,
            field_error.remedy,
            field_error.code,
        )


def _column_name(field_error: FieldError) -> str | None:
    name = next((part for part in reversed(field_error.path) if isinstance(part, str)), None)
    return _COLUMN_NAMES.get(name, name) if name else None
