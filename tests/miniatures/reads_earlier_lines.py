"""A plugin without a problem, whose check reads what earlier lines of other codes state."""

from __future__ import annotations

from collections.abc import Iterator

from a_rule import check

from payer_rules import Check, Claim, History, Payer, Violation, hookimpl


@hookimpl
def payer_rules_payers() -> list[Payer | str]:
    """A payer."""
    return [Payer(id="acme", name="Acme Health", kind="commercial")]


@hookimpl
def payer_rules_checks(payer: str) -> list[Check]:
    """Return the check of the payer."""
    return [check(after_costly_or_routine_visit)] if payer == "acme" else []


def after_costly_or_routine_visit(claim: Claim, history: History) -> Iterator[Violation]:
    """Yield a violation if an earlier line has a charge of 120 or a diagnosis of a checkup."""
    for line in history.lines:
        if (line.charge or 0) >= 120 or "Z00.0" in (line.diagnoses or ()):
            yield Violation(lines=(claim.lines[0].number,), message="after such a visit")
            return
