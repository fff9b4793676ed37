"""Claims with a code that a check names."""

from __future__ import annotations

from collections.abc import Iterator

from payer_rules.claims import Claim
from payer_rules.kinds.check.rule import Check
from payer_rules.kinds.claim_changes import elsewhere


def examples(rule: Check, base: Claim) -> Iterator[Claim]:
    """Yield the claim, and the claim delivered in other ways and places."""
    yield base
    yield from elsewhere(base)
