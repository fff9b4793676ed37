"""A history store in PostgreSQL, by psycopg: its tables are in the schema ``payer_rules``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

from payer_rules.stores.addresses import StoreAddress
from payer_rules.stores.database import SELECTED, Database, MemberSpan, Row
from payer_rules.stores.problems import foreign, no_connection, postgres_errors
from payer_rules.system.packages import require_packages

if TYPE_CHECKING:
    import psycopg

_SCHEMA: Final = "payer_rules"
#: A number by which loads exclude one another.
_LOCK: Final = 835
_SPANS: Final = (
    "unnest(%s::text[], %s::int[], %s::int[], %s::int[], %s::text[])"
    " AS span (member, start, first, last, codes)"
)
_LINES: Final = (
    f"SELECT {SELECTED} FROM {_SPANS} JOIN lines ON lines.member = span.member"
    " AND lines.day BETWEEN span.start AND span.last AND lines.last_day >= span.first"
    " AND lines.state > 0"
    " AND (span.codes IS NULL OR lines.code = ANY(string_to_array(span.codes, ' ')))"
)
#: NOTE: for one member the server takes half as long as for a list of one.
_LINES_OF_ONE: Final = (
    f"SELECT {SELECTED} FROM lines WHERE member = %s AND day BETWEEN %s AND %s AND last_day >= %s"
    " AND state > 0 AND (%s::text IS NULL OR code = ANY(string_to_array(%s, ' ')))"
)


class PostgresDatabase(Database):
    """An open connection to a PostgreSQL database."""

    def __init__(
        self, address: StoreAddress, connection: psycopg.Connection[tuple[Any, ...]]
    ) -> None:
        self._name = address.name
        self._connection = connection

    @classmethod
    def open(cls, address: StoreAddress) -> PostgresDatabase:
        """Return a connection to the database; raises `InputError` if there is none."""
        require_packages("--store", "history", "which connects to PostgreSQL", "psycopg")
        import psycopg

        try:
            return cls(address, connect(address))
        except psycopg.OperationalError:
            raise no_connection(address.name) from None

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Return the rows that the statement selects."""
        with postgres_errors(self._name):
            return self._run(_marked(statement), values).fetchall()

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run the statement, and return the number of rows that it changed."""
        with postgres_errors(self._name):
            return self._run(_marked(statement), values).rowcount

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert the rows into the table."""
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with (
            postgres_errors(self._name),
            self._connection.cursor() as cursor,
            cursor.copy(cast("Any", statement)) as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def lines_of_members(self, spans: Iterable[MemberSpan]) -> list[Row]:
        """Return the rows of the lines in force that the spans ask for: all in one query."""
        values: list[Any]
        rows = [
            (span.member, span.start, span.first, span.last, _codes_text(span)) for span in spans
        ]
        if not rows:
            return []
        if len(rows) == 1:
            member, start, first, last, codes = rows[0]
            statement, values = _LINES_OF_ONE, [member, start, last, first, codes, codes]
        else:
            statement, values = _LINES, [*map(list, zip(*rows, strict=True))]
        with postgres_errors(self._name):
            return self._run(statement, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Change the store while the context lasts; another load waits until it ends."""
        with postgres_errors(self._name), self._connection.transaction():
            self._run("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            yield

    def version(self) -> str | None:
        """Return the schema of the store; ``None`` if the database has no tables of it."""
        found = {
            name
            for (name,) in self.rows(
                "SELECT tablename::text FROM pg_tables WHERE schemaname = ?", (_SCHEMA,)
            )
        }
        if not found:
            return None
        if not found >= {"alembic_version", "store_facts"}:
            raise foreign(self._name)
        versions = self.rows("SELECT version_num FROM alembic_version")
        return str(versions[0][0]) if versions else None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _run(self, statement: str, values: Sequence[Any]) -> psycopg.Cursor[tuple[Any, ...]]:
        return self._connection.execute(cast("Any", statement), values, binary=True)


def connect(
    address: StoreAddress, *, autocommit: bool = True
) -> psycopg.Connection[tuple[Any, ...]]:
    """Return a connection on which names without a schema are those of the store."""
    import psycopg

    connection = psycopg.connect(address.target, autocommit=True)
    connection.execute(f"SET search_path TO {_SCHEMA}")
    connection.autocommit = autocommit
    return connection


def connect_to_change(address: StoreAddress) -> psycopg.Connection[tuple[Any, ...]]:
    """Return a connection on which migrations run; the first one creates the schema."""
    connection = connect(address)
    connection.autocommit = False
    return connection


def _codes_text(span: MemberSpan) -> str | None:
    return None if span.codes is None else " ".join(sorted(span.codes))


def _marked(statement: str) -> str:
    """Return the statement with psycopg's marks for parameters."""
    return statement.replace("%", "%%").replace("?", "%s")
