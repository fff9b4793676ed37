"""The evaluation of modifier requirements."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.missing import NONE_MISSING
from payer_rules.engine.verdict import Answer, broken
from payer_rules.kinds.modifier_requirement.rule import ModifierRequirement

Part: TypeAlias = Literal["any_of", "all_of", "none_of", "at_most_one_of"]


@attrs.frozen
class ModifierFault:
    """The part of the requirement that a line breaks, and the modifiers that are wrong by it."""

    part: Part
    modifiers: frozenset[str]


def evaluate_line(
    rule: ModifierRequirement, state: ClaimState, line: ServiceLine
) -> Answer[ModifierFault]:
    """Return the part of the requirement that the modifiers of the line break, if any."""
    fault = _fault(rule, frozenset(line.modifiers))
    return NONE_MISSING if fault is None else broken(rule, line, fault)


def _fault(rule: ModifierRequirement, stated: frozenset[str]) -> ModifierFault | None:
    if rule.any_of and not rule.any_of & stated:
        return ModifierFault("any_of", rule.any_of)
    if rule.all_of - stated:
        return ModifierFault("all_of", rule.all_of - stated)
    if rule.none_of & stated:
        return ModifierFault("none_of", rule.none_of & stated)
    if len(rule.at_most_one_of & stated) > 1:
        return ModifierFault("at_most_one_of", rule.at_most_one_of & stated)
    return None
