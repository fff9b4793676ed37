"""A claim and what is expected of it, as the text of a case file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from payer_rules.claims import Claim
from payer_rules.conformance.expectations import CaseHead
from payer_rules.history import History
from payer_rules.writers.claim_text import claim_lines, table_lines, written


def case_text(head: CaseHead, claim: Claim, history: History | None) -> str:
    """The case as TOML; read again it is the same head, claim and history.

    A line of the history that names no provider would be read as the claim's own.
    """
    return "\n".join([*_head(head), *_history(history), *claim_lines(claim)]) + "\n"


def _head(head: CaseHead) -> Iterator[str]:
    for key in ("name", "why", "payer", "rule", "source", "lines"):
        if getattr(head, key) is not None:
            yield f"{key} = {written(getattr(head, key))}"
    for key in ("findings", "not_evaluated"):
        held = getattr(head, key)
        if held:
            yield from (f"{key} = [", *(f"    {written(each)}," for each in held), "]")
        elif held is not None:
            yield f"{key} = []"
    if head.assume:
        yield f"assume = {written(head.assume)}"


def _history(history: History | None) -> Iterator[str]:
    if history is None:
        return
    covers = {
        "from": history.covers_from if history.covers_from > date.min else None,
        "billing": history.covers_billing,
        "rendering": history.covers_rendering,
    }
    told = [f"{key} = {written(value)}" for key, value in covers.items() if value is not None]
    if not history.lines:
        yield "history = []"
    if told:
        yield f"history_covers = {{ {', '.join(told)} }}"
    for line in history.lines:
        yield from ("", "[[history]]", *table_lines(line))
