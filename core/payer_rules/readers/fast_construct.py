"""Lines and claims from parts that are of their types already.

NOTE: a file has three lines a claim. The classes would convert each part again and set it by name,
past their own guard, in more time than it takes to read the parts. Here a value is of an open class
while its parts are set, and then of its own, which is frozen. A test compares what is made with
what the classes make.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias

from payer_rules.claims import Authorization, Claim, Member, Provider, ServiceLine
from payer_rules.errors import InvalidValueError
from payer_rules.readers.cache import ParseCache
from payer_rules.vocabularies import CLAIM_FREQUENCIES, SETTINGS
from payer_rules.vocabularies.formats import BILL_TYPE, CONDITION_CODE, DIAGNOSIS, Format

#: The first day and the last.
Span: TypeAlias = tuple[date, date]
#: Of a service: code, modifiers, units, minutes, charge, place, diagnosis pointers, revenue code.
Parts: TypeAlias = tuple[
    str,
    tuple[str, ...],
    Decimal,
    int | None,
    Decimal | None,
    str | None,
    tuple[int, ...] | None,
    str | None,
]


class MutableLine(ServiceLine):
    """A line whose parts can be set."""

    __slots__ = ()
    # NOTE: both, for Python keeps them in one place: with one alone each would cost a search.
    __setattr__ = object.__setattr__
    __delattr__ = object.__delattr__


class MutableClaim(Claim):
    """A claim whose parts can be set."""

    __slots__ = ()
    __setattr__ = object.__setattr__
    __delattr__ = object.__delattr__


class MutableMember(Member):
    """A member whose parts can be set."""

    __slots__ = ()
    __setattr__ = object.__setattr__
    __delattr__ = object.__delattr__


_new: Final = object.__new__


def make_member(identity: str, birth_date: date | None) -> Member:
    """Return the member of an id without blanks around it."""
    member: Any = _new(MutableMember)
    member.id, member.birth_date = identity, birth_date
    member.member_prefix = member.benefit_year_start = None
    member.__class__ = Member
    made: Member = member
    return made


def make_line(
    number: int, service: Parts, span: Span, place: str | None, rendering: Provider | None
) -> ServiceLine:
    """The line of a service that is known to be sound, on days that are in their order.

    ``place`` is the claim's, which holds where the line has none.
    """
    line: Any = _new(MutableLine)
    code, modifiers, units, minutes, charge, own_place, pointers, revenue_code = service
    line.number = number
    line.code = code
    line.modifiers = modifiers
    line.units = units
    line.date_from, line.date_to = span
    line.place_of_service = own_place or place
    line.rendering_provider = rendering
    line.minutes = minutes
    line.charge = charge
    line.revenue_code = revenue_code
    line.diagnosis_pointers = pointers
    line.modality = line.performed_by = line.session = None
    line.__class__ = ServiceLine
    made: ServiceLine = line
    return made


def checked_line(
    number: int, service: Parts, span: Span, rendering: Provider | None
) -> ServiceLine:
    """The line of the service; raises `InvalidValueError` where `ServiceLine` does."""
    code, modifiers, units, minutes, charge, place, pointers, revenue_code = service
    sound = _SERVICES[code, modifiers, units, minutes, place, revenue_code]
    if (
        sound is None
        or number < 1
        or span[0] > span[1]
        or (charge is not None and not charge >= 0)
        or (pointers and min(pointers) < 1)
    ):
        return ServiceLine(
            number=number,
            code=code,
            modifiers=modifiers,
            units=units,
            minutes=minutes,
            charge=charge,
            place_of_service=place,
            diagnosis_pointers=pointers,
            revenue_code=revenue_code,
            date_from=span[0],
            date_to=span[1],
            rendering_provider=rendering,
        )
    code, modifiers, units, minutes, place, revenue_code = sound
    service = (code, modifiers, units, minutes, charge, place, pointers, revenue_code)
    return make_line(number, service, span, None, rendering)


#: The parts of a service that come again and again in a file.
_Service: TypeAlias = tuple[str, tuple[str, ...], Decimal, int | None, str | None, str | None]


def _sound_service(parts: _Service) -> _Service | None:
    """The parts in canonical form; ``None`` if one of them does not fit."""
    code, modifiers, units, minutes, place, revenue_code = parts
    try:
        line = ServiceLine(
            code=code,
            modifiers=modifiers,
            units=units,
            minutes=minutes,
            place_of_service=place,
            revenue_code=revenue_code,
            date_from=date.min,
        )
    except InvalidValueError:
        return None
    return (
        line.code,
        line.modifiers,
        line.units,
        line.minutes,
        line.place_of_service,
        line.revenue_code,
    )


_SERVICES: Final[ParseCache[_Service, _Service | None]] = ParseCache(_sound_service)


def _canonical_codes(form: Format) -> ParseCache[tuple[str, ...], tuple[str, ...] | None]:
    """Codes in canonical form by the codes as they are written; ``None`` if one does not fit."""

    def read(codes: tuple[str, ...]) -> tuple[str, ...] | None:
        found = tuple(form.canonical(code) for code in codes)
        return None if None in found else tuple(code for code in found if code is not None)

    return ParseCache(read)


_DIAGNOSES: Final = _canonical_codes(DIAGNOSIS)
_CONDITION_CODES: Final = _canonical_codes(CONDITION_CODE)


def make_claim(
    *,
    id: str,
    member: Member,
    billing_provider: Provider,
    lines: Iterable[ServiceLine],
    setting: str | None,
    bill_type: str | None,
    condition_codes: tuple[str, ...] | None = None,
    diagnoses: tuple[str, ...] | None,
    authorizations: tuple[Authorization, ...] | None,
    referral: str | None,
    order: str | None = None,
    received: date | None = None,
    frequency_code: str | None,
    replaces: str | None,
) -> Claim:
    """The claim; raises `InvalidValueError` where `Claim` does."""
    claim: Any = _new(MutableClaim)
    claim.id, claim.member, claim.billing_provider = id, member, billing_provider
    claim.lines = tuple(lines)
    claim.setting, claim.bill_type, claim.condition_codes = setting, bill_type, condition_codes
    claim.diagnoses, claim.authorizations = diagnoses, authorizations
    claim.referral, claim.order, claim.received = referral, order, received
    claim.frequency_code, claim.replaces = frequency_code, replaces
    # NOTE: no form of claim tells these.
    claim.payer = claim.contractor = claim.program = claim.plan = claim.network = None
    claim.state = claim.line_of_business = claim.inpatient_stays = claim.episode_start = None
    is_sound = _made_canonical(claim)
    claim.__class__ = Claim
    if not is_sound:
        # NOTE: the class finds everything that is wrong.
        claim.__attrs_post_init__()
    made: Claim = claim
    return made


def _made_canonical(claim: Any) -> bool:  # noqa: ANN401
    """Put codes into canonical form; return whether all of the open claim fits."""
    if claim.diagnoses:
        claim.diagnoses = _DIAGNOSES[given := claim.diagnoses] or given
        if _DIAGNOSES[given] is None:
            return False
    if claim.condition_codes:
        claim.condition_codes = _CONDITION_CODES[given := claim.condition_codes] or given
        if _CONDITION_CODES[given] is None:
            return False
    return bool(
        claim.lines
        and len({line.number for line in claim.lines}) == len(claim.lines)
        and claim.setting in _SETTINGS
        and claim.frequency_code in _FREQUENCIES
        and (claim.bill_type is None or BILL_TYPE.known.get(claim.bill_type) == claim.bill_type)
        and claim.id.strip() == claim.id != ""
        and claim.referral is None
        and claim.replaces is None
        and claim.order is None
    )


_SETTINGS: Final = frozenset([None, *SETTINGS.words])
_FREQUENCIES: Final = frozenset([None, *CLAIM_FREQUENCIES.words])
