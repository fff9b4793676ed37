"""Conditions on tables of codes that a payer or an agency publishes."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.facts import ALWAYS, DateRange
from payer_rules.values.checked import CheckedRule, of_form
from payer_rules.vocabularies.formats import PROCEDURE_CODE


@attrs.frozen(kw_only=True)
class CodeTableRow(CheckedRule):
    """The value that a table gives a code, and the dates of service for which it does."""

    code: str = attrs.field(metadata=of_form(PROCEDURE_CODE))
    value: str
    dates: DateRange = ALWAYS


@attrs.frozen(kw_only=True)
class TableCondition(CheckedRule):
    """The line's code has one of the values in a table on the day of service.

    ``name`` is that of the table. A profile reads the ``rows`` from the file of the table; Python
    code states them.
    """

    name: str
    value: frozenset[str]
    rows: tuple[CodeTableRow, ...] = attrs.field(default=(), metadata={"key": None})

    def _field_errors(self) -> Iterator[FieldError]:
        if not self.value:
            yield FieldError(("value",), "value lists nothing", "Write a value of the table.")

    @property
    def codes(self) -> frozenset[str]:
        """The codes that have one of the values on some day."""
        return frozenset(row.code for row in self.rows if row.value in self.value)
