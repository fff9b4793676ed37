"""The rule whether codes are paid at all."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Self

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.rule import CodedRule
from payer_rules.rules.topics import Topic
from payer_rules.values.checked import as_decimal


@attrs.frozen(kw_only=True)
class Coverage(CodedRule):
    """A line with one of the codes has the rule's outcome, or is ``covered``.

    ``deny``: not covered, or included in another payment. ``review``: each line is looked at.
    ``inform``: the code is for information; it is neither paid nor denied. ``reduce``: the part
    ``pays`` is paid, more than 0 and less than 1.
    """

    covered: bool = False
    pays: Decimal | None = attrs.field(default=None, converter=as_decimal)

    @property
    def is_permission(self) -> bool:
        """Whether the codes are covered."""
        return self.covered

    @property
    def own_topic(self) -> Topic | None:
        """A combination, if the rule includes the codes in the payment of others on the day."""
        return "combination" if self.when.same_day else None

    def for_review(self) -> Self:
        """Return the rule with the outcome ``review``; nothing is paid in part."""
        return attrs.evolve(self, outcome="review", pays=None)

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        reduces = self.outcome == "reduce" and not self.covered
        if reduces and (self.pays is None or not 0 < self.pays < 1):
            message = f"the outcome is reduce and pays is {self.pays}"
            yield FieldError(("pays",), message, "Write the part that is paid, such as 0.75.")
        if self.pays is not None and not reduces:
            remedy = "Write outcome = 'reduce', or leave pays out."
            yield FieldError(("pays",), "pays is stated and nothing is reduced", remedy)
