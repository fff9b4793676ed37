"""The amount that a fee schedule allows for a line, and the inputs of its computation.

The amount of a unit is the conversion factor, times the sum of each relative value times its index
of the locality, rounded to cents; then times the share of the profession, rounded again. The order
of the two roundings was not read, so that an amount with a share may be a cent off for each unit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.money.cents import CENT, in_cents
from payer_rules.money.fee_schedules import (
    FeeSchedule,
    LocalityIndices,
    PaidShare,
    RelativeValues,
    ValueEdition,
)
from payer_rules.money.postal_localities import is_zip_code, locality_of
from payer_rules.rules import Citation

#: Statuses of codes that the schedule pays: active, and with restricted coverage.
_PAID: Final = frozenset({"A", "R"})
_NATIONAL: Final = LocalityIndices()
_FULL: Final = Decimal(1)
#: Modifiers of telehealth: the place of service alone decides about the amount (MC-10.5).
_WITHOUT_EFFECT: Final = frozenset({"93", "95"})
#: Indicators of codes whose amount other procedures of the day do not reduce.
_NOT_REDUCED: Final = frozenset({"0", "9"})


@attrs.frozen(kw_only=True)
class AmountInput:
    """A value from which an amount was computed, and its source.

    That is a ``citation``, or for what the practice states itself the ``source``: file and row.
    """

    name: str
    value: str
    citation: Citation | None = None
    source: str = ""


@attrs.frozen(kw_only=True)
class ExpectedAmount:
    """The amount that a payer should allow for a line, in dollars, patient's share included.

    - ``amount``: for all units, or the charge if that is lower;
    - ``of_unit``: for one unit, before the comparison with the charge;
    - ``tolerance``: how far the amount may be off because of rounding;
    - ``inputs``: the values it was computed from;
    - ``presumed``: what was presumed, a sentence each; empty if nothing was;
    - ``not_known``: what could change the amount and was not read.
    """

    amount: Decimal
    of_unit: Decimal
    tolerance: Decimal
    inputs: tuple[AmountInput, ...]
    presumed: tuple[str, ...] = ()
    not_known: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class UnknownAmount:
    """The reason why no amount is known, and what to do if something helps."""

    reason: str
    remedy: str | None = None


@attrs.frozen(kw_only=True)
class _Locality:
    """The indices of the place of a service, and how they were found."""

    indices: LocalityIndices
    inputs: tuple[AmountInput, ...] = ()
    presumed: tuple[str, ...] = ()


def price_line(
    schedule: FeeSchedule,
    line: ServiceLine,
    *,
    locality: str | None = None,
    zip_code: str | None = None,
    participates: bool | None = True,
) -> ExpectedAmount | UnknownAmount:
    """Return the amount that the schedule allows for the line.

    The line's rendering provider states the profession; ``locality`` is a key of the schedule, such
    as 06102-16, and ``zip_code`` has five digits, or nine with or without a hyphen. What is not
    stated is presumed, and listed in ``presumed``; for ``participates`` that is ``None``. Rules
    decide whether the line is paid.
    """
    if zip_code is not None and not is_zip_code(zip_code):
        return _other_form(zip_code)
    found = schedule.edition_on(line.date_from)
    if found is None:
        return UnknownAmount(reason=f"No fee schedule of {line.date_from.year} was read.")
    edition, is_other = found
    values = edition.values.get(line.code)
    if values is None:
        return UnknownAmount(
            reason=f"The amount of {line.code} was not read ({edition.name}). It may be payable."
        )
    if values.status not in _PAID:
        return UnknownAmount(
            reason=f"The fee schedule has no payment for {line.code}: its status is "
            f"{values.status} ({edition.name})."
        )
    place = _locality(schedule, edition, locality, zip_code)
    if isinstance(place, UnknownAmount):
        return place
    share = _share(schedule, line)
    if isinstance(share, UnknownAmount):
        return share
    is_facility = line.place_of_service in schedule.facilities
    of_unit = in_cents(edition.factor * _total(values, place.indices, is_facility=is_facility))
    shares = [each for each in (share, _outside(schedule, participates)) if each is not None]
    for each in shares:
        of_unit = in_cents(of_unit * each.share)
    rounded_again = sum(1 for each in shares if each.share != _FULL)
    amount = in_cents(of_unit * line.units)
    is_charge = line.charge is not None and line.charge < amount
    return ExpectedAmount(
        amount=line.charge if is_charge and line.charge is not None else amount,
        of_unit=of_unit,
        tolerance=Decimal(0) if is_charge else rounded_again * CENT * line.units,
        inputs=(
            *_inputs(schedule, edition, values, line, is_facility=is_facility),
            *place.inputs,
            *(_share_input(each) for each in shares),
            *([_charge_input(schedule, line)] if is_charge else ()),
        ),
        presumed=(
            *_presumed_edition(line, edition, is_other=is_other),
            *place.presumed,
            *_presumed_of_line(schedule, line, values),
            *_presumed_share(shares),
            *_presumed_part(schedule, participates),
        ),
        not_known=edition.not_known,
    )


def _other_form(zip_code: str) -> UnknownAmount:
    # NOTE: spreadsheets drop the zero with which ZIP codes of the northeast begin.
    is_short = len(zip_code) == 4 and zip_code.isascii() and zip_code.isdigit()
    written = f" If its first zero was lost, write 0{zip_code}." if is_short else ""
    return UnknownAmount(
        reason=f"{zip_code!r} is not a ZIP code.",
        remedy=f"Write five digits, or nine, such as 60601 or 60601-1234.{written}",
    )


def _total(values: RelativeValues, indices: LocalityIndices, *, is_facility: bool) -> Decimal:
    return (
        values.work * indices.work
        + values.practice_at(is_facility=is_facility) * indices.practice
        + values.malpractice * indices.malpractice
    )


def _locality(
    schedule: FeeSchedule, edition: ValueEdition, locality: str | None, zip_code: str | None
) -> _Locality | UnknownAmount:
    if not edition.localities:
        sentence = "The amount is the national one: localities of these days were not read."
        return _Locality(indices=_NATIONAL, presumed=(sentence,))
    if locality is None and zip_code is None:
        sentence = "The amount is the national one: no ZIP code or locality is stated."
        return _Locality(indices=_NATIONAL, presumed=(sentence,))
    of_zip: tuple[AmountInput, ...] = ()
    if locality is None:
        found = locality_of(zip_code or "", schedule.postal)
        if found is None:
            return UnknownAmount(
                reason=f"The ZIP code {zip_code} is in no locality of the fee schedule.",
                remedy="Correct it, or state the locality, such as 06102-16.",
            )
        if found.needs_plus_four:
            return UnknownAmount(
                reason=f"The ZIP code {zip_code} is in more than one locality, by its last four "
                "digits, which were not read.",
                remedy="State the locality, such as 06102-16.",
            )
        locality = found.locality
        value = f"{zip_code}: locality {locality}"
        of_zip = (AmountInput(name="ZIP code", value=value, citation=schedule.postal_from),)
    indices = edition.localities.get(locality)
    if indices is None:
        return UnknownAmount(
            reason=f"The fee schedule has no locality {locality} ({edition.name}).",
            remedy="State the contractor and the locality, such as 06102-16.",
        )
    value = (
        f"{locality}: work {indices.work}, practice {indices.practice}, "
        f"malpractice {indices.malpractice}"
    )
    stated = AmountInput(name="locality", value=value, citation=edition.citation)
    return _Locality(indices=indices, inputs=(*of_zip, stated))


def _share(schedule: FeeSchedule, line: ServiceLine) -> PaidShare | UnknownAmount | None:
    """Return the share of the line's profession; None if no profession is stated."""
    provider = line.rendering_provider
    if provider is None or provider.profession is None:
        return None
    found = schedule.share_of(provider.profession)
    if found is None:
        return UnknownAmount(
            reason=f"What the profession {provider.profession} is paid of the amount was not read."
        )
    return found


def _outside(schedule: FeeSchedule, participates: bool | None) -> PaidShare | None:
    return schedule.not_participating if participates is False else None


def _inputs(
    schedule: FeeSchedule,
    edition: ValueEdition,
    values: RelativeValues,
    line: ServiceLine,
    *,
    is_facility: bool,
) -> tuple[AmountInput, ...]:
    practice = values.practice_at(is_facility=is_facility)
    units = f"work {values.work}, practice {practice}, malpractice {values.malpractice}"
    kind = "facility" if is_facility else "not a facility"
    place = AmountInput(
        name="place of service",
        value=f"{line.place_of_service}: {kind}",
        citation=schedule.places_from,
    )
    return (
        AmountInput(name="conversion factor", value=str(edition.factor), citation=edition.citation),
        AmountInput(
            name="relative values", value=f"{line.code}: {units}", citation=edition.citation
        ),
        *([place] if line.place_of_service in schedule.places else ()),
    )


def _share_input(share: PaidShare) -> AmountInput:
    return AmountInput(
        name="share of the amount", value=f"{share.share:.0%}", citation=share.citation
    )


def _charge_input(schedule: FeeSchedule, line: ServiceLine) -> AmountInput:
    value = f"{line.charge}, which is less than the schedule's amount"
    return AmountInput(name="charge", value=value, citation=schedule.lesser_from)


def _presumed_edition(
    line: ServiceLine, edition: ValueEdition, *, is_other: bool
) -> tuple[str, ...]:
    if not is_other:
        return ()
    sentence = (
        f"The values are those of {edition.name} ({edition.dates}): "
        f"those of {line.date_from} were not read."
    )
    return (sentence,)


def _presumed_of_line(
    schedule: FeeSchedule, line: ServiceLine, values: RelativeValues
) -> tuple[str, ...]:
    sentences = []
    if line.place_of_service is None:
        sentences.append("The service was not in a facility: no place of service is stated.")
    elif line.place_of_service not in schedule.places:
        sentences.append(
            f"Place of service {line.place_of_service} is not a facility: it is not on the list."
        )
    if line.rendering_provider is None or line.rendering_provider.profession is None:
        sentences.append("The provider is paid the full amount: no license is stated.")
    if values.multiple not in _NOT_REDUCED:
        sentences.append(
            "The amount is not reduced for other procedures of the day "
            f"(indicator {values.multiple})."
        )
    if changing := sorted({*line.modifiers} - _WITHOUT_EFFECT):
        sentences.append(
            f"Modifiers do not change the amount ({', '.join(changing)}): what they do to it was "
            "not read."
        )
    if line.code in schedule.doubts:
        sentences.append(schedule.doubts[line.code])
    return tuple(sentences)


def _presumed_part(schedule: FeeSchedule, participates: bool | None) -> tuple[str, ...]:
    """Return the presumption of an amount where it depends on taking part in the program."""
    if participates is not None or schedule.not_participating is None:
        return ()
    return ("The provider takes part in the program: it is not stated whether it does.",)


def _presumed_share(shares: list[PaidShare]) -> tuple[str, ...]:
    """Return the presumption of an amount with the share of a license and that of outsiders."""
    if len([each for each in shares if each.share != _FULL]) < 2:
        return ()
    return (
        "A provider with this license may stay outside the program: whether it may was not read.",
    )
