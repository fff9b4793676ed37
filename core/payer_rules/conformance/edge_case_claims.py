"""Claims that are allowed and odd: no payer's rules may stumble over them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.claims import Claim, InpatientStay, Member, Provider, ServiceLine, Session
from payer_rules.history import History, HistoryLine

_DAY: Final = date(2024, 8, 15)
_MANY: Final = 60


def edge_case_claims(code: str) -> Iterator[tuple[str, Claim, History | None]]:
    """Yield a name, a claim with the code, and its history, for each oddity."""
    bare = Claim(
        id="ODD",
        member=Member(id="M1"),
        billing_provider=Provider(npi="1234567893"),
        lines=[ServiceLine(code=code, date_from=_DAY)],
    )
    line = bare.lines[0]
    empty = History()
    yield "nothing is known", bare, None
    yield "nothing but an empty history is known", bare, empty
    for day in (date.min, date(2024, 2, 29), date.max):
        yield (
            f"the day is {day}",
            _with(bare, attrs.evolve(line, date_from=day, date_to=day)),
            empty,
        )
    yield "a line of a year", _with(bare, attrs.evolve(line, date_to=date(2025, 8, 14))), empty
    yield "a line of no charge", _with(bare, attrs.evolve(line, charge=Decimal(0))), empty
    yield "a part of a unit", _with(bare, attrs.evolve(line, units=Decimal("0.5"))), empty
    yield "very many units", _with(bare, attrs.evolve(line, units=Decimal(10) ** 6)), empty
    yield (
        "four modifiers",
        _with(bare, attrs.evolve(line, modifiers=("59", "XE", "95", "GT"))),
        empty,
    )
    yield "over midnight", _with(bare, attrs.evolve(line, minutes=120, session=_NIGHT)), empty
    yield "a group of nobody", _with(bare, attrs.evolve(line, session=_NOBODY)), empty
    yield "an unknown code", _with(bare, attrs.evolve(line, code="ZZZZZ")), empty
    lines = (attrs.evolve(line, number=number) for number in range(1, _MANY + 1))
    yield "sixty lines alike", attrs.evolve(bare, lines=lines), empty
    numbers = (attrs.evolve(line, number=number) for number in (7, 3))
    yield "line numbers with gaps, the later first", attrs.evolve(bare, lines=numbers), empty
    unborn = attrs.evolve(bare, member=Member(id="M1", birth_date=date(2030, 1, 1)))
    yield "a member not yet born", unborn, empty
    stay = InpatientStay(kind="hospital", date_from=_DAY, date_to=_DAY)
    yield "a stay of one day", attrs.evolve(bare, inpatient_stays=(stay,)), empty
    yield "a void", attrs.evolve(bare, frequency_code="8", replaces="C0"), empty
    yield "a replacement of nothing", attrs.evolve(bare, frequency_code="7"), empty
    early = attrs.evolve(bare, received=date(2020, 1, 1))
    yield "received before the service", early, empty
    yield "a history of one day, of every status", bare, _beside(code)


def _with(claim: Claim, line: ServiceLine) -> Claim:
    return attrs.evolve(claim, lines=[line])


_NIGHT: Final = Session(id="S1", start=time(23), end=time(1), group_size=8)
_NOBODY: Final = Session(id="S1", start=time(9), end=time(9), group_size=0)


def _beside(code: str) -> History:
    return History(
        lines=[
            HistoryLine(claim=f"H-{status}", member="M1", code=code, date_from=_DAY, status=status)
            for status in ("paid", "denied", "pending", "void", None)
        ]
    )
