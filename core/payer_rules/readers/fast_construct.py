"""Fast construction of lines, claims and members from values that a reader has parsed.

A file has three lines a claim, and the classes would convert and check each value again. Here what
is known to be sound is set as it is (`payer_rules.unchecked`), and what is not is left to the
class, which finds everything that is wrong. A test compares both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias

from payer_rules.claims import (
    Authorization,
    Claim,
    KnownNone,
    Member,
    Occurrence,
    OtherPayer,
    Provider,
    ServiceLine,
    TreatmentDates,
    errors_of_service,
)
from payer_rules.errors import FieldError
from payer_rules.readers.cache import ParseCache
from payer_rules.unchecked import constructor
from payer_rules.values.checked import check_values
from payer_rules.vocabularies import CLAIM_FREQUENCIES, SETTINGS
from payer_rules.vocabularies.formats import BILL_TYPE, CONDITION_CODE, DIAGNOSIS, Format

#: The first day and the last.
Span: TypeAlias = tuple[date, date]


class ServiceValues(NamedTuple):
    """The values of a service in a file, without line number, dates and rendering provider."""

    code: str
    modifiers: tuple[str, ...]
    units: Decimal
    minutes: int | None
    charge: Decimal | None
    place_of_service: str | None
    diagnosis_pointers: tuple[int, ...] | None
    revenue_code: str | None


#: The values of a service that come again and again: all but its charge and its pointers.
_Repeated: TypeAlias = tuple[str, tuple[str, ...], Decimal, int | None, str | None, str | None]


make_member: Final[Callable[[str, date | None, str | None], Member]] = constructor(
    Member, "id", "birth_date", "sex"
)
_make_line: Final = constructor(
    ServiceLine,
    *("number", "code", "modifiers", "units", "date_from", "date_to", "place_of_service"),
    *("rendering_provider", "minutes", "charge", "revenue_code", "diagnosis_pointers", "drug"),
)


def make_line(
    number: int,
    service: ServiceValues,
    span: Span,
    place: str | None,
    rendering: Provider | None,
    drug: KnownNone | None = None,
) -> ServiceLine:
    """Return the line of a service that is known to be sound, on days that are in their order.

    ``place`` is the claim's place of service, which holds where the service has none. ``drug`` is
    ``"none"`` if the line is known to bill no drug.
    """
    code, modifiers, units, minutes, charge, own_place, pointers, revenue = service
    first, last = span
    place = own_place or place
    return _make_line(
        number,
        code,
        modifiers,
        units,
        first,
        last,
        place,
        rendering,
        minutes,
        charge,
        revenue,
        pointers,
        drug,
    )


def checked_line(
    number: int, service: ServiceValues, span: Span, rendering: Provider | None
) -> ServiceLine:
    """Return the line of the service; raises `InvalidValueError` where `ServiceLine` does."""
    code, modifiers, units, minutes, charge, place, pointers, revenue_code = service
    repeated = _SERVICES[code, modifiers, units, minutes, place, revenue_code]
    if (
        repeated is None
        or number < 1
        or span[0] > span[1]
        or (charge is not None and not charge >= 0)
        or (pointers and min(pointers) < 1)
    ):
        return ServiceLine(
            number=number,
            date_from=span[0],
            date_to=span[1],
            rendering_provider=rendering,
            **service._asdict(),
        )
    code, modifiers, units, minutes, place, revenue_code = repeated
    first, last = span
    return _make_line(
        number,
        code,
        modifiers,
        units,
        first,
        last,
        place,
        rendering,
        minutes,
        charge,
        revenue_code,
        pointers,
        None,
    )


def check_service(values: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[FieldError, ...]]:
    """Return some values of a service line in canonical form, and what is wrong with them."""
    canonical, field_errors = check_values(ServiceLine, values)
    return canonical, (*field_errors, *errors_of_service(ServiceLine.most_modifiers, **canonical))


_REPEATED: Final = ("code", "modifiers", "units", "minutes", "place_of_service", "revenue_code")


def _canonical_service(values: _Repeated) -> _Repeated | None:
    """Return the values in canonical form; ``None`` if one of them does not fit."""
    canonical, field_errors = check_service(dict(zip(_REPEATED, values, strict=True)))
    return None if field_errors else tuple(canonical.values())


_SERVICES: Final[ParseCache[_Repeated, _Repeated | None]] = ParseCache(_canonical_service)


def _canonical_codes(form: Format) -> ParseCache[tuple[str, ...], tuple[str, ...] | None]:
    """Return a cache of codes in canonical form; ``None`` stands for codes that do not fit."""

    def parse(codes: tuple[str, ...]) -> tuple[str, ...] | None:
        found = tuple(form.canonical(code) for code in codes)
        return None if None in found else tuple(code for code in found if code is not None)

    return ParseCache(parse)


_DIAGNOSES: Final = _canonical_codes(DIAGNOSIS)
_CONDITION_CODES: Final = _canonical_codes(CONDITION_CODE)
_SETTINGS: Final = frozenset([None, *SETTINGS.words])
_FREQUENCIES: Final = frozenset([None, *CLAIM_FREQUENCIES.words])


_make_claim: Final = constructor(
    Claim,
    *("id", "member", "billing_provider", "lines", "setting", "bill_type", "condition_codes"),
    *(
        "occurrences",
        "dates",
        "other_payers",
        "diagnoses",
        "authorizations",
        "referral",
        "order",
        "received",
    ),
    *("frequency_code", "replaces"),
)


def make_claim(
    *,
    id: str,
    member: Member,
    billing_provider: Provider,
    lines: Iterable[ServiceLine],
    setting: str | None,
    bill_type: str | None,
    condition_codes: tuple[str, ...] | None = None,
    occurrences: tuple[Occurrence, ...] | None = None,
    dates: TreatmentDates | None = None,
    other_payers: tuple[OtherPayer, ...] | None = None,
    diagnoses: tuple[str, ...] | None,
    authorizations: tuple[Authorization, ...] | None,
    referral: str | None,
    order: str | None = None,
    received: date | None = None,
    frequency_code: str | None,
    replaces: str | None,
) -> Claim:
    """Return the claim of what claim forms state; raises `InvalidValueError` as `Claim` does."""
    lines = tuple(lines)
    canonical = _DIAGNOSES[diagnoses] if diagnoses else ()
    conditions = _CONDITION_CODES[condition_codes] if condition_codes else ()
    claim = _make_claim(
        id,
        member,
        billing_provider,
        lines,
        setting,
        bill_type,
        conditions or condition_codes,
        occurrences,
        dates,
        other_payers,
        canonical or diagnoses,
        authorizations,
        referral,
        order,
        received,
        frequency_code,
        replaces,
    )
    if not (
        lines
        and canonical is not None
        and conditions is not None
        and (len(lines) == 1 or len({line.number for line in lines}) == len(lines))
        and setting in _SETTINGS
        and frequency_code in _FREQUENCIES
        and (bill_type is None or BILL_TYPE.known.get(bill_type) == bill_type)
        and id.strip() == id != ""
        and referral is None
        and order is None
        and replaces is None
    ):
        # NOTE: the class finds everything that is wrong.
        claim.__attrs_post_init__()
    return claim
