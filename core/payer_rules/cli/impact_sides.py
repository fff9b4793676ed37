"""The two sides of ``payer-rules impact``: profiles, tables, or days on which rules were known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from payer_rules.cli.option_problems import NothingGiven
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem

if TYPE_CHECKING:
    from payer_rules.registry import Registry

#: What a side replaces; ``installed`` replaces nothing.
SideKind: TypeAlias = Literal["profiles", "tables", "day", "installed"]
INSTALLED: Final = "installed"
_COMMAND: Final = "payer-rules impact"
_NOUNS: Final[dict[SideKind, str]] = {
    "profiles": "a profile",
    "tables": "a folder of tables",
    "day": "a day",
    "installed": "what is installed",
}
_FORMS: Final = (
    "Give a profile or a folder of profiles, a folder of imported tables, a date such as "
    "2024-08-15, or the word installed."
)
_is_day: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_TWO: Final = 2


@attrs.frozen
class ImpactSide:
    """One side of a comparison: what it replaces, and the file, folder or day that replaces it."""

    name: str
    kind: SideKind
    path: Path | None = None
    known_on: date | None = None

    @property
    def label(self) -> str:
        """What reports call the side."""
        if self.kind == "day":
            return f"known on {self.name}"
        return f"{self.name} (tables)" if self.kind == "tables" else self.name

    def registry(self, installed: Registry) -> Registry:
        """Return the registry of the side; raises `InputError` for profiles that have problems."""
        from payer_rules.registry import with_profiles
        from payer_rules.tables.store import TableStore

        if self.path is None:
            return installed
        if self.kind == "tables":
            return attrs.evolve(installed, tables=TableStore.open(self.path))
        return with_profiles(installed, self.path)[0]


def sides_of(names: Sequence[str]) -> tuple[ImpactSide, ImpactSide]:
    """Return the two sides; raises `InputError` if they are not two that can be compared."""
    if not names:
        message, remedy = "nothing to compare was given", "Write payer-rules impact OLD NEW."
        raise NothingGiven([Problem(_COMMAND, message, remedy, ErrorCode.NOTHING_GIVEN)])
    if len(names) != _TWO:
        message = f"two sides are compared, not {len(names)}: {' '.join(names)}"
        remedy = f"{_FORMS} Name the claims with --claims FILE."
        raise InputError([Problem(_COMMAND, message, remedy, ErrorCode.OPTION_VALUE)])
    sides = [_side(name) for name in names]
    kinds = {side.kind for side in sides} - {INSTALLED}
    if len(kinds) > 1:
        one, other = (_NOUNS[side.kind] for side in sides)
        message = f"{one} and {other} cannot be compared"
        remedy = "Give two of one kind, or compare one of them with the word installed."
        raise InputError([Problem(_COMMAND, message, remedy, ErrorCode.OPTION_VALUE)])
    return sides[0], sides[1]


def _side(name: str) -> ImpactSide:
    if name == INSTALLED:
        return ImpactSide(name, "installed")
    if _is_day(name):
        try:
            return ImpactSide(name, "day", known_on=date.fromisoformat(name))
        except ValueError:
            raise _no_side(name, "is not a date") from None
    path = Path(name)
    if path.is_dir():
        return ImpactSide(name, "profiles" if any(path.glob("*.toml")) else "tables", path)
    if path.suffix == ".toml" and path.is_file():
        return ImpactSide(name, "profiles", path)
    if path.is_file():
        raise _no_side(name, "is neither a profile nor a folder")
    raise _no_side(name, "is no file, folder or date")


def _no_side(name: str, message: str) -> InputError:
    return InputError([Problem(_COMMAND, f"{name!r} {message}", _FORMS, ErrorCode.OPTION_VALUE)])
