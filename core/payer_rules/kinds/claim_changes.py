"""Changes of an example claim that the examples of several kinds make."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import attrs

from payer_rules.claims import (
    MODALITIES,
    Authorization,
    Claim,
    InpatientStay,
    Provider,
    ServiceLine,
)
from payer_rules.history import HistoryLine

#: A provider of another profession than the one who bills.
OTHER_PROVIDER: Final = Provider(npi="1234567802", profession="psychologist", supervised_by="none")
_PLACES: Final = ("11", "02", "10", "31")


def with_line(claim: Claim, **values: object) -> Claim:
    """Return the claim with other values on its first line."""
    unchanged: list[dict[str, Any]] = [{} for _ in claim.lines[1:]]
    return with_each_line(claim, [{**values}, *unchanged])


def with_codes(claim: Claim, *codes: str) -> Claim:
    """Return the claim with a line for each code, alike in all other facts."""
    first = claim.lines[0]
    lines = [first.recoded(code, number=n) for n, code in enumerate(codes, 1)]
    return attrs.evolve(claim, lines=lines)


def with_each_line(claim: Claim, changes: list[dict[str, Any]]) -> Claim:
    """Return the claim with the changes of each line."""
    lines = [
        attrs.evolve(line, **change) for line, change in zip(claim.lines, changes, strict=True)
    ]
    return attrs.evolve(claim, lines=lines)


def elsewhere(claim: Claim) -> Iterator[Claim]:
    """Yield the claim with other modalities, places and stays, and with its first line alone."""
    for modality in sorted(MODALITIES):
        yield with_line(claim, modality=modality)
    for place in _PLACES:
        yield with_line(claim, place_of_service=place)
    stay = InpatientStay(kind="hospital", date_from=claim.lines[0].date_from)
    yield from (attrs.evolve(claim, inpatient_stays=stays) for stays in ((), (stay,)))
    yield with_codes(claim, claim.lines[0].code)


def paid_before(claim: Claim, line: ServiceLine, number: int, day: date) -> HistoryLine:
    """Return the line as it was billed and paid on an earlier day, of a claim with the number."""
    return HistoryLine(
        claim=f"BEFORE-{number}",
        member=claim.member.id,
        billing_provider=claim.billing_provider,
        rendering_provider=line.rendering_provider,
        code=line.code,
        modifiers=line.modifiers,
        date_from=day,
        place_of_service=line.place_of_service,
        modality=line.modality,
        status="paid",
    )


def authorization_of(
    claim: Claim, line: ServiceLine | None = None, *, number: str = "A1"
) -> Authorization:
    """Return an authorization of a line of the claim: the first if no other is given."""
    line = line or claim.lines[0]
    return Authorization(
        number=number,
        codes=frozenset([line.code]),
        date_from=line.date_from,
        date_to=line.date_to,
        provider=claim.billing_provider.npi,
        units_left=line.units,
    )
