"""Whether a rule speaks of a line, and what keeps that in doubt."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, TypeAlias

from payer_rules.claims import ServiceLine
from payer_rules.engine.adjudication import Adjudication
from payer_rules.engine.conditions import weigh
from payer_rules.engine.missing import EDITION, SURE, Doubt, field
from payer_rules.rules import ALWAYS, ANYTIME, Rule

#: ``unmet``: the rule does not speak of the line; ``silent``: it does, and its conditions do not
#: hold; else it applies, surely or with doubts.
Applies: TypeAlias = Literal["unmet", "silent"] | Doubt

UNMET: Final = "unmet"
SILENT: Final = "silent"


def is_unconditional(rule: Rule) -> bool:
    """Whether the rule applies to every line with its codes, whatever the claim says."""
    return rule.when == ANYTIME and rule.in_force == ALWAYS and rule.verified in (None, ALWAYS)


def applies(rule: Rule, case: Adjudication, line: ServiceLine) -> Applies:
    """Whether the rule applies to the line: by its dates, then by its conditions."""
    doubt = _in_force(rule, case, line)
    if doubt is None:
        return UNMET
    truth = weigh(rule.when, case, line)
    if truth == "out of scope":
        return UNMET
    # NOTE: codes and conditions say of what a rule speaks. Beyond the dates that were read it is
    # what it asks that is not known, and of a line that is none of its matter it asks nothing.
    if truth is False:
        return SILENT
    if not _is_verified(rule, line.date_from):
        if not case.assume_edition:
            return (*doubt, EDITION)
        case.assume_text(rule.id, line)
    return doubt if truth is True else (*doubt, *truth)


def _in_force(rule: Rule, case: Adjudication, line: ServiceLine) -> Doubt | None:
    if rule.in_force == ALWAYS:
        return SURE
    day: date | None = line.date_from
    if rule.in_force_by == "received":
        day = case.claim.received
    if day is None:
        return field("received")
    return SURE if day in rule.in_force else None


def _is_verified(rule: Rule, day: date) -> bool:
    return rule.verified is None or day in rule.verified
