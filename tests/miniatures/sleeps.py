"""A plugin that does not come to an end."""

from __future__ import annotations

import time

from a_rule import check

from payer_rules import Check, Claim, History, Payer, Violation, hookimpl


@hookimpl
def payer_rules_payers() -> list[Payer | str]:
    """A payer."""
    return [Payer(id="acme", name="Acme Health", kind="commercial")]


@hookimpl
def payer_rules_checks(payer: str) -> list[Check]:
    """A function that sleeps for a minute."""
    return [check(judge)] if payer == "acme" else []


def judge(claim: Claim, history: History) -> list[Violation]:
    """It sleeps."""
    time.sleep(60)
    return []
