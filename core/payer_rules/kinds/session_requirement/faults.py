"""How a session may not be as required."""

from __future__ import annotations

from typing import Literal

import attrs

from payer_rules.claims import Documented


@attrs.frozen
class SessionFault:
    """The part of the requirement, the size or minutes that are wrong, the entries that lack."""

    part: Literal["group_size", "minutes", "documented"]
    number: int = 0
    entries: frozenset[Documented] = frozenset()
