"""Claims with the code to bill, and with another one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs

from payer_rules.claims import Claim, Session
from payer_rules.kinds.claim_changes import OTHER_PROVIDER, with_codes
from payer_rules.kinds.code_choice.rule import CodeChoice
from payer_rules.rules import code_of, listed_codes


def examples(rule: CodeChoice, base: Claim) -> Iterator[Claim]:
    """Yield lines of each code with numbers at the ends of each option, and beyond them."""
    codes = sorted(listed_codes(rule.codes)) or [code_of(rule.codes)]
    if rule.by == "codes":
        for number in range(1, len(codes) + 1):
            yield with_codes(base, *codes[:number])
            yield with_codes(base, *codes[-number:])
        return
    for number in _numbers(rule):
        for code in codes:
            line = base.lines[0].recoded(code, **_stating(rule, number))
            yield attrs.evolve(base, lines=[line])
            if rule.pool == "day":
                second = attrs.evolve(line, number=2)
                yield attrs.evolve(base, lines=[line, second])
                other = attrs.evolve(second, rendering_provider=OTHER_PROVIDER)
                yield attrs.evolve(base, lines=[line, other])
    yield base


def _numbers(rule: CodeChoice) -> list[int]:
    ends = [end for option in rule.options for end in (option.at_least, option.at_most)]
    stated = [end for end in ends if end is not None]
    halves = [end // 2 for end in stated] if rule.pool == "day" else []
    return sorted(
        {end + more for end in (*stated, *halves) for more in (-1, 0, 1) if end + more > 0}
    )


def _stating(rule: CodeChoice, number: int) -> dict[str, Any]:
    if rule.by == "minutes":
        return {"minutes": number}
    if rule.by == "group-size":
        return {"session": Session(group_size=number)}
    return {"units": Decimal(number)}
