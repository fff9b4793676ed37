"""The parts of a row as values: service line, providers, session."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from payer_rules.claims import Provider, Session
from payer_rules.errors import Fault, Misfit, MisfitError
from payer_rules.readers.line_tables.layout import Layout, Line

_OURS = {"number": "line", "id": "claim"}


@attrs.frozen
class Providers:
    """The providers of a table, each made once."""

    _made: dict[tuple[tuple[str, object], ...], Provider] = attrs.field(factory=dict)

    def of(self, line: Line, part: str) -> Provider | None:
        """The provider that the row names in the part; ``None`` where it names none by an NPI."""
        told = line.of(part)
        if "npi" not in told:
            return None
        key = tuple(told.items())
        if key not in self._made:
            self._made[key] = Provider(**told)  # type: ignore[arg-type]
        return self._made[key]


def line_values(line: Line, providers: Providers) -> dict[str, object]:
    """The fields of the service line in the row."""
    values = line.of("line")
    values["rendering_provider"] = providers.of(line, "rendering")
    session = line.of("session")
    if session:
        values["session"] = Session(**session)  # type: ignore[arg-type]
    return values


def faults_of_row(layout: Layout, line: Line, needed: tuple[str, ...]) -> Iterator[Fault]:
    """What is wrong in the row, before its values are put together."""
    yield from line.faults
    broken = {fault.where for fault in line.faults}
    for ours in needed:
        fault = layout.fault(line.number, ours, f"{ours} is empty", "write it into every row")
        if line.value(ours) is None and fault.where not in broken:
            yield fault
    dates = [line.value("date"), line.value("date_from")]
    if dates == [None, None] and not line.faults:
        yield layout.fault(line.number, None, "the row has no date", "write date, or date_from")
    if None not in dates or (dates[0] is not None and line.value("date_to") is not None):
        remedy = "write date for one day, date_from and date_to for several"
        yield layout.fault(line.number, "date", "date is written beside another", remedy)
    for part in ("billing", "rendering"):
        told = line.of(part)
        if told and "npi" not in told:
            problem = f"the {part} provider has no NPI"
            yield layout.fault(line.number, None, problem, f"write {part}_npi")


def misfits_as_faults(layout: Layout, number: int, error: MisfitError) -> Iterator[Fault]:
    """The misfits of what the row was put together to."""
    for misfit in error.misfits:
        yield layout.fault(number, _ours(misfit), misfit.problem, misfit.remedy)


def _ours(misfit: Misfit) -> str | None:
    name = next((part for part in reversed(misfit.path) if isinstance(part, str)), None)
    return _OURS.get(name, name) if name else None
