"""All contestants of ``benchmarks/run.py`` on a few lines: the run ends if their findings differ."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import published_tables
import pytest

pytestmark = pytest.mark.skipif(not published_tables.are_there(), reason=published_tables.ABSENT)

RUN: Final = Path(__file__).resolve().parents[2] / "benchmarks" / "run.py"


@pytest.mark.parametrize("name", ["clinic-network", "multi-specialty-group", "all-distinct"])
def test_all_contestants_find_the_same(name: str, tmp_path: Path) -> None:
    """The screen, DuckDB, Polars and plain Python find the same keys in each set."""
    pytest.importorskip("duckdb", reason="duckdb is of the dependency group bench")
    pytest.importorskip("polars", reason="polars is of the dependency group bench")
    few = ("--lines", "60000", "--members", "6000", "--rounds", "1", "--only", "contestants")
    subprocess.run([sys.executable, RUN, tmp_path, *few, "--set", name], check=True)
    results = json.loads((tmp_path / "results.json").read_text())["contestants"]
    assert [each["name"] for each in results] == ["screen", "duckdb", "polars", "python"]
