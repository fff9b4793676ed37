"""Laws of Spark: its answers are those of a run on one machine, also after something was killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import line_batches
import pytest
from line_batches import KilledOnce, Row, acme_checker, line_rows, results_in, write_rows

from payer_rules.batch import BatchRun, find_line_files
from payer_rules.checking import ClaimChecker

pytest.importorskip("pyspark", reason="Spark needs pyspark (the extra spark)")
pytest.importorskip("pandas", reason="mapInArrow of PySpark needs pandas")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java", allow_module_level=True)
# NOTE: Spark leaves sockets to the end of its process.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")

_COMPARED: Final = ("claim", "line", "payer", "outcome", "expected", "basis", "complete", "answer")
_PATHS: Final = os.pathsep.join([str(Path(line_batches.__file__).parent), *filter(None, sys.path)])


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """Return a Spark session of two workers, in which a task is tried three times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", _PATHS)
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        session = _session()
        yield session
        session.stop()


def _session() -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2,3]")
    for key, value in {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.log.level": "OFF",
    }.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Return a folder of claim lines, some of which are bad."""
    rows = line_rows()
    rows[0] = {**rows[0], "units": "two"}
    rows[9] = {**rows[9], "member": None}
    at = next(at for at, row in enumerate(rows) if row["line"] == 2 and at > 20)
    rows[at] = {**rows[at], "member": "M999"}
    for number in range(3):
        write_rows(tmp_path / "lake" / f"part-{number}.parquet", rows[number::3])
    return tmp_path / "lake"


def _decided(session: Any, lake: Path, books: ClaimChecker) -> list[Row]:
    from payer_rules.batch.spark import decide_frame, read_lines

    frame = decide_frame(read_lines(session, str(lake)), books, partitions=2)
    return [row.asDict() for row in frame.collect()]


def _compared(rows: list[Row]) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(row[name] for name in _COMPARED) for row in rows)


def _on_one_machine(lake: Path) -> Path:
    folder = lake.parent
    files, _ = find_line_files([lake])
    checker = acme_checker(folder)
    BatchRun(files=files, checker=checker, folder=folder / "one", partitions=3).run()
    return folder / "one"


def test_spark_gives_the_answers_of_one_machine_also_if_a_worker_is_killed(
    session: Any, lake: Path, tmp_path: Path
) -> None:
    """Lines, rows set aside and their problems are the same; Spark repeats the task."""
    one = _on_one_machine(lake)
    plain = acme_checker(tmp_path)
    marker = tmp_path / "killed"
    books = KilledOnce(registry=plain.registry, payers=plain.payers, marker=marker)
    rows = _decided(session, lake, books)
    assert marker.exists()
    lines = [row for row in rows if row["problem"] is None]
    assert _compared(lines) == _compared(results_in(one, "lines"))
    assert Counter(
        (row["source_file"].rpartition("/")[2], row["source_row"], row["problem"])
        for row in rows
        if row["problem"] is not None
    ) == Counter(
        (row["source_file"], row["source_row"], row["problem"])
        for row in results_in(one, "bad_rows")
    )


DRIVER: Final = """
import os, signal, sys, threading, time
from pathlib import Path
from line_batches import Waiting, acme_checker
from payer_rules.batch.spark import decide_frame, read_lines
sys.path.insert(0, sys.argv[2])
from test_spark import _session
folder = Path(sys.argv[1])
session = _session()
machine = session._jvm.java.lang.ProcessHandle.current().pid()
def kill():
    while not (folder / "first").exists():
        time.sleep(0.05)
    os.kill(machine, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
threading.Thread(target=kill).start()
plain = acme_checker(folder)
books = Waiting(registry=plain.registry, payers=plain.payers, marker=folder / "first")
frame = decide_frame(read_lines(session, str(folder / "lake")), books, partitions=2)
frame.write.mode("overwrite").parquet(str(folder / "answers"))
"""


def test_after_the_driver_is_killed_a_rerun_gives_the_same_answers(
    session: Any, lake: Path, tmp_path: Path
) -> None:
    """What a killed job left is replaced by the next one, as a whole."""
    import pyarrow.parquet as pq

    from payer_rules.batch.spark import decide_frame, read_lines

    killed = subprocess.run(
        [sys.executable, "-c", DRIVER, tmp_path, Path(__file__).parent],
        env={**os.environ, "PYTHONPATH": _PATHS, "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -9
    answers = tmp_path / "answers"
    assert not (answers / "_SUCCESS").exists()
    frame = decide_frame(read_lines(session, str(lake)), acme_checker(tmp_path), partitions=2)
    frame.write.mode("overwrite").parquet(str(answers))
    rows = [row for path in answers.glob("*.parquet") for row in pq.read_table(path).to_pylist()]
    lines = [row for row in rows if row["problem"] is None]
    assert _compared(lines) == _compared(results_in(_on_one_machine(lake), "lines"))
