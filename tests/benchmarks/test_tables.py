"""The cost of CMS's complete tables; run with ``pytest tests/benchmarks/test_tables.py -s``.

The store is compared with a plain dict of the pairs and with DuckDB, to justify its choice. Each is
opened in a process of its own, and asked for the same pairs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parents[2]
CMS: Final = Path(os.environ.get("PAYER_RULES_CMS") or CHECKOUT.parent / "shared" / "cms")
PAIRS: Final = "ncci_ptp_practitioner_2024q3.csv.gz"
#: How many pairs are asked for, and how many of DuckDB, which takes its time.
ASKED, FEW = 300_000, 200

pytestmark = pytest.mark.skipif(
    not (CMS / PAIRS).is_file(),
    reason="PAYER_RULES_CMS names no folder with CMS's complete tables",
)

#: The beginning of each program below: what it took, as JSON.
MEASURE: Final = """
import json, random, sys, time
from pathlib import Path

def resident():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024

def timed(find, codes, count):
    chance = random.Random(8)
    asked = [tuple(chance.sample(codes, 2)) for _ in range(count)]
    begun = time.perf_counter()
    hits = sum(1 for one, other in asked if find(one, other))
    return (time.perf_counter() - begun) / count * 1e6, hits / count

def report(opened, megabytes, microseconds, hits):
    print(json.dumps(dict(opened=opened, megabytes=megabytes, us=microseconds, hits=hits)))
"""
STORE: Final = """
from payer_rules.tables.store import TableStore
from payer_rules.tables.releases import Release
before = resident()
begun = time.perf_counter()
edits = TableStore.open(Path(sys.argv[1])).edits("medicare", "practitioner", Release(2024, 3))
edits.open("pairs")
opened, megabytes = time.perf_counter() - begun, resident()
report(opened, megabytes, *timed(edits.pairs, list(edits.pair_codes), int(sys.argv[2])))
"""
DICT: Final = """
import csv, gzip
begun = time.perf_counter()
pairs = {}
with gzip.open(sys.argv[1], "rt") as text:
    rows = csv.reader(text)
    next(rows)
    for line, (one, other, *rest) in enumerate(rows, 2):
        pairs.setdefault((one, other), []).append((*rest, line))
opened, megabytes = time.perf_counter() - begun, resident()
codes = sorted({code for pair in pairs for code in pair})
find = lambda one, other: pairs.get((one, other)) or pairs.get((other, one))
report(opened, megabytes, *timed(find, codes, int(sys.argv[2])))
"""
DUCKDB: Final = """
import duckdb
path = Path(sys.argv[1])
made = duckdb.connect(str(path))
made.execute(f"create table pairs as select * from read_csv('{sys.argv[2]}', all_varchar = true)")
made.execute("create index by_codes on pairs (column1, column2)")
codes = [c for (c,) in made.execute(
    "select distinct column1 from pairs union select distinct column2 from pairs order by 1"
).fetchall()]
made.close()
begun = time.perf_counter()
base = duckdb.connect(str(path), read_only=True)
opened = time.perf_counter() - begun
ask = "select * from pairs where (column1 = ? and column2 = ?) or (column1 = ? and column2 = ?)"
find = lambda one, other: base.execute(ask, [one, other, other, one]).fetchall()
us, hits = timed(find, codes, int(sys.argv[3]))
report(opened, resident(), us, hits)
"""
OWN: Final = """
from datetime import date
from payer_rules import Citation, Dates, EditTerms, Payer
from payer_rules.rulebook import RuleBook
from payer_rules.tables import read_edit_table
folder, days = Path(sys.argv[1]), Dates(date(2024, 1, 1), None)
cited = (Citation(row="A", title="A", url="u", read=date(2024, 1, 1), confidence="primary"),)
terms = EditTerms(
    program="acme", setting="practitioner", pair_citations=cited, unit_citations=cited
)
files = {name: folder / f"{name}.csv" for name in ("pairs", "units", "add_ons", "codes")}
begun = time.process_time()
table = read_edit_table(terms, **files, release="2024", verified=days, known_from=None)
read = time.process_time() - begun
RuleBook.build(Payer(id="acme", name="Acme", kind="commercial"), [], tables=[table])
print(json.dumps(dict(read=read, built=time.process_time() - begun - read)))
"""
IMPORT: Final = """
import resource
from payer_rules.cli import main
begun = time.perf_counter()
code = main(["tables", "import", sys.argv[2], "--program", "medicare", "--tables", sys.argv[1]])
assert code == 0
took = time.perf_counter() - begun
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(dict(took=took, peak=peak)))
"""


def measured(program: str, *arguments: str | Path | int) -> dict[str, float]:
    """Return the last line of a program in a process of its own."""
    command = [sys.executable, "-c", MEASURE + program, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    document: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return document


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the complete practitioner table is imported."""
    return tmp_path_factory.mktemp("tables")


@pytest.fixture(scope="module", autouse=True)
def imported(folder: Path) -> dict[str, float]:
    """What the import took."""
    return measured(IMPORT, folder, CMS / PAIRS)


def test_import(folder: Path, imported: dict[str, float]) -> None:
    """2.5 million rows in less than 15 seconds and 1 GiB, and less than 60 MB on disk."""
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    print(
        f"\nimport of 2,546,017 pairs: {imported['took']:.1f} s, peak {imported['peak']:.0f} MiB, "
        f"{size:.1f} MB on disk"
    )
    assert imported["took"] < 15
    assert imported["peak"] < 1024
    assert size < 60


def test_open_and_find(folder: Path) -> None:
    """The tables open in less than 0.1 seconds and 100 MB; a dict is compared."""
    store = measured(STORE, folder, ASKED)
    plain = measured(DICT, CMS / PAIRS, ASKED)
    print()
    for name, measure in (("store", store), ("dict", plain)):
        print(
            f"{name}: opened in {measure['opened']:.3f} s, {measure['megabytes']:.0f} MiB resident, "
            f"{measure['us']:.2f} us a pair, {measure['hits']:.1%} found"
        )
    assert store["hits"] == plain["hits"]
    assert store["opened"] < 0.1
    assert store["megabytes"] < 100


def test_duckdb(tmp_path: Path, folder: Path) -> None:
    """The same pairs out of DuckDB's own file, with an index."""
    pytest.importorskip("duckdb", reason="duckdb is of the dependency group bench")
    result = measured(DUCKDB, tmp_path / "pairs.duckdb", CMS / PAIRS, FEW)
    assert result["hits"] == measured(STORE, folder, FEW)["hits"]
    size = (tmp_path / "pairs.duckdb").stat().st_size / 1e6
    print(
        f"\nduckdb: opened in {result['opened']:.3f} s, {result['megabytes']:.0f} MiB resident, "
        f"{result['us']:.0f} us a pair, {size:.0f} MB on disk"
    )


def test_a_payers_own_table(tmp_path: Path) -> None:
    """Fifty thousand rows of a plugin's CSV are read and bind their payer in less than a second."""
    ending = "verified_from,verified_to,row\n"
    rows = "".join(
        f"{10_000 + n % 250},{20_000 + n // 250},1,2024-01-01,,A-{n}\n" for n in range(50_000)
    )
    (tmp_path / "pairs.csv").write_text(f"column1,column2,indicator,{ending}{rows}")
    (tmp_path / "units.csv").write_text(f"code,mue,mai,{ending}")
    (tmp_path / "add_ons.csv").write_text(f"code,type,primaries,{ending}")
    (tmp_path / "codes.csv").write_text("code\n90853\n")
    result = measured(OWN, tmp_path)
    print(
        f"\n50,000 rows of a payer's own: read in {result['read']:.2f} s, {result['built']:.2f} s more"
    )
    assert sum(result.values()) < 1
