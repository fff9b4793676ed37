"""The place of a row: its source file and its line in that file, as one number."""

from __future__ import annotations

from typing import Any, Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.tables.problem_log import ProblemLog

#: The bits of the line; the bits above hold the number of the file.
_LINE: Final = 24
#: The most files of a table: the number of a file has eight bits.
_MOST_FILES: Final = 256


@attrs.frozen
class SourceLines:
    """The source files of a table."""

    names: list[str] = attrs.Factory(list)
    digests: list[str] = attrs.Factory(list)
    _logs: list[ProblemLog] = attrs.Factory(list)

    def add_file(self, name: str, digest: str, log: ProblemLog) -> int:
        """Add a file, and return the offset of its line numbers.

        Raises `InputError` if a table comes from more files than can be numbered.
        """
        if len(self.names) >= _MOST_FILES:
            message = f"the table would come from more than {_MOST_FILES} files"
            remedy = "Import the files of one table at a time."
            raise InputError([Problem(name, message, remedy, ErrorCode.TABLE_FILES)])
        self.names.append(name)
        self.digests.append(digest)
        self._logs.append(log)
        return (len(self.names) - 1) << _LINE

    def locate(self, line: int) -> tuple[str, int]:
        """Return the file and the line in it."""
        return self.names[line >> _LINE], line & (1 << _LINE) - 1

    @property
    def limit(self) -> int:
        """A number above those of all lines."""
        return len(self.names) << _LINE

    def note(self, line: int, message: str, remedy: str) -> None:
        """Record a problem on a line in the log of its file."""
        self._logs[line >> _LINE].note(line & (1 << _LINE) - 1, message, remedy)

    def head(self) -> list[dict[str, str]]:
        """Return the files as JSON data, for the head of a table and for the catalog."""
        files = zip(self.names, self.digests, strict=True)
        return [{"name": name, "digest": digest} for name, digest in files]

    @classmethod
    def of(cls, head: list[dict[str, Any]]) -> SourceLines:
        """Return the files that a head lists."""
        return cls([file["name"] for file in head], [file["digest"] for file in head])
