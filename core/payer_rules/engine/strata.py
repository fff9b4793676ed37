"""What sees what: the order in which rules judge.

1. line rules; 2. combinations, each reading column 1 as stratum 1 left it; 3. frequency limits,
each window length a stratum of its own, shorter first. Lines of equal stratum see the same claim.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from payer_rules.engine.adjudication import Judge
from payer_rules.engine.frequency_limit import LimitJudge
from payer_rules.engine.modifier_requirement import ModifierJudge
from payer_rules.engine.same_day_combination import CombinationJudge
from payer_rules.rules import FrequencyLimit, ModifierRequirement, Payer, Rule, SameDayCombination


class Stratum(NamedTuple):
    """The place of a judge in the order; ``days`` is the length of a limit's window."""

    level: int
    days: int = 0


LINES: Final = Stratum(1)
PAIRS: Final = Stratum(2)
LIMITS: Final = 3

Maker: TypeAlias = Callable[..., Judge]


def _modifier(rule: ModifierRequirement, payer: Payer) -> Judge:
    return ModifierJudge(rule)


_MAKERS: Final[dict[type[Rule], Maker]] = {
    FrequencyLimit: LimitJudge,
    ModifierRequirement: _modifier,
    SameDayCombination: CombinationJudge,
}


def judge_of(rule: Rule, payer: Payer) -> Judge:
    """The judge of the rule, by its kind."""
    return _MAKERS[type(rule)](rule, payer)


def stratum_of(rule: Rule) -> Stratum:
    """The stratum in which the rule judges."""
    if isinstance(rule, FrequencyLimit):
        return Stratum(LIMITS, rule.window.days)
    return PAIRS if isinstance(rule, SameDayCombination) else LINES
