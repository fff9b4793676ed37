"""Procedure-to-procedure edits according to CMS's policy manual, sentence by sentence.

Pages are those of the Medicare NCCI Policy Manual of 2026. Nothing here is fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, Literal, NamedTuple

from services import Answer, Service, answer, is_on_a_day, same_day


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# I-14: the modifiers that are associated with PTP edits: anatomic ones,
ANATOMIC: Final = words(
    "E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 LT RT LC LD RC LM RI"
)
# those of global surgery, and others.
GLOBAL_SURGERY: Final = words("24 25 57 58 78 79")
OTHER: Final = words("27 59 91 XE XS XP XU")
ASSOCIATED: Final = ANATOMIC | GLOBAL_SURGERY | OTHER

DISTINCT: Final = words("59 XE XS XP XU")
# I-15 to I-18: they belong to an evaluation and management service, and 59 does not.
OF_VISITS: Final = words("24 25 27 57")
# No row states the line of the others: any one of them bypasses (MC-1.3).

# Change request 11168: from this day either line may carry 59 or X{EPSU}, in Part B's system alone.
EITHER_LINE: Final = date(2019, 7, 1)

# XII-8: a modifier on them certifies a time of its own, so that they are no visits.
SCREENINGS: Final = words("G0396 G0397 G0442 G0443 G0444")
EYE_VISITS: Final = words("92002 92004 92012 92014")


class Row(NamedTuple):
    """A row of a table of pairs; it has no effective date if the file has none."""

    column1: str
    column2: str
    indicator: Literal[0, 1, 9]
    deletion: date | None = None
    effective: date | None = None


def is_visit(code: str) -> bool | None:
    """Return whether a code is an evaluation and management service; ``None`` if the texts are silent.

    CPT's section of them has the numbers 99202 to 99499, and had 99201, which no text read
    mentions, until 2020. There are visits among the codes of HCPCS level II and of ophthalmology
    too, and no text read lists them.
    """
    if code.isdigit() and 99202 <= int(code) <= 99499:
        return True
    if code in SCREENINGS:
        return False
    return None if code[0] in "GST" or code in EYE_VISITS or code == "99201" else False


def is_ever_in_force(row: Row) -> bool:
    """I-14: 9 marks an edit that was deleted on the day on which it began: it never was one."""
    return row.indicator != 9 and (row.deletion is None or row.deletion != row.effective)


def has_not_ended(row: Row, day: date) -> bool:
    """An edit holds up to and including its deletion date."""
    return row.deletion is None or day <= row.deletion


def has_begun(row: Row, day: date) -> bool:
    """Return whether the row has begun; one without an effective date has."""
    return row.effective is None or row.effective <= day


def in_force(rows: Iterable[Row], one: str, other: str, day: date) -> Row | None:
    """Return the row of two codes, in either order, that holds on the day.

    There is at most one (MC-1.18). Without effective dates several rows may seem to hold: the one
    that ends first is the oldest, and those that end later began when it ended.
    """
    found = [
        row
        for row in rows
        if {row.column1, row.column2} == {one, other}
        and is_ever_in_force(row)
        and has_begun(row, day)
        and has_not_ended(row, day)
    ]
    return min(found, key=lambda row: row.deletion or date.max, default=None)


def bypasses(modifier: str, column: int, line: Service, setting: str, day: date) -> bool | None:
    """Return whether a modifier on the line of this column lets column 2 be paid."""
    # I-14: 22, 76 and 77 never bypass, nor does any other that is not on the list.
    if modifier not in ASSOCIATED:
        return False
    # I-14: anatomic modifiers distinguish the sites; they may be on either line.
    if modifier in ANATOMIC:
        return True
    # I-15 to I-18: 25 and its like on the visit, whichever column it is in.
    if modifier in OF_VISITS:
        return is_visit(line.code)
    if modifier not in DISTINCT:
        return True
    # CR 11168: either line for practitioners, column 2 before and on institutional claims.
    if column == 1 and not (setting == "practitioner" and day >= EITHER_LINE):
        return False
    # I-16: 59 shall not be put on a visit.
    visit = is_visit(line.code)
    return None if visit is None else not visit


def is_bypassed(row: Row, first: Service, second: Service, setting: str, day: date) -> bool | None:
    """Return whether column 2 is paid despite the edit; ``None`` if the texts are silent."""
    # I-14: 0: there are no circumstances in which a modifier bypasses.
    if row.indicator == 0:
        return False
    # I-14: 1: a modifier that is associated with PTP edits may; any one will do.
    result = [bypasses(m, 1, first, setting, day) for m in first.modifiers]
    result += [bypasses(m, 2, second, setting, day) for m in second.modifiers]
    return True if True in result else (None if None in result else False)


def is_unknown(first: Service, second: Service, known_to: date) -> bool:
    """Return whether two codes are on one day after all days that the release covers."""
    if first.provider != second.provider or first.code == second.code:
        return False
    return any(day > known_to for day in same_day(first, second))


def firings(
    rows: Iterable[Row], setting: str, first: Service, second: Service
) -> Iterator[bool | None]:
    """For each day on which the first is column 1 to the second: whether the edit fires."""
    # Intro-3, I-3: same provider, same beneficiary, same date of service.
    if first.provider != second.provider:
        return
    for day in same_day(first, second):
        row = in_force(rows, first.code, second.code, day)
        if row is not None and (row.column1, row.column2) == (first.code, second.code):
            bypassed = is_bypassed(row, first, second, setting, day)
            yield None if bypassed is None else not bypassed


def pair_answer(
    rows: Iterable[Row],
    setting: str,
    lines: list[Service],
    history: list[Service],
    known_to: date = date.max,
) -> Answer:
    """Intro-3: column 1 is payable, and column 2 is denied unless the edit is bypassed.

    The lines of a claim have their state before any pair was evaluated: pairs do not cancel each
    other, but a line that is not payable for another reason is no column 1. Earlier lines are
    evidence: a column 2 that was paid already cannot be denied, so column 1 is reviewed. Each line
    is evaluated even if another rule denies it. A release covers the days up to the end of its
    quarter. A line of several days misses the day of its service.
    """
    rows = list(rows)
    denied, reviewed, missing, untold = set(), set(), set(), set()
    for second in lines:
        others = [line for line in lines if line is not second] + history
        for first in others:
            if first.state != "denied" and is_unknown(first, second, known_to):
                missing.add(second.number)
                continue
            for fires in firings(rows, setting, first, second):
                if fires is False or first.state == "denied":
                    continue
                if fires is None:
                    untold.add(second.number)
                elif first.state == "perhaps" or not is_on_a_day(first, second):
                    missing.add(second.number)
                else:
                    denied.add(second.number)
    for first in lines:
        for second in history:
            for fires in firings(rows, setting, first, second):
                if fires is False or second.state == "denied":
                    continue
                if fires is None:
                    untold.add(first.number)
                elif second.state == "perhaps" or not is_on_a_day(first, second):
                    missing.add(first.number)
                else:
                    reviewed.add(first.number)
    return answer(denied, reviewed, missing, untold)
