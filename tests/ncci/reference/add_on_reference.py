"""Add-on code edits according to CMS's policy manual, sentence by sentence.

Pages are those of the Medicare NCCI Policy Manual of 2026. Nothing here is fast.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from services import Answer, Service, State, answer, is_on_a_day, same_day

#: What CMS writes where the contractors define the primary codes.
CONTRACTORS: Final = "CCCCC"


class AddOnRow(NamedTuple):
    """A row of the add-on code file: one primary of one add-on code."""

    code: str
    type: int
    primary: str


def beside(line: Service, services: Iterable[Service]) -> list[Service]:
    """I-35: both are of the same practitioner and day; all lines are of the same patient.

    A line of several days does not state on which of them its service was.
    """
    found = [
        service
        for service in services
        if service is not line and service.provider == line.provider and same_day(line, service)
    ]
    return [
        item
        if item.state == "denied" or is_on_a_day(line, item)
        else item._replace(state="perhaps")
        for item in found
    ]


def judge(rows: Iterable[AddOnRow], line: Service, others: list[Service], known_to: date) -> State:
    """Return whether an add-on code is paid with these other services, given their states."""
    own = [row for row in rows if row.code == line.code]
    if not own:
        return "pays"
    # A release covers the days up to the end of its quarter.
    if line.last > known_to:
        return "perhaps"
    # I-35: the add-on code is payable only if one of its primaries is payable too.
    primaries = {row.primary for row in own} - {CONTRACTORS}
    states = {item.state for item in others if item.code in primaries}
    if "pays" in states:
        return "pays"
    # I-36: type 2 has no list and the contractors define it; type 3 has one that they may add to.
    # Any other service may be a primary; without other services there is none.
    if any(row.type in (2, 3) for row in own):
        states |= {"perhaps" for item in others if item.state != "denied"}
    return "perhaps" if "perhaps" in states else "denied"


def settled(
    rows: list[AddOnRow],
    lines: list[Service],
    history: list[Service],
    begun: list[State],
    known_to: date,
) -> list[State]:
    """The states of the lines once an add-on code that is denied takes its own with it.

    I-27: where the primary is denied by an edit, the add-on code is not paid either.
    """
    states = list(begun)
    while True:
        now = [line._replace(state=state) for line, state in zip(lines, states, strict=True)]
        judged: list[State] = [
            judge(rows, line, beside(line, [*now, *history]), known_to) for line in now
        ]
        after = [_worse(line.state, state) for line, state in zip(lines, judged, strict=True)]
        if after == states:
            return judged
        states = after


def _worse(one: State, other: State) -> State:
    return (
        "denied" if "denied" in (one, other) else "perhaps" if "perhaps" in (one, other) else "pays"
    )


def add_on_answer(
    rows: Iterable[AddOnRow],
    lines: list[Service],
    history: list[Service],
    known_to: date = date.max,
) -> Answer:
    """I-35: an add-on code is payable with a payable primary.

    The lines of a claim have their state after all other edits; of earlier lines those that were
    paid count. A few codes are each other's primaries. The manual does not state whether two of
    them support each other, so they are evaluated once as if all others were payable and once as
    if none were.
    """
    rows = list(rows)
    codes = {row.code for row in rows}
    most = settled(rows, lines, history, [line.state for line in lines], known_to)
    least = _grounded(rows, lines, history, codes, known_to)
    numbers = [line.number for line in lines]
    denied = {n for n, state in zip(numbers, most, strict=True) if state == "denied"}
    missing = {n for n, state in zip(numbers, most, strict=True) if state == "perhaps"}
    differs = {n for n, a, b in zip(numbers, most, least, strict=True) if a != b}
    return answer(denied, missing=missing - differs, untold=differs)


def _grounded(
    rows: list[AddOnRow],
    lines: list[Service],
    history: list[Service],
    codes: set[str],
    known_to: date,
) -> list[State]:
    """Return the states like `settled`, but count an add-on code only after another code supports it."""
    order: dict[State, int] = {"pays": 0, "perhaps": 1, "denied": 2}
    states: list[State] = ["denied" if line.code in codes else line.state for line in lines]
    while True:
        now = [line._replace(state=state) for line, state in zip(lines, states, strict=True)]
        judged: list[State] = [
            judge(rows, line, beside(line, [*now, *history]), known_to) for line in now
        ]
        after = [
            min(before, _worse(line.state, state), key=order.__getitem__)
            for before, line, state in zip(states, lines, judged, strict=True)
        ]
        if after == states:
            return judged
        states = after
