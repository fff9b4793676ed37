"""The speed of history stores: ``pytest tests/benchmarks/test_history_stores.py -s``.

A store of a million lines, or of as many as ``PAYER_RULES_BENCH_LINES`` names, a hundred for each
member, of whom a question concerns about ten: the time to fetch one member, and a thousand; the
lines that are loaded a second, compared with reading alone; and the memory of a load.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

import psycopg
import pyarrow.csv
import pyarrow.parquet
import pytest
from postgres_server import programs, running_server
from x12_texts import interchange

from payer_rules.claims import Provider
from payer_rules.history import HistoryLine, HistoryQuery
from payer_rules.history.lines import sort_key
from payer_rules.readers.formats import FORMATS, ReadOptions
from payer_rules.stores import StoreAddress, StoredHistory, load_files, open_store, parse_address
from payer_rules.stores.connecting import connected
from payer_rules.stores.line_rows import LINE_COLUMNS, row_of
from payer_rules.stores.settling import ORIGIN_COLUMNS
from payer_rules.system.processes import collect_seldom

LINES: Final = int(os.environ.get("PAYER_RULES_BENCH_LINES", "1000000"))
OF_MEMBER: Final = 100
CODES: Final = tuple(f"908{n}" for n in range(30, 40))
FIRST: Final = date(2023, 1, 1)
BATCH: Final = 1_000
#: Milliseconds for one member, as the median, and times of a plain loop for a batch.
GOALS: Final = {"sqlite": 0.2, "postgresql": 1.0}
MOST_OF_A_LOOP: Final = 1.5
LEAST_OF_READING: Final = 0.7
PARQUET: Final = 100_000
LOAD: Final = """
import re, sys
from pathlib import Path
from payer_rules.stores import load_files, parse_address
list(load_files([Path(sys.argv[1])], parse_address(sys.argv[2])))
print(int(re.search("VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024)
"""


def rows() -> Iterator[tuple[Any, ...]]:
    """The rows of a store: each member has ten codes, ten times each."""
    provider = Provider(npi="1234567893")
    line = HistoryLine(
        claim="C",
        member="M",
        code="90834",
        date_from=FIRST,
        rendering_provider=provider,
        billing_provider=provider,
        charge=Decimal(120),
        paid=Decimal("80.50"),
        status="paid",
    )
    rest = row_of(line)[LINE_COLUMNS.index("modifiers") :]
    for at in range(LINES):
        member, place = divmod(at, OF_MEMBER)
        day = FIRST.toordinal() + place * 7
        code = CODES[place % len(CODES)]
        yield (1, at, None, 1, f"M{member:07}", day, f"C{at:09}", 1, code, day, *rest)


def filled(url: str) -> StoredHistory:
    """The store with the rows."""
    with closing(connected(parse_address(url), writes=True)) as database, database.transaction():
        part = []
        for row in rows():
            part.append(row)
            if len(part) == 50_000:
                database.insert("lines", (*ORIGIN_COLUMNS, *LINE_COLUMNS), part)
                part = []
        database.insert("lines", (*ORIGIN_COLUMNS, *LINE_COLUMNS), part)
    return open_store(url)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StoredHistory]:
    """A store of each kind with the rows."""
    if request.param == "sqlite":
        yield filled(f"sqlite:///{tmp_path_factory.mktemp('store')}/history.db")
        return
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL is not installed")
    with running_server(folder) as url, closing(filled(url)) as history:
        history.database.change("ANALYZE lines")
        yield history


def query(first: int, members: int) -> HistoryQuery:
    """A question about one code of some members."""
    names = frozenset(f"M{at:07}" for at in range(first, first + members))
    return HistoryQuery(
        members=names, codes=frozenset(CODES[:1]), date_from=FIRST, date_to=date(2025, 12, 31)
    )


def seconds(function: Callable[[], object]) -> float:
    """The processor time of a call; other programs of the machine do not count."""
    begun = time.process_time()
    function()
    return time.process_time() - begun


def elapsed(function: Callable[[], object]) -> float:
    """The time of a call by the clock, which is that of a server, too."""
    begun = time.perf_counter()
    function()
    return time.perf_counter() - begun


def test_one_member_is_fetched_in_a_fraction_of_a_millisecond(store: StoredHistory) -> None:
    """The median of a thousand members all over the store."""
    times = []
    for at in range(BATCH):
        asked = [query(at * 7_919 % (LINES // OF_MEMBER), 1)]
        begun = time.perf_counter()
        assert len(store.select(asked).lines) == OF_MEMBER // len(CODES)
        times.append((time.perf_counter() - begun) * 1_000)
    median, goal = statistics.median(times), GOALS[store.address.kind]
    print(f"\n{store.address.kind}: one member {median:.3f} ms (aim {goal})")


def test_a_batch_is_fetched_as_fast_as_by_a_plain_loop(store: StoredHistory) -> None:
    """The loop asks the driver for each member, and makes the same lines.

    The two take turns, so that other programs of the machine slow both.
    """
    asked = query(50, BATCH)
    found = store.fetch([asked]).lines
    kind, measure = store.address.kind, seconds if store.address.kind == "sqlite" else elapsed
    with plain_connection(store.address) as run:
        assert sorted(plain_loop(run, asked), key=sort_key) == sorted(found, key=sort_key)
        pairs = [
            (measure(lambda: store.fetch([asked])), measure(lambda: plain_loop(run, asked)))
            for _ in range(9)
        ]
    best, plain = (min(times) for times in zip(*pairs, strict=True))
    print(f"\n{kind}: {BATCH:,} members {best * 1_000:.1f} ms", end="")
    print(f", {best / plain:.2f} of a plain loop (aim {MOST_OF_A_LOOP})", end="")


@contextmanager
def plain_connection(address: StoreAddress) -> Iterator[Callable[..., Iterable[tuple[Any, ...]]]]:
    """A connection of the driver, as a function that runs a statement of it."""
    if address.kind == "sqlite":
        with closing(sqlite3.connect(address.target)) as connection:
            yield connection.execute
    else:
        with psycopg.connect(address.target, autocommit=True) as server:
            server.execute("SET search_path TO payer_rules")
            yield lambda statement, values: server.execute(statement.replace("?", "%s"), values)


def plain_loop(
    run: Callable[..., Iterable[tuple[Any, ...]]], asked: HistoryQuery
) -> list[HistoryLine]:
    """The lines of the members as a careful user reads them."""
    found = []
    statement = (
        "SELECT claim, number, code, day, last_day, units, rendering, billing, status, charge, paid"
        " FROM lines WHERE member = ? AND code = ? AND day BETWEEN ? AND ? AND state > 0"
    )
    code = min(asked.codes or ())
    days = asked.date_from.toordinal(), asked.date_to.toordinal()
    provider = Provider(npi="1234567893")
    for member in sorted(asked.members):
        for row in run(statement, (member, code, *days)):
            claim, number, code, day, last, units, _, _, status, charge, paid = row
            found.append(
                HistoryLine(
                    claim=claim,
                    member=member,
                    number=number,
                    code=code,
                    date_from=date.fromordinal(day),
                    date_to=date.fromordinal(last),
                    units=Decimal(units),
                    rendering_provider=provider,
                    billing_provider=provider,
                    status=status,
                    charge=Decimal(charge),
                    paid=Decimal(paid),
                )
            )
    return found


def remittance(payments: int) -> str:
    """An 835 with so many payments."""
    head = ["BPR*I*80*C*CHK************20240901", "TRN*1*T1*1999999999", "N1*PR*PAYER*XV*1"]
    segments = [*head, "N1*PE*CLINIC*XX*1234567893", "LX*1"]
    for at in range(payments):
        day = FIRST + timedelta(days=at % 700)
        segments += [
            f"CLP*R{at}*1*120*80**MB*I{at}*11*1",
            f"NM1*QC*1*SAMPLE*PAT****MI*M{at % 9_000}",
            "SVC*HC:90853*120*80**1",
            f"DTM*472*{day:%Y%m%d}",
        ]
    return interchange(segments, version="005010X221A1")


def test_files_are_loaded_about_as_fast_as_they_are_read(tmp_path: Path) -> None:
    """Lines a second from an 835 and from Parquet, by processor time."""
    count = min(LINES, 100_000)
    paths = {"x12": tmp_path / "a.835", "table": tmp_path / "a.parquet"}
    paths["x12"].write_text(remittance(count))
    head = "claim,member,code,date,status,units\n"
    body = (f"T{n},M{n % 9_000},90853,2024-{n % 12 + 1:02}-11,paid,1\n" for n in range(count))
    (tmp_path / "a.csv").write_text(head + "".join(body))
    texts = pyarrow.csv.ConvertOptions(column_types={"code": pyarrow.string()})
    table = pyarrow.csv.read_csv(tmp_path / "a.csv", convert_options=texts)
    pyarrow.parquet.write_table(table, paths["table"])
    # NOTE: as the command does.
    collect_seldom()
    for form, path in paths.items():
        history = FORMATS[form].history
        assert history is not None
        read_all = partial(_count, history, path)
        read_all()
        read = seconds(read_all)
        address = parse_address(f"sqlite:///{tmp_path}/{form}.db")
        list(load_files([], address))
        load = seconds(partial(_load, path, address))
        aim = f"{LEAST_OF_READING} of reading" if form == "x12" else f"{PARQUET:,}"
        speed = f"{count / load:,.0f} lines a second, {read / load:.2f} of reading"
        print(f"\n{path.suffix}: {speed} (aim {aim})", end="")


def _count(history: Callable[..., Iterator[object]], path: Path) -> int:
    return sum(1 for _ in history([path], ReadOptions()))


def _load(path: Path, address: StoreAddress) -> None:
    (loaded,) = load_files([path], address)
    assert loaded.result == "loaded"


def test_the_memory_of_a_load_does_not_grow(tmp_path: Path) -> None:
    """Ten times the lines take less than twice the memory."""
    peaks = []
    for count in (LINES // 100, LINES // 10):
        path = tmp_path / f"{count}.835"
        path.write_text(remittance(count))
        command = [sys.executable, "-c", LOAD, str(path), f"sqlite:///{tmp_path}/{count}.db"]
        done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
        peaks.append(float(done.stdout))
        print(f"\n{count:,} lines: {peaks[-1]:.0f} MiB", end="")
    assert peaks[1] < 2 * peaks[0]
