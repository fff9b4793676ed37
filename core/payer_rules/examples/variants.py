"""Claims around a rule: for each kind, those that are likely to keep it and to break it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.kinds import (
    AddOnCode,
    SameDayCombination,
    kind_of,
)
from payer_rules.kinds.claim_changes import (
    OTHER_PROVIDER,
    elsewhere,
    with_codes,
    with_each_line,
)
from payer_rules.rules import CodedRule, Rule

#: Whom most rules do not name; some name the first.
_UNLICENSED: Final = ("bachelor", "peer-specialist")


@singledispatch
def variants(rule: Rule, base: Claim) -> Iterator[Claim]:
    """Claims like the base on which a rule of this kind may answer differently."""
    examples = kind_of(rule).examples
    yield from examples(rule, base) if examples else (base, *elsewhere(base))


@variants.register
def _(rule: SameDayCombination, base: Claim) -> Iterator[Claim]:
    first, second = min(rule.first), min(rule.second)
    pair = with_codes(base, first, second)
    for number in (1, 2):
        for modifier in sorted(rule.bypass)[:1]:
            lines = [
                attrs.evolve(each, modifiers=(modifier,)) if each.number == number else each
                for each in pair.lines
            ]
            yield attrs.evolve(pair, lines=lines)
    yield pair
    yield with_each_line(pair, [{}, {"rendering_provider": OTHER_PROVIDER}])
    yield with_codes(base, second)


@variants.register
def _(rule: AddOnCode, base: Claim) -> Iterator[Claim]:
    for primary in sorted(rule.primaries)[:1]:
        yield with_codes(base, base.lines[0].code, primary)
    yield base


def code_of(rule: Rule) -> str:
    """The code an example shows: 90853 where the rule speaks of it, else the first."""
    if isinstance(rule, SameDayCombination):
        return min(rule.second)
    codes = rule.codes if isinstance(rule, CodedRule) else rule.meets
    return "90853" if "90853" in codes else min(codes)
