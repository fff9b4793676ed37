"""Schedules: each row becomes a claim of one line, and every fault of the file is reported."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from payer_rules.claims import Session
from payer_rules.planning.schedule import Schedule, read_schedule

HEAD: Final = "member,payer,code,date,clinician,group"


def schedule(folder: Path, *rows: str, head: str = HEAD) -> Schedule:
    """Return the schedule of a file with the rows."""
    file = folder / "week.csv"
    file.write_text("\n".join([head, *rows]), encoding="utf-8")
    return read_schedule(file)


def messages(found: Schedule) -> list[str]:
    """Return the problems of the schedule as text."""
    return [str(problem) for problem in found.problems]


def test_a_row_is_an_appointment(tmp_path: Path) -> None:
    """Member, payer, code, day and clinician are those of the row."""
    found = schedule(tmp_path, "M1,acme,90853,2026-12-01,1234567893,G1")
    (appointment,) = found.appointments
    claim, line = appointment.claim, appointment.line
    assert found.problems == ()
    assert (claim.member.id, appointment.payer, line.code) == ("M1", "acme", "90853")
    assert (appointment.day, appointment.row) == (date(2026, 12, 1), 2)
    assert claim.rendering_provider(line).npi == claim.billing_provider.npi == "1234567893"
    assert claim.setting == "practitioner"


def test_appointments_are_in_order_of_day_and_row(tmp_path: Path) -> None:
    """The order of the file matters only within a day."""
    found = schedule(
        tmp_path,
        "M1,acme,90853,2026-12-02,1234567893,",
        "M2,acme,90853,2026-12-01,1234567893,",
        "M3,acme,90853,2026-12-01,1234567893,",
    )
    assert [each.row for each in found.appointments] == [3, 4, 2]


def test_the_rows_of_a_group_are_its_size(tmp_path: Path) -> None:
    """A group of one day and clinician has as many members as rows; a stated size is kept."""
    found = schedule(
        tmp_path,
        "M1,acme,90853,2026-12-01,1234567893,G1,",
        "M2,acme,90853,2026-12-01,1234567893,G1,",
        "M3,acme,90853,2026-12-08,1234567893,G1,9",
        "M4,acme,90834,2026-12-01,1234567893,,",
        head=f"{HEAD},group_size",
    )
    sessions = [each.line.session for each in found.appointments]
    sizes = [each.group_size if isinstance(each, Session) else None for each in sessions]
    assert sizes == [2, 2, None, 9]


def test_every_fault_is_reported_with_file_and_row(tmp_path: Path) -> None:
    """All faults come at once, and the other rows are read."""
    found = schedule(
        tmp_path,
        "M1,acme,9085,2026-12-01,1234567893,",
        "M2,acme,90853,12/01/2026,1234567893,",
        "M3,acme,90853,2026-12-01,123,",
        "M4,acme,90853,2026-12-01,,",
        "M5,,90853,2026-12-01,1234567893,",
        "M6,acme,90853,2026-12-01,1234567893,",
    )
    assert [each.claim.member.id for each in found.appointments] == ["M6"]
    assert [message.partition(":")[0] for message in messages(found)] == ["week.csv"] * 5
    places = [message.split(": ")[0] for message in messages(found)]
    assert places == [
        "week.csv:2 (code)",
        "week.csv:3 (date)",
        "week.csv:4 (clinician)",
        "week.csv:5 (clinician)",
        "week.csv:6 (payer)",
    ]


def test_a_file_without_a_needed_column_has_no_appointments(tmp_path: Path) -> None:
    """Each column that is missing is named; a misspelt one is recognized."""
    found = schedule(tmp_path, "M1,acme,90853,2026-12-01", head="member,payr,code,date")
    assert found.appointments == ()
    assert any("no column 'payer'" in message for message in messages(found))
    assert any("Did you mean 'payer'?" in message for message in messages(found))


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """The problem names the file."""
    found = read_schedule(tmp_path / "none.csv")
    assert found.appointments == ()
    assert "none.csv" in messages(found)[0]
