"""The parts of a text report: sections of entries."""

from __future__ import annotations

from typing import Final

import attrs


@attrs.frozen
class Entry:
    """The lines of an entry, and details that are left out if there is no room for them.

    An entry without its details has the lines of ``short`` if there are any.
    Entries of a lower ``rank`` are shown first. ``has_advice`` is true if the details are how to
    state a fact.
    """

    lines: tuple[str, ...]
    details: tuple[str, ...] = ()
    rank: int = 0
    has_advice: bool = False
    short: tuple[str, ...] = ()

    @property
    def without_details(self) -> tuple[str, ...]:
        """The lines where there is no room for details."""
        return self.short or self.lines

    @property
    def with_details(self) -> tuple[str, ...]:
        """The lines and the details."""
        return (*self.lines, *self.details)

    @property
    def more_lines(self) -> int:
        """The number of lines that the details need besides those without them."""
        return len(self.with_details) - len(self.without_details)


#: What an entry about the age of a text or table is called.
OLDER: Final = "older text or table"


@attrs.frozen
class Section:
    """A title of a text report with its entries, the most important first.

    At least ``least`` entries are shown, unless denials of another section need the room. ``noun``
    names an entry where all are only counted.
    """

    title: str
    entries: tuple[Entry, ...]
    least: int = 0
    noun: str = "finding"
