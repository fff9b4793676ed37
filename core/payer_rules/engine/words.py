"""The words of a kind of rule: what its rules and its verdicts are in plain English."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

import attrs

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Cure, Evidence
from payer_rules.engine.verdict import D, LineReference, Verdict
from payer_rules.rules import Adjustment, Rule

R = TypeVar("R", bound=Rule)

#: What a biller asks about a code.
Question: TypeAlias = Literal[
    "How often",
    "With what on the same day",
    "Which modifier",
    "How many in the group",
    "How long",
    "Who",
    "Where",
    "What else",
]
QUESTIONS: Final[tuple[Question, ...]] = (
    "How often",
    "With what on the same day",
    "Which modifier",
    "How many in the group",
    "How long",
    "Who",
    "Where",
    "What else",
)


@attrs.frozen(kw_only=True)
class Explanation:
    """The message of a finding, and what is particular to it.

    ``evidence`` comes after the lines of the verdict. ``adjustment`` takes the place of the rule's
    own; ``pays`` is the part that is still paid.
    """

    message: str
    evidence: tuple[Evidence, ...] = ()
    adjustment: Adjustment | None = None
    pays: Decimal | None = None


def no_cure(rule: Rule, verdict: Verdict[Any], claim: Claim) -> None:
    """Return no cure: no change of the claim removes such a finding."""


@attrs.frozen(kw_only=True)
class Words(Generic[R, D]):
    """The texts of a kind.

    ``sentence`` states a rule in a sentence or two; ``answers`` gives its short answers about one
    of its codes, each with the question; ``explain`` makes the message of a verdict; ``cure``
    proposes the claim without the fault, if there is one.
    """

    sentence: Callable[[R], str]
    answers: Callable[[R, str], Iterable[tuple[Question, str]]]
    explain: Callable[[R, Verdict[D], Claim], Explanation]
    cure: Callable[[R, Verdict[D], Claim], Cure | None]


def line_label(line: ServiceLine | LineReference) -> str:
    """Return the code and the day of the line: ``90853 on 2024-08-15``."""
    return f"{line.code} on {line.date_from}"


def line_of(verdict: Verdict[Any], claim: Claim) -> ServiceLine:
    """Return the line of the claim that a verdict about one line names."""
    (number,) = verdict.lines
    return next(line for line in claim.lines if line.number == number)
