"""The cost of reading X12 and of pyx12; run with ``pytest tests/benchmarks/test_x12.py -s``.

Each reader has a process of its own and the same file of 100,000 claims (pyx12 a part of it, as it
is slow). Times are those of the process, so that other work of the machine does not count.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from x12_files import write_claims

CLAIMS, FEW = 100_000, 2_000
#: Claims a second that are aimed at, on a core that is its own.
AIM: Final = 40_000
MOST_MEGABYTES: Final = 60

OWN: Final = """
from payer_rules.errors import Problem
from payer_rules.readers.x12 import read_x12_claims
begun, claims, lines, faults = time.process_time(), 0, 0, 0
for each in read_x12_claims(Path(sys.argv[1])):
    if isinstance(each, Problem):
        faults += 1
    else:
        claims += 1
        lines += len(each.claim.lines)
report(claims, lines, faults)
"""
#: The segments alone, with the envelopes checked; who uses it has the loops still to find.
SEGMENTS: Final = """
from pyx12.x12file import X12Reader
begun, claims, lines = time.process_time(), 0, 0
with open(sys.argv[1], encoding="ascii") as text:
    for segment in X12Reader(text):
        claims += segment.get_seg_id() == "CLM"
        lines += segment.get_seg_id() == "SV1"
report(claims, lines, 0)
"""
#: The loops, which is what comes nearest to claims.
LOOPS: Final = """
from pyx12.error_handler import errh_null
from pyx12.params import params
from pyx12.x12context import X12ContextReader
begun, claims, lines = time.process_time(), 0, 0
with open(sys.argv[1], encoding="ascii") as text:
    for tree in X12ContextReader(params(), errh_null(), text).iter_segments("2300"):
        if tree.id == "2300":
            claims += 1
            lines += sum(1 for _ in tree.select("2400"))
report(claims, lines, 0)
"""
MEASURE: Final = """
import json, resource, sys, time
from pathlib import Path

def report(claims, lines, faults):
    took = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(dict(claims=claims, lines=lines, faults=faults, took=took, peak=peak)))
"""


def measured(program: str, file: Path) -> dict[str, float]:
    """Return the result of a program in a process of its own."""
    # NOTE: a process counts the peak of the one that began it until it grows beyond; a small one
    # begins it.
    begin = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"
    command = [sys.executable, "-c", begin, sys.executable, "-c", MEASURE + program, str(file)]
    done = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    document: dict[str, float] = json.loads(done.stdout)
    return document


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """All claims, and a few of them."""
    folder = tmp_path_factory.mktemp("x12")
    whole, part = folder / "whole.837", folder / "part.837"
    write_claims(whole, CLAIMS)
    write_claims(part, FEW, a_transaction=1_000)
    return whole, part


def test_claims_are_read_fast_and_in_little_memory(files: tuple[Path, Path]) -> None:
    """100,000 claims, all of them and all their lines, in constant memory; the rate is printed."""
    whole, part = files
    # The best of three, for another process may take the caches away.
    own = min((measured(OWN, whole) for _ in range(3)), key=lambda item: item["took"])
    few = measured(OWN, part)
    others = {"pyx12, segments": measured(SEGMENTS, part), "pyx12, loops": measured(LOOPS, part)}
    for name, measure in {"own": own, "own, few": few, **others}.items():
        rate = measure["claims"] / measure["took"]
        size = f"{measure['claims']:>7} claims {measure['lines']:>7} lines"
        print(f"{name:>16}: {rate:>8,.0f} claims/s, peak {measure['peak']:.0f} MB, {size}")
    print(f"{'the file':>16}: {whole.stat().st_size / 1e6:.1f} MB")
    assert (own["claims"], own["faults"]) == (CLAIMS, 0)
    counts = {(measure["claims"], measure["lines"]) for measure in [few, others["pyx12, segments"]]}
    assert len(counts) == 1
    assert own["peak"] < MOST_MEGABYTES
    if own["claims"] / own["took"] < AIM:
        print(f"the aim of {AIM:,} claims/s is not reached")
