"""A plugin that takes for granted what a claim may leave out."""

from __future__ import annotations

from a_rule import check

from payer_rules import Check, Claim, History, Payer, Violation, hookimpl


@hookimpl
def payer_rules_payers() -> list[Payer | str]:
    """A payer."""
    return [Payer(id="acme", name="Acme Health", kind="commercial")]


@hookimpl
def payer_rules_checks(payer: str) -> list[Check]:
    """A function that needs a place of service."""
    return [check(judge)] if payer == "acme" else []


def judge(claim: Claim, history: History) -> list[Violation]:
    """It raises where no place of service is known."""
    if claim.lines[0].place_of_service is None:
        raise ValueError
    return []
