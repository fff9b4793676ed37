"""What a rule says, in plain words: its dimensions, kind by kind."""

from __future__ import annotations

from functools import singledispatch
from typing import Final

from payer_rules.kinds import (
    AddOnCode,
    SameDayCombination,
    kind_of,
)
from payer_rules.kinds.code_lists import codes_text
from payer_rules.reports.conditions import listed
from payer_rules.rules import Rule

_BY: Final = {
    "member": "whoever the provider is",
    "provider": "with the same provider, as the payer defines it",
    "rendering": "with the same rendering provider",
    "billing": "with the same billing provider",
}


@singledispatch
def rule_sentence(rule: Rule) -> str:
    """Return the rule in a sentence or two."""
    words = kind_of(rule).words
    return words.sentence(rule) if words else rule.rationale


@rule_sentence.register
def _(rule: SameDayCombination) -> str:
    first, second = codes_text(rule.first), codes_text(rule.second)
    if rule.undirected:
        return (
            f"{first} and {second} are not both paid on one day {_BY[rule.scope]}; "
            "the source does not say which of them is."
        )
    told = f"{second} is not paid on one day beside {first}, {_BY[rule.scope]}"
    if rule.indicator == 0:
        return f"{told}; no modifier changes that."
    line = {"first": f"on {first}", "second": f"on {second}", "either": "on either line"}
    return f"{told}, unless modifier {listed(rule.bypass)} stands {line[rule.bypass_on]}."


@rule_sentence.register
def _(rule: AddOnCode) -> str:
    if not rule.primaries:
        return (
            f"{codes_text(rule.codes)} is paid only beside a primary code; which ones was not read."
        )
    more = "" if rule.exhaustive else " (others may do as well)"
    return (
        f"{codes_text(rule.codes)} is paid only beside {codes_text(rule.primaries)}{more} "
        f"on the same day, {_BY[rule.scope]}, where that code is itself paid."
    )
