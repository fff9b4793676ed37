"""Claims with a line that is a duplicate, and with one that differs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import attrs

from payer_rules.claims import Claim
from payer_rules.kinds.claim_changes import OTHER_PROVIDER, with_codes
from payer_rules.kinds.duplicate_service.rule import DuplicateService

_OTHER_VALUES: Final[dict[str, Any]] = {
    "charge": Decimal(50),
    "units": Decimal(2),
    "minutes": 45,
    "modifiers": ("XE",),
    "place_of_service": "12",
    "rendering_provider": OTHER_PROVIDER,
}


def examples(rule: DuplicateService, base: Claim) -> Iterator[Claim]:
    """Yield two lines that differ in each fact that the rule compares, and two that are alike."""
    code = base.lines[0].code
    twice = with_codes(base, code, code)
    first, second = twice.lines
    for name, other in _OTHER_VALUES.items():
        if name in rule.same:
            yield attrs.evolve(twice, lines=[first, attrs.evolve(second, **{name: other})])
    yield twice
