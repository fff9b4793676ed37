"""A payer's fee schedule: relative values, localities, and the shares of professions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from payer_rules.money.postal_localities import PostalRange
from payer_rules.rules import Citation, DateRange

_ALL: Final = Decimal(1)


@attrs.frozen(kw_only=True)
class RelativeValues:
    """The relative value units of a code, and how the schedule pays it.

    ``practice`` is the practice expense outside facilities, ``facility_practice`` the one in them.
    ``multiple`` is the indicator of reductions for several procedures on a day.
    """

    status: str
    work: Decimal
    practice: Decimal
    facility_practice: Decimal
    malpractice: Decimal
    multiple: str

    def practice_at(self, *, is_facility: bool) -> Decimal:
        """Return the practice expense in a facility, or outside."""
        return self.facility_practice if is_facility else self.practice


@attrs.frozen(kw_only=True)
class LocalityIndices:
    """The factors of a locality, by which each part of the relative values is multiplied."""

    work: Decimal = _ALL
    practice: Decimal = _ALL
    malpractice: Decimal = _ALL


@attrs.frozen(kw_only=True)
class ValueEdition:
    """Relative values of the days of service for which they were published.

    ``factor`` is the conversion factor in dollars. ``localities`` are empty if only national
    amounts are known. The days of ``dates`` include the first and the last. ``not_known`` has
    sentences on what could change any amount and was not read.
    """

    name: str
    dates: DateRange
    factor: Decimal
    values: Mapping[str, RelativeValues]
    localities: Mapping[str, LocalityIndices] = attrs.field(factory=dict)
    citation: Citation
    not_known: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class PaidShare:
    """The share of the full amount that providers of some professions are paid."""

    professions: frozenset[str]
    share: Decimal
    citation: Citation


@attrs.frozen(kw_only=True)
class Sequestration:
    """The share that is taken off each payment, for days of service; both days are included."""

    dates: DateRange
    share: Decimal


@attrs.frozen(kw_only=True)
class FeeSchedule:
    """All that a payer's amounts are computed from.

    - ``shares`` has every profession whose share is known, those of the full amount included;
    - ``facilities`` are the places of service with the facility amount, ``places`` all known ones;
    - ``doubts`` has for a code why its amount needs review;
    - ``coinsurance`` is the patient's share after the deductible;
    - ``not_participating`` is the share of the schedule for providers who do not participate;
    - ``lesser_from`` states that a lower charge is paid instead.
    """

    payer: str
    editions: tuple[ValueEdition, ...]
    shares: tuple[PaidShare, ...]
    facilities: frozenset[str]
    places: frozenset[str]
    places_from: Citation
    postal: tuple[PostalRange, ...] = ()
    postal_from: Citation
    doubts: Mapping[str, str] = attrs.field(factory=dict)
    coinsurance: Decimal
    coinsurance_from: Citation
    sequestration: tuple[Sequestration, ...] = ()
    sequestration_from: Citation
    not_participating: PaidShare
    lesser_from: Citation

    def edition_on(self, day: date) -> tuple[ValueEdition, bool] | None:
        """Return the edition for services on the day, and True if it is of other days.

        If no edition has the day, it is the next one that begins in the same year, or else the
        last one of the year; None if there is none of that year.
        """
        for edition in self.editions:
            if day in edition.dates:
                return edition, False
        of_year = [(_first(e), e) for e in self.editions if _first(e).year == day.year]
        later = [pair for pair in of_year if pair[0] > day]
        chosen = min(later, key=_day) if later else max(of_year, key=_day, default=None)
        return (chosen[1], True) if chosen else None

    def share_of(self, profession: str) -> PaidShare | None:
        """Return the share of the profession, or None if it is not known."""
        return next((each for each in self.shares if profession in each.professions), None)


def _first(edition: ValueEdition) -> date:
    return edition.dates.first or date.min


def _day(pair: tuple[date, ValueEdition]) -> date:
    return pair[0]
