"""The rule that a line is paid only without, or only with, another line near it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules import Codes
from payer_rules.rules.nearness import DaysAround
from payer_rules.rules.outcomes import UNPAID
from payer_rules.rules.rule import CodedRule, errors_of_codes
from payer_rules.rules.when import RelatedLine

_ONE_OF_THEM: Final = "Write excluded_by = { codes = … } or requires = { codes = … }."


@attrs.frozen(kw_only=True)
class LineRelation(CodedRule):
    """A rule that ``codes`` are not paid near another line, or only near one.

    ``excluded_by`` is the line that keeps them from being paid, ``requires`` the one without which
    they are not. Either may be of an earlier claim, and must itself be payable. A line is for
    review where a later day decides that is of another claim: one that excludes it, or one that may
    still have what it requires. So is a line that excludes one that was already paid.

    With the scope ``"another-member"`` and ``within = "overlapping-clock"`` a clinician sees one
    member at a time. ``check`` knows the lines of other members from the history, ``sessions`` and
    ``plan`` from all claims of a file.
    """

    excluded_by: RelatedLine | None = None
    requires: RelatedLine | None = None

    @property
    def other(self) -> RelatedLine:
        """The line that ``codes`` are paid without, or with."""
        other = self.excluded_by or self.requires
        assert other is not None
        return other

    @property
    def meets(self) -> Codes:
        """The codes of the rule, and those of a line that excludes them."""
        return self.codes if self.excluded_by is None else self.codes | self.excluded_by.codes

    @property
    def denied_codes(self) -> Codes:
        """The codes that are not paid."""
        return self.codes

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if (self.excluded_by is None) == (self.requires is None):
            what = "neither" if self.requires is None else "both"
            message = f"{what} of excluded_by and requires is stated"
            yield FieldError(("excluded_by",), message, _ONE_OF_THEM)
            return
        key = "requires" if self.excluded_by is None else "excluded_by"
        for error in errors_of_codes("codes", self.other.codes):
            yield attrs.evolve(error, path=(key, *error.path))
        if self.excluded_by is not None and self.outcome in UNPAID:
            yield from self._errors_of_mutual(self.excluded_by)

    def _errors_of_mutual(self, other: RelatedLine) -> Iterator[FieldError]:
        """Yield an error if two lines of one code would each keep the other from being paid."""
        near = other.within
        has_order = near == "any-earlier-day" or (
            isinstance(near, DaysAround)
            and not (near.same_day or (near.looks_back and near.looks_ahead))
        )
        shared = sorted(self.codes & other.codes)
        # NOTE: lines of two members are of two claims, of which one was paid first.
        is_of_two_claims = other.scope == "another-member"
        if shared and other.modifier is None and not (has_order or is_of_two_claims):
            message = f"two lines of {shared[0]} would exclude each other"
            remedy = "Name a modifier of the other line, or write outcome = 'review'."
            yield FieldError(("excluded_by", "codes"), message, remedy)
