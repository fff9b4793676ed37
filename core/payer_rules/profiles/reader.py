"""A profile's document, and what is found wrong in it."""

from __future__ import annotations

from typing import TypeGuard, TypeVar

import attrs

from payer_rules._structure import structure
from payer_rules._toml import Document
from payer_rules.errors import Fault, MisfitError, Path
from payer_rules.text.quoting import quoted

T = TypeVar("T")


@attrs.frozen
class Page:
    """A document that is being read, with the faults found so far."""

    document: Document
    _faults: list[tuple[int, Fault]] = attrs.Factory(list)
    _told: set[Path] = attrs.Factory(set)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults found so far, in the order of their lines."""
        return tuple(fault for _, fault in sorted(self._faults))

    def fault(self, path: Path, problem: str, remedy: str) -> None:
        """Note what is wrong with the value at the path."""
        fault = Fault(self.document.place(path), problem, remedy)
        self._faults.append((self.document.line(path), fault))
        self._told.add(path)

    def pass_over(self, path: Path) -> None:
        """Tell nothing of the value at the path."""
        self._told.add(path)

    def structure(self, cls: type[T], data: object, path: Path) -> T | None:
        """The value that the data at the path describes; ``None``, with faults, if they misfit."""
        if not self._is_table(data, path):
            return None
        try:
            return structure(cls, data)
        except MisfitError as error:
            misfits = [misfit.under(*path) for misfit in error.misfits]
            # NOTE: a value that was told already is a stand-in by now, which nobody wrote.
            for misfit in [each for each in misfits if each.path not in self._told]:
                self.fault(misfit.path, misfit.problem, misfit.remedy)
            return None

    def table(self, key: str) -> dict[str, object]:
        """The top-level table of the key; an empty one where there is none."""
        value = self.document.data.get(key, {})
        return value if self._is_table(value, (key,)) else {}

    def _is_table(self, data: object, path: Path) -> TypeGuard[dict[str, object]]:
        if not isinstance(data, dict):
            problem = f"{'.'.join(map(str, path))} is {quoted(data)}, and a table belongs here"
            self.fault(path, problem, "Write a table.")
        return isinstance(data, dict)
