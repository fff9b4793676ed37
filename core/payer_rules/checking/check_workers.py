"""The worker processes of a run: each reads its share of the files, then evaluates partitions."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

import attrs

from payer_rules.checking.claim_checker import PartitionResult, PositionedClaim
from payer_rules.checking.disk_partitions import (
    DiskPartitions,
    append_batches,
    merged_items,
    part_of,
    partition_of,
    stored_items,
)
from payer_rules.errors import Problem
from payer_rules.readers import FiledClaim, UncodedClaim
from payer_rules.readers.file_shares import Share
from payer_rules.summaries import RunSummary
from payer_rules.system.processes import collect_seldom

#: Returns a worker's share of the files: claims and problems, with the position of the file.
ShardReader: TypeAlias = Callable[
    [Share], Iterable[tuple[int, FiledClaim | UncodedClaim | Problem]]
]


class PartitionChecker(Protocol):
    """A checker that decides the claims of some members: a `ClaimChecker`, or two of them."""

    def evaluate_partition(self, placed: Iterable[PositionedClaim]) -> PartitionResult:
        """Return the decisions on the claims, which include all claims of their members."""


#: In bytes: partitions of about two thousand claims are evaluated together.
_ENOUGH: Final = 1 << 19
#: In bytes: partitions of more claims are divided.
LARGEST: Final = 1 << 21
#: The groups of partitions for each process, at least: the last ones end at about the same time.
_GROUPS: Final = 8
_PROGRESS: Final = 1_000


@attrs.define
class ShardResult:
    """The number of claims in a share, of those without a procedure code, and the problems."""

    claims: int = 0
    uncoded: int = 0
    problems: list[tuple[int, Problem]] = attrs.Factory(list)


@attrs.frozen(eq=False)
class CheckWorker:
    """The data of a worker process: the claim checker and the temporary folder of the run.

    ``read`` returns a share of the files, and ``count`` is the number of claims read by all.
    """

    checker: PartitionChecker
    folder: Path
    read: ShardReader | None = None
    count: Any = None

    def read_share(self, share: Share) -> ShardResult:
        """Write the claims of the share to partitions on disk."""
        assert self.read is not None
        partitions = DiskPartitions(self.folder / str(share.number))
        result = ShardResult()
        for file, stated in self.read(share):
            item = stated
            if isinstance(stated, UncodedClaim):
                item = stated.filed or stated
            if isinstance(item, Problem):
                result.problems.append((file, item))
            elif isinstance(item, UncodedClaim):
                result.uncoded += 1
            else:
                position = (file, item.number)
                partitions.put(partition_of(item.claim.member.id), (position, item))
                result.claims += 1
                if not result.claims % _PROGRESS:
                    self._add_progress()
        partitions.close()
        return result

    def _add_progress(self) -> None:
        with self.count.get_lock():
            self.count.value += _PROGRESS

    def evaluate(self, paths: Sequence[Path]) -> tuple[Path, PartitionResult]:
        """Evaluate partitions, and write the decisions to a file; the rest is returned.

        ``paths`` are all files of the partitions. A partition of many claims is divided once more,
        so that the memory of a run does not grow with its files.
        """
        file = self.folder / f"{paths[0].name}.answers"
        size = sum(path.stat().st_size for path in paths)
        return file, self._divided(paths, file) if size > LARGEST else self._evaluated(paths, file)

    def _evaluated(self, paths: Sequence[Path], file: Path) -> PartitionResult:
        """Evaluate partitions at once, and write the decisions to the file."""
        claims = _taken(paths)
        result = self.checker.evaluate_partition(sorted(claims, key=itemgetter(0)))
        # NOTE: a class of its own takes longer to read than the tuple that it is.
        append_batches(file, map(tuple, result.answers))
        return attrs.evolve(result, answers=())

    def _divided(self, paths: Sequence[Path], file: Path) -> PartitionResult:
        """Evaluate partitions part by part, each with all claims of some of the members."""
        folder = file.with_suffix(".parts")
        folder.mkdir()
        parts = DiskPartitions(folder / "0")
        for position, filed in _taken(paths):
            parts.put(part_of(filed.claim.member.id), (position, filed))
        parts.close()
        files: list[Path] = []
        summary, problems, uncoded = RunSummary(), dict[Problem, None](), 0
        for group in partition_groups(folder, 1):
            files.append(folder / f"{group[0].name}.answers")
            result = self._evaluated(group, files[-1])
            summary.add(result.summary)
            problems.update(dict.fromkeys(result.problems))
            uncoded += result.uncoded
        append_batches(file, merged_items(files))
        shutil.rmtree(folder)
        return PartitionResult((), summary, tuple(problems), uncoded)


def _taken(paths: Iterable[Path]) -> Iterator[PositionedClaim]:
    """Yield the claims of the files, which are deleted."""
    for path in paths:
        yield from stored_items(path)
        path.unlink()


def partition_groups(folder: Path, jobs: int) -> list[tuple[Path, ...]]:
    """Return the files of the partitions that any reader wrote, those of small ones together.

    Each group has all files of its partitions, and every process gets some groups.
    """
    by_name: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*/*")):
        by_name.setdefault(path.name, []).append(path)
    sizes = {name: sum(path.stat().st_size for path in by_name[name]) for name in sorted(by_name)}
    enough = min(_ENOUGH, sum(sizes.values()) // (jobs * _GROUPS))
    groups: list[tuple[Path, ...]] = []
    group: list[Path] = []
    size = 0
    for name, of_name in sizes.items():
        group += by_name[name]
        size += of_name
        if size >= enough:
            groups.append(tuple(group))
            group, size = [], 0
    return [*groups, tuple(group)] if group else groups


def in_file_order(problems: Iterable[tuple[int, Problem]]) -> list[Problem]:
    """Return problems sorted by file and by the numbers in their places: segment 9 before 10."""
    ordered = sorted(problems, key=lambda item: (item[0], _place_key(item[1].where)))
    return [problem for _, problem in ordered]


def _place_key(where: str) -> list[tuple[int, str]]:
    return [(int(number or 0), text) for text, number in re.findall(r"(\D*)(\d*)", where)]


#: The worker of this process.
_WORKER: dict[str, CheckWorker] = {}


def start_worker(worker: CheckWorker) -> None:
    """Start the worker of this process."""
    _WORKER["worker"] = worker
    collect_seldom()


def read_in_worker(share: Share) -> ShardResult:
    """Read the share in the worker of this process."""
    return _WORKER["worker"].read_share(share)


def evaluate_in_worker(paths: Sequence[Path]) -> tuple[Path, PartitionResult]:
    """Evaluate the partitions in the worker of this process."""
    return _WORKER["worker"].evaluate(paths)
