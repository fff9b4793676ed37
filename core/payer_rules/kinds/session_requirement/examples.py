"""Claims that keep or break a session requirement."""

from __future__ import annotations

from collections.abc import Iterator

from payer_rules.claims import Claim, Session
from payer_rules.kinds.claim_changes import with_line
from payer_rules.kinds.session_requirement.rule import SessionRequirement
from payer_rules.rules import Bounds


def examples(rule: SessionRequirement, base: Claim) -> Iterator[Claim]:
    """Yield the claim with sessions at the bounds of the rule, beyond them, and not recorded."""
    documented = rule.documented or None
    sizes, lengths = _around(rule.group_size, 8), _around(rule.minutes, 60)
    for size, minutes in ((sizes[0], lengths[0]), (sizes[-1], lengths[0]), (sizes[0], lengths[-1])):
        yield with_line(
            base, minutes=minutes, session=Session(group_size=size, documented=documented)
        )
    for leaders in (1, 2):
        for size in _around(rule.participants_per_leader, 8):
            together = Session(group_size=size * leaders, leaders=leaders, documented=documented)
            yield with_line(base, minutes=lengths[0], session=together)
    bare = Session(group_size=sizes[0], documented=frozenset())
    yield with_line(base, minutes=lengths[0], session=bare)


def _around(bounds: Bounds | None, default: int) -> tuple[int, ...]:
    """Return a number at the edge of the bounds, and one just beyond."""
    if bounds is None:
        return (default,)
    if bounds.at_most is not None:
        return (bounds.at_most, bounds.at_most + 1)
    least = bounds.at_least or 0
    return (least, max(0, least - 1))
