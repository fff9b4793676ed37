"""The evaluation of statuses that a line needs."""

from __future__ import annotations

from collections.abc import Sequence

from payer_rules.claims import Claim, DatedStatus, Provider, ServiceLine
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.days import is_within
from payer_rules.engine.missing import NONE_MISSING, field, of_record
from payer_rules.engine.provider_conditions import performer
from payer_rules.engine.statuses import has_status
from payer_rules.engine.truth import Truth, both, either
from payer_rules.engine.verdict import Answer, broken
from payer_rules.kinds.standing_requirement.rule import StandingRequirement


def evaluate_line(rule: StandingRequirement, state: ClaimState, line: ServiceLine) -> Answer[None]:
    """Return a verdict if the line has none of the statuses, or what is missing to know."""
    truth = _of_stay(rule, state.claim, line) if rule.of == "stay" else _of(rule, state.claim, line)
    if truth is True:
        return NONE_MISSING
    return broken(rule, line, None) if truth is False else truth


def _of(rule: StandingRequirement, claim: Claim, line: ServiceLine) -> Truth:
    if rule.of == "member":
        return _has_any(rule, claim.member.statuses, line, "member")
    if rule.of == "billing":
        return _has_any(rule, claim.billing_provider.statuses, line, "billing_provider")
    if rule.of == "rendering":
        return _has_any(rule, claim.rendering_provider(line).statuses, line, "rendering_provider")
    performing = performer(claim, line)
    if rule.of == "performed-by":
        name = "performed_by" if line.performed_by else "rendering_provider"
        return _has_any(rule, performing.statuses, line, name)
    supervisor = performing.supervised_by
    if supervisor is None:
        return of_record("supervised_by")
    statuses = supervisor.statuses if isinstance(supervisor, Provider) else ()
    return _has_any(rule, statuses, line, "supervised_by")


def _of_stay(rule: StandingRequirement, claim: Claim, line: ServiceLine) -> Truth:
    """Return whether each stay on the days of the line has one of the statuses."""
    stays = claim.inpatient_stays
    if stays is None:
        return field("inpatient_stays")
    truths = []
    for stay in stays:
        inside = is_within(line, stay.date_from, stay.date_to)
        if inside is False:
            continue
        has = _has_any(rule, stay.statuses, line, "inpatient_stays")
        truths.append(True if has is True else has if inside is True else inside)
    return both(truths)


def _has_any(
    rule: StandingRequirement, statuses: Sequence[DatedStatus] | None, line: ServiceLine, name: str
) -> Truth:
    missing = field(f"{name}.statuses")
    return either(has_status(statuses, criteria, line, missing) for criteria in rule.any_of)
