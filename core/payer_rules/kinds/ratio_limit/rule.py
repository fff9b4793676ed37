"""The limit of services by the number of other services."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.rule import CodedRule, errors_of_codes
from payer_rules.rules.when import RelatedLine
from payer_rules.values.checked import as_decimal


@attrs.frozen(kw_only=True)
class RatioLimit(CodedRule):
    """A limit of ``times`` as many services of ``codes`` as there are of ``each``.

    Both are counted on a day, or in a calendar month (``within``), and by the provider that
    ``scope`` names: by units, or by lines (``counts``). Lines of ``codes`` are kept in order, those
    of earlier claims first. If a later claim may have more of ``each``, a line is for review.
    """

    times: Decimal = attrs.field(converter=as_decimal, metadata={"above": 0})
    each: RelatedLine
    counts: Literal["units", "services"] = "units"

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        for error in errors_of_codes("codes", self.each.codes):
            yield attrs.evolve(error, path=("each", *error.path))
        if self.each.within not in ("day", "month"):
            message = "the services are counted in no day or month"
            remedy = 'Write within = "day" or within = "month".'
            yield FieldError(("each", "within"), message, remedy)
        if self.each.scope == "another-member":
            message = "the services of one member are counted by those of another"
            yield FieldError(("each", "scope"), message, 'Write scope = "rendering".')
        for code in sorted(code for code in self.each.codes if code in self.codes):
            remedy = "Take it out of one of the two."
            yield FieldError(("each", "codes"), f"{code} is limited by its own number", remedy)
