"""The rule on the size, the length and the record of a session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs

from payer_rules.claims import Documented
from payer_rules.errors import FieldError
from payer_rules.rules.bounds import Bounds
from payer_rules.rules.outcomes import Detection
from payer_rules.rules.rule import Requirement


@attrs.frozen(kw_only=True)
class SessionRequirement(Requirement):
    """A session of one of the codes has the size, the length and the record that are stated.

    ``group_size`` counts participants, ``participants_per_leader`` those for each leader of the
    group. ``minutes`` are those of the line, or of all lines of the codes on the day by one
    rendering provider (``minutes_of``). ``documented`` names what the record must hold. The payer
    sees these facts only in the record: ``detected_in`` is ``"record"``.
    """

    group_size: Bounds | None = None
    participants_per_leader: Bounds | None = None
    minutes: Bounds | None = None
    minutes_of: Literal["line", "day"] = "line"
    documented: frozenset[Documented] = frozenset()
    detected_in: Detection = "record"

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        sizes = (self.group_size, self.participants_per_leader)
        if sizes == (None, None) and not (self.minutes or self.documented):
            remedy = "Write group_size, participants_per_leader, minutes or documented."
            yield FieldError((), "the requirement asks nothing of the session", remedy)
