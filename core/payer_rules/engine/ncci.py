"""The modifiers that bypass a pair of codes, and the line on which each counts.

Source: Medicare NCCI Policy Manual 2026, chapter I; change request 11168 (2019-07-01).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Cure
from payer_rules.engine.cures import SEPARATE, adding
from payer_rules.engine.missing import MissingFact
from payer_rules.engine.truth import Truth

DISTINCT: Final = frozenset(["59", "XE", "XP", "XS", "XU"])
#: Modifiers of a separate evaluation and management service; they count on its line only.
_OF_VISITS: Final = frozenset(["24", "25", "27", "57"])
#: The texts do not name the line for these: one on either line bypasses (row MC-1.3).
_ON_EITHER_LINE: Final = frozenset(
    [
        *("58", "78", "79", "91"),
        *("E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9"),
        *("TA", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9"),
        *("LT", "RT", "LC", "LD", "RC", "LM", "RI"),
    ]
)

#: All modifiers that may bypass a pair.
BYPASS: Final = DISTINCT | _OF_VISITS | _ON_EITHER_LINE

#: From this day Part B's claim system takes 59 and X{EPSU} on either line; no other system does.
EITHER_LINE_SINCE: Final = date(2019, 7, 1)
PART_B: Final = "practitioner"

#: Clinic visits of hospitals, and a code that ended with 2020: the texts read do not state which of
#: the two rules they follow.
_UNCLEAR: Final = frozenset(["99201", "G0463"])
_VISITS: Final = ("99202", "99499")
_VISIT_SEPARATE: Final = "only if the visit was significant and separately identifiable"


def is_visit(code: str) -> bool:
    """Return True for an evaluation and management code: CPT's section 99202 to 99499."""
    return code.isdigit() and _VISITS[0] <= code <= _VISITS[1]


def is_unclear(code: str) -> bool:
    """Return True if no text that was read states whether the code is a visit."""
    return code in _UNCLEAR


def bypasses(setting: str, day: date, column1: ServiceLine, column2: ServiceLine) -> Truth:
    """Return whether a modifier on one of the lines bypasses a pair that allows it.

    59 and X{EPSU} count on column 2, for practitioners from 2019-07-01 on either line, and never
    on an evaluation and management line; 24, 25, 27 and 57 only on such a line; the others on
    either line.
    """
    if not column1.modifiers and not column2.modifiers:
        return False
    on_first = bypasses_on_column1(setting, day, column1)
    on_second = bypasses_on_column2(column2)
    if on_first is True or on_second is True:
        return True
    return on_second if on_first is False else on_first


def bypasses_on_column1(setting: str, day: date, line: ServiceLine) -> Truth:
    """Return whether the line of column 1 has a modifier that bypasses the pair."""
    either = setting == PART_B and day >= EITHER_LINE_SINCE
    return _bypasses_on(line, DISTINCT if either else frozenset())


def bypasses_on_column2(line: ServiceLine) -> Truth:
    """Return whether the line of column 2 has a modifier that bypasses the pair."""
    return _bypasses_on(line, DISTINCT)


def _bypasses_on(line: ServiceLine, allowed_here: frozenset[str]) -> Truth:
    """Return whether the line has a modifier that bypasses the pair."""
    modifiers = frozenset(line.modifiers)
    if modifiers & _ON_EITHER_LINE:
        return True
    on_visit = bool(modifiers & _OF_VISITS)
    on_other = bool(modifiers & allowed_here)
    if line.code in _UNCLEAR and on_visit != on_other:
        return (
            MissingFact("text", f"whether {line.code} is an evaluation and management service"),
        )
    return on_visit if is_visit(line.code) else on_other


def bypass_text(column2: str) -> str:
    """Return which modifier a column 2 code needs to be paid with column 1."""
    if is_visit(column2):
        return f"A separate visit needs modifier 25 on {column2}."
    return f"A distinct session needs modifier 59 or XE on {column2}."


def cure(claim: Claim, column2: ServiceLine) -> Cure | None:
    """Return the cure by a modifier on column 2: 25 on a visit, and 59 on another service."""
    if is_visit(column2.code):
        return adding(claim, "25", column2, _VISIT_SEPARATE)
    return adding(claim, "59", column2, SEPARATE, alternative="XE")
