"""The rule where, and by which modality, codes may be delivered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs

from payer_rules.claims import Modality, ServiceLine
from payer_rules.errors import FieldError
from payer_rules.rules.national_codes import PLACES_SINCE
from payer_rules.rules.rule import Requirement
from payer_rules.values.checked import of_form
from payer_rules.vocabularies import MODALITIES, PLACES_OF_SERVICE


@attrs.frozen(kw_only=True)
class PlaceOfServiceRequirement(Requirement):
    """A line with one of the codes has a place of service of ``any_of`` and none of ``none_of``.

    ``modality`` lists how the service may be delivered: ``{"in-person"}`` is a code that telehealth
    does not cover; one without ``"audio"`` is not paid by telephone. Empty sets ask for nothing.
    """

    any_of: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(PLACES_OF_SERVICE))
    none_of: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(PLACES_OF_SERVICE))
    modality: frozenset[Modality] = attrs.field(default=frozenset(), metadata=of_form(MODALITIES))

    def is_older_than_words_of(self, line: ServiceLine, last: date) -> bool:
        """Return True if the place of the line was introduced after the day."""
        return last < PLACES_SINCE.get(line.place_of_service or "", date.min)

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if not (self.any_of or self.none_of or self.modality):
            remedy = "Write any_of or none_of with places, or modality."
            yield FieldError((), "the requirement names no place and no modality", remedy)
