"""The time of ``payer-rules check``, file to report: ``pytest tests/benchmarks/test_check.py -s``.

Generated 837Ps of 100,000 claims, judged by Medicare's whole rule book with CMS's complete tables,
as whole processes: in one, and in as many as there are cores, compared with reading alone. One file
has random codes, the other is that of a network of clinics.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import published_tables
import pytest
from x12_files import write_claims

from payer_rules.tables.importing import import_tables
from payer_rules.tables.releases import Release, TableIdentity

pytestmark = pytest.mark.skipif(not published_tables.are_there(), reason=published_tables.ABSENT)

CLAIMS: Final = 100_000
#: Claims a second that are aimed at, end to end on two cores: of random codes, and of clinics.
GOAL: Final = 10_000
CLINIC_GOAL: Final = 20_000
CLAIM_SETS: Final = Path(__file__).parents[2] / "tools" / "make_claim_sets.py"
READ: Final = """
import sys
from pathlib import Path
from payer_rules.readers.x12 import read_x12_claims
print(sum(1 for _ in read_x12_claims(Path(sys.argv[1]), setting="practitioner")))
"""


def timed(*command: str | Path) -> tuple[float, float]:
    """Seconds by the clock, and the largest process in MiB, of a whole process."""
    measure = (
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], stdout=2); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", measure, *map(str, command)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        check=True,
    )
    return time.perf_counter() - begun, float(done.stdout)


@pytest.fixture(name="program", scope="module")
def program_with_tables(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that checks a file for Medicare, with CMS's complete tables."""
    folder = tmp_path_factory.mktemp("tables")
    identity = TableIdentity(program="medicare", release=Release(2024, 3))
    files = [*(published_tables.CMS / name for name in published_tables.PAIRS.values())]
    files += [published_tables.CMS / "mue_medicare_2024q3.csv"]
    import_tables(files, folder, identity=identity)
    program = [sys.executable, "-m", "payer_rules", "check", "--payer", "medicare"]
    return [*program, "--setting", "practitioner", "--tables", str(folder)]


def checked(program: list[str], file: Path, claims: int, goal: int) -> float:
    """Print the rates of reading and checking the file; the largest process in MiB."""
    took, peak = timed(sys.executable, "-c", READ, file)
    print(
        f"\n{claims:,} claims of {file.stem}, read alone: {claims / took:,.0f} a second, {peak:.0f} MiB"
    )
    report = file.with_suffix(".ndjson")
    for jobs in sorted({1, os.cpu_count() or 1}):
        took, peak = timed(*program, file, "--jobs", str(jobs), "--report", f"ndjson:{report}")
        rate = claims / took
        reached = "" if rate >= goal else f" (aim {goal:,}: not reached)"
        print(f"checked in {jobs}: {rate:,.0f} a second, {peak:.0f} MiB{reached}")
    took, _ = timed(*program, file)
    print(f"the short text alone: {claims / took:,.0f} a second")
    assert report.read_bytes().count(b"\n") == claims
    return peak


def test_files_of_any_size_are_checked_in_memory_that_does_not_grow(
    program: list[str], tmp_path: Path
) -> None:
    """Ten times the claims take ten times as long, and not ten times the memory."""
    peaks: dict[int, float] = {}
    for claims in (CLAIMS // 10, CLAIMS):
        file = tmp_path / f"random-{claims}.837"
        write_claims(file, claims)
        peaks[claims] = checked(program, file, claims, GOAL)
    assert peaks[CLAIMS] < 3 * peaks[CLAIMS // 10]


def test_claims_of_clinics_are_decided_once_for_all_that_are_equal(
    program: list[str], tmp_path: Path
) -> None:
    """The claims of a network of clinics repeat: few have a decision of their own."""
    pytest.importorskip("numpy", reason="the claim sets are drawn with numpy")
    file = tmp_path / "clinics.837"
    options = ["--claims", str(CLAIMS), "--first", "2024-07-01", "--weeks", "13"]
    subprocess.run([sys.executable, CLAIM_SETS, "clinic-network", file, *options], check=True)
    checked(program, file, CLAIMS, CLINIC_GOAL)
