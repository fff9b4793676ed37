"""Two million lines, some of which cannot be read: ``pytest tests/benchmarks/test_bad_rows.py -s``.

Of each thousand rows one has no member, one has text for its units, and one is of the year 9999.
Every row is answered or set aside, once, and a row that is set aside has its file and its row.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

pytest.importorskip("pyarrow", reason="batches need pyarrow (the extra batch)")

LINES: Final = int(os.environ.get("PAYER_RULES_LINES", "2000000"))
EVERY: Final = 1000
MAKE: Final = Path(__file__).parents[2] / "tools" / "make_claim_sets.py"


def with_bad_rows(source: Path, target: Path) -> dict[str, list[int]]:
    """Write the rows with bad cells; return the numbers of the bad rows by what is wrong."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(source)
    rows = np.arange(1, table.num_rows + 1)
    bad = {what: rows % EVERY == at for at, what in enumerate(("member", "units", "year"), 1)}
    units = table["units"].cast(pa.string())
    changed = {
        "member": pc.if_else(pa.array(bad["member"]), None, table["member"]),
        "units": pc.if_else(pa.array(bad["units"]), "two", units),
        "date": pc.if_else(
            pa.array(bad["year"]), pa.scalar("9999-12-31").cast(pa.date32()), table["date"]
        ),
    }
    for name, column in changed.items():
        table = table.set_column(table.schema.get_field_index(name), name, column)
    pq.write_table(table, target, compression="zstd")
    return {what: rows[of_rows].tolist() for what, of_rows in bad.items()}


def rows_of(folder: Path) -> Any:
    """Return the rows of the file that a part of the results names."""
    import numpy as np
    import pyarrow.parquet as pq

    tables = [
        pq.read_table(path, columns=["source_row"]) for path in sorted(folder.glob("*.parquet"))
    ]
    return np.concatenate([table["source_row"].to_numpy() for table in tables])


def test_each_row_is_answered_or_set_aside_once(tmp_path: Path) -> None:
    """No row is lost or doubled, and those that are set aside include every bad one."""
    import numpy as np

    good, claims = tmp_path / "good.parquet", tmp_path / "claims.parquet"
    command = [sys.executable, MAKE, "clinic-network", good, "--lines", LINES]
    subprocess.run([*map(str, command), "--members", str(LINES // 10)], check=True)
    bad = with_bad_rows(good, claims)
    results = tmp_path / "results"
    begun = os.times()
    command = [sys.executable, "-m", "payer_rules", "check", claims, "--payer", "medicare"]
    command += ["--setting", "practitioner", "--jobs", 2, "--results", results]
    subprocess.run([*map(str, command)], check=False, stdout=subprocess.DEVNULL)
    ended = os.times()
    answered, aside = rows_of(results / "lines"), rows_of(results / "bad_rows")
    summary = json.loads((results / "summary.json").read_text("utf-8"))
    every = np.sort(np.concatenate([answered, aside]))
    assert every.tolist() == list(range(1, summary["rows"] + 1))
    assert {row for rows in bad.values() for row in rows} <= set(aside.tolist())
    seconds = (
        ended.children_user + ended.children_system - begun.children_user - begun.children_system
    )
    print(
        f"\n{len(every):,} rows: {len(answered):,} answered, {len(aside):,} set aside "
        f"({', '.join(f'{len(rows):,} for {what}' for what, rows in bad.items())}; the others are "
        f"rows of the same claims), {seconds:,.0f} CPU seconds"
    )
