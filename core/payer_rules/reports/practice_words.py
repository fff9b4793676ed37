"""What a practice file states of one rule: that it is waived, or that it does not apply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.practice import Practice
from payer_rules.rules import Rule

#: The facts of all claims of a practice that are conditions of rules.
_CONDITIONS: Final = ("state", "contractor", "setting", "line_of_business")


def practice_remarks(rule: str, editions: tuple[Rule, ...], practice: Practice) -> Iterator[str]:
    """Yield what the practice file states of the rule with this id, and of its editions."""
    for waiver in practice.waivers:
        if waiver.rule == rule:
            codes = f" for {', '.join(sorted(waiver.codes))}" if waiver.codes else ""
            yield f"waived{codes} until {waiver.until}: {waiver.reason}"
    for name in _CONDITIONS:
        value = getattr(practice.house, name)
        allowed = [getattr(edition.when, name) for edition in editions]
        if value is not None and allowed and all(each and value not in each for each in allowed):
            yield f"does not apply: {name.replace('_', ' ')} is {value}"
