"""Names of proposed cases: the fact that a case holds, its lines, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count, groupby
from typing import Final

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Decision, Expected
from payer_rules.history import History

#: The most lines and earlier lines that a name states.
_MOST: Final = 2
#: Facts of which a case says the day.
_OF_DAYS: Final = ("in_force", "verified", "known", "ncci_received_from")
_FACTS: Final = {
    "in_force.first": "first day in force",
    "in_force.last": "last day in force",
    "verified.first": "first day read",
    "verified.last": "last day read",
    "adjustment.carc": "reason code",
    "adjustment.rarc": "remark code",
}
_OUTCOMES: Final[dict[Expected, str]] = {
    "pay": "paid",
    "inform": "informational",
    "patient-share": "paid with a share of the patient",
    "reduce": "reduced",
    "review": "reviewed",
    "deny": "denied",
    "return": "returned",
    "unknown": "not known",
    "unread": "not read",
}


def case_name(fact: str, claim: Claim, history: History | None, answer: Decision) -> str:
    """Return a name such as ``limit: 90853x2, denied``."""
    day = f" on {claim.lines[0].date_from}" if fact.partition(".")[0] in _OF_DAYS else ""
    earlier = (
        f" after {_few([line.code for line in history.lines])}" if history and history.lines else ""
    )
    lines = _few([_line(line) for line in claim.lines])
    return f"{fact_in_words(fact)}: {lines}{day}{earlier}, {_outcomes(answer)}"


def _outcomes(answer: Decision) -> str:
    """Return the proved outcomes in words, or the expected ones if nothing is proved."""
    proved = [line.outcome for line in answer.lines]
    if any(outcome != "unknown" for outcome in proved):
        return " and ".join(_runs(proved))
    return f"expected {' and '.join(_runs(line.expected for line in answer.lines))}"


def fact_in_words(fact: str) -> str:
    """Return the name of a fact in words: ``when.place_of_service`` is ``place of service``."""
    if fact in _FACTS:
        return _FACTS[fact]
    parts = [part for part in fact.split(".") if not part.isdigit() and part != "when"]
    return " ".join(parts or [fact]).replace("_", " ")


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return the name; if another case has it, with a number."""
    held = set(taken)
    numbered = (f"{name} ({at})" for at in count(2))
    return name if name not in held else next(free for free in numbered if free not in held)


def _line(line: ServiceLine) -> str:
    units = f"x{line.units:f}" if line.units != 1 else ""
    return "-".join((line.code, *line.modifiers)) + units


def _few(texts: list[str]) -> str:
    """Return the texts, equal ones counted; of many the first two and the number of others."""
    runs = [(text, len(list(same))) for text, same in groupby(texts)]
    shown = [f"{number} × {text}" if number > 1 else text for text, number in runs[:_MOST]]
    rest = sum(number for _, number in runs[_MOST:])
    return " and ".join([*shown, *([f"{rest} more"] if rest else [])])


def _runs(outcomes: Iterable[Expected]) -> Iterator[str]:
    """Yield what becomes of the lines: one word if it is the same of all, else each in order."""
    runs = [(outcome, len(list(same))) for outcome, same in groupby(outcomes)]
    for outcome, number in runs:
        is_counted = number > 1 and len(runs) > 1
        yield f"{number} {_OUTCOMES[outcome]}" if is_counted else _OUTCOMES[outcome]
