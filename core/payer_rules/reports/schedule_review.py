"""What the report of a plan states besides its appointments: findings over several of them."""

from __future__ import annotations

from typing import Final

from payer_rules.checking.completion import complete
from payer_rules.payer_routing import ALL, PayerRouter
from payer_rules.planning.schedule import Schedule
from payer_rules.practice import Practice
from payer_rules.readers import FiledClaim
from payer_rules.registry import Registry
from payer_rules.sessions.billed_services import Withdrawals
from payer_rules.sessions.findings import SessionFinding
from payer_rules.sessions.partition_review import Partition, review_partition
from payer_rules.sessions.payer_limits import SessionRules

#: The findings of a session review that no appointment shows by itself.
_OVER_MEMBERS: Final = ("limit", "overlap", "hours")


def findings_over_members(
    schedule: Schedule, registry: Registry, practice: Practice
) -> tuple[SessionFinding, ...]:
    """Return what limits over several members, and a clinician's day, find in the schedule."""
    filed = [
        complete(FiledClaim(each.claim, None, schedule.name, each.row), practice)
        for each in schedule.appointments
    ]
    identifiers = practice.payers_by_identifier
    router = PayerRouter(registry, (), default_payers=(ALL,), identifiers=identifiers)
    everything = Partition(Withdrawals(), lambda provider: True)
    review = review_partition(enumerate(filed), SessionRules(registry), router, everything)
    return tuple(finding for finding in review.findings if finding.kind in _OVER_MEMBERS)
