"""The judge of modifier requirements."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from payer_rules.claims import Claim, ServiceLine
from payer_rules.decisions import Cure
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.cures import MOST_MODIFIERS, changed
from payer_rules.engine.line_rules import Answer, Breach, line_evaluator, line_label, listed
from payer_rules.engine.missing import NONE_MISSING
from payer_rules.kinds.modifier_requirement.rule import ModifierRequirement

_CONDITION = "only if what it says is true of the service"


def weigh(rule: ModifierRequirement, state: ClaimState, line: ServiceLine) -> Answer:
    """Whether the line's modifiers are as required."""
    problem = _problem(rule, line)
    if problem is None:
        return NONE_MISSING
    carried = f"it carries {_named(line.modifiers, 'and')}" if line.modifiers else "it has none"
    cure = partial(_cure, rule, state.claim, line)
    return Breach(message=f"{line_label(line)} {problem}; {carried}", cure=cure)


def _problem(rule: ModifierRequirement, line: ServiceLine) -> str | None:
    has = set(line.modifiers)
    if rule.any_of and not rule.any_of & has:
        return f"needs {_named(rule.any_of, 'or')}"
    if rule.all_of - has:
        return f"needs {_named(rule.all_of - has, 'and')}"
    if rule.none_of & has:
        return f"may not carry {_named(rule.none_of & has, 'or')}"
    if len(rule.at_most_one_of & has) > 1:
        return f"may carry only one of {_named(rule.at_most_one_of & has, 'and')}"
    return None


def _cure(rule: ModifierRequirement, claim: Claim, line: ServiceLine) -> Cure | None:
    """The smallest change after which the requirement is kept, if the line has room for it."""
    has = set(line.modifiers)
    remove = sorted((rule.none_of & has) | set(sorted(rule.at_most_one_of & has)[1:]))
    left = [modifier for modifier in line.modifiers if modifier not in remove]
    add = sorted(rule.all_of - set(left))
    if rule.any_of and not rule.any_of & {*left, *add}:
        add.append(min(rule.any_of))
    after = (*left, *add)
    if len(after) > MOST_MODIFIERS or len(rule.at_most_one_of & set(after)) > 1:
        return None
    told = [f"modifier {modifier} on line {line.number}" for modifier in add]
    told += [f"no modifier {modifier} on line {line.number}" for modifier in remove]
    return Cure(
        change=" and ".join(told),
        condition=_CONDITION,
        claim=changed(claim, line, modifiers=after),
    )


def _named(modifiers: Iterable[str], last: str) -> str:
    """``modifier GT``, or ``modifiers 93, 95 or GT``."""
    told = sorted(modifiers)
    return f"{'modifiers' if len(told) > 1 else 'modifier'} {listed(told, last)}"


make = line_evaluator(weigh)
