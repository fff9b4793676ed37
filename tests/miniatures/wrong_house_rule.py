"""A plugin whose rules for every payer remember, read the clock, and raise."""

from __future__ import annotations

import itertools
from datetime import date

from a_rule import MANUAL

from payer_rules import Check, Claim, History, Payer, Violation, hookimpl


@hookimpl
def payer_rules_payers() -> list[Payer | str]:
    """A namespace of house rules."""
    return ["wrong-house"]


@hookimpl
def payer_rules_checks(payer: str) -> list[Check]:
    """Return the same check for every payer."""
    return [
        Check(
            id="wrong-house/check",
            codes=frozenset({"90853"}),
            function=judge,
            citations=(MANUAL,),
            rationale="As the function says.",
        )
    ]


ASKED = itertools.count()


def judge(claim: Claim, history: History) -> list[Violation]:
    """Return a violation for every second claim, and raise an error for every third."""
    asked = next(ASKED)
    if asked % 3 == 2:
        raise ValueError(asked)
    message = f"on {date.today()}"
    return [Violation(lines=(claim.lines[0].number,), message=message)] if asked % 2 else []
