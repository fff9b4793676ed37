"""The faults of one source file, of which the first are kept and the others counted."""

from __future__ import annotations

from typing import Final

import attrs

from payer_rules.errors import Problem

#: A file of another shape has a fault on each of its million lines.
SHOWN: Final = 20


_PUBLISHED: Final = "Name a file as CMS publishes it."


class SourceError(ValueError):
    """A file from which no table is read: what is wrong with it, and what to do."""

    def __init__(self, message: str, remedy: str = _PUBLISHED) -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(message)


@attrs.define
class ProblemLog:
    """What is wrong in the file of this name."""

    name: str
    count: int = 0
    _shown: list[Problem] = attrs.Factory(list)

    def note(self, line: int | None, message: str, remedy: str) -> None:
        """Note what is wrong on a line, or with the file as a whole."""
        self.count += 1
        if self.count <= SHOWN:
            where = self.name if line is None else f"{self.name}:{line}"
            self._shown.append(Problem(where, message, remedy))

    @property
    def problems(self) -> list[Problem]:
        """The first faults, and how many more there are."""
        more = self.count - len(self._shown)
        rest = [Problem(self.name, f"{more:,} more faults", "Mend those above first.")]
        return self._shown + (rest if more else [])
