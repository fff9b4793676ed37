"""Laws of migrations: a store of a released version loses nothing, and is read before it changes.

The stores are SQL that the program of each release wrote (`released_stores`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from released_stores import FOLDER, LATER, filled, restored_postgres, restored_sqlite, written
from sqlalchemy import create_engine

from payer_rules.history import HistoryQuery
from payer_rules.stores import load_files, migrations, open_store, parse_address, schema, status_of

VERSIONS: Final = sorted({path.name.partition(".")[0] for path in FOLDER.iterdir()})
ALL: Final = HistoryQuery(
    members=frozenset(["M1", "M2", "M3"]), codes=None, date_from=date.min, date_to=date.max
)


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """Each schema of a release."""
    return str(request.param)


@pytest.fixture(params=["sqlite", "postgresql"])
def released(request: pytest.FixtureRequest, version: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a store with the schema of a release."""
    if request.param == "sqlite":
        path = tmp_path / "released.db"
        restored_sqlite(path, version)
        yield f"sqlite:///{path}"
        return
    import psycopg

    url = request.getfixturevalue("server")
    with psycopg.connect(url, autocommit=True) as connection:
        restored_postgres(connection, version)
        yield url
        # NOTE: other tests make the schema that they need.
        connection.execute("DROP SCHEMA payer_rules CASCADE")


@pytest.fixture
def clean(tmp_path: Path) -> str:
    """The URL of a store with the same files, by this version."""
    url = f"sqlite:///{tmp_path}/clean.db"
    filled(url, tmp_path)
    return url


def held(url: str) -> tuple[Any, ...]:
    """The lines in force, and what the store states of itself; the key of digests is its own."""
    with closing(open_store(url)) as store:
        lines = sorted(map(repr, store.select([ALL]).lines))
        kept = [store.kept_from(member) for member in ("M1", "M2", "M3")]
        status = status_of(parse_address(url))
        files = (status.files, len(status.faulty), status.conflicts, status.payers)
        return lines, store.overview(), store.covers_from, kept, files


def schema_of(url: str) -> str:
    """The schema that the store states."""
    from payer_rules.stores.connecting import connected

    with closing(connected(parse_address(url), writes=False)) as database:
        return str(database.version())


def test_a_released_store_is_read_as_it_is(released: str, version: str, clean: str) -> None:
    """What it holds is what this version makes of the same files; reading changes no table."""
    assert held(released) == held(clean)
    assert schema_of(released) == version


def test_a_released_store_is_upgraded_by_the_next_load(
    released: str, clean: str, tmp_path: Path
) -> None:
    """A later file reverses what was loaded before; each file still counts once."""
    paths = written(tmp_path, LATER)
    for url in (released, clean):
        assert [each.result for each in load_files(paths, parse_address(url))] == ["loaded"]
    assert schema_of(released) == migrations.HEAD
    assert held(released) == held(clean)
    again = load_files([tmp_path / "1.835", *paths], parse_address(released))
    assert {each.result for each in again} == {"loaded before"}


def test_the_upgraded_tables_are_those_of_a_new_store(released: str, tmp_path: Path) -> None:
    """No column, index or constraint is missing, and none is left over."""
    list(load_files(written(tmp_path, LATER), parse_address(released)))
    url, options = released, {}
    if released.startswith("postgresql"):
        url = released.replace("postgresql:", "postgresql+psycopg:")
        options = {"connect_args": {"options": "-c search_path=payer_rules"}}
    engine = create_engine(url, **options)
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), schema.METADATA)
    engine.dispose()
    assert found == []


def test_each_released_schema_is_known() -> None:
    """The newest one has a store of its own once it was released."""
    assert set(VERSIONS) | {migrations.HEAD} == migrations.KNOWN
