"""The rule that of two codes on one day only the first is paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.rule import Rule, errors_of_codes
from payer_rules.values.checked import of_form
from payer_rules.vocabularies.formats import MODIFIER


@attrs.frozen(kw_only=True)
class SameDayCombination(Rule):
    """A pair of codes of which, on one day, ``first`` (column 1) is paid and ``second`` is not.

    ``indicator`` 0: never both; 1: both with a modifier of ``bypass`` on the line that
    ``bypass_on`` names (on either line from ``either_since`` on, if that is stated); 9: the row was
    never in force. Both lines are of the same provider by ``scope``; lines of earlier claims count
    too. ``undirected``: the source does not state which of the two is paid, so both are for review.
    """

    first: frozenset[str]
    second: frozenset[str]
    indicator: Literal[0, 1, 9]
    bypass: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(MODIFIER))
    bypass_on: Literal["first", "second", "either"] = "second"
    either_since: date | None = None
    scope: Literal["member", "provider", "rendering", "billing"]
    undirected: bool = False

    @property
    def meets(self) -> frozenset[str]:
        """The codes of both columns."""
        return self.first | self.second

    @property
    def denied_codes(self) -> frozenset[str]:
        """The codes of column 2."""
        return self.second

    @property
    def may_be_bypassed(self) -> bool:
        """Whether a modifier of ``bypass`` makes both payable."""
        return self.indicator == 1

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        yield from errors_of_codes("first", self.first)
        yield from errors_of_codes("second", self.second)
        for code in sorted(self.first & self.second):
            remedy = "Use two codes; for one code twice a day write a frequency limit."
            yield FieldError(("second",), f"{code} is on both sides of the pair", remedy)
        if self.undirected and self.outcome != "review":
            message = f"undirected, and the outcome is {self.outcome}"
            remedy = "Write outcome = 'review': it is not known which of the two is denied."
            yield FieldError(("outcome",), message, remedy)
        if self.may_be_bypassed and not self.bypass:
            remedy = "Name the modifiers that bypass the pair, or write indicator = 0."
            yield FieldError(("bypass",), "indicator 1 and no bypass modifier", remedy)
