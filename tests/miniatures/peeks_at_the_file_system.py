"""A plugin that decides by what lies on the disk."""

from __future__ import annotations

from pathlib import Path

from a_rule import check

from payer_rules import Check, Claim, History, Payer, Violation, hookimpl


@hookimpl
def payer_rules_payers() -> list[Payer | str]:
    """A payer."""
    return [Payer(id="acme", name="Acme Health", kind="commercial")]


@hookimpl
def payer_rules_checks(payer: str) -> list[Check]:
    """A function that lists a folder."""
    return [check(judge)] if payer == "acme" else []


def judge(claim: Claim, history: History) -> list[Violation]:
    """List the files of its own folder."""
    list(Path(__file__).parent.iterdir())
    return []
