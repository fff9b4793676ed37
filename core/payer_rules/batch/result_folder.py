"""The folder of a batch: results by partition, what was done, and the summary at the end.

A partition is done when its record is there. The record is written last, in one step, so that a
run that was killed continues with the partitions that have none, and replaces what they left.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.system.atomic_files import replace_file, try_lock, write_error

if TYPE_CHECKING:
    import pyarrow as pa

#: The option that names the folder, in messages.
OPTION: Final = "--results"
_RUN: Final = "run.json"
_SUMMARY: Final = "summary.json"
_WORK: Final = "work"
_LOCK: Final = "run.lock"
_SPLIT: Final = "partitions.json"
_ANOTHER: Final = "Name another folder, or delete this one."
#: The folders of results by partition.
LINES, FINDINGS, BAD_ROWS, ANSWERS = "lines", "findings", "bad_rows", "answers"
_PARTS: Final = (LINES, FINDINGS, BAD_ROWS)


@attrs.frozen(eq=False)
class ResultFolder:
    """The folder of a run: ``run.json`` states of which run, and ``work`` is deleted at its end."""

    path: Path

    @property
    def partitions(self) -> Path:
        """The folder of the rows by partition."""
        return self.path / _WORK / "rows"

    @property
    def summary(self) -> dict[str, Any] | None:
        """The summary of the run if it has ended."""
        return self._read(_SUMMARY)

    @property
    def split_claims(self) -> list[int] | None:
        """The claims that are split, if the rows have been divided among the partitions."""
        record = self._read(f"{_WORK}/{_SPLIT}")
        return None if record is None else record["split_claims"]

    @property
    def partitions_done(self) -> int:
        """The number of partitions that are done."""
        return sum(1 for _ in (self.path / _WORK / "done").glob("*.json"))

    def begin(self, run: dict[str, Any]) -> int:
        """Make the folder that of the run, or continue it; return the descriptor of the lock.

        Raises `InputError` if the folder has something else, or another process writes to it.
        """
        name = f"the folder {str(self.path)!r}"
        try:
            self.path.mkdir(exist_ok=True)
            known = self._read(_RUN)
            if known is None and any(each.name != _LOCK for each in self.path.iterdir()):
                message = f"{name} has other files than the results of a run"
                raise InputError([Problem(OPTION, message, _ANOTHER, ErrorCode.EXISTING_FILE)])
            lock = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise write_error(OPTION, name, error) from error
        if not try_lock(lock):
            os.close(lock)
            message = f"another run writes to {name}"
            remedy = "Wait until it has ended, or name another folder."
            raise InputError([Problem(OPTION, message, remedy, ErrorCode.SHARED_OUTPUT)])
        if known is not None and known != run:
            os.close(lock)
            different = ", ".join(key for key in run if run.get(key) != known.get(key))
            message = f"{name} has the results of another run (different: {different})"
            raise InputError([Problem(OPTION, message, _ANOTHER, ErrorCode.EXISTING_FILE)])
        if known is None:
            self._write(_RUN, run)
        return lock

    def start_partitions(self) -> Path:
        """Return the empty folder for the rows by partition."""
        shutil.rmtree(self.path / _WORK, ignore_errors=True)
        self.partitions.mkdir(parents=True)
        (self.path / _WORK / "done").mkdir()
        for part in (*_PARTS, ANSWERS):
            folder = self._part(part)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        return self.partitions

    def end_partitions(self, split_claims: Sequence[int]) -> None:
        """Record that all rows are in their partitions."""
        self._write(f"{_WORK}/{_SPLIT}", {"split_claims": [*split_claims]})

    def record_of(self, partition: int) -> dict[str, Any] | None:
        """Return the record of a partition that is done."""
        return self._read(f"{_WORK}/done/{partition:05}.json")

    def write_partition(
        self, partition: int, parts: Mapping[str, Sequence[pa.Table]], record: dict[str, Any]
    ) -> None:
        """Write the results of a partition, then its record; those of an earlier try are replaced.

        A part has a table for each schema that its rows have.
        """
        import pyarrow.parquet as pq

        for part, tables in parts.items():
            folder = self._part(part)
            for left in folder.glob(f"part-{partition:05}-*"):
                left.unlink()
            for at, table in enumerate(tables):
                if table.num_rows:
                    path = folder / f"part-{partition:05}-{at}.parquet"
                    try:
                        pq.write_table(table, path, compression="zstd")
                    except OSError as error:
                        raise write_error(OPTION, "a file of results", error) from error
        self._write(f"{_WORK}/done/{partition:05}.json", record)

    def answer_tables(self) -> Iterator[pa.Table]:
        """Yield the answers of each partition."""
        import pyarrow.parquet as pq

        for path in sorted(self._part(ANSWERS).glob("*.parquet")):
            yield pq.read_table(path)

    def end(self, tables: dict[str, pa.Table], summary: dict[str, Any]) -> None:
        """Write the tables of the whole run and the summary, and delete what is needed no more."""
        import pyarrow.parquet as pq

        for name, table in tables.items():
            try:
                pq.write_table(table, self.path / f"{name}.parquet", compression="zstd")
            except OSError as error:
                raise write_error(OPTION, "a file of results", error) from error
        self._write(_SUMMARY, summary)
        shutil.rmtree(self.path / _WORK, ignore_errors=True)

    def _part(self, part: str) -> Path:
        inside = self.path / _WORK if part == ANSWERS else self.path
        return inside / part

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            text = (self.path / name).read_text("utf-8")
        except FileNotFoundError:
            return None
        data: dict[str, Any] = json.loads(text)
        return data

    def _write(self, name: str, data: dict[str, Any]) -> None:
        text = json.dumps(data, indent=1, ensure_ascii=False)
        replace_file(self.path / name, text + "\n", OPTION, f"the file {name!r}")
