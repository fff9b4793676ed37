"""What a rule book keeps of one claim changes no decision on another."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import islice
from typing import Final, TypeVar

import attrs
import pytest
from payers_claims import PAYERS, Drawn, book, drawn_for

from payer_rules.claims import ServiceLine

L = TypeVar("L", bound=ServiceLine)

_CLAIMS: Final = 12
#: Texts and tables begin, end and age on some of these days.
_FIRST, _LAST = date(2018, 1, 1), date(2027, 12, 31)


def on_other_days(chance: random.Random, drawn: Drawn) -> Drawn:
    """Return the claim and its history, all moved by one number of days."""
    start = min(line.date_from for line in drawn.claim.lines)
    day = _FIRST + timedelta(days=chance.randrange((_LAST - _FIRST).days))
    by = day - start
    claim = attrs.evolve(drawn.claim, lines=[moved(line, by) for line in drawn.claim.lines])
    earlier = [moved(line, by) for line in drawn.history.lines]
    return Drawn(claim, attrs.evolve(drawn.history, lines=earlier))


def moved(line: L, by: timedelta) -> L:
    """Return the line, moved by so many days."""
    return attrs.evolve(line, date_from=line.date_from + by, date_to=line.date_to + by)


@pytest.mark.parametrize("payer", PAYERS)
def test_claims_decided_before_change_no_decision(payer: str) -> None:
    """A book that has decided claims on many days decides the next as a book without any."""
    rulebook = book(payer)
    for chance, drawn in islice(drawn_for(payer), _CLAIMS):
        for _ in range(3):
            claim, history = on_other_days(chance, drawn)
            decision = rulebook.decide(claim, history)
            # NOTE: a changed copy of a book keeps nothing that was found for claims.
            assert decision == attrs.evolve(rulebook).decide(claim, history)
