"""What an evaluation takes for granted about facts that are missing.

Presuming happens inside the evaluation and gives one consistent world. A fact of a presumed class
makes the rule that misses it find nothing on that line, and the line stays payable for the rules
that follow. Two classes have a value instead: of the history, that there is nothing beyond the
lines that are known, and that a pending line was paid; of the edit tables, that the newest release
before the date still holds.
"""

from __future__ import annotations

from typing import Final

import attrs

from payer_rules.decisions import Reason
from payer_rules.engine.missing import MissingFact
from payer_rules.errors import FieldError, InvalidValueError, nearest
from payer_rules.rules import ASSUMABLE

#: The classes that are presumed by their value.
_VALUED: Final[frozenset[Reason]] = frozenset(["history", "table"])


@attrs.frozen
class Assumptions:
    """The classes of missing facts that an evaluation presumes.

    ``carries_tables`` is true where the newest release before a date stands in for its own.
    """

    presumed: frozenset[Reason]
    carries_tables: bool

    @classmethod
    def presuming(cls, classes: frozenset[Reason]) -> Assumptions:
        """Return the world in which the classes are presumed.

        Raises `InvalidValueError` for a class of which nothing can be presumed.
        """
        field_errors = [
            FieldError(("assume",), f"{each!r} cannot be assumed", nearest(each, ASSUMABLE))
            for each in sorted(classes.difference(ASSUMABLE))
        ]
        if field_errors:
            raise InvalidValueError(field_errors)
        return cls(classes, carries_tables="table" in classes)

    @property
    def has_history(self) -> bool:
        """Return True if no earlier line exists beyond the known ones."""
        return "history" in self.presumed

    @property
    def has_values(self) -> bool:
        """Return True if a class is presumed by its value."""
        return not _VALUED.isdisjoint(self.presumed)

    def as_known(self) -> Assumptions:
        """Return the world without values that are not known."""
        return Assumptions(self.presumed - {"history"}, carries_tables=False)

    def gives_value_to(self, missing: MissingFact) -> bool:
        """Return True if the fact is presumed by its value."""
        if missing.reason == "table":
            return self.carries_tables and not missing.is_presumable
        return missing.reason in self.presumed & _VALUED

    def presumes(self, missing: MissingFact) -> bool:
        """Return True if the rule that misses the fact is taken to find nothing."""
        return missing.reason in self.presumed and missing.is_presumable
