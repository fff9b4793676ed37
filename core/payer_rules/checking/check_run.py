"""A run over claims of any number: read, judged by whole members, answered in order."""

from __future__ import annotations

import heapq
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Final, TypeAlias

import attrs

from payer_rules.checking.check_workers import (
    CheckWorker,
    ShardReader,
    begin,
    in_file_order,
    judge_held,
    parts_of,
    read_held,
)
from payer_rules.checking.claim_checker import (
    ClaimChecker,
    ClaimPosition,
    PartitionResult,
    RenderedDecision,
)
from payer_rules.checking.disk_partitions import DiskPartitions, each, partition_of
from payer_rules.checking.intake import Intake
from payer_rules.checking.run_summary import RunSummary
from payer_rules.errors import Problem
from payer_rules.readers import FiledClaim, UncodedClaim
from payer_rules.readers.file_shares import Share
from payer_rules.system.processes import ProcessPool, process_context
from payer_rules.system.scratch_folders import scratch_folder

#: As many claims are judged where they are; more go by way of the disk.
MOST_IN_MEMORY: Final = 2_000

#: Told now and then: what is being done, how much of it is done, and of how much, if that is known.
Watch: TypeAlias = Callable[[str, int, int | None], None]


@attrs.define(eq=False)
class CheckRun(Intake):
    """The run of all claims through a `ClaimChecker`; its summary is complete when it has ended.

    ``jobs`` is the number of processes that judge side by side, where there are many claims.
    Answers come sorted by claim, payer and place in the files. The memory that a run takes does not
    grow with the number of claims; what is set aside on disk is deleted when it ends.
    """

    judging: ClaimChecker
    jobs: int = 1
    watch: Watch = attrs.field(default=lambda _what, _done, _of: None, repr=False)
    summary: RunSummary = attrs.field(factory=RunSummary, init=False)

    def answers(
        self, read: Iterable[FiledClaim | UncodedClaim | Problem]
    ) -> Iterator[RenderedDecision]:
        """The answer on each claim by each payer that judges it; faults are put aside."""
        placed = self._placed(read)
        first = list(islice(placed, MOST_IN_MEMORY + 1))
        if len(first) <= MOST_IN_MEMORY:
            yield from self._taken(self.judging.part(first)).answers
            return
        with scratch_folder() as folder:
            spill = DiskPartitions(folder / "0")
            for place, filed in chain(first, placed):
                spill.put(partition_of(filed.claim.member.id), (place, filed))
            first.clear()
            spill.close()
            worker = CheckWorker(self.judging, folder)
            with ExitStack() as stack:
                pool = stack.enter_context(self._pool(worker)) if self.jobs > 1 else None
                told = self._judged(worker, pool)
            yield from _merged(told)

    def shared_answers(self, read: ShardReader) -> Iterator[RenderedDecision]:
        """The same of files that the processes read side by side, each its share."""
        with scratch_folder() as folder:
            worker = CheckWorker(self.judging, folder, read, process_context().Value("Q", 0))
            with self._pool(worker) as pool:
                self._read(worker, pool)
                told = self._judged(worker, pool)
            yield from _merged(told)

    def _pool(self, worker: CheckWorker) -> ProcessPool:
        forget = partial(shutil.rmtree, worker.folder, ignore_errors=True)
        return ProcessPool(self.jobs, begin, (worker,), orphaned=forget)

    def _placed(
        self, read: Iterable[FiledClaim | UncodedClaim | Problem]
    ) -> Iterator[tuple[ClaimPosition, FiledClaim]]:
        for filed in self.sound(read):
            if not self.claims % 1000:
                self.watch("claims read", self.claims, None)
            yield (0, self.claims), filed

    def _read(self, worker: CheckWorker, pool: ProcessPool) -> None:
        """Let each process read its share, and tell meanwhile how far they are."""
        reading = [Share(at, self.jobs) for at in range(self.jobs)]
        shares = list(
            pool.map(
                read_held,
                reading,
                watch=lambda: self.watch("claims read", worker.count.value, None),
            )
        )
        self.claims = sum(each.claims for each in shares)
        self.uncoded = sum(each.uncoded for each in shares)
        told = in_file_order(problem for each in shares for problem in each.problems)
        self.problems.update(dict.fromkeys(told))

    def _judged(self, worker: CheckWorker, pool: ProcessPool | None) -> list[Path]:
        """The files with the answers on each part."""
        parts = parts_of(worker.folder)
        done = pool.map(judge_held, parts) if pool else map(worker.judge, parts)
        told: list[Path] = []
        for number, (path, part) in enumerate(done, 1):
            self._taken(part)
            self.watch("parts judged", number, len(parts))
            told.append(path)
        return told

    def _taken(self, part: PartitionResult) -> PartitionResult:
        self.summary.add(part.summary)
        self.problems.update(dict.fromkeys(part.problems))
        return part


def _merged(told: Iterable[Path]) -> Iterator[RenderedDecision]:
    return heapq.merge(*(each(path) for path in told))
