"""A profile's document, and what is found wrong in it."""

from __future__ import annotations

from typing import TypeGuard, TypeVar

import attrs

from payer_rules.errors import InvalidValueError, Path, Problem
from payer_rules.text.quoting import quoted
from payer_rules.toml_files.document import TomlDocument
from payer_rules.values.structure import structure

T = TypeVar("T")


@attrs.frozen
class ProfileReader:
    """A document that is being read, with the faults found so far."""

    document: TomlDocument
    _problems: list[tuple[int, Problem]] = attrs.Factory(list)
    _told: set[Path] = attrs.Factory(set)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The faults found so far, in the order of their lines."""
        return tuple(problem for _, problem in sorted(self._problems))

    def problem(self, path: Path, message: str, remedy: str) -> None:
        """Note what is wrong with the value at the path."""
        problem = Problem(self.document.place(path), message, remedy)
        self._problems.append((self.document.line(path), problem))
        self._told.add(path)

    def ignore(self, path: Path) -> None:
        """Tell nothing of the value at the path."""
        self._told.add(path)

    def structure(self, cls: type[T], data: object, path: Path) -> T | None:
        """The value that the data at the path describes; ``None``, with faults, if they misfit."""
        if not self._is_table(data, path):
            return None
        try:
            return structure(cls, data)
        except InvalidValueError as error:
            field_errors = [field_error.under(*path) for field_error in error.field_errors]
            # NOTE: a value that was told already is a stand-in by now, which nobody wrote.
            for field_error in [each for each in field_errors if each.path not in self._told]:
                self.problem(field_error.path, field_error.message, field_error.remedy)
            return None

    def table(self, key: str) -> dict[str, object]:
        """The top-level table of the key; an empty one where there is none."""
        value = self.document.data.get(key, {})
        return value if self._is_table(value, (key,)) else {}

    def _is_table(self, data: object, path: Path) -> TypeGuard[dict[str, object]]:
        if not isinstance(data, dict):
            message = f"{'.'.join(map(str, path))} is {quoted(data)}, and a table belongs here"
            self.problem(path, message, "Write a table.")
        return isinstance(data, dict)
