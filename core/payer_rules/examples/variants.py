"""Variants of a claim that are likely to keep or break a rule."""

from __future__ import annotations

from collections.abc import Iterator

from payer_rules.claims import Claim
from payer_rules.kinds import SameDayCombination, kind_of
from payer_rules.kinds.claim_changes import elsewhere
from payer_rules.rules import CodedRule, Rule


def variants(rule: Rule, base: Claim) -> Iterator[Claim]:
    """Yield claims similar to the base, on which a rule of this kind may answer differently."""
    examples = kind_of(rule).examples
    yield from examples(rule, base) if examples else (base, *elsewhere(base))


def code_of(rule: Rule) -> str:
    """Return the code of an example: 90853 if the rule has it, else the first."""
    if isinstance(rule, SameDayCombination):
        return min(rule.second)
    codes = rule.codes if isinstance(rule, CodedRule) else rule.meets
    return "90853" if "90853" in codes else min(codes)
