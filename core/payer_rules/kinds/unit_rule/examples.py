"""Claims whose units are supported, and claims with a unit more."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import attrs

from payer_rules.claim_parts import Drug
from payer_rules.claims import Claim, ServiceLine
from payer_rules.kinds.claim_changes import OTHER_PROVIDER
from payer_rules.kinds.unit_rule.rule import UnitRule

_ONE: Final = Decimal(1)
_NDC: Final = "00002771501"


def examples(rule: UnitRule, base: Claim) -> Iterator[Claim]:
    """Yield lines just above and below each threshold, and two lines of one day."""
    for quantity in _quantities(rule):
        supported = rule.steps.supported(quantity)
        for units in {max(supported, _ONE), supported + 1}:
            first = _measured(rule, attrs.evolve(base.lines[0], units=units), quantity)
            yield attrs.evolve(base, lines=[first])
            second = attrs.evolve(first, number=2, units=_ONE)
            yield attrs.evolve(base, lines=[first, second])
            other = attrs.evolve(second, rendering_provider=OTHER_PROVIDER)
            yield attrs.evolve(base, lines=[first, other])
    yield base


def _quantities(rule: UnitRule) -> list[Decimal]:
    steps = rule.steps
    first = steps.first or steps.step
    ends = {first, first + steps.step, steps.step / 2}
    ends |= {first + (steps.at_least or steps.step)}
    ends |= {end for end in (steps.at_least, steps.first_at_least, steps.whole_from) if end}
    ends |= {rule.line_minimum} if rule.line_minimum else set()
    return sorted({end + more for end in ends for more in (-1, 0, 1) if end + more > 0})


def _measured(rule: UnitRule, line: ServiceLine, quantity: Decimal) -> ServiceLine:
    measured: dict[str, Any] = {"minutes": int(quantity)}
    if rule.measured == "miles":
        measured = {"miles": quantity}
    elif rule.measured == "dose":
        measured = {"drug": Drug(number=_NDC, quantity=quantity, unit=rule.drug_unit)}
    return attrs.evolve(line, **measured)
