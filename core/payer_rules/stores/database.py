"""What the store asks of a database: rows, changes, and a transaction of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.stores.line_rows import LINE_COLUMNS

Row: TypeAlias = tuple[Any, ...]

#: The columns of a line that is read: its facts, its file, and its position there.
SELECTED: Final = ", ".join(f"lines.{name}" for name in (*LINE_COLUMNS, "file", "position"))


@attrs.frozen
class MemberSpan:
    """The lines of a member that are fetched: those of the codes (``None``: of any) in the span.

    Days are numbers; ``start`` is so early that a line of several days cannot be missed.
    """

    member: str
    codes: frozenset[str] | None
    start: int
    first: int
    last: int


@attrs.frozen
class ProviderSpan:
    """The lines that are fetched of a rendering provider, and those that name none."""

    rendering: str
    codes: frozenset[str] | None
    start: int
    first: int
    last: int


class Database(ABC):
    """An open connection to the database of a store; SQL is written with ``?`` for parameters."""

    @abstractmethod
    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return the rows that the statement selects."""

    @abstractmethod
    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run the statement, and return the number of rows that it changed."""

    @abstractmethod
    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert the rows into the table."""

    @abstractmethod
    def lines_of_members(self, spans: Iterable[MemberSpan]) -> list[Row]:
        """Return the rows of the lines in force that the spans ask for; others may be among them.

        A span asks for one member, and each member is in one span.
        """

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """Return the context of a change of the store; one process changes it at a time."""

    def prepare_to_change(self) -> None:
        """Prepare a store of this version for changes."""
        return

    def erase(self) -> None:
        """Remove what was deleted from files of the database, as far as it is not removed yet."""
        return

    @abstractmethod
    def version(self) -> str | None:
        """Return the schema of the store; ``None`` if the database is empty."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection."""

    def lines_of_provider(self, span: ProviderSpan) -> list[Row]:
        """Return the rows of the lines in force of a provider, and of those that name none."""
        statement = (
            f"SELECT {SELECTED} FROM lines WHERE (rendering = ? OR rendering IS NULL)"
            " AND day BETWEEN ? AND ? AND last_day >= ? AND state > 0"
        )
        values = (span.rendering, span.start, span.last, span.first)
        return self.rows(statement, values)
