"""The rule that codes need, or may not have, some modifiers."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.rule import CodedRule
from payer_rules.values.checked import of_form
from payer_rules.vocabularies.formats import MODIFIER


@attrs.frozen(kw_only=True)
class ModifierRequirement(CodedRule):
    """A line with one of the codes has the stated modifiers; empty sets ask for nothing."""

    any_of: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(MODIFIER))
    all_of: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(MODIFIER))
    none_of: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(MODIFIER))
    at_most_one_of: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(MODIFIER))

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if not (self.any_of or self.all_of or self.none_of or self.at_most_one_of):
            remedy = "Write any_of, all_of, none_of or at_most_one_of with modifiers."
            yield FieldError((), "the requirement names no modifier", remedy)
