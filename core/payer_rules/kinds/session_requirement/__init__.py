"""The size, the length and the record of a session."""

from __future__ import annotations

from typing import Final

import attrs

from payer_rules.engine.reads import DAYS, EARLIER_LINES, RENDERING, Reads
from payer_rules.engine.stages import LINES
from payer_rules.kinds.kind import GroupLimit, Kind
from payer_rules.kinds.session_requirement.evaluator import SessionEvaluator
from payer_rules.kinds.session_requirement.rule import SessionRequirement
from payer_rules.kinds.session_requirement.words import WORDS


def _group_limit(rule: SessionRequirement) -> GroupLimit[SessionRequirement] | None:
    """Return what the rule requires of the size of the group, without the rest."""
    # NOTE: a group that is too large for one alternative may meet another.
    if rule.group_size is None or rule.alternatives is not None:
        return None
    sized = attrs.evolve(rule, minutes=None, documented=frozenset())
    return GroupLimit(sized, rule.group_size)


KIND: Final = Kind(
    rule=SessionRequirement,
    table="session_requirement",
    topic="session",
    evaluator=SessionEvaluator,
    stage=lambda rule: LINES,
    words=WORDS,
    group_limit=_group_limit,
    reads=DAYS
    | RENDERING
    | EARLIER_LINES
    | Reads(
        line={"code", "minutes", "session"},
        history={"minutes", "rendering_provider", "session"},
        session={"documented", "end", "group_size", "group_size_at_most", "leaders", "start"},
        links={"same day"},
    ),
)
