"""The evaluation of provider requirements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from payer_rules.claims import Provider, ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, of_record
from payer_rules.engine.provider_conditions import is_one, performer
from payer_rules.engine.truth import Truth, negated
from payer_rules.engine.verdict import Answer, broken_parts
from payer_rules.kinds.provider_requirement.rule import ProviderRequirement
from payer_rules.rules import ProviderCriteria

#: The parts of a requirement that a line may break.
ProviderFault: TypeAlias = Literal[
    "rendered_by",
    "not_rendered_by",
    "performed_by",
    "not_performed_by",
    "not_supervised",
    "supervised_by",
    "personally",
]


def evaluate_line(
    rule: ProviderRequirement, state: ClaimState, line: ServiceLine
) -> Answer[tuple[ProviderFault, ...]]:
    """Return the parts of the requirement that the providers of the line break, if any."""
    return broken_parts(rule, line, _faults(rule, state, line))


def _faults(
    rule: ProviderRequirement, state: ClaimState, line: ServiceLine
) -> Iterator[ProviderFault | MissingFacts]:
    rendering = state.claim.rendering_provider(line)
    performing = performer(state.claim, line)
    if rule.rendered_by:
        truth = is_one(rendering, rule.rendered_by, "rendering_provider", line)
        yield _fault("rendered_by", truth)
    if rule.not_rendered_by:
        truth = negated(is_one(rendering, rule.not_rendered_by, "rendering_provider", line))
        yield _fault("not_rendered_by", truth)
    # NOTE: if nobody else performed it, what is missing of the performer is so of the renderer.
    name = "performed_by" if line.performed_by else "rendering_provider"
    if rule.performed_by:
        yield _fault("performed_by", is_one(performing, rule.performed_by, name, line))
    if rule.not_performed_by:
        truth = negated(is_one(performing, rule.not_performed_by, name, line))
        yield _fault("not_performed_by", truth)
    if rule.supervised_by:
        yield _supervision(rule.supervised_by, performing, line)
    if rule.personally and performing.npi != rendering.npi:
        yield "personally"


def _supervision(
    criteria: ProviderCriteria, performing: Provider, line: ServiceLine
) -> ProviderFault | MissingFacts:
    supervisor = performing.supervised_by
    if supervisor is None:
        return of_record("supervised_by")
    if supervisor == "none":
        return "not_supervised"
    return _fault("supervised_by", is_one(supervisor, criteria, "supervised_by", line))


def _fault(part: ProviderFault, truth: Truth) -> ProviderFault | MissingFacts:
    if truth is True:
        return NONE_MISSING
    return part if truth is False else truth
