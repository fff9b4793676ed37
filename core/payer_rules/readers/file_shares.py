"""The parts of a file that several processes read at the same time."""

from __future__ import annotations

from typing import Final

import attrs


@attrs.frozen
class Share:
    """The share of one process among ``of`` processes; ``number`` counts from 0."""

    number: int = 0
    of: int = 1

    def has(self, at: int) -> bool:
        """Return True if the item at the position belongs to the share; processes take turns."""
        return at % self.of == self.number

    def after(self, at: int) -> Share:
        """Return the share of items that are counted from the position on."""
        return Share((self.number - at) % self.of, self.of)


#: A reader by itself reads all.
WHOLE: Final = Share()
