"""A run over claims of any number: read, judged by whole members, answered in order."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

import attrs

from payer_rules._processes import process_context
from payer_rules.checking.judging import Answered, Judging, Key, Part
from payer_rules.checking.spill import Spill, append, each
from payer_rules.checking.tally import Tally
from payer_rules.errors import Fault
from payer_rules.readers import Filed

#: As many claims are judged where they are; more go by way of the disk.
AT_ONCE: Final = 2_000
#: Answers that are read at once from each of the parts when they are merged.
_BATCH: Final = 16

#: Told now and then: what is being done, how much of it is done, and of how much, if that is known.
Watch: TypeAlias = Callable[[str, int, int | None], None]


@attrs.define(eq=False)
class Run:
    """Claims on their way through a `Judging`; what they came to is known when all are answered.

    ``jobs`` is the number of processes that judge side by side, where there are many claims.
    Answers come sorted by claim, payer and place in the files. The memory that a run takes does not
    grow with the number of claims; what is set aside on disk is deleted when it ends.
    """

    judging: Judging
    jobs: int = 1
    watch: Watch = attrs.field(default=lambda _what, _done, _of: None, repr=False)
    claims: int = attrs.field(default=0, init=False)
    tally: Tally = attrs.field(factory=Tally, init=False)
    faults: dict[Fault, None] = attrs.field(factory=dict, init=False)

    def answers(self, read: Iterable[Filed | Fault]) -> Iterator[Answered]:
        """The answer on each claim by each payer that judges it; faults are put aside."""
        sound = self._sound(read)
        first = list(islice(sound, AT_ONCE + 1))
        if len(first) <= AT_ONCE:
            yield from self._taken(self.judging.part(first)).answers
            return
        with TemporaryDirectory(prefix="payer-rules-") as folder:
            spill = Spill(Path(folder))
            for number, filed in chain(first, sound):
                spill.put(number, filed)
            first.clear()
            told = list(self._judged(spill.close()))
            yield from heapq.merge(*(each(path) for path in told), key=_key)

    def _sound(self, read: Iterable[Filed | Fault]) -> Iterator[tuple[int, Filed]]:
        for one in read:
            if isinstance(one, Fault):
                self.faults[one] = None
                continue
            self.claims += 1
            if not self.claims % 1000:
                self.watch("claims read", self.claims, None)
            yield self.claims, one

    def _judged(self, parts: list[Path]) -> Iterator[Path]:
        """The files with the answers on each part."""
        with ExitStack() as stack:
            if self.jobs > 1:
                pool = ProcessPoolExecutor(self.jobs, process_context(), _begin, (self.judging,))
                done = stack.enter_context(pool).map(_judge_held, parts)
            else:
                done = (_judge(self.judging, path) for path in parts)
            for number, (path, part) in enumerate(done, 1):
                self._taken(part)
                self.watch("parts judged", number, len(parts))
                yield path

    def _taken(self, part: Part) -> Part:
        self.tally.add(part.tally)
        self.faults.update(dict.fromkeys(part.faults))
        return part


def _judge(judging: Judging, path: Path) -> tuple[Path, Part]:
    """Judge a part, and leave its answers in a file: only the rest comes back."""
    part = judging.part(each(path))
    told = path.with_suffix(".answers")
    for at in range(0, len(part.answers) or 1, _BATCH):
        append(told, part.answers[at : at + _BATCH])
    path.unlink()
    return told, attrs.evolve(part, answers=())


#: What a worker holds: it lives as long as its process.
_HELD: dict[str, Judging] = {}


def _begin(judging: Judging) -> None:
    _HELD["judging"] = judging


def _judge_held(path: Path) -> tuple[Path, Part]:
    return _judge(_HELD["judging"], path)


def _key(answered: Answered) -> Key:
    return answered.key
