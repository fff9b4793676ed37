"""What sees what: the order in which rules judge.

0. duplicates; 1. line rules; 2. combinations, each reading column 1 as stratum 1 left it, then
add-on codes to a fixed point; 3. frequency limits, each window length a stratum of its own, shorter
first; 4. add-on codes again, of primaries that a limit denied. Lines of equal stratum see the same
claim.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from payer_rules.engine import (
    add_on_code,
    coverage,
    diagnosis_requirement,
    modifier_requirement,
    place_of_service_requirement,
    provider_requirement,
    required_field,
    session_requirement,
    timely_filing,
)
from payer_rules.engine.authorization_requirement import AuthorizationEvaluator
from payer_rules.engine.check import CheckEvaluator
from payer_rules.engine.claim_state import Evaluator
from payer_rules.engine.duplicate_service import DuplicateEvaluator
from payer_rules.engine.frequency_limit import FrequencyLimitEvaluator
from payer_rules.engine.same_day_combination import CombinationEvaluator
from payer_rules.rules import (
    SEVERITY,
    AddOnCode,
    AuthorizationRequirement,
    Check,
    Coverage,
    DiagnosisRequirement,
    DuplicateService,
    FrequencyLimit,
    ModifierRequirement,
    Payer,
    PlaceOfServiceRequirement,
    ProviderRequirement,
    RequiredField,
    Rule,
    SameDayCombination,
    SessionRequirement,
    TimelyFiling,
)


class Stage(NamedTuple):
    """The place of a judge in the order; ``days`` is the length of a limit's window."""

    level: int
    days: int = 0


DUPLICATES: Final = Stage(0)
LINES: Final = Stage(1)
PAIRS: Final = Stage(2)
ADD_ONS: Final = Stage(3)
LIMITS: Final = 4

Maker: TypeAlias = Callable[..., Evaluator]

_MAKERS: Final[dict[type[Rule], tuple[Maker, Stage]]] = {
    AddOnCode: (add_on_code.make, ADD_ONS),
    AuthorizationRequirement: (AuthorizationEvaluator, LINES),
    Check: (CheckEvaluator, LINES),
    Coverage: (coverage.make, LINES),
    DiagnosisRequirement: (diagnosis_requirement.make, LINES),
    DuplicateService: (DuplicateEvaluator, DUPLICATES),
    FrequencyLimit: (FrequencyLimitEvaluator, Stage(LIMITS)),
    ModifierRequirement: (modifier_requirement.make, LINES),
    PlaceOfServiceRequirement: (place_of_service_requirement.make, LINES),
    ProviderRequirement: (provider_requirement.make, LINES),
    RequiredField: (required_field.make, LINES),
    SameDayCombination: (CombinationEvaluator, PAIRS),
    SessionRequirement: (session_requirement.make, LINES),
    TimelyFiling: (timely_filing.make, LINES),
}


def evaluator_of(rule: Rule, payer: Payer) -> Evaluator:
    """The judge of the rule, by its kind."""
    if rule.verified == "unknown" and SEVERITY[rule.outcome] > SEVERITY["inform"]:
        rule = rule.for_review()
    return _MAKERS[type(rule)][0](rule, payer)


def stage_of(rule: Rule) -> Stage:
    """The stratum in which the rule judges."""
    if isinstance(rule, FrequencyLimit):
        return Stage(LIMITS, rule.window.days)
    return _MAKERS[type(rule)][1]
