"""In which direction the answer on a line differs between two runs."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

from payer_rules.decisions import Expected, LineOutcome
from payer_rules.rules import SEVERITY
from payer_rules.summaries.line_classes import LineClass

#: ``less-certain``: the same is expected, and it is no longer proved. ``other-reason``: the same is
#: expected by other findings.
Direction: TypeAlias = Literal[
    "pays-to-denies",
    "worse",
    "known-to-unknown",
    "denies-to-pays",
    "better",
    "unknown-to-known",
    "less-certain",
    "more-certain",
    "other-reason",
    "no-longer-checked",
    "newly-checked",
]
#: In the order in which reports list them.
DIRECTIONS: Final[tuple[Direction, ...]] = get_args(Direction)
#: Each direction as it is seen from the other side.
MIRRORED: Final[dict[Direction, Direction]] = {
    "pays-to-denies": "denies-to-pays",
    "worse": "better",
    "known-to-unknown": "unknown-to-known",
    "denies-to-pays": "pays-to-denies",
    "better": "worse",
    "unknown-to-known": "known-to-unknown",
    "less-certain": "more-certain",
    "more-certain": "less-certain",
    "other-reason": "other-reason",
    "no-longer-checked": "newly-checked",
    "newly-checked": "no-longer-checked",
}
#: Where the outcomes of a line stand: its class, what is expected, and what is proved.
Standing: TypeAlias = tuple[LineClass, Expected, LineOutcome]

_BY_CLASSES: Final[dict[tuple[LineClass, LineClass], Direction]] = {
    ("fine", "denied"): "pays-to-denies",
    ("denied", "fine"): "denies-to-pays",
    ("fine", "reduced"): "worse",
    ("reduced", "denied"): "worse",
    ("reduced", "fine"): "better",
    ("denied", "reduced"): "better",
}


def direction_of(old: Standing | None, new: Standing | None) -> Direction:
    """Return the direction from the old answer to the new one; ``None`` is no answer."""
    if old is None:
        return "newly-checked"
    if new is None:
        return "no-longer-checked"
    before, after = old[0], new[0]
    if before != after:
        if after == "unread":
            return "known-to-unknown"
        return "unknown-to-known" if before == "unread" else _BY_CLASSES[before, after]
    return _in_one_class(old, new)


def _in_one_class(old: Standing, new: Standing) -> Direction:
    """Return the direction between two answers of one class."""
    _, expected, proved = old
    _, now_expected, now_proved = new
    before, after = SEVERITY.get(expected, 0), SEVERITY.get(now_expected, 0)
    if before != after:
        return "worse" if before < after else "better"
    if proved != now_proved and "unknown" in (proved, now_proved):
        return "less-certain" if now_proved == "unknown" else "more-certain"
    return "other-reason"
