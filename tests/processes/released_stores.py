"""Stores of released schemas as SQL, which the program of that release wrote.

``PYTHONPATH=tests/readers python tests/processes/released_stores.py`` writes those of the newest
schema, before a release.
"""

from __future__ import annotations

import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from postgres_server import programs, running_server
from x12_texts import interchange

from payer_rules.readers.formats import ReadOptions
from payer_rules.stores import forget_member, forget_older, load_files, migrations, parse_address

if TYPE_CHECKING:
    import psycopg

FOLDER: Final = Path(__file__).parent.parent / "stores" / "released"
_HEAD: Final = ["N1*PR*PAYER*XV*87726", "N1*PE*CLINIC*XX*1234567893", "LX*1"]
_COLUMNS: Final = "claim,line,member,code,date,status,units"


def _answer(
    claim: str, number: str, paid: int, *, status: int = 1, original: str = ""
) -> list[str]:
    sign = "-" if status == 22 else ""
    return [
        f"CLP*{claim}*{status}*{sign}80*{sign}{paid}**MB*{number}*11*1",
        "NM1*QC*1*SAMPLE*PAT****MI*M1",
        *([f"REF*F8*{original}"] if original else []),
        f"SVC*HC:90853*{sign}80*{sign}{paid}**{sign}1",
        "DTM*472*20240815",
    ]


def _remittance(day: str, *answers: list[str]) -> str:
    head = [f"BPR*I*80*C*CHK************{day}", f"TRN*1*T{day}*1999999999", *_HEAD]
    return interchange([*head, *(s for each in answers for s in each)], version="005010X221A1")


#: The files of each store, by name: payments of which later ones are reversed, and lines that differ.
FILES: Final = {
    "1.835": _remittance("20240901", _answer("C1", "P1", 80), _answer("C2", "P2", 80)),
    "2.835": _remittance("20240908", _answer("C2", "P3", 80, status=22, original="P2")),
    "3.csv": f"{_COLUMNS}\nC3,1,M1,90834,2024-08-20,paid,1\nC3,2,M2,90834,2024-08-20,paid,1\n"
    "C4,1,M1,90834,2024-02-01,paid,1\n",
    "4.csv": f"{_COLUMNS}\nC3,1,M1,90834,2024-08-20,denied,1\n",
    "5.toml": 'history_covers = { from = 2024-08-01 }\n[[history]]\nclaim = "C5"\nmember = "M3"\n'
    'code = "90837"\ndate = 2024-08-30\nmodality = "video"\n',
}
#: A file for the schema that the next version has: it reverses a payment of the first one.
LATER: Final = {
    "6.835": _remittance(
        "20240915", _answer("C1", "P4", 80, status=22, original="P1"), _answer("C6", "P5", 80)
    )
}


def written(folder: Path, files: dict[str, str]) -> list[Path]:
    """The files in the folder."""
    for name, text in files.items():
        (folder / name).write_text(text)
    return [folder / name for name in files]


def filled(url: str, folder: Path) -> None:
    """Load the files, and forget a member and a month."""
    address = parse_address(url)
    for loaded in load_files(written(folder, FILES), address, ReadOptions()):
        assert loaded.result == "loaded"
    forget_member(address, "M2")
    forget_older(address, date(2024, 3, 1))


def statements_of(path: Path) -> str:
    """The statements that make the database of a SQLite file."""
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump()) + "\n"


def restored_sqlite(path: Path, version: str) -> None:
    """Make the database of a released schema."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FOLDER / f"{version}.sqlite.sql").read_text())


def restored_postgres(connection: psycopg.Connection[Any], version: str) -> None:
    """Make the schema of a released version, in place of the one that is there."""
    text = (FOLDER / f"{version}.postgresql.sql").read_text()
    connection.execute("DROP SCHEMA IF EXISTS payer_rules CASCADE")
    connection.execute(text.encode())


def _dumped(url: str, folder: Path) -> Iterator[str]:
    """Yield the lines of PostgreSQL's dump that any server understands."""
    command = [str(folder / "pg_dump"), "--inserts", "--no-owner", "--schema=payer_rules", url]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    for line in found.stdout.splitlines():
        if line and not line.startswith(("--", "\\", "SET ", "SELECT pg_catalog.set_config")):
            yield line


def main() -> None:
    """Write the stores of the newest schema."""
    FOLDER.mkdir(exist_ok=True)
    postgres = programs()
    assert postgres is not None
    with tempfile.TemporaryDirectory() as name, running_server(postgres) as url:
        folder = Path(name)
        filled(f"sqlite:///{folder}/history.db", folder)
        target = FOLDER / f"{migrations.HEAD}.sqlite.sql"
        target.write_text(statements_of(folder / "history.db"))
        filled(url, folder)
        text = "\n".join(_dumped(url, postgres))
        (FOLDER / f"{migrations.HEAD}.postgresql.sql").write_text(f"{text}\n")


if __name__ == "__main__":
    main()
