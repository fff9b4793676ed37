"""The authorizations of a claim, and their units that are left."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal

from payer_rules.claims import Authorization, Claim, ServiceLine
from payer_rules.engine.days import is_within
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, field
from payer_rules.engine.truth import Truth, among, both
from payer_rules.rules import AuthorizationDetails


class Ledger:
    """The units left of each authorization. Lines take their units one after another.

    An authorization that does not meet the details covers no line.
    """

    def __init__(
        self, authorizations: Sequence[Authorization], details: AuthorizationDetails | None = None
    ) -> None:
        self._details = details
        # NOTE: those of fewer codes first, so that a general one is left for lines without another.
        self._authorizations = sorted(
            authorizations, key=lambda held: (len(held.codes or ()), held.number)
        )
        self._left = {each.number: each.units_left for each in self._authorizations}

    def take(self, claim: Claim, line: ServiceLine) -> Truth:
        """Return whether an authorization covers the whole line, and take its units."""
        open_facts: list[MissingFacts] = []
        for each, facts in self._covering(claim, line):
            left = self._left[each.number]
            if left is None:
                open_facts.append((*facts, *field("authorizations.units_left")))
            elif left >= line.units and not facts:
                self._left[each.number] = left - line.units
                return True
            elif left >= line.units:
                open_facts.append(facts)
        return tuple(missing for facts in open_facts for missing in facts) or False

    def take_part(self, claim: Claim, line: ServiceLine, units: Decimal) -> Decimal | MissingFacts:
        """Return how many of so many units authorizations cover, and take these."""
        wanted, open_facts = units, NONE_MISSING
        for each, facts in self._covering(claim, line):
            left = self._left[each.number]
            if left is None or facts:
                unknown = field("authorizations.units_left") if left is None else NONE_MISSING
                open_facts = (*open_facts, *facts, *unknown)
                continue
            part = min(left, wanted)
            self._left[each.number] = left - part
            wanted -= part
        return open_facts if wanted and open_facts else units - wanted

    def used_up(self, claim: Claim, line: ServiceLine) -> list[str]:
        """Return the numbers of authorizations that may cover the line if units were left."""
        return [each.number for each, _ in self._covering(claim, line)]

    def _covering(
        self, claim: Claim, line: ServiceLine
    ) -> Iterator[tuple[Authorization, MissingFacts]]:
        for each in self._authorizations:
            providers = (claim.billing_provider.npi, claim.rendering_provider(line).npi)
            truth = covers(each, line, providers)
            if self._details is not None and truth is not False:
                truth = both((truth, *_detailed(each, self._details, line)))
            if truth is not False:
                yield each, NONE_MISSING if truth is True else truth


def covers(authorization: Authorization, line: ServiceLine, providers: Collection[str]) -> Truth:
    """Return whether the authorization is for the line's code, days and providers."""
    first, last = authorization.date_from, authorization.date_to
    return both(
        (
            field("authorizations.codes")
            if authorization.codes is None
            else line.code in authorization.codes,
            field("authorizations.date_from") if first is None else is_within(line, first, None),
            field("authorizations.date_to") if last is None else is_within(line, None, last),
            field("authorizations.provider")
            if authorization.provider is None
            else authorization.provider in providers,
        )
    )


def _detailed(
    authorization: Authorization, details: AuthorizationDetails, line: ServiceLine
) -> Iterator[Truth]:
    """Yield whether the authorization meets each of the details for the line."""
    for name, deadline in details.deadlines.items():
        day: date | None = getattr(authorization, name)
        # NOTE: days are numbers here, because the last day may be before the first date.
        last = line.date_from.toordinal() + deadline.offset
        yield field(f"authorizations.{name}") if day is None else day.toordinal() <= last
    if details.requested_by is not None:
        missing = field("authorizations.requested_by")
        yield among(authorization.requested_by, details.requested_by, missing)
