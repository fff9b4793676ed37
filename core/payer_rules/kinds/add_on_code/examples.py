"""Claims that keep or break a rule on add-on codes."""

from __future__ import annotations

from collections.abc import Iterator

from payer_rules.claims import Claim
from payer_rules.kinds.add_on_code.rule import AddOnCode
from payer_rules.kinds.claim_changes import with_codes


def examples(rule: AddOnCode, base: Claim) -> Iterator[Claim]:
    """Yield the add-on code with a primary code, and alone."""
    for primary in sorted(rule.primaries)[:1]:
        yield with_codes(base, base.lines[0].code, primary)
    yield base
