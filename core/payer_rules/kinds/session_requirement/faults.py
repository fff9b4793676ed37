"""Faults of a session by a session requirement."""

from __future__ import annotations

from typing import Literal

import attrs

from payer_rules.claims import Documented


@attrs.frozen
class SessionFault:
    """The broken part of the requirement, with the wrong number or the missing entries."""

    part: Literal["group_size", "participants_per_leader", "minutes", "documented"]
    number: int = 0
    entries: frozenset[Documented] = frozenset()
