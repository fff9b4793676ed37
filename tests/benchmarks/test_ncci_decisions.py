"""Decisions a second over CMS's complete tables; ``pytest tests/benchmarks/test_ncci_decisions.py -s``.

The claims have three lines, whose codes are drawn from the tables themselves, so that pairs hit.
The engine, which also evaluates units, add-on codes and all other rules of Medicare, is compared
with a plain dict of the pairs and DuckDB, which know the pairs of one setting and no modifiers.
The rounds repeat the claims, so that their decisions are kept; a second number is that of claims
that are evaluated each time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any, Final

import published_tables
import pytest
from drawn_claims import DrawnClaims, Lines, drawn_claims
from engine_answers import NOTHING_EARLIER, claim_of
from published_tables import CMS, PAIRS

from payer_rules import Claim, load
from payer_rules.rulebook import RuleBook
from payer_rules.tables.importing import import_tables
from payer_rules.tables.releases import Release, TableIdentity

pytestmark = pytest.mark.skipif(not published_tables.are_there(), reason=published_tables.ABSENT)

REFERENCE: Final = Path(__file__).resolve().parents[1] / "ncci" / "reference"
#: Claims of a setting in each batch, the rounds of each, and the claims given to DuckDB.
CLAIMS, ROUNDS, FEW = 1_000, 9, 100
#: Decisions a second that are aimed at: where nothing is found, and where something is.
GOALS: Final = {"clean": 50_000, "found": 20_000}

#: The beginning of each program below: the claims' codes, and what they took, as JSON.
MEASURE: Final = """
import csv, gzip, json, sys, time
from itertools import combinations
from pathlib import Path
claims = json.loads(Path(sys.argv[1]).read_text())

def resident():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024

def holds(rows):
    live = [row for row in rows if row[3] != "9" and (not row[2] or "20240815" <= row[2])]
    return min(live, key=lambda row: row[2] or "9", default=None)

def by_pairs(find):
    def judge(codes):
        rows = [holds(find(*pair)) for pair in combinations(codes, 2)]
        return sorted({codes.index(row[1]) + 1 for row in rows if row})
    return judge

def report(begun, judge, claims):
    judge(claims[0])
    opened = time.perf_counter() - begun
    begun = time.perf_counter()
    answers = [judge(claim) for claim in claims]
    took = time.perf_counter() - begun
    print(json.dumps(dict(opened=opened, mib=resident(), speed=len(claims) / took, answers=answers)))
"""
ENGINE: Final = """
sys.path.insert(0, sys.argv[3])
from case_lines import services
from engine_answers import NOTHING_EARLIER, claim_of, engine_answer
from published_tables import DAY
from payer_rules import load
asked = [claim_of("practitioner", services(DAY, ", ".join(codes))) for codes in claims]
begun = time.perf_counter()
book = load(tables=Path(sys.argv[2])).rulebook("medicare")
report(begun, lambda claim: sorted(
    engine_answer(book.decide(claim, NOTHING_EARLIER), "medicare/ptp").denied), asked)
"""
DICT: Final = """
begun = time.perf_counter()
pairs = {}
with gzip.open(sys.argv[2], "rt") as text:
    rows = csv.reader(text)
    next(rows)
    for one, other, last, indicator, _ in rows:
        key = (one, other) if one < other else (other, one)
        pairs.setdefault(key, []).append((one, other, last, indicator))
find = lambda one, other: pairs.get((one, other) if one < other else (other, one), ())
report(begun, by_pairs(find), claims)
"""
DUCKDB: Final = """
import duckdb
path = sys.argv[3]
writer = duckdb.connect(path)
writer.execute(
    "create table pairs as select column1, column2, coalesce(deletion_date, '') as last, "
    f"modifier_indicator from read_csv('{sys.argv[2]}', all_varchar = true)"
)
writer.execute("create index by_codes on pairs (column1, column2)")
writer.close()
begun = time.perf_counter()
base = duckdb.connect(path, read_only=True)
base.execute("set threads = 1")
ask = "select * from pairs where (column1 = ? and column2 = ?) or (column1 = ? and column2 = ?)"
find = lambda one, other: base.execute(ask, [one, other, other, one]).fetchall()
report(begun, by_pairs(find), claims)
"""


def measured(program: str, *arguments: str | Path) -> dict[str, Any]:
    """Return the last line of a program in a process of its own."""
    command = [sys.executable, "-c", MEASURE + program, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    document: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return document


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where CMS's complete tables are imported."""
    folder = tmp_path_factory.mktemp("tables")
    identity = TableIdentity(program="medicare", release=Release(2024, 3))
    import_tables(published_tables.files(), folder, identity=identity)
    return folder


@pytest.fixture(scope="module")
def book(folder: Path) -> RuleBook:
    """Medicare's rule book, the complete tables of both settings open."""
    return load(tables=folder).rulebook("medicare")


@pytest.fixture(scope="module")
def drawn() -> dict[str, DrawnClaims]:
    """Claims of both settings."""
    return {setting: drawn_claims(setting, 2 * CLAIMS) for setting in PAIRS}


def speed(book: RuleBook, rounds: list[list[Claim]]) -> float:
    """Decisions a second of processor time, the median of the rounds, on one core."""
    took = []
    for claims in rounds:
        begun = time.process_time()
        for claim in claims:
            book.decide(claim, NOTHING_EARLIER)
        took.append(time.process_time() - begun)
    return len(rounds[0]) / median(took)


def evaluating(book: RuleBook) -> RuleBook:
    """The book without keys of claims: it evaluates each claim, as one that comes once."""
    other = book.with_house_rules(())
    object.__setattr__(other._decider, "_equal", None)
    return other


@pytest.mark.parametrize("name", GOALS)
def test_decisions(book: RuleBook, drawn: dict[str, DrawnClaims], name: str) -> None:
    """Claims of both settings; every answer is that of the references."""
    wrong: list[str] = []
    claims: list[Claim] = []
    for setting, batch in drawn.items():
        some = batch.split(CLAIMS)[list(GOALS).index(name)]
        for lines in some:
            claims.append(claim_of(setting, lines))
            wrong += batch.disagreements(lines, book.decide(claims[-1], NOTHING_EARLIER))
    assert not wrong, "\n".join([f"{len(wrong)} answers differ", *wrong[:10]])
    reached, goal = speed(book, [claims] * ROUNDS), GOALS[name]
    alone = speed(evaluating(book), [claims] * (ROUNDS + 1))
    print(
        f"\n{name}: {reached:,.0f} decisions a second, median of {ROUNDS} rounds over "
        f"{len(claims):,} claims of three lines; goal {goal:,}, "
        f"{'reached' if reached >= goal else 'not reached'}; {alone:,.0f} if each is evaluated"
    )


@cache
def own_codes() -> frozenset[str]:
    """Return the codes of Medicare's own rules."""
    rules = load().collect("medicare").rules
    return frozenset(code for rule in rules for code in getattr(rule, "codes", ()))


def is_spoken_of(lines: Lines) -> bool:
    """Return True if a rule other than the edits may apply to the lines."""
    return any(line.code in own_codes() for line in lines)


def written(path: Path, claims: list[Lines]) -> Path:
    """A file of the claims' codes."""
    path.write_text(json.dumps([[line.code for line in lines] for lines in claims]))
    return path


def test_beside_a_dict_and_duckdb(
    folder: Path, drawn: dict[str, DrawnClaims], tmp_path: Path
) -> None:
    """The same claims of practitioners, and the same answers on pairs.

    Only claims to which no rule but the edits applies: the dict and DuckDB have no other rules.
    """
    pytest.importorskip("duckdb", reason="duckdb is of the dependency group bench")
    batch = drawn["practitioner"]
    both = zip(*batch.split(CLAIMS), strict=True)
    claims = [lines for item in both for lines in item if not is_spoken_of(lines)]
    many = written(tmp_path / "many.json", claims)
    few = written(tmp_path / "few.json", claims[:FEW])
    table, base = CMS / PAIRS["practitioner"], tmp_path / "pairs.duckdb"
    fields = {
        "engine": measured(ENGINE, many, folder, REFERENCE),
        "dict": measured(DICT, many, table),
        "duckdb": measured(DUCKDB, few, table, base),
    }
    expected = [sorted(batch.answers(lines)["ptp"].denied) for lines in claims]
    print()
    for name, item in fields.items():
        print(
            f"{name}: opened in {item['opened']:.3f} s, {item['mib']:.0f} MiB resident, "
            f"{item['speed']:,.0f} claims a second"
        )
        assert item["answers"] == expected[: len(item["answers"])]
