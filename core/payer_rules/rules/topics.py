"""Topics of a payer's policies, and how much of a topic was read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

import attrs

from payer_rules.errors import FieldError
from payer_rules.rules.facts import Citation, DateRange
from payer_rules.rules.when import ANYTIME, When
from payer_rules.values.checked import CheckedRule, as_tuple, of_form
from payer_rules.vocabularies.formats import LINE_CODE

Topic: TypeAlias = Literal[
    "frequency",
    "combination",
    "modifier",
    "place",
    "provider",
    "session",
    "diagnosis",
    "authorization",
    "coverage",
    "filing",
]
TOPICS: Final[tuple[Topic, ...]] = (
    "frequency",
    "combination",
    "modifier",
    "place",
    "provider",
    "session",
    "diagnosis",
    "authorization",
    "coverage",
    "filing",
)
#: The topics that must have been read before a line counts as paid. The others are administrative.
CORE_TOPICS: Final[tuple[Topic, ...]] = TOPICS[:6]

#: ``carried``: by a text or table read for an earlier date. ``baseline``: by national edits alone.
TopicStatus: TypeAlias = Literal[
    "checked", "none stated", "carried", "baseline", "unread", "not touched"
]
#: The statuses of topics that a line touches and that the payer's own texts do not answer.
UNREAD: Final[frozenset[TopicStatus]] = frozenset(["unread", "baseline"])
#: What was read of a topic of a code by a day; ``expired``: once, in a text too old to judge by.
ReadingStatus: TypeAlias = Literal["checked", "none stated", "carried", "expired", "unread"]
READING_STATUSES: Final[tuple[ReadingStatus, ...]] = (
    "checked",
    "none stated",
    "carried",
    "expired",
    "unread",
)


class _Everything:
    """The set of all subjects of a topic."""

    def __contains__(self, subject: object) -> bool:
        return True

    def __reduce__(self) -> str:
        return "EVERYTHING"


#: Of some topics only parts are read: the other codes of the day, and the modifiers of a line.
EVERYTHING: Final = _Everything()
#: Parts that are neither a code nor a modifier: codes of the day that are not known, the primary of
#: an add-on code, and the modifier that telehealth may need.
UNKNOWN_CODES: Final = "unknown codes"
PRIMARY: Final = "primary"
TELEHEALTH: Final = "telehealth"


@attrs.frozen(kw_only=True)
class TopicStatement(CheckedRule):
    """The reading of a payer's text about a topic of some codes, where no rule states it.

    ``none`` cites a text that was read and states no rule; ``verified`` are the dates for which it
    was read. ``when`` are the conditions of ``none``, such as the contractor that the text is of:
    lines for which they are not known to hold are not read. ``unread`` is what is known about a
    text that was not read. Without codes ``none`` is about all codes, and ``unread`` about those of
    which no rule and no other statement speaks.
    """

    topic: Topic
    codes: frozenset[str] = attrs.field(default=frozenset(), metadata=of_form(LINE_CODE))
    none: tuple[Citation, ...] = attrs.field(default=(), converter=as_tuple)
    when: When = ANYTIME
    verified: DateRange | None = None
    unread: str | None = None

    def _field_errors(self) -> Iterator[FieldError]:
        if bool(self.none) == bool(self.unread and self.unread.strip()):
            remedy = "Write none = { cites = […] } for a text that was read, or unread = '…'."
            yield FieldError((), "the statement needs none or unread, one of the two", remedy)
        if self.none and self.verified is None:
            remedy = "Write verified = { from = 2024-01-01, to = 2024-12-31 }."
            yield FieldError(
                ("verified",), "the dates for which it was read are not stated", remedy
            )

        yield from self._errors_of_conditions()

    def _errors_of_conditions(self) -> Iterator[FieldError]:
        if self.unread and self.when != ANYTIME:
            yield FieldError(("when",), "what was not read has no conditions", "Leave when out.")
        for key in ("same_day", "history", "table"):
            if getattr(self.when, key):
                what = "tables" if key == "table" else "other lines"
                message = f"a statement about topics has no condition on {what} ({key})"
                yield FieldError(("when", key), message, f"Leave {key} out.")

    def speaks_of(self, code: str) -> bool:
        """Return True if the statement is about the code."""
        return not self.codes or code in self.codes
