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


class OpenLine(ServiceLine):
    """A line whose parts can be set."""

    __slots__ = ()
    # NOTE: both, for Python keeps them in one place: with one alone each would cost a search.
    __setattr__ = object.__setattr__
    __delattr__ = object.__delattr__


class OpenClaim(Claim):
    """A claim whose parts can be set."""

    __slots__ = ()
    __setattr__ = object.__setattr__
    __delattr__ = object.__delattr__


_new: Final = object.__new__


def make_line(
    number: int, service: Parts, span: Span, place: str | None, rendering: Provider | None
) -> ServiceLine:
    """The line of a service that is known to be sound, on days that are in their order.

    ``place`` is the claim's, which holds where the line has none.
    """
    line: Any = _new(OpenLine)
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
    """The line of the service; raises `MisfitError` where `ServiceLine` does."""
    line = make_line(number, service, span, None, rendering)
    line.__attrs_post_init__()
    return line


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
    """The claim; raises `MisfitError` where `Claim` does."""
    claim: Any = _new(OpenClaim)
    claim.id, claim.member, claim.billing_provider = id, member, billing_provider
    claim.lines = tuple(lines)
    claim.setting, claim.bill_type, claim.condition_codes = setting, bill_type, condition_codes
    claim.diagnoses, claim.authorizations = diagnoses, authorizations
    claim.referral, claim.order, claim.received = referral, order, received
    claim.frequency_code, claim.replaces = frequency_code, replaces
    # NOTE: no form of claim tells these.
    claim.payer = claim.contractor = claim.program = claim.plan = claim.network = None
    claim.state = claim.line_of_business = claim.inpatient_stays = claim.episode_start = None
    claim.__class__ = Claim
    claim.__attrs_post_init__()
    made: Claim = claim
    return made
