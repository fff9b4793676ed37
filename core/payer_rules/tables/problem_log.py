"""The problems of one source file: the first are kept, and the others counted."""

from __future__ import annotations

from typing import Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import Problem

#: The most problems that are kept: a file of another format has one on each of a million lines.
SHOWN: Final = 20


_PUBLISHED: Final = "Use the file as CMS publishes it."


class SourceError(ValueError):
    """A source file that cannot be read as a table, with what to do."""

    def __init__(self, message: str, remedy: str = _PUBLISHED) -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(message)


@attrs.define
class ProblemLog:
    """The problems of the file with this name."""

    name: str
    count: int = 0
    _shown: list[Problem] = attrs.Factory(list)

    def note(self, line: int | None, message: str, remedy: str) -> None:
        """Record a problem on a line, or of the file as a whole."""
        self.count += 1
        if self.count <= SHOWN:
            where = self.name if line is None else f"{self.name}:{line}"
            self._shown.append(Problem(where, message, remedy, ErrorCode.SOURCE_ROW))

    @property
    def problems(self) -> list[Problem]:
        """The first problems, and the number of the others."""
        more = self.count - len(self._shown)
        if not more:
            return self._shown
        message, remedy = f"{more:,} more problems", "Correct those above first."
        return [*self._shown, Problem(self.name, message, remedy, ErrorCode.SOURCE_ROW)]
