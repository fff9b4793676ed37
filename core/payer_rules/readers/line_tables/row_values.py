"""The parts of a row as values: service line, providers, session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.claims import Provider, Session
from payer_rules.errors import Fault, Misfit, MisfitError
from payer_rules.readers.line_tables.columns import Part
from payer_rules.readers.line_tables.layout import TableLayout, TableRow

_COLUMN_NAMES: Final = {"number": "line", "id": "claim"}
_FIRST_DAYS: Final = frozenset(["date", "date_from"])
_PROVIDERS: Final[tuple[Part, ...]] = ("billing", "rendering")


@attrs.frozen
class ProviderCache:
    """The providers of a table, each made once."""

    _made: dict[tuple[tuple[str, object], ...], Provider] = attrs.field(factory=dict)

    def of(self, line: TableRow, part: Part) -> Provider | None:
        """The provider that the row names in the part; ``None`` where it names none by an NPI."""
        told = line.of(part)
        if "npi" not in told:
            return None
        key = tuple(told.items())
        if key not in self._made:
            self._made[key] = Provider(**told)  # type: ignore[arg-type]
        return self._made[key]


def line_values(line: TableRow, providers: ProviderCache) -> dict[str, object]:
    """The fields of the service line in the row."""
    values = {**line.of("line"), "rendering_provider": providers.of(line, "rendering")}
    session = line.of("session")
    if session:
        values["session"] = Session(**session)  # type: ignore[arg-type]
    return values


def is_uncoded(line: TableRow) -> bool:
    """Whether the row has a revenue code and no procedure code, and nothing in it is wrong."""
    return "code" not in line.values and "revenue_code" in line.values and not line.faults


def faults_of_row(layout: TableLayout, line: TableRow, needed: tuple[str, ...]) -> Iterator[Fault]:
    """What is wrong in the row, before its values are put together."""
    if line.faults or line.values.keys().isdisjoint(_FIRST_DAYS) or not _has(line, needed):
        yield from line.faults
        yield from _missing(layout, line, needed)
    first, whole = line.value("date_from"), line.value("date")
    if whole is not None and (first is not None or line.value("date_to") is not None):
        remedy = "write date for one day, date_from and date_to for several"
        yield layout.fault(line.number, "date", "date is written beside another", remedy)
    for part in _PROVIDERS:
        told = line.of(part)
        if told and "npi" not in told:
            problem = f"the {part} provider has no NPI"
            yield layout.fault(line.number, None, problem, f"write {part}_npi")


def _has(line: TableRow, needed: tuple[str, ...]) -> bool:
    return line.values.keys() >= set(needed)


def _missing(layout: TableLayout, line: TableRow, needed: tuple[str, ...]) -> Iterator[Fault]:
    broken = {fault.where for fault in line.faults}
    for column_name in needed:
        fault = layout.fault(
            line.number, column_name, f"{column_name} is empty", "write it into every row"
        )
        if line.value(column_name) is None and fault.where not in broken:
            yield fault
    if line.values.keys().isdisjoint(_FIRST_DAYS) and not line.faults:
        yield layout.fault(line.number, None, "the row has no date", "write date, or date_from")


def misfits_as_faults(layout: TableLayout, number: int, error: MisfitError) -> Iterator[Fault]:
    """The misfits of what the row was put together to."""
    for misfit in error.misfits:
        yield layout.fault(number, _column_name(misfit), misfit.problem, misfit.remedy)


def _column_name(misfit: Misfit) -> str | None:
    name = next((part for part in reversed(misfit.path) if isinstance(part, str)), None)
    return _COLUMN_NAMES.get(name, name) if name else None
