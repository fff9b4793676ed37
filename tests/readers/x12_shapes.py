"""Claims for round trips, of the facts that an 837 can state."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

import attrs
from hypothesis import strategies as st

from payer_rules.claims import (
    Authorization,
    Claim,
    Drug,
    KnownNone,
    Member,
    Occurrence,
    Provider,
    ServiceLine,
    TreatmentDates,
)

CODES: Final = st.from_regex(r"[0-9A-Z][0-9]{4}", fullmatch=True)
ANESTHESIA: Final = st.from_regex(r"0(0[1-9]|1[0-9])[0-9]{2}", fullmatch=True)
NPIS: Final = st.from_regex(r"1[0-9]{9}", fullmatch=True)
DAYS: Final = st.dates(date(2010, 1, 1), date(2030, 12, 31))
IDS: Final = st.from_regex(r"[A-Z0-9][A-Z0-9-]{1,19}", fullmatch=True)
AMOUNTS: Final = st.decimals(0, 99_999, places=2)
NONE: Final[KnownNone] = "none"
ONE_DATE: Final = st.just(NONE) | DAYS
#: Dates of treatment as an 837P states them; it cannot state that there was no order.
DATES: Final = st.builds(
    TreatmentDates,
    onset=ONE_DATE,
    initial_treatment=ONE_DATE,
    last_seen=ONE_DATE,
    accident=ONE_DATE,
    last_menstrual_period=st.none() | DAYS,
    discharge=ONE_DATE,
    order=st.none() | DAYS,
)
NO_DATES: Final = TreatmentDates(
    onset="none",
    initial_treatment="none",
    last_seen="none",
    accident="none",
    discharge="none",
)
OWN_DATES: Final = st.builds(TreatmentDates, initial_treatment=DAYS, order=st.none() | DAYS)
DRUGS: Final = st.builds(
    Drug,
    number=st.from_regex(r"[0-9]{11}", fullmatch=True),
    quantity=st.decimals("0.5", 99, places=1),
    unit=st.sampled_from(["F2", "GR", "ME", "ML", "UN"]),
)
OCCURRENCES: Final = st.builds(Occurrence, code=st.sampled_from(["11", "A1"]), date_from=DAYS).map(
    lambda item: attrs.evolve(item, date_to=item.date_from)
)


@st.composite
def providers(draw: st.DrawFn) -> Provider:
    """A provider as the forms name one."""
    taxonomy = draw(st.none() | st.sampled_from(["103TC0700X", "261QM0801X", "207Q00000X"]))
    return Provider(npi=draw(NPIS), taxonomy=taxonomy)


@st.composite
def renderers(draw: st.DrawFn, biller: Provider) -> Provider | None:
    """Generate rendering providers: another than the billing one, a supervised one, or none."""
    who = draw(st.just(biller) | providers())
    above = draw(st.none() | NPIS)
    if above is not None:
        return attrs.evolve(who, supervised_by=Provider(npi=above))
    return None if who == biller else who


@st.composite
def lines(
    draw: st.DrawFn, number: int, biller: Provider, diagnoses: int, *, is_institutional: bool
) -> ServiceLine:
    """A service line of the number; it points to diagnoses that there are."""
    first, last = sorted(draw(st.tuples(DAYS, DAYS)))
    timed = draw(st.booleans())
    pointers = st.lists(st.integers(1, diagnoses or 1), min_size=1, max_size=4).map(tuple)
    who = st.none() | providers() if is_institutional else renderers(biller)
    return ServiceLine(
        number=number,
        code=draw(ANESTHESIA if timed else CODES),
        modifiers=draw(st.lists(st.sampled_from(["59", "95", "GT", "HO"]), unique=True)),
        units=Decimal(1) if timed else draw(st.decimals("0.5", 99, places=1)),
        minutes=draw(st.integers(1, 480)) if timed else None,
        date_from=first,
        date_to=draw(st.sampled_from([first, last])),
        charge=draw(AMOUNTS),
        place_of_service=None if is_institutional else draw(st.sampled_from(["11", "02"])),
        revenue_code="0915" if is_institutional else None,
        diagnosis_pointers=None if is_institutional else draw(pointers),
        rendering_provider=draw(who),
        dates=None if is_institutional else draw(st.none() | OWN_DATES),
        drug=draw(st.just(NONE) | DRUGS),
    )


@st.composite
def claims(draw: st.DrawFn, *, is_institutional: bool = False) -> Claim:
    """A claim that a form can hold."""
    codes = st.sampled_from(["F411", "F331", "F1020", "Z00129"])
    diagnoses = draw(st.lists(codes, min_size=0 if is_institutional else 1, max_size=4))
    frequency = draw(st.sampled_from(["1", "7", "8"]))
    biller = draw(providers())
    numbers = draw(st.lists(IDS, max_size=2, unique=True))
    born = draw(st.none() | DAYS if is_institutional else DAYS)
    found = draw(st.lists(OCCURRENCES, max_size=2)) if is_institutional else []
    onset = next((item.date_from for item in found if item.code == "11"), NONE)
    return Claim(
        id=draw(IDS),
        member=Member(id=draw(IDS), birth_date=born, sex="f" if born else None),
        billing_provider=biller,
        lines=[
            draw(lines(at, biller, len(diagnoses), is_institutional=is_institutional))
            for at in range(1, 1 + draw(st.integers(1, 4)))
        ],
        setting="outpatient-hospital" if is_institutional else None,
        bill_type=f"13{frequency}" if is_institutional else None,
        frequency_code=frequency,
        replaces=draw(IDS) if frequency != "1" else None,
        diagnoses=tuple(diagnoses),
        condition_codes=draw(st.lists(st.sampled_from(["92", "41"]), max_size=2).map(tuple)),
        occurrences=tuple(found),
        dates=TreatmentDates(onset=onset) if is_institutional else draw(DATES),
        other_payers=(),
        authorizations=tuple(Authorization(number=number) for number in numbers) or None,
        referral=draw(st.none() | IDS),
    )
