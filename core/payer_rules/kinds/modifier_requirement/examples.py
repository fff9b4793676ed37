"""Claims that keep or break a modifier requirement."""

from __future__ import annotations

from collections.abc import Iterator

from payer_rules.claims import Claim
from payer_rules.kinds.claim_changes import with_line
from payer_rules.kinds.modifier_requirement.rule import ModifierRequirement


def examples(rule: ModifierRequirement, base: Claim) -> Iterator[Claim]:
    """Yield the claim with the modifiers that the rule asks for, and with others."""
    stated = base.lines[0].modifiers
    asked = (*sorted(rule.all_of), *sorted(rule.any_of)[:1])
    yield _carrying(base, *stated, *asked)
    yield base
    yield _carrying(base, *stated, *asked, *sorted(rule.none_of)[:1])
    yield _carrying(base, *stated, *asked, *sorted(rule.at_most_one_of)[:2])
    for one in (*sorted(rule.any_of), *sorted(rule.none_of)):
        yield _carrying(base, *stated, *sorted(rule.all_of), one)
    yield _carrying(base)


def _carrying(claim: Claim, *modifiers: str) -> Claim:
    return with_line(claim, modifiers=tuple(dict.fromkeys(modifiers)))
