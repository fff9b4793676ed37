"""The rule on how the lines of a claim are laid out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.nearness import Nearness
from payer_rules.rules.outcomes import Outcome
from payer_rules.rules.rule import CodedRule
from payer_rules.rules.scopes import LineScope
from payer_rules.rules.when import errors_of_empty
from payer_rules.values.checked import CheckedRule, of_form
from payer_rules.vocabularies.formats import MODIFIER


@attrs.frozen(kw_only=True)
class ModifierPosition(CheckedRule):
    """The position of a modifier on the lines that carry it: ``at = 1`` is the first."""

    modifier: str = attrs.field(metadata=of_form(MODIFIER))
    at: Literal[1, 2, 3, 4]


@attrs.frozen(kw_only=True)
class ClaimLayout(CodedRule):
    """A rule on how the lines of ``codes`` are laid out on a claim.

    ``one_day_per_line``: a line has one day. ``one_line_per_day``: a code is on one line for a day.
    ``one_month``: the days of a line, or of all lines of the codes on the claim, are in one
    calendar month. ``one_claim``: lines that are so near in time, of one provider by ``scope``, are
    on one claim. ``positions``: where modifiers are on a line. ``matching_modifiers``: lines of one
    day carry the same ones of these modifiers. ``reach``: whether the line at fault, or the whole
    claim, has the outcome.
    """

    one_day_per_line: bool = False
    one_line_per_day: bool = False
    one_month: Literal["line", "claim"] | None = None
    one_claim: Nearness | None = None
    scope: LineScope = "billing"
    positions: tuple[ModifierPosition, ...] = ()
    matching_modifiers: frozenset[str] | None = attrs.field(
        default=None, metadata=of_form(MODIFIER)
    )
    reach: Literal["line", "claim"] = "line"
    outcome: Outcome = "return"

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        yield from errors_of_empty(self)
        asked = (self.one_month, self.one_claim, self.matching_modifiers)
        flags = (self.one_day_per_line, self.one_line_per_day, self.positions)
        if asked == (None, None, None) and not any(flags):
            remedy = "Write one_day_per_line = true, one_month, one_claim, positions or another."
            yield FieldError((), "the layout asks nothing of a claim", remedy)
        named = [position.modifier for position in self.positions]
        for modifier in sorted({name for name in named if named.count(name) > 1}):
            message = f"modifier {modifier!r} has two positions"
            yield FieldError(("positions",), message, "Write each modifier once.")
