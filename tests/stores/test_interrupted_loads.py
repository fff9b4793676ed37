"""Laws of loads that are killed, or run at the same time: nothing is lost, and nothing doubled.

``PAYER_RULES_LOAD_LINES=1000000`` loads as many lines in place of a hundred thousand.
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest
from x12_texts import interchange

from payer_rules.stores import load_files, parse_address

LINES: Final = int(os.environ.get("PAYER_RULES_LOAD_LINES", "100000"))
FILES: Final = 10
KILLS: Final = 10
VERSION: Final = "005010X221A1"
TABLES: Final = {
    "lines": "*",
    "payments": "*",
    "conflicts": "*",
    "loaded_files": "id, name, digest, format, covers_from, lines, problems",
    "store_facts": "services, undecided, first_day, last_day, longest",
}


def table(number: int, lines: int) -> str:
    """A table of lines, of which each fifth is in the table before as well."""
    rows = ["claim,member,code,date,status,units,line"]
    first = number * lines - lines // 5 * (number > 0)
    for at in range(first, first + lines):
        day = f"2024-{at % 12 + 1:02}-{at % 28 + 1:02}"
        rows.append(f"T{at // 3},M{at % 9_000},90853,{day},paid,1,{at % 3 + 1}")
    return "\n".join(rows)


def remittance(number: int, lines: int) -> str:
    """An 835 that pays claims, and takes back some that the 835 before has paid."""
    head = ["BPR*I*80*C*CHK************20240901", f"TRN*1*T{number}*1999999999", "N1*PR*PAYER*XV*1"]
    segments = [*head, "N1*PE*CLINIC*XX*1234567893", "LX*1"]
    for at in range(number * lines, (number + 1) * lines):
        claim, status, sign = f"R{at}", 1, ""
        if number and at % 7 == 0:
            claim, status, sign = f"R{at - lines}", 22, "-"
        segments += [
            f"CLP*{claim}*{status}*{sign}80*{sign}80**MB*I{claim}*11*1",
            f"NM1*QC*1*SAMPLE*PAT****MI*M{int(claim[1:]) % 9_000}",
            f"SVC*HC:90853*{sign}80*{sign}80**{sign}1",
            f"DTM*472*2024{at % 12 + 1:02}{at % 28 + 1:02}",
        ]
    return interchange(segments, version=VERSION)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Tables and remittances with so many lines together."""
    folder, paths = tmp_path_factory.mktemp("files"), []
    for number in range(FILES):
        make, ending = (table, "csv") if number < FILES // 2 else (remittance, "835")
        paths.append(folder / f"{number}.{ending}")
        paths[-1].write_text(make(number % (FILES // 2), LINES // FILES))
    return paths


@pytest.fixture(scope="module")
def clean(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """The rows of a store that was loaded without an interruption."""
    path = tmp_path_factory.mktemp("clean") / "history.db"
    for loaded in load_files(files, parse_address(f"sqlite:///{path}")):
        assert loaded.result == "loaded"
    return rows_of(path)


def rows_of(path: Path) -> dict[str, list[Any]]:
    """All rows of the store, but for times and the key of digests."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            name: connection.execute(
                f"SELECT {columns} FROM {name} ORDER BY 1, 2, 3, 4, 5, 6, 7"
                if name == "lines"
                else f"SELECT {columns} FROM {name} ORDER BY 1, 2"
            ).fetchall()
            for name, columns in TABLES.items()
        }


def loading(files: list[Path], store: Path | str) -> subprocess.Popen[bytes]:
    """A process that loads the files into the SQLite file, or into the store of a URL."""
    url = store if isinstance(store, str) else f"sqlite:///{store}"
    command = [sys.executable, "-m", "payer_rules", "history", "load", *map(str, files)]
    return subprocess.Popen([*command, "--store", url], stdout=subprocess.DEVNULL, env=os.environ)


def test_a_load_that_is_killed_ten_times_equals_one_that_is_not(
    files: list[Path], clean: dict[str, list[Any]], tmp_path: Path
) -> None:
    """After the last load each row is there once, as in a clean load."""
    store, chance = tmp_path / "history.db", random.Random(835)
    for _ in range(KILLS):
        process = loading(files, store)
        time.sleep(chance.uniform(0.5, 4.0) * LINES / 100_000)
        process.kill()
        process.wait()
    assert loading(files, store).wait() == 0
    assert rows_of(store) == clean


def test_two_loads_at_once_load_each_file_once(
    files: list[Path], clean: dict[str, list[Any]], tmp_path: Path
) -> None:
    """Both end well; the store has what one of them alone would have stored."""
    store = tmp_path / "history.db"
    processes = [loading(files, store) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    assert rows_of(store) == clean


def test_two_loads_at_once_into_postgresql_load_each_file_once(server: str, tmp_path: Path) -> None:
    """Both end well; one of them has created the store, and each file counts once."""
    import psycopg

    paths = []
    for number in range(4):
        make, ending = (table, "csv") if number < 2 else (remittance, "835")
        paths.append(tmp_path / f"{number}.{ending}")
        paths[-1].write_text(make(number % 2, 1_000))
    clean = tmp_path / "clean.db"
    for loaded in load_files(paths, parse_address(f"sqlite:///{clean}")):
        assert loaded.result == "loaded"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS payer_rules CASCADE")
        processes = [loading(paths, server) for _ in range(2)]
        assert [process.wait() for process in processes] == [0, 0]
        facts = connection.execute(
            f"SELECT {TABLES['store_facts']} FROM payer_rules.store_facts"
        ).fetchall()
        lines = connection.execute("SELECT * FROM payer_rules.lines").fetchall()
        connection.execute("DROP SCHEMA payer_rules CASCADE")
    expected = rows_of(clean)
    assert facts == expected["store_facts"]
    # NOTE: two loads may take the files in another order, which numbers them differently.
    at = [name == "file" for name in names_of(clean, "lines")].index(True)
    assert sorted(map(repr, without(lines, at))) == sorted(
        map(repr, without(expected["lines"], at))
    )


def names_of(path: Path, name: str) -> list[str]:
    """The columns of the table."""
    with closing(sqlite3.connect(path)) as connection:
        return [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]


def without(rows: list[Any], at: int) -> list[Any]:
    """The rows without the column at this place."""
    return [(*row[:at], *row[at + 1 :]) for row in rows]
