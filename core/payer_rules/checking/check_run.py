"""A run over any number of claims: they are read, evaluated by member, and returned in order."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import chain, islice, starmap
from pathlib import Path
from typing import Final, TypeAlias

import attrs

from payer_rules.checking.check_workers import (
    CheckWorker,
    PartitionChecker,
    ShardReader,
    evaluate_in_worker,
    in_file_order,
    partition_groups,
    read_in_worker,
    start_worker,
)
from payer_rules.checking.claim_checker import (
    ClaimPosition,
    PartitionResult,
    RenderedDecision,
)
from payer_rules.checking.disk_partitions import DiskPartitions, merged_items, partition_of
from payer_rules.checking.intake import Intake, with_uncoded
from payer_rules.errors import Problem
from payer_rules.readers import FiledClaim, UncodedClaim
from payer_rules.readers.file_shares import Share
from payer_rules.summaries import RunSummary
from payer_rules.system.processes import ProcessPool, process_context
from payer_rules.system.scratch_folders import scratch_folder

#: The most claims that are evaluated in memory; more are written to disk first.
MOST_IN_MEMORY: Final = 2_000

#: Called now and then with the task, the amount done, and the total if that is known.
Watch: TypeAlias = Callable[[str, int, int | None], None]


@attrs.define(eq=False)
class CheckRun(Intake):
    """The run of all claims through a checker; its summary is complete when it has ended.

    ``jobs`` is the number of worker processes for many claims. Decisions are sorted by claim,
    payer and position in the files. The memory of a run does not grow with the number of claims;
    the claims on disk are deleted when it ends.
    """

    checker: PartitionChecker
    jobs: int = 1
    watch: Watch = attrs.field(default=lambda _what, _done, _of: None, repr=False)
    summary: RunSummary = attrs.field(factory=RunSummary, init=False)

    def answers(
        self, items: Iterable[FiledClaim | UncodedClaim | Problem]
    ) -> Iterator[RenderedDecision]:
        """Yield the decision of each payer on each claim, and record the problems."""
        placed = self._placed(items)
        first = list(islice(placed, MOST_IN_MEMORY + 1))
        if len(first) <= MOST_IN_MEMORY:
            yield from self._recorded(self.checker.evaluate_partition(first)).answers
            return
        with scratch_folder() as folder:
            partitions = DiskPartitions(folder / "0")
            for position, filed in chain(first, placed):
                partitions.put(partition_of(filed.claim.member.id), (position, filed))
            first.clear()
            partitions.close()
            worker = CheckWorker(self.checker, folder)
            with ExitStack() as stack:
                pool = stack.enter_context(self._pool(worker)) if self.jobs > 1 else None
                files = self._evaluate(worker, pool)
            yield from _merged(files)

    def shared_answers(self, read: ShardReader) -> Iterator[RenderedDecision]:
        """Yield the same for files that the workers read in parallel, each its share."""
        with scratch_folder() as folder:
            worker = CheckWorker(self.checker, folder, read, process_context().Value("Q", 0))
            with self._pool(worker) as pool:
                self._read(worker, pool)
                files = self._evaluate(worker, pool)
            yield from _merged(files)

    def _pool(self, worker: CheckWorker) -> ProcessPool:
        delete = partial(shutil.rmtree, worker.folder, ignore_errors=True)
        return ProcessPool(self.jobs, start_worker, (worker,), orphaned=delete)

    def _placed(
        self, items: Iterable[FiledClaim | UncodedClaim | Problem]
    ) -> Iterator[tuple[ClaimPosition, FiledClaim]]:
        for filed in self.valid_claims(with_uncoded(items)):
            if not self.claims % 1000:
                self.watch("claims read", self.claims, None)
            yield (0, self.claims), filed

    def _read(self, worker: CheckWorker, pool: ProcessPool) -> None:
        """Let each process read its share, and report their progress."""
        shares = [Share(at, self.jobs) for at in range(self.jobs)]
        results = list(
            pool.map(
                read_in_worker,
                shares,
                watch=lambda: self.watch("claims read", worker.count.value, None),
            )
        )
        self.claims = sum(result.claims for result in results)
        self.uncoded = sum(result.uncoded for result in results)
        problems = in_file_order(problem for result in results for problem in result.problems)
        self.problems.update(dict.fromkeys(problems))

    def _evaluate(self, worker: CheckWorker, pool: ProcessPool | None) -> list[Path]:
        """Return the files with the decisions of each partition."""
        groups = partition_groups(worker.folder, self.jobs)
        results = pool.map(evaluate_in_worker, groups) if pool else map(worker.evaluate, groups)
        files: list[Path] = []
        for number, (path, result) in enumerate(results, 1):
            self._recorded(result)
            self.watch("partitions checked", number, len(groups))
            files.append(path)
        return files

    def _recorded(self, result: PartitionResult) -> PartitionResult:
        self.summary.add(result.summary)
        self.claims -= result.uncoded
        self.uncoded += result.uncoded
        self.problems.update(dict.fromkeys(result.problems))
        return result


def _merged(files: Iterable[Path]) -> Iterator[RenderedDecision]:
    return starmap(RenderedDecision, merged_items(files))
