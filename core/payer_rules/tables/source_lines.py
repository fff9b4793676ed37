"""Where a row of a table was read: the source file and the line in it, as one number."""

from __future__ import annotations

from typing import Any, Final

import attrs

from payer_rules.errors import InputError, Problem
from payer_rules.tables.problem_log import ProblemLog

#: The bits of the line; those above hold the number of the file.
_LINE: Final = 24
#: The number of a file has eight bits.
_MOST_FILES: Final = 256


@attrs.frozen
class SourceLines:
    """The source files of a table."""

    names: list[str] = attrs.Factory(list)
    digests: list[str] = attrs.Factory(list)
    _logs: list[ProblemLog] = attrs.Factory(list)

    def begin(self, name: str, digest: str, log: ProblemLog) -> int:
        """Return what is to be added to the numbers of the lines of a further file.

        Raises `InputError` where a table would come from more files than can be numbered.
        """
        if len(self.names) >= _MOST_FILES:
            message = f"the table would come from more than {_MOST_FILES} files"
            raise InputError([Problem(name, message, "Name the files of one table only.")])
        self.names.append(name)
        self.digests.append(digest)
        self._logs.append(log)
        return (len(self.names) - 1) << _LINE

    def place(self, line: int) -> tuple[str, int]:
        """The file, and the line in it."""
        return self.names[line >> _LINE], line & (1 << _LINE) - 1

    @property
    def limit(self) -> int:
        """A number above that of every line."""
        return len(self.names) << _LINE

    def note(self, line: int, message: str, remedy: str) -> None:
        """Note a fault on a line among those of its file."""
        self._logs[line >> _LINE].note(line & (1 << _LINE) - 1, message, remedy)

    def head(self) -> list[dict[str, str]]:
        """The files, for the head of a table and for the catalog."""
        files = zip(self.names, self.digests, strict=True)
        return [{"name": name, "digest": digest} for name, digest in files]

    @classmethod
    def of(cls, head: list[dict[str, Any]]) -> SourceLines:
        """The files that a head tells."""
        return cls([file["name"] for file in head], [file["digest"] for file in head])
