"""What one of several readers reads where they read the same files side by side."""

from __future__ import annotations

from typing import Final

import attrs


@attrs.frozen
class Share:
    """Of things that are counted, those that fall to one of ``of`` readers, ``number`` from 0."""

    number: int = 0
    of: int = 1

    def has(self, at: int) -> bool:
        """Whether the thing at the place falls to the reader: they take turns."""
        return at % self.of == self.number

    def after(self, at: int) -> Share:
        """The share of things that are counted from the place on."""
        return Share((self.number - at) % self.of, self.of)


#: A reader by itself reads all.
WHOLE: Final = Share()
