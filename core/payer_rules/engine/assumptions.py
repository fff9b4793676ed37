"""Assumptions of an evaluation about missing facts.

If a fact of an assumed class is missing, the rule that needs it has no finding on that line, and
the line stays payable for later rules. Three classes have a value instead. For ``history``: there
are no earlier lines but the known ones, and pending lines were paid. For ``table``: the newest
release before the date still holds. For ``edition``: a text that was read for earlier dates is
applied by its age. A table that is not there, and a text that is too old, are never presumed.

The expected answer presumes all classes. There a place that is no telehealth place means a visit in
person, and a line that the payer reviews counts as paid.
"""

from __future__ import annotations

from typing import Final

import attrs

from payer_rules.decisions import Reason
from payer_rules.engine.missing import MissingFact
from payer_rules.errors import FieldError, InvalidValueError, nearest
from payer_rules.history import History
from payer_rules.rules import ASSUMABLE

#: The classes that are assumed by a value.
_VALUED: Final[frozenset[Reason]] = frozenset(["edition", "history", "table"])
#: The classes of which the expected answer presumes that a rule which misses them finds nothing.
_SILENT: Final[frozenset[Reason]] = frozenset(["claim", "history", "record", "text"])


@attrs.frozen
class Assumptions:
    """The classes of missing facts that an evaluation assumes to be in order.

    ``carries_tables`` is True if the newest release before a date is used for that date, and
    ``carries_texts`` if a text that was read for earlier dates is applied.
    ``is_expected`` is True for the expected answer.
    """

    presumed: frozenset[Reason]
    carries_tables: bool = False
    carries_texts: bool = False
    is_expected: bool = False

    @classmethod
    def presuming(cls, classes: frozenset[Reason]) -> Assumptions:
        """Return the assumptions of the classes.

        Raises `InvalidValueError` for a class that cannot be assumed.
        """
        field_errors = [
            FieldError(("assume",), f"{each!r} cannot be assumed", nearest(each, ASSUMABLE))
            for each in sorted(classes.difference(ASSUMABLE))
        ]
        if field_errors:
            raise InvalidValueError(field_errors)
        return cls(classes, "table" in classes, "edition" in classes)

    @classmethod
    def none(cls) -> Assumptions:
        """Return the assumptions of an evaluation that assumes nothing."""
        return cls(frozenset())

    @classmethod
    def expected(cls) -> Assumptions:
        """Return the assumptions of the expected answer."""
        return cls(frozenset(ASSUMABLE), carries_tables=True, carries_texts=True, is_expected=True)

    def add_to(self, history: History) -> bool:
        """Return True if the history is assumed to be complete and is not known to be."""
        return self.has_history and not history.is_complete_for_member

    @property
    def has_history(self) -> bool:
        """Return True if there are no earlier lines but the known ones."""
        return "history" in self.presumed

    @property
    def has_values(self) -> bool:
        """Return True if a class is assumed by a value."""
        return not _VALUED.isdisjoint(self.presumed)

    def as_known(self) -> Assumptions:
        """Return the assumptions without those by a value."""
        return Assumptions(self.presumed - {"history"})

    def gives_value_to(self, missing: MissingFact) -> bool:
        """Return True if the fact is assumed by a value."""
        if missing.reason == "table":
            return self.carries_tables and not missing.is_presumable
        return missing.reason in self.presumed & _VALUED

    def presumes(self, missing: MissingFact) -> bool:
        """Return True if the rule that misses the fact counts as having no finding."""
        if self.is_expected:
            return missing.reason in _SILENT
        if missing.reason == "edition":
            return False
        return missing.reason in self.presumed and missing.is_presumable

    def leaves_payable(self, missing: MissingFact) -> bool:
        """Return True if a line stays payable for later rules although the fact is missing.

        A text that is too old to apply leaves its own question open, and no other.
        """
        if missing.reason == "edition":
            return self.carries_texts
        return self.presumes(missing)
