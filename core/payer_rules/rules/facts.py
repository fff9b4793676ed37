"""Facts that every rule has: dates, citations, denial codes and its origin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Literal, TypeAlias

import attrs

from payer_rules.errors import FieldError
from payer_rules.values.checked import CheckedRule, as_tuple

Confidence: TypeAlias = Literal["primary", "archived", "proposed", "secondary"]
GroupCode: TypeAlias = Literal["CO", "OA", "PI", "PR"]


@attrs.frozen
class DateRange(CheckedRule):
    """A range of days, both ends included; ``None`` is an open end."""

    first: date | None = attrs.field(default=None, metadata={"key": "from"})
    last: date | None = attrs.field(default=None, metadata={"key": "to"})

    def _field_errors(self) -> Iterator[FieldError]:
        if self.first and self.last and self.first > self.last:
            message = f"the span ends on {self.last}, before it starts on {self.first}"
            yield FieldError(("last",), message, "Write the earlier day in from.")

    def __contains__(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def overlaps(self, other: DateRange) -> bool:
        """Return True if a day lies in both ranges."""
        first = max(self.first or date.min, other.first or date.min)
        last = min(self.last or date.max, other.last or date.max)
        return first <= last

    def __str__(self) -> str:
        if self.first is None and self.last is None:
            return "always"
        if self.first is None:
            return f"to {self.last}"
        return f"{self.first} to {self.last}" if self.last else f"from {self.first}"


ALWAYS = DateRange()


@attrs.frozen(kw_only=True)
class Citation(CheckedRule):
    """The source of a fact: the document, the place in it, and the confidence in it.

    ``row`` is the row of the project's facts; ``read`` the day on which the text was read.
    """

    row: str = attrs.field(metadata={"key": None})
    title: str
    url: str
    locator: str | None = None
    read: date = attrs.field(metadata={"digest": False})
    confidence: Confidence


@attrs.frozen(kw_only=True)
class Adjustment(CheckedRule):
    """The codes a denial or reduction is reported with: group code, CARC and RARCs."""

    group: GroupCode
    carc: str
    rarc: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)


@attrs.frozen(kw_only=True, eq=False)
class Origin(CheckedRule):
    """The plugin of a rule, and the file and line where the rule is written.

    The line may be a function, which is called when the line is needed: to find lines takes longer
    than to read the rules.
    """

    plugin: str
    file: str | None = None
    _line: int | Callable[[], int] | None = attrs.field(default=None, repr=False)

    @property
    def line(self) -> int | None:
        """The number of the line."""
        return self._line() if callable(self._line) else self._line

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Origin):
            return NotImplemented
        return self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash((self.plugin, self.file))

    def __reduce__(self) -> tuple[Any, ...]:
        # NOTE: the line itself, so that a rule does not take its whole document along.
        return _origin, self._parts()

    def _parts(self) -> tuple[str, str | None, int | None]:
        return self.plugin, self.file, self.line

    def __str__(self) -> str:
        if self.file is None:
            return self.plugin
        return f"{self.plugin}, {self.file}:{self.line}"


def _origin(plugin: str, file: str | None, line: int | None) -> Origin:
    return Origin(plugin=plugin, file=file, line=line)
