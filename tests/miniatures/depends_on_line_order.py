"""A plugin that denies the line that happens to be the first."""

from __future__ import annotations

from a_rule import check

from payer_rules import Check, Claim, History, Payer, Violation, hookimpl


@hookimpl
def payer_rules_payers() -> list[Payer | str]:
    """A payer."""
    return [Payer(id="acme", name="Acme Health", kind="commercial")]


@hookimpl
def payer_rules_checks(payer: str) -> list[Check]:
    """Return a check of a function that depends on the position of a line."""
    return [check(judge)] if payer == "acme" else []


def judge(claim: Claim, history: History) -> list[Violation]:
    """The first line of the file is broken."""
    return [Violation(lines=(claim.lines[0].number,), message="it stands first")]
