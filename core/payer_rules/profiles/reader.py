"""A profile's document while it is read, and the problems found in it."""

from __future__ import annotations

from typing import TypeGuard, TypeVar

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InvalidValueError, Path, Problem
from payer_rules.text.quoting import quoted
from payer_rules.toml_files.document import TomlDocument
from payer_rules.values.structure import structure

T = TypeVar("T")


@attrs.frozen
class ProfileReader:
    """A document that is being read, with the problems found so far."""

    document: TomlDocument
    _problems: list[tuple[int, Problem]] = attrs.Factory(list)
    _reported: set[Path] = attrs.Factory(set)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems found so far, in the order of their lines."""
        return tuple(problem for _, problem in sorted(self._problems))

    def report(self, path: Path, message: str, remedy: str, code: ErrorCode) -> None:
        """Record what is wrong with the value at the path."""
        problem = Problem(self.document.place(path), message, remedy, code)
        self._problems.append((self.document.line(path), problem))
        self._reported.add(path)

    def add(self, path: Path, problem: Problem) -> None:
        """Record a problem of another file that the value at the path names."""
        self._problems.append((self.document.line(path), problem))
        self._reported.add(path)

    def report_error(self, error: FieldError) -> None:
        """Record the error; its path begins at the top of the document."""
        self.report(error.path, error.message, error.remedy, error.code)

    def ignore(self, path: Path) -> None:
        """Report no further problem of the value at the path."""
        self._reported.add(path)

    def structure(self, cls: type[T], data: object, path: Path) -> T | None:
        """Return the value of the data at the path, or None after reporting why there is none."""
        if not self._is_table(data, path):
            return None
        try:
            return structure(cls, data)
        except InvalidValueError as error:
            field_errors = [field_error.under(*path) for field_error in error.field_errors]
            # NOTE: a value that was reported already is a placeholder by now, which nobody wrote.
            for field_error in [each for each in field_errors if each.path not in self._reported]:
                self.report_error(field_error)
            return None

    def table(self, key: str) -> dict[str, object]:
        """Return the top-level table of the key, or an empty one."""
        value = self.document.data.get(key, {})
        return value if self._is_table(value, (key,)) else {}

    def _is_table(self, data: object, path: Path) -> TypeGuard[dict[str, object]]:
        if not isinstance(data, dict):
            message = f"{'.'.join(map(str, path))} is {quoted(data)}, and a table belongs here"
            self.report(path, message, "Write a table.", ErrorCode.WRONG_TYPE)
        return isinstance(data, dict)
