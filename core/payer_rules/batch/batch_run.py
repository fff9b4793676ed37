"""A run over Parquet files of claim lines, whose results are a folder of Parquet files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from payer_rules.batch.answer_tables import answer_tables, stated_answers
from payer_rules.batch.batch_summary import BatchSummary
from payer_rules.batch.deciding import decide_batches
from payer_rules.batch.line_files import LineFile
from payer_rules.batch.line_rows import SOURCE_FILE, SOURCE_ROW
from payer_rules.batch.partitioning import partition_count, partition_lines, partition_tables
from payer_rules.batch.result_folder import ANSWERS, BAD_ROWS, FINDINGS, LINES, ResultFolder
from payer_rules.batch.result_schema import result_schema
from payer_rules.checking import ClaimChecker
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.system.processes import ProcessPool, collect_seldom

if TYPE_CHECKING:
    import pyarrow as pa

    from payer_rules.batch.text_hashes import Hashes

_LINE_COLUMNS: Final = (
    "source_file",
    "source_row",
    "claim",
    "line",
    "payer",
    "outcome",
    "expected",
    "basis",
    "complete",
    "answer",
)
_PROBLEM_COLUMNS: Final = ("problem", "remedy", "error_code")


@attrs.frozen(eq=False, kw_only=True)
class BatchRun:
    """The run of the lines of files through a `ClaimChecker`, with its results in a folder.

    ``described`` is what the results depend on besides the files and the rules; a folder with
    results that depend on something else is refused. ``partitions`` is the number of partitions.
    ``on_continue`` is called if a run continues, with the number of partitions that are done, and
    of all.
    """

    files: tuple[LineFile, ...]
    checker: ClaimChecker
    folder: Path
    mapping: Mapping[str, str] | None = None
    setting: str | None = None
    messages: bool = False
    jobs: int = 1
    described: Mapping[str, Any] = attrs.field(factory=dict)
    partitions: int = 0
    watch: Callable[[str, int, int | None], None] = lambda _what, _done, _of: None
    on_continue: Callable[[int, int], object] = lambda _done, _of: None

    def run(self) -> BatchSummary:
        """Decide all lines that are not decided yet, and return the summary of all.

        Raises `InputError` if a file is broken, if the folder cannot be used, or if the rules have
        changed since the run began.
        """
        results = ResultFolder(self.folder)
        rows = sum(file.rows for file in self.files)
        count = self.partitions or partition_count(rows)
        lock = results.begin(self._description(count))
        try:
            ended = results.summary
            if ended is not None:
                return BatchSummary.from_data(ended)
            if results.split_claims is None:
                folder = results.start_partitions()
                watch = self._watch_rows(rows)
                split = partition_lines(self.files, folder, count, self.mapping, watch)
                results.end_partitions([int(each) for each in split])
            else:
                self.on_continue(results.partitions_done, count)
            records = self._decide(results, count)
            return self._end(results, records)
        finally:
            os.close(lock)

    def _watch_rows(self, rows: int) -> Callable[[int], object]:
        return lambda done: self.watch("rows read", done, rows)

    def _description(self, count: int) -> dict[str, Any]:
        """Return what the results depend on, as JSON has it."""
        stats = [(file.name, file.path.stat()) for file in self.files]
        return {
            "format": 1,
            "files": [[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats],
            "partitions": count,
            "payers": [*self.checker.payers],
            "known_on": self.checker.known_on and self.checker.known_on.isoformat(),
            "assume": sorted(self.checker.assume),
            "mapping": dict(self.mapping or {}),
            "setting": self.setting,
            "messages": self.messages,
            **self.described,
        }

    def _decide(self, results: ResultFolder, count: int) -> list[dict[str, Any]]:
        """Return the records of all partitions; those that have none yet are decided."""
        records = {number: results.record_of(number) for number in range(count)}
        missing = [number for number, record in records.items() if record is None]
        worker = BatchWorker(self, results)
        self.watch("partitions checked", count - len(missing), count)
        for done, (number, record) in enumerate(self._decided(worker, missing), start=1):
            records[number] = record
            self.watch("partitions checked", count - len(missing) + done, count)
        return [record for record in records.values() if record is not None]

    def _decided(
        self, worker: BatchWorker, numbers: Sequence[int]
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        if self.jobs == 1 or len(numbers) < 2:
            yield from map(worker.decide, numbers)
            return
        with ProcessPool(min(self.jobs, len(numbers)), start_batch_worker, (worker,)) as pool:
            yield from pool.map(decide_in_worker, numbers)

    def _end(self, results: ResultFolder, records: Iterable[dict[str, Any]]) -> BatchSummary:
        summary = BatchSummary()
        rules: dict[str, str] = {}
        for record in records:
            summary.add(BatchSummary.from_data(record["summary"]))
            for payer, fingerprint in record["rules"].items():
                if rules.setdefault(payer, fingerprint) != fingerprint:
                    raise InputError([_changed_rules(payer)])
        tables = answer_tables(stated_answers(results.answer_tables()))
        results.end(tables, summary.data())
        return summary


def _changed_rules(payer: str) -> Problem:
    message = f"the rules or tables of {payer} changed between the parts of this run"
    remedy = "Delete the folder, and run it again."
    return Problem("--results", message, remedy, ErrorCode.EXISTING_FILE)


@attrs.frozen(eq=False)
class BatchWorker:
    """The data of a worker process: the run, and the folder of its results."""

    run: BatchRun
    results: ResultFolder

    def decide(self, number: int) -> tuple[int, dict[str, Any]]:
        """Decide a partition, write its results, and return its record."""
        run = self.run
        names = [file.name for file in run.files]
        tables = partition_tables(self.results.partitions, number, names)
        rules: dict[str, str] = {}
        batches = decide_batches(
            (batch for table in tables for batch in table.to_batches()),
            run.checker,
            mapping=run.mapping,
            setting=run.setting,
            messages=run.messages,
            split_claims=self._split_claims(),
            rules=rules,
        )
        import pyarrow as pa

        decided = pa.Table.from_batches(batches, result_schema())
        summary = BatchSummary.of(sum(table.num_rows for table in tables), decided)
        record = {"summary": summary.data(), "rules": rules}
        self.results.write_partition(number, _parts(decided, tables), record)
        return number, record

    def _split_claims(self) -> Hashes:
        import numpy as np

        split: Hashes = np.array(self.results.split_claims, np.uint64)
        return split


def _parts(decided: pa.Table, tables: Iterable[pa.Table]) -> dict[str, list[pa.Table]]:
    """Return the results of a partition by the folder that they belong to."""
    import pyarrow.compute as pc

    is_bad = pc.is_valid(decided["problem"])
    has_bad = pc.any(is_bad).as_py()
    lines = decided.filter(pc.invert(is_bad)) if has_bad else decided
    bad = decided.filter(pc.and_(is_bad, pc.is_valid(decided["source_row"])))
    stated = lines.select(["answer", "answer_text"])
    stated = stated.filter(pc.is_valid(stated["answer_text"]))
    return {
        LINES: [lines.select(_LINE_COLUMNS)],
        FINDINGS: [_findings(lines)],
        BAD_ROWS: [_bad_rows(bad, table) for table in tables],
        ANSWERS: [stated],
    }


def _findings(lines: pa.Table) -> pa.Table:
    """Return a row for each finding."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lines = lines.select(["claim", "payer", "findings"])
    lines = lines.filter(pc.is_valid(lines["findings"]))
    column = lines["findings"].combine_chunks()
    found = column.flatten()
    parents = pc.list_parent_indices(column)
    names = [field.name for field in found.type]
    columns = [lines["claim"].take(parents), lines["payer"].take(parents), *found.flatten()]
    return pa.table(dict(zip(["claim", "payer", *names], columns, strict=True)))


def _bad_rows(bad: pa.Table, table: pa.Table) -> pa.Table:
    """Return the rows of the table that are set aside, as they were read, and why."""
    if not bad.num_rows:
        return _decoded(table.slice(0, 0))
    rows = zip(table[SOURCE_FILE].to_pylist(), table[SOURCE_ROW].to_pylist(), strict=True)
    at = {row: place for place, row in enumerate(rows)}
    wanted = zip(bad[SOURCE_FILE].to_pylist(), bad[SOURCE_ROW].to_pylist(), strict=True)
    places = sorted((at[row], place) for place, row in enumerate(wanted) if row in at)
    found = _decoded(table.take([place for place, _ in places]))
    problems = bad.take([place for _, place in places])
    for name in _PROBLEM_COLUMNS:
        found = found.append_column(name, problems[name])
    return found


def _decoded(table: pa.Table) -> pa.Table:
    """Return the table with texts in place of their places in dictionaries."""
    import pyarrow as pa

    kinds = (field.type for field in table.schema)
    plain = [kind.value_type if pa.types.is_dictionary(kind) else kind for kind in kinds]
    return table.cast(pa.schema([*zip(table.column_names, plain, strict=True)]))


#: The worker of this process.
_WORKER: dict[str, BatchWorker] = {}


def start_batch_worker(worker: BatchWorker) -> None:
    """Start the worker of this process."""
    _WORKER["worker"] = worker
    collect_seldom()


def decide_in_worker(number: int) -> tuple[int, dict[str, Any]]:
    """Decide a partition in the worker of this process."""
    return _WORKER["worker"].decide(number)
