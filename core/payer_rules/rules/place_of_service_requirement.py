"""Where these codes may be performed, and whether by telehealth."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from payer_rules.claims import Modality
from payer_rules.errors import Misfit
from payer_rules.rules.rule import CodedRule


@attrs.frozen(kw_only=True)
class PlaceOfServiceRequirement(CodedRule):
    """A line with one of the codes has a place of service of ``any_of`` and none of ``none_of``.

    ``modality`` lists how the service may be delivered: ``{"in-person"}`` is a code that telehealth
    does not cover, one without ``"audio"`` is not paid over the telephone. What is empty asks
    nothing.
    """

    any_of: frozenset[str] = frozenset()
    none_of: frozenset[str] = frozenset()
    modality: frozenset[Modality] = frozenset()

    def _misfits(self) -> Iterator[Misfit]:
        yield from super()._misfits()
        if not (self.any_of or self.none_of or self.modality):
            remedy = "Write any_of or none_of with places, or modality."
            yield Misfit((), "the requirement names no place and no modality", remedy)
        for place in sorted(self.any_of | self.none_of):
            if not (len(place) == 2 and place.isdigit()):
                key = "any_of" if place in self.any_of else "none_of"
                remedy = "Write two digits, such as '02' or '11'."
                yield Misfit((key,), f"{place!r} is not a place of service", remedy)
