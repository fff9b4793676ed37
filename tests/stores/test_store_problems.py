"""Problems of history stores: one sentence each, and nothing of a file is stored by half."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from postgres_server import new_server, programs
from sqlalchemy import create_engine

from payer_rules.errors import InputError
from payer_rules.stores import (
    StoreAddress,
    load_files,
    migrations,
    open_store,
    parse_address,
    schema,
    sqlite_database,
)
from payer_rules.stores.sqlite_database import SqliteDatabase
from payer_rules.system.packages import require_packages

ROW = "C{0},1,MEMBER-{0},90853,2024-08-11,paid,1"


def table(folder: Path, rows: int = 3) -> Path:
    """A table of so many lines, each of a member of its own."""
    lines = ["claim,line,member,code,date,status,units", *(ROW.format(at) for at in range(rows))]
    path = folder / f"{rows}.csv"
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def address(tmp_path: Path) -> StoreAddress:
    """The address of a store with three lines."""
    found = parse_address(f"sqlite:///{tmp_path}/history.db")
    list(load_files([table(tmp_path)], found))
    return found


def message_of(function: Callable[[], Any]) -> str:
    """The only problem that the function raises."""
    with pytest.raises(InputError) as caught:
        function()
    (problem,) = caught.value.problems
    assert "MEMBER" not in str(problem)
    return str(problem)


def services(address: StoreAddress) -> int:
    """The number of lines in the store."""
    store = open_store(f"sqlite:///{address.target}")
    with closing(store):
        return store.overview().services


def at_opening(monkeypatch: pytest.MonkeyPatch, pragma: str) -> None:
    """Run a pragma on each connection that is opened to write."""
    prepare = SqliteDatabase.prepare_to_change

    def prepared(self: SqliteDatabase) -> None:
        prepare(self)
        self.change(f"PRAGMA {pragma}")

    monkeypatch.setattr(SqliteDatabase, "prepare_to_change", prepared)


def test_only_its_owner_reads_a_new_store(address: StoreAddress) -> None:
    """The file has the mode 0600."""
    assert stat.S_IMODE(address.path.stat().st_mode) == 0o600


def test_a_store_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """Reading creates no file."""
    message = message_of(lambda: open_store(f"sqlite:///{tmp_path}/none.db"))
    assert message.startswith("none.db: there is no history store. Check the address")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"claim,member\n" * 200, None])
def test_another_file_is_not_changed(tmp_path: Path, content: bytes | None) -> None:
    """A file that is no database, and a database of another program, stay as they are."""
    path = tmp_path / "other.db"
    if content is None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE patients (name TEXT)")
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    for function in (
        lambda: open_store(f"sqlite:///{path}"),
        lambda: list(load_files([table(tmp_path)], parse_address(f"sqlite:///{path}"))),
    ):
        assert "is not a history store of payer-rules" in message_of(function)
    assert path.read_bytes() == before


def test_a_newer_schema_is_not_read(address: StoreAddress) -> None:
    """A message names the program that reads it."""
    with closing(sqlite3.connect(address.target)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    message = message_of(lambda: open_store(f"sqlite:///{address.target}"))
    assert message.startswith("history.db: the history store was written by a newer version")


def test_a_locked_store_is_waited_for(
    address: StoreAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the time to wait it is said that another program locks it, and reading goes on."""
    monkeypatch.setattr(sqlite_database, "_WAIT_TO_LOAD", 0.1)
    with closing(sqlite3.connect(address.target, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        message = message_of(lambda: list(load_files([table(tmp_path, 9)], address)))
        assert message.startswith("history.db: the history store is locked by another program.")
        assert services(address) == 3


def test_a_full_disk_stores_nothing_of_the_file(
    address: StoreAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is loaded whole once there is room."""
    path = table(tmp_path, 20_000)
    with monkeypatch.context() as full:
        at_opening(full, "max_page_count = 100")
        message = message_of(lambda: list(load_files([path], address)))
    assert message.startswith("history.db: the disk of the history store is full")
    assert services(address) == 3
    assert [each.result for each in load_files([path], address)] == ["loaded"]


def test_a_read_only_store_can_be_read(
    address: StoreAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A load ends with a message that it cannot be written."""
    at_opening(monkeypatch, "query_only = 1")
    message = message_of(lambda: list(load_files([table(tmp_path, 9)], address)))
    assert message.startswith("history.db: the history store cannot be written.")
    assert services(address) == 3


def test_a_store_without_locks_is_not_read_while_it_changes(
    address: StoreAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a reader can write no lock, pages from before and after a load are never mixed."""
    monkeypatch.setattr(sqlite_database, "_can_write_beside", lambda _path: False)
    with closing(open_store(f"sqlite:///{address.target}")) as store:
        assert store.overview().services == 3
        list(load_files([table(tmp_path, 9)], address))
        message = message_of(store.overview)
    assert message.startswith("history.db: the history store was changed while it was read")
    monkeypatch.undo()
    assert services(address) == 9


def test_a_lost_connection_stores_nothing_of_the_file(server: str, tmp_path: Path) -> None:
    """A server that ends the connection in the middle leaves the store as it was."""
    import psycopg

    address = parse_address(server)
    list(load_files([table(tmp_path)], address))

    def end_others(_name: str, _lines: int) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND query LIKE 'COPY%'"
            )

    def load() -> None:
        list(load_files([table(tmp_path, 20_000)], address, watch=end_others))

    with closing(open_store(server)) as store:
        before = store.overview().services
        assert "the connection to the history store was lost" in message_of(load)
        assert store.overview().services == before


def test_a_server_that_is_killed_has_nothing_of_the_file(tmp_path: Path) -> None:
    """After it was started again the store is as before, and the file can be loaded."""
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL is not installed")
    with new_server(folder) as server:
        address, path = parse_address(server.url), table(tmp_path, 20_000)
        list(load_files([table(tmp_path)], address))
        killed: list[int] = []

        def kill(_name: str, lines: int) -> None:
            if not killed:
                server.kill()
                killed.append(lines)

        message = message_of(lambda: list(load_files([path], address, watch=kill)))
        assert "the connection to the history store was lost" in message
        assert killed
        server.start()
        with closing(open_store(server.url)) as store:
            assert store.overview().services == 3
        assert [each.result for each in load_files([path], address)] == ["loaded"]


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    """The message has neither user nor password."""
    url = f"postgresql://clerk:secret@/history?host={tmp_path}"
    message = message_of(lambda: open_store(url))
    assert message.startswith("localhost/history: there is no connection to the history store.")
    assert "secret" not in message


@pytest.mark.parametrize("text", ["mysql://host/history", "sqlite:///", "postgresql://host"])
def test_an_address_has_a_known_form(text: str) -> None:
    """Other addresses are answered with the forms that there are."""
    assert "Write sqlite:///FILE or postgresql://USER@HOST/DATABASE." in message_of(
        lambda: parse_address(text)
    )


def test_a_missing_package_is_named_with_its_extra() -> None:
    """The message has the command that installs it."""
    message = message_of(
        lambda: require_packages("--store", "history", "which does nothing", "no_such_package")
    )
    assert "no_such_package, which does nothing, is not installed" in message
    assert "Run pip install 'payer-rules[history]'." in message


def test_the_migrations_make_the_schema(address: StoreAddress) -> None:
    """The tables of a new store are those of the schema, and the newest migration is the head."""
    engine = create_engine(f"sqlite:///{address.target}")
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), schema.METADATA)
    engine.dispose()
    assert found == []
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD
