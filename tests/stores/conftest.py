"""Stores of the tests: a SQLite file for each, and schemas of one PostgreSQL server."""

from __future__ import annotations

import itertools
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    import psycopg

# NOTE: the limits that the engine is tested with are tested with stores, too.
sys.path.insert(0, str(Path(__file__).parent.parent / "engine"))

from postgres_server import programs, running_server

from payer_rules.history import History
from payer_rules.stores import StoredHistory, load_history, open_store, parse_address

EMPTY: Final = History()
KINDS: Final = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL is not installed")
    with running_server(folder) as url:
        yield url


@pytest.fixture(scope="module", params=KINDS)
def new_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], str]]:
    """Return a function that returns the URL of an empty store."""
    if request.param == "sqlite":
        yield _files(tmp_path_factory.mktemp("stores"))
        return
    import psycopg

    url = request.getfixturevalue("server")
    _make_empty(url)
    with psycopg.connect(url, autocommit=True) as connection:
        yield partial(_emptied, connection, url)


@pytest.fixture(scope="module")
def stored(new_store: Callable[[], str]) -> Callable[[History], StoredHistory]:
    """Return a function that stores a history, alone in its store."""

    def store(history: History) -> StoredHistory:
        url = new_store()
        load_history(history, parse_address(url), "history.toml")
        return open_store(url)

    return store


def _files(folder: Path) -> Callable[[], str]:
    numbers = itertools.count()
    template = folder / "template.db"
    _make_empty(f"sqlite:///{template}")

    def new() -> str:
        path = folder / f"{next(numbers)}.db"
        shutil.copy(template, path)
        return f"sqlite:///{path}"

    return new


def _emptied(connection: psycopg.Connection[Any], url: str) -> str:
    """Empty the only database, and return its URL: to create one takes much longer."""
    connection.execute(
        "SET search_path TO payer_rules;"
        "TRUNCATE loaded_files, payments, lines, conflicts, forgotten_members;"
        "UPDATE store_facts SET services = 0, undecided = 0, first_day = NULL, last_day = NULL,"
        " longest = 0, kept_from = NULL"
    )
    return url


def _make_empty(url: str) -> None:
    from payer_rules.stores.connecting import connected

    connected(parse_address(url), writes=True).close()
