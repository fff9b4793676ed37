"""What a process of a run does beside the others: it reads its share, then it judges parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

from payer_rules.checking.claim_checker import ClaimChecker, PartitionResult
from payer_rules.checking.disk_partitions import DiskPartitions, append, each, partition_of
from payer_rules.errors import Problem
from payer_rules.readers import FiledClaim, UncodedClaim
from payer_rules.readers.file_shares import Share
from payer_rules.system.processes import collect_seldom

#: What of the files falls to one of several readers: each claim and fault with its file's place.
ShardReader: TypeAlias = Callable[
    [Share], Iterable[tuple[int, FiledClaim | UncodedClaim | Problem]]
]

#: Answers that are read at once from each of the parts when they are merged.
_BATCH: Final = 16
_TOLD: Final = 1_000


@attrs.define
class ShardResult:
    """What a share came to: its claims, those without a procedure code, faults with their files."""

    claims: int = 0
    uncoded: int = 0
    problems: list[tuple[int, Problem]] = attrs.Factory(list)


@attrs.frozen(eq=False)
class CheckWorker:
    """What a process needs: how claims are judged, and the folder that the run has on disk.

    ``read`` gives a share of the files, and ``count`` is the number of claims read by all.
    """

    judging: ClaimChecker
    folder: Path
    read: ShardReader | None = None
    count: Any = None

    def read_share(self, share: Share) -> ShardResult:
        """Set the claims of the share aside in parts."""
        assert self.read is not None
        spill = DiskPartitions(self.folder / str(share.number))
        done = ShardResult()
        for file, one in self.read(share):
            if isinstance(one, Problem):
                done.problems.append((file, one))
            elif isinstance(one, UncodedClaim):
                done.uncoded += 1
            else:
                spill.put(partition_of(one.claim.member.id), ((file, one.number), one))
                done.claims += 1
                if not done.claims % _TOLD:
                    self._tell()
        spill.close()
        return done

    def _tell(self) -> None:
        with self.count.get_lock():
            self.count.value += _TOLD

    def judge(self, name: str) -> tuple[Path, PartitionResult]:
        """Judge a part, and leave its answers in a file: only the rest comes back."""
        paths = sorted(self.folder.glob(f"*/{name}"))
        claims = [claim for path in paths for claim in each(path)]
        part = self.judging.part(sorted(claims, key=itemgetter(0)))
        told = self.folder / f"{name}.answers"
        for at in range(0, len(part.answers) or 1, _BATCH):
            append(told, part.answers[at : at + _BATCH])
        for path in paths:
            path.unlink()
        return told, attrs.evolve(part, answers=())


def parts_of(folder: Path) -> list[str]:
    """The names of the parts that were set aside, by whomever."""
    return sorted({path.name for path in folder.glob("*/*")})


def in_file_order(problems: Iterable[tuple[int, Problem]]) -> list[Problem]:
    """Faults by file and by the numbers in their places: segment 9 before segment 10."""
    told = sorted(problems, key=lambda told: (told[0], _places(told[1].where)))
    return [problem for _, problem in told]


def _places(where: str) -> list[tuple[int, str]]:
    return [(int(number or 0), text) for text, number in re.findall(r"(\D*)(\d*)", where)]


#: What a process holds: it lives as long as the process.
_HELD: dict[str, CheckWorker] = {}


def begin(worker: CheckWorker) -> None:
    """Begin a process of a run."""
    _HELD["worker"] = worker
    collect_seldom()


def read_held(share: Share) -> ShardResult:
    """Read the share in the process that was begun."""
    return _HELD["worker"].read_share(share)


def judge_held(name: str) -> tuple[Path, PartitionResult]:
    """Judge the part in the process that was begun."""
    return _HELD["worker"].judge(name)
