"""Claims with a code that a coverage rule names."""

from __future__ import annotations

from collections.abc import Iterator

from payer_rules.claims import Claim
from payer_rules.kinds.claim_changes import elsewhere, with_line
from payer_rules.kinds.coverage.rule import Coverage


def examples(rule: Coverage, base: Claim) -> Iterator[Claim]:
    """Yield the claim, one without its modifiers, and it delivered in other ways and places."""
    yield base
    if base.lines[0].modifiers:
        yield with_line(base, modifiers=())
    yield from elsewhere(base)
