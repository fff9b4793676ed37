"""Claims with and without the statuses that a rule asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import attrs

from payer_rules.claims import Claim, DatedStatus, InpatientStay
from payer_rules.kinds.claim_changes import OTHER_PROVIDER, with_line
from payer_rules.kinds.standing_requirement.rule import StandingRequirement
from payer_rules.rules import StatusCriteria

Statuses = tuple[DatedStatus, ...]


def examples(rule: StandingRequirement, base: Claim) -> Iterator[Claim]:
    """Yield the claim with each status, with another one, with one that has ended, and without."""
    day = base.lines[0].date_from
    for criteria in rule.any_of:
        for held in _held(criteria):
            yield _with(rule, base, (held,))
            ended = attrs.evolve(held, date_to=day - timedelta(days=1))
            yield _with(rule, base, (ended,))
        other = DatedStatus(kind=criteria.kind, value="other")
        yield _with(rule, base, (other,))
    yield _with(rule, base, ())
    if rule.of != "stay":
        first = next(_held(rule.any_of[0]))
        yield attrs.evolve(
            _with(rule, base, ()), member=attrs.evolve(base.member, statuses=(first,))
        )


def _held(criteria: StatusCriteria) -> Iterator[DatedStatus]:
    for value in sorted(criteria.value or ["stated"]):
        yield DatedStatus(kind=criteria.kind, value=value)


def _with(rule: StandingRequirement, base: Claim, statuses: Statuses) -> Claim:
    """Return the claim with the statuses of the one whom the rule is about, and none of others."""
    bare = attrs.evolve(OTHER_PROVIDER, statuses=())
    held = attrs.evolve(bare, statuses=statuses)
    claim = attrs.evolve(
        base,
        member=attrs.evolve(base.member, statuses=statuses if rule.of == "member" else ()),
        billing_provider=attrs.evolve(
            base.billing_provider, statuses=statuses if rule.of == "billing" else ()
        ),
    )
    if rule.of == "stay":
        day = base.lines[0].date_from
        stay = InpatientStay(kind="hospital", date_from=day, date_to=day, statuses=statuses)
        return attrs.evolve(claim, inpatient_stays=(stay,))
    performing = held if rule.of == "performed-by" else bare
    if rule.of == "supervisor":
        performing = attrs.evolve(bare, supervised_by=held)
    rendering = held if rule.of == "rendering" else bare
    return with_line(claim, rendering_provider=rendering, performed_by=performing)
