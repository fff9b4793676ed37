"""The partitions of large runs on disk: ``pytest tests/benchmarks/test_run_partitions.py -s``.

A run writes the claims of whole members to files. The benchmark compares these with a SQLite file,
as a history store is one: with a row for each claim, and with a row for each batch of claims.
"""

from __future__ import annotations

import io
import pickle
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from payer_rules.checking.disk_partitions import DiskPartitions, partition_of, stored_items
from payer_rules.checking.fast_pickle import dump
from payer_rules.claims import Claim, Member, Provider, ServiceLine
from payer_rules.readers import FiledClaim

CLAIMS: Final = 60_000
MEMBERS: Final = 20_000
BATCH: Final = 32
FIRST: Final = date(2024, 1, 1)
PROVIDER: Final = Provider(npi="1234567893")


def filed(at: int) -> FiledClaim:
    """A claim of two lines."""
    day = FIRST + timedelta(days=at % 300)
    lines = [
        ServiceLine(number=n, code="90834", date_from=day, rendering_provider=PROVIDER)
        for n in (1, 2)
    ]
    member = Member(id=f"M{at % MEMBERS:06}")
    claim = Claim(id=f"N{at:07}", member=member, billing_provider=PROVIDER, lines=lines)
    return FiledClaim(claim, None, "claims", at)


def batches(claims: list[FiledClaim], size: int) -> Iterator[tuple[int, int, bytes]]:
    """The rows of a SQLite file: partition, position, and pickled claims."""
    placed = sorted(((partition_of(c.claim.member.id), c) for c in claims), key=itemgetter(0))
    for partition, group in groupby(placed, key=itemgetter(0)):
        items = [claim for _, claim in group]
        for at in range(0, len(items), size):
            buffer = io.BytesIO()
            dump(items[at : at + size], buffer)
            yield partition, at, buffer.getvalue()


def of_files(claims: list[FiledClaim], folder: Path) -> tuple[float, float]:
    """The seconds to write and to read the files of a run."""
    begun = time.process_time()
    partitions = DiskPartitions(folder)
    for each in claims:
        partitions.put(partition_of(each.claim.member.id), each)
    partitions.close()
    written = time.process_time()
    assert sum(1 for path in sorted(folder.iterdir()) for _ in stored_items(path)) == len(claims)
    return written - begun, time.process_time() - written


def of_sqlite(claims: list[FiledClaim], file: Path, size: int) -> tuple[float, float]:
    """The seconds to write and to read a SQLite file, which need not survive a crash."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(
            "CREATE TABLE items (partition INT, position INT, data BLOB,"
            " PRIMARY KEY (partition, position)) WITHOUT ROWID"
        )
        begun = time.process_time()
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO items VALUES (?, ?, ?)", batches(claims, size))
        connection.execute("COMMIT")
        written = time.process_time()
        rows = connection.execute("SELECT data FROM items ORDER BY partition, position")
        assert sum(len(pickle.loads(data)) for (data,) in rows) == len(claims)
        return written - begun, time.process_time() - written


def test_files_are_as_fast_as_a_database(tmp_path: Path) -> None:
    """Microseconds for each claim; the three take turns."""
    claims = [filed(at) for at in range(CLAIMS)]
    times: dict[str, list[tuple[float, float]]] = {}
    for at in range(3):
        times.setdefault("files", []).append(of_files(claims, tmp_path / str(at)))
        for name, size in (("SQLite, batches", BATCH), ("SQLite, claims", 1)):
            file = tmp_path / f"{at}-{size}.db"
            times.setdefault(name, []).append(of_sqlite(claims, file, size))
    for name, pairs in times.items():
        write, read = (min(each) / CLAIMS * 1e6 for each in zip(*pairs, strict=True))
        print(f"\n{name}: written in {write:.1f}, read in {read:.1f} microseconds a claim", end="")
