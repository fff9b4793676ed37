"""Claims for round trips, of the facts that claim files of other formats can state."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import strategies as st

from payer_rules.claims import Authorization, Claim, Member, Provider, ServiceLine

DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2030, 12, 31))
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9.-]{0,20}", fullmatch=True)
NPIS = st.from_regex(r"[12][0-9]{9}", fullmatch=True)
CODES = st.sampled_from(["90834", "90837", "90853", "90785", "G0410", "H0004", "T1015", "0373T"])
MODIFIERS = st.lists(st.sampled_from(["59", "25", "95", "XS", "GT", "U1"]), max_size=4)
MONEY = st.integers(min_value=0, max_value=999_999).map(lambda cents: Decimal(cents) / 100)
UNITS = st.one_of(
    st.integers(1, 99).map(Decimal), st.sampled_from([Decimal("0.5"), Decimal("2.25")])
)
ICDS = st.sampled_from(["F33.1", "F41.1", "F10.20", "M48.062", "Z00.00"])


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The value, or that it is not known."""
    return st.none() | strategy


PROVIDERS = st.builds(
    Provider, npi=NPIS, taxonomy=maybe(st.just("1041C0700X")), specialty=maybe(st.just("80"))
)


@st.composite
def lines(draw: st.DrawFn, number: int, diagnoses: int | None) -> ServiceLine:
    """A service line of the number; it points to diagnoses that there are."""
    first, last = sorted([draw(DAYS), draw(DAYS)])
    pointers = st.lists(st.integers(1, diagnoses or 1), max_size=4).map(tuple)
    return ServiceLine(
        number=number,
        code=draw(CODES),
        modifiers=tuple(dict.fromkeys(draw(MODIFIERS))),
        units=draw(UNITS),
        date_from=first,
        date_to=draw(st.sampled_from([first, last])),
        place_of_service=draw(maybe(st.sampled_from(["02", "10", "11", "53"]))),
        rendering_provider=draw(maybe(PROVIDERS)),
        charge=draw(maybe(MONEY)),
        revenue_code=draw(maybe(st.just("0900"))),
        diagnosis_pointers=draw(maybe(pointers)) if diagnoses else None,
    )


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """A claim of one to four lines."""
    diagnoses = draw(maybe(st.lists(ICDS, min_size=1, max_size=4).map(tuple)))
    numbers = draw(st.lists(st.integers(1, 50), min_size=1, max_size=4, unique=True))
    numbered = [draw(lines(number, diagnoses and len(diagnoses))) for number in numbers]
    # NOTE: of a line that names nobody FHIR cannot say so where other lines name somebody.
    if any(line.rendering_provider is None for line in numbered):
        numbered = [attrs.evolve(line, rendering_provider=None) for line in numbered]
    bill_type = draw(maybe(st.sampled_from(["131", "137"])))
    return Claim(
        id=draw(NAMES),
        member=Member(id=draw(NAMES), birth_date=draw(maybe(DAYS))),
        billing_provider=Provider(npi=draw(NPIS)),
        lines=numbered,
        setting="outpatient-hospital" if bill_type else None,
        bill_type=bill_type,
        diagnoses=diagnoses,
        authorizations=draw(
            maybe(st.lists(NAMES, min_size=1, max_size=2, unique=True).map(_authorizations))
        ),
        referral=draw(maybe(NAMES)),
        order=draw(maybe(NAMES)),
        received=draw(maybe(DAYS)),
        frequency_code=bill_type[-1] if bill_type else None,
        replaces=draw(maybe(NAMES)),
    )


def _authorizations(numbers: list[str]) -> tuple[Authorization, ...]:
    return tuple(Authorization(number=number) for number in numbers)
