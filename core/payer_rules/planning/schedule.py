"""Schedules of appointments: the rows of a CSV or Parquet file as claims of one line each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

import attrs

from payer_rules.claims import Claim, Member, Provider, ServiceLine, Session
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, InvalidValueError, Problem
from payer_rules.readers.line_tables import cell_readers
from payer_rules.readers.line_tables.columns import CLAIM_COLUMNS, Column
from payer_rules.readers.line_tables.layout import (
    TableLayout,
    TableRow,
    is_missing_columns,
    layout_of,
)
from payer_rules.readers.line_tables.row_values import (
    ProviderCache,
    line_values,
    located,
    problems_of_row,
)
from payer_rules.readers.line_tables.sources import open_table
from payer_rules.vocabularies.formats import NPI

#: The columns that every row needs; ``date`` is needed as well.
_NEEDED: Final = ("member", "payer", "code")
#: The columns of a table of claims that a schedule does not have.
_OF_CLAIMS: Final = ("claim", "line", "received", "replaces", "frequency_code", "rendering_npi")
_OWN: Final = (
    Column("clinician", "rendering", "npi", cell_readers.of_form(NPI)),
    Column("group", "session", "id", cell_readers.text),
)
SCHEDULE_COLUMNS: Final[dict[str, Column]] = {
    **{
        name: column
        for name, column in CLAIM_COLUMNS.items()
        if name not in (*_OF_CLAIMS, "session")
    },
    **{column.name: column for column in _OWN},
}
#: The beginning of a claim's id, before the row of its appointment.
ROW_PREFIX: Final = "row-"
#: The setting of appointments of a practice.
_SETTING: Final = "practitioner"


@attrs.frozen(kw_only=True)
class Appointment:
    """A row of a schedule as a claim of one line; ``place`` names the file and the row."""

    row: int
    place: str
    payer: str
    claim: Claim

    @property
    def line(self) -> ServiceLine:
        """Return the only line of the claim."""
        return self.claim.lines[0]

    @property
    def day(self) -> date:
        """Return the day of the appointment."""
        return self.line.date_from


@attrs.frozen
class Schedule:
    """The appointments of a file in order of day and row, and the problems of the file."""

    name: str
    appointments: tuple[Appointment, ...]
    problems: tuple[Problem, ...]


def read_schedule(path: Path) -> Schedule:
    """Return the schedule in the file; rows with a problem are left out.

    Appointments with one group, day and clinician are one session: where a row states no group
    size, the size is the number of these rows.
    """
    try:
        layout, problems = layout_of(open_table(path, path.name), SCHEDULE_COLUMNS, _NEEDED, None)
    except InputError as error:
        return Schedule(path.name, (), tuple(error.problems))
    if is_missing_columns(layout, _NEEDED):
        return Schedule(path.name, (), problems)
    found: list[Appointment] = []
    wrong: list[Problem] = [*problems]
    providers = ProviderCache()
    for row in layout.rows():
        appointment = row if isinstance(row, Problem) else _appointment(layout, row, providers)
        if isinstance(appointment, Appointment):
            found.append(appointment)
        elif isinstance(appointment, Problem):
            wrong.append(appointment)
        else:
            wrong += appointment
    ordered = sorted(found, key=lambda each: (each.day, each.row))
    return Schedule(path.name, tuple(_with_group_sizes(ordered)), tuple(wrong))


def _appointment(
    layout: TableLayout, row: TableRow, providers: ProviderCache
) -> Appointment | list[Problem]:
    problems = [*problems_of_row(layout, row, _NEEDED), *_missing_npi(layout, row)]
    if problems:
        return problems
    try:
        return Appointment(
            row=row.number,
            place=layout.source.place(row.number),
            payer=str(row.value("payer")),
            claim=_claim(row, providers),
        )
    except InvalidValueError as error:
        return [*located(layout, row.number, error)]


def _missing_npi(layout: TableLayout, row: TableRow) -> Iterator[Problem]:
    if "npi" not in row.of("rendering") and "npi" not in row.of("billing") and not row.problems:
        message, remedy = "the row has no clinician", "write the NPI of the clinician"
        yield layout.problem(row.number, "clinician", message, remedy, ErrorCode.MISSING_KEY)


def _claim(row: TableRow, providers: ProviderCache) -> Claim:
    rendering: Provider | None = providers.of(row, "rendering")
    values = {"setting": _SETTING, **row.of("claim")}
    return Claim(
        id=f"{ROW_PREFIX}{row.number:04}",
        member=Member(**row.of("member")),  # type: ignore[arg-type]
        billing_provider=providers.of(row, "billing") or rendering,  # type: ignore[arg-type]
        lines=[ServiceLine(**line_values(row, providers))],  # type: ignore[arg-type]
        **values,  # type: ignore[arg-type]
    )


def _with_group_sizes(appointments: Iterable[Appointment]) -> Iterator[Appointment]:
    """Yield the appointments; those of a group get its size where it is not stated."""
    appointments = tuple(appointments)
    sizes = Counter(_group(each) for each in appointments)
    for each in appointments:
        session = each.line.session
        if isinstance(session, Session) and session.id and session.group_size is None:
            sized = attrs.evolve(session, group_size=sizes[_group(each)])
            line = attrs.evolve(each.line, session=sized)
            yield attrs.evolve(each, claim=attrs.evolve(each.claim, lines=[line]))
        else:
            yield each


def _group(appointment: Appointment) -> tuple[str | None, date, str]:
    line = appointment.line
    session = line.session.id if isinstance(line.session, Session) else None
    return session, appointment.day, appointment.claim.rendering_provider(line).npi
