"""The time of ``payer-rules check``, file to report: ``pytest tests/benchmarks/test_check.py -s``.

A generated 837P of 100,000 claims, judged by Medicare's whole rule book with CMS's complete tables,
as whole processes: in one, and in as many as there are cores, compared with reading alone.
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
#: Claims a second that are aimed at, end to end on two cores.
GOAL: Final = 10_000
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


def test_files_of_any_size_are_checked_in_memory_that_does_not_grow(tmp_path: Path) -> None:
    """Ten times the claims take ten times as long, and not ten times the memory."""
    identity = TableIdentity(program="medicare", release=Release(2024, 3))
    files = [*(published_tables.CMS / name for name in published_tables.PAIRS.values())]
    files += [published_tables.CMS / "mue_medicare_2024q3.csv"]
    import_tables(files, tmp_path / "tables", identity=identity)
    program = [sys.executable, "-m", "payer_rules", "check", "--payer", "medicare"]
    program += ["--setting", "practitioner", "--tables", str(tmp_path / "tables")]
    peaks: dict[int, float] = {}
    for claims in (CLAIMS // 10, CLAIMS):
        file = tmp_path / f"{claims}.837"
        write_claims(file, claims)
        took, peak = timed(sys.executable, "-c", READ, file)
        print(f"\n{claims:,} claims, read alone: {claims / took:,.0f} a second, {peak:.0f} MiB")
        for jobs in sorted({1, os.cpu_count() or 1}):
            report = f"ndjson:{tmp_path / 'out.ndjson'}"
            took, peak = timed(*program, file, "--jobs", str(jobs), "--report", report)
            rate = claims / took
            reached = "" if rate >= GOAL else f" (aim {GOAL:,}: not reached)"
            print(f"checked in {jobs}: {rate:,.0f} a second, {peak:.0f} MiB{reached}")
            peaks[claims] = peak
        assert (tmp_path / "out.ndjson").read_bytes().count(b"\n") == claims
    assert peaks[CLAIMS] < 3 * peaks[CLAIMS // 10]
