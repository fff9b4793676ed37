"""A text that is too old for a line is recorded for lines of the claim alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import attrs
from shapes import DAY, PAYER, claim, limit, line

from payer_rules.engine.applicability import Applicability
from payer_rules.engine.assumptions import Assumptions
from payer_rules.engine.claim_state import ClaimState
from payer_rules.engine.missing import EDITION
from payer_rules.history import History, HistoryLine
from payer_rules.rules import ASSUMABLE, DateRange

#: A text that was last read for a day more than five years ago.
OLD: Final = attrs.evolve(
    limit(1, 7, "90853"), verified=DateRange(date(2010, 1, 1), date(2010, 12, 31))
)


def test_the_number_of_an_earlier_line_is_not_recorded_for_the_claim() -> None:
    """Line 2 of an earlier claim does not make the text too old for line 2 of this one."""
    judged = claim(line(1, "90853"), line(2, "90834"))
    day = DAY - timedelta(days=1)
    earlier = HistoryLine.of(judged, line(2, "90853", day), status="paid")
    expected = attrs.evolve(Assumptions.presuming(frozenset(ASSUMABLE)), is_expected=True)
    state = ClaimState(judged, History(lines=[earlier]), expected)
    applies = Applicability(OLD, PAYER)
    assert EDITION in applies.to(state, earlier)
    assert state.expired == set()
    assert EDITION in applies.to(state, judged.lines[0])
    assert state.expired == {(OLD.id, 1)}
