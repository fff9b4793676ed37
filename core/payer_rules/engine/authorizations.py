"""The authorizations of a claim, and what is left of each as its lines use them up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from payer_rules.claims import Authorization, Claim, ServiceLine
from payer_rules.engine.days import is_within
from payer_rules.engine.missing import NONE_MISSING, MissingFacts, field
from payer_rules.engine.truth import Truth, both


class Ledger:
    """The units of service left of each authorization; lines take theirs in turn."""

    def __init__(self, given: Sequence[Authorization]) -> None:
        # NOTE: the narrowest first, so that a wide one is left for a line that has no other.
        self._given = sorted(given, key=lambda each: (len(each.codes or ()), each.number))
        self._left = {each.number: each.units_left for each in self._given}

    def take(self, claim: Claim, line: ServiceLine) -> Truth:
        """Whether an authorization covers the line whole, which then uses its units up."""
        doubts: list[MissingFacts] = []
        for each, doubt in self._covering(claim, line):
            left = self._left[each.number]
            if left is None:
                doubts.append((*doubt, *field("authorizations.units_left")))
            elif left >= line.units and not doubt:
                self._left[each.number] = left - line.units
                return True
            elif left >= line.units:
                doubts.append(doubt)
        return tuple(missing for doubt in doubts for missing in doubt) or False

    def used_up(self, claim: Claim, line: ServiceLine) -> list[str]:
        """The numbers of those that would cover the line if they had units left."""
        return [each.number for each, doubt in self._covering(claim, line) if not doubt]

    def _covering(
        self, claim: Claim, line: ServiceLine
    ) -> Iterator[tuple[Authorization, MissingFacts]]:
        for each in self._given:
            truth = _covers(each, claim, line)
            if truth is not False:
                yield each, NONE_MISSING if truth is True else truth


def _covers(given: Authorization, claim: Claim, line: ServiceLine) -> Truth:
    """Whether the authorization is for the line's code, days and provider."""
    first, last = given.date_from, given.date_to
    providers = (claim.billing_provider.npi, claim.rendering_provider(line).npi)
    return both(
        (
            field("authorizations.codes") if given.codes is None else line.code in given.codes,
            field("authorizations.date_from") if first is None else is_within(line, first, None),
            field("authorizations.date_to") if last is None else is_within(line, None, last),
            field("authorizations.provider")
            if given.provider is None
            else given.provider in providers,
        )
    )
