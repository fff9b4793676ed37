"""The rule that codes need, or may not have, some modifiers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.errors import FieldError
from payer_rules.rules.national_codes import MODIFIERS_SINCE
from payer_rules.rules.rule import Requirement
from payer_rules.values.checked import of_form
from payer_rules.vocabularies.formats import MODIFIER


@attrs.frozen(kw_only=True)
class ModifierRequirement(Requirement):
    """A line with one of the codes has the stated modifiers; empty sets ask for nothing."""

    any_of: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(MODIFIER))
    all_of: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(MODIFIER))
    none_of: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(MODIFIER))
    at_most_one_of: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(MODIFIER))

    def is_older_than_words_of(self, line: ServiceLine, last: date) -> bool:
        """Return True if a modifier of the line was introduced after the day."""
        return any(last < MODIFIERS_SINCE.get(m, date.min) for m in line.modifiers)

    def _field_errors(self) -> Iterator[FieldError]:
        yield from super()._field_errors()
        if not (self.any_of or self.all_of or self.none_of or self.at_most_one_of):
            remedy = "Write any_of, all_of, none_of or at_most_one_of with modifiers."
            yield FieldError((), "the requirement names no modifier", remedy)
