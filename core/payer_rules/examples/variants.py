"""Variants of a claim that are likely to keep or break a rule."""

from __future__ import annotations

from collections.abc import Iterator

from payer_rules.claims import Claim
from payer_rules.kinds import kind_of
from payer_rules.rules import Rule


def variants(rule: Rule, base: Claim) -> Iterator[Claim]:
    """Return claims similar to the base, on which a rule of this kind may answer differently."""
    return kind_of(rule).examples(rule, base)
