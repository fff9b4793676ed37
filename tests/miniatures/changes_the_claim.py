"""A plugin that writes into the claim it is given."""

from __future__ import annotations

from a_rule import check

from payer_rules import Check, Claim, History, Payer, Violation, hookimpl


@hookimpl
def payer_rules_payers() -> list[Payer | str]:
    """A payer."""
    return [Payer(id="acme", name="Acme Health", kind="commercial")]


@hookimpl
def payer_rules_checks(payer: str) -> list[Check]:
    """A function that changes what it is asked about."""
    return [check(judge)] if payer == "acme" else []


def judge(claim: Claim, history: History) -> list[Violation]:
    """Nothing is found, and the claim is another one."""
    object.__setattr__(claim, "plan", "hmo")
    return []
