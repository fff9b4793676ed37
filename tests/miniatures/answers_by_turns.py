"""A plugin whose second answer is not its first."""

from __future__ import annotations

import itertools

from a_rule import check

from payer_rules import Check, Claim, History, Payer, Violation, hookimpl


@hookimpl
def payer_rules_payers() -> list[Payer | str]:
    """A payer."""
    return [Payer(id="acme", name="Acme Health", kind="commercial")]


@hookimpl
def payer_rules_checks(payer: str) -> list[Check]:
    """A function that remembers how often it was asked."""
    return [check(judge)] if payer == "acme" else []


ASKED = itertools.count()


def judge(claim: Claim, history: History) -> list[Violation]:
    """Every second claim is broken."""
    return (
        [Violation(lines=(claim.lines[0].number,), message="it is odd")] if next(ASKED) % 2 else []
    )
