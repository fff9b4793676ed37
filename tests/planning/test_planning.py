"""Plans: each appointment counts for the later ones, and what is proposed helps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import attrs
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_payer import TWICE_A_WEEK

from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.history import History
from payer_rules.planning.payer_books import PayerBooks
from payer_rules.planning.plan import PlannedAppointment, Planner
from payer_rules.planning.schedule import Appointment, Schedule
from payer_rules.registry import Registry, load

FIRST: Final = date(2026, 12, 1)
PROFILE: Final = (
    TWICE_A_WEEK
    + """
[[topics.all]]
none = { cites = ["MANUAL"] }
codes = ["90834", "90853"]
verified = { from = 2024-01-01, to = 2027-12-31 }
"""
)


@cache
def registry() -> Registry:
    """Return a registry with the invented payer."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "acme.toml").write_text(PROFILE, encoding="utf-8")
        return load(profiles=[Path(folder)], payers=["acme"])


def appointment(row: int, day: int, member: str = "M1") -> Appointment:
    """Return a group session so many days after the first of December."""
    line = ServiceLine(code="90853", date_from=FIRST + timedelta(days=day), place_of_service="11")
    claim = Claim(
        id=f"row-{row:04}",
        payer="acme",
        member=Member(id=member),
        billing_provider=Provider(npi="1234567893"),
        lines=[line],
    )
    return Appointment(row=row, place=f"week.csv:{row}", payer="acme", claim=claim)


def planned(appointments: Sequence[Appointment]) -> list[PlannedAppointment]:
    """Return the plan of the appointments after a complete history without lines."""
    ordered = sorted(appointments, key=lambda each: (each.day, each.row))
    planner = Planner(PayerBooks(registry(), History()))
    return planner.plan(Schedule("week.csv", tuple(ordered), ()))


def moved(appointment: Appointment, day: date) -> Appointment:
    """Return the appointment on another day."""
    line = attrs.evolve(appointment.line, date_from=day, date_to=day)
    return attrs.evolve(appointment, claim=attrs.evolve(appointment.claim, lines=[line]))


@settings(max_examples=examples(60))
@given(st.lists(st.integers(0, 15), min_size=1, max_size=7))
def test_an_appointment_moved_to_the_proposed_date_is_paid(days: list[int]) -> None:
    """Moved alone, it is paid there, and no other appointment is worse off."""
    appointments = [appointment(row, day) for row, day in enumerate(days, start=2)]
    before = planned(appointments)
    blocked = [each for each in before if each.needs_help]
    if not blocked:
        return
    first = blocked[0]
    assert first.next_date is not None
    assert first.next_date.day is not None
    day, row = first.next_date.day, first.appointment.row
    changed = [moved(each, day) if each.row == row else each for each in appointments]
    after = {each.appointment.row: each for each in planned(changed)}
    assert not after[row].needs_help
    for each in before:
        assert each.needs_help or not after[each.appointment.row].needs_help


@settings(max_examples=examples(60))
@given(st.lists(st.integers(0, 15), min_size=1, max_size=7), st.randoms(use_true_random=False))
def test_appointments_of_other_members_change_nothing(days: list[int], chance: Random) -> None:
    """Wherever they are in the file, each member's appointments have the same answers."""
    own = [appointment(row, day) for row, day in enumerate(days, start=2)]
    others = [appointment(row + 100, day, "M2") for row, day in enumerate(days)]
    mixed = [*own, *others]
    chance.shuffle(mixed)
    alone = {each.appointment.row: each.line.expected for each in planned(own)}
    together = {each.appointment.row: each.line.expected for each in planned(mixed)}
    assert alone.items() <= together.items()
