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

    ``group_size`` counts participants. ``minutes`` are those of the line, or of all lines of the
    codes on the day by one rendering provider (``minutes_of``). ``documented`` names what the
    record must hold. The payer sees these facts only in the record: ``detected_in`` is
    ``"record"``.
    """

    group_size: Bounds | None = None
    minutes: Bounds | None = None
    minutes_of: Literal["line", "day"] = "line"
    documented: frozenset[Documented] = frozenset()
    detected_in: Detection = "record"

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if not (self.group_size or self.minutes or self.documented):
            remedy = "Write group_size, minutes or documented."
            yield FieldError((), "the requirement asks nothing of the session", remedy)
