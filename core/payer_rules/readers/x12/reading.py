"""What every reader of X12 does: it takes segments, keeps the envelopes, and tells faults."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, ClassVar, Final, Generic, Protocol, TypeAlias, TypeVar

from payer_rules.errors import Fault, FaultError, Remark
from payer_rules.readers.file_shares import WHOLE, Share
from payer_rules.readers.x12.delimiters import Delimiters
from payer_rules.readers.x12.elements import Elements
from payer_rules.readers.x12.envelope import Envelopes
from payer_rules.readers.x12.segments import BLANKS, SPOILT, Batch, Trouble, read_segments
from payer_rules.system.files import open_regular, read_problem

T = TypeVar("T")
#: What is done with a segment, given its text and its number; ``None``: nothing.
Act: TypeAlias = Callable[[str, int], None] | None

_OPENING: Final = ("ISA", "GS", "ST")
_CLOSING: Final = ("SE", "GE", "IEA")
#: A claim that lies across so many blocks of the file, 4 MB, has no end: one of 999 lines, as many
#: as an 837I has room for, takes less than half of it.
_LONGEST: Final = 128
_REMEDY: Final = "Segments behind it may be missing, or it is no claim: get the file again."


def guide(version: str) -> str:
    """The guide of the version, quoted where it is of the form of one."""
    is_one = re.fullmatch(r"[0-9]{6}X[0-9]{3}[A-Z0-9]{0,3}", version)
    return f"the guide {version!r}" if is_one else "a guide that is none"


class Held(Protocol):
    """A claim or payment as far as it was read."""

    def cut(self, at: int, problem: str, remedy: str) -> None:
        """Let it be broken, and what it holds be forgotten."""


class Reading(ABC, Generic[T]):
    """The state in which a file is read: what was found so far and how to take what comes.

    A kind of transaction is a subclass with its `acts`. A segment is sent to its act by its first
    three characters, ``"CLM"`` or ``"N3*"``, so that what nobody needs is never split: that is
    where the time of a reader goes. Of several readers of one file each passes over the
    transactions that are not of its ``share``; what stands outside of them all of them tell.
    """

    def __init__(self, name: str, share: Share = WHOLE) -> None:
        self.name = name
        self._share = share
        self._transactions = 0
        self.found: list[T | Fault] = []
        self.envelopes = Envelopes()
        self.elements = Elements(":")
        self.separator = "*"
        # NOTE: one dict for good, for the loop over the segments holds its method.
        self._acts: dict[str, Act] = {}
        #: What of the batch is still to come: an act may read on by itself.
        self._ahead: Iterator[tuple[int, str]] = iter(())
        self._at = 0
        #: What was open at the end of the batch before, and in how many it was.
        self._held: Held | None = None
        self._batches = 0
        self._header_at = 0
        self._component = ":"
        #: Outside of a transaction; and in one of another kind, or after that was told.
        self._is_outside, self._is_refused = True, False
        #: In a transaction that another reader reads.
        self._is_passing = False

    #: The kind of transaction, as ST01 names it.
    kind: ClassVar[str]

    @abstractmethod
    def acts(self, version: str) -> dict[str, Act] | None:
        """The acts by tag in a transaction of the version; ``None`` where it is another kind."""

    @abstractmethod
    def refusal(self, kind: str, version: str) -> tuple[str, str]:
        """Problem and remedy of a transaction of another kind."""

    def passing(self) -> dict[str, Act]:
        """The acts in a transaction that another reader reads."""
        return {}

    @abstractmethod
    def finish(self, at: int, *, whole: bool) -> None:
        """Conclude what is open: the transaction ends, as it should or without its SE."""

    @abstractmethod
    def spoil(self, at: int, problem: str, remedy: str) -> None:
        """Tell of a segment that cannot be read, and let what it belongs to be broken."""

    @property
    @abstractmethod
    def held(self) -> Held | None:
        """The claim or payment that is open, as far as it was read."""

    def take(self, batch: Batch) -> list[T | Fault]:
        """What is found when the batch is read."""
        self.found = []
        self._take(batch)
        # NOTE: looked at once a batch, for a single claim in many of them has no end.
        held = self.held
        self._batches = self._batches + 1 if held is not None and held is self._held else 0
        self._held = held
        if held is not None and self._batches > _LONGEST:
            held.cut(self._at, "what began there does not end", _REMEDY)
        return self.found

    def _take(self, batch: Batch) -> None:
        self._at = batch.first + len(batch.segments) - 1
        if batch.delimiters is not None:
            self._begin(batch.delimiters, batch.first)
        troubles = {trouble.number: trouble for trouble in batch.troubles}
        if troubles:
            self._take_slowly(batch, troubles)
            return
        # NOTE: every segment of the file passes here.
        act_of, strange = self._acts.get, self.strange
        self._ahead = enumerate(batch.segments, batch.first)
        for at, segment in self._ahead:
            act = act_of(segment[:3], strange)
            if act is not None:
                act(segment, at)

    def _take_slowly(self, batch: Batch, troubles: dict[int, Trouble]) -> None:
        self._ahead = iter(())
        for at, segment in enumerate(batch.segments, batch.first):
            trouble = troubles.pop(at, None)
            if segment == SPOILT:
                assert trouble is not None
                if not self._is_passing:
                    self.spoil(at, trouble.problem, trouble.remedy)
                continue
            if trouble is not None and not self._is_passing:
                self.report(trouble)
            act = self._acts.get(segment[:3], self.strange)
            if act is not None:
                act(segment, at)
        for trouble in troubles.values():
            self.report(trouble)

    def end(self) -> list[T | Fault]:
        """What is found when the file ends."""
        self.found = []
        self._tell_stray()
        self.finish(self._at, whole=False)
        self._report_all(self.envelopes.end(self._at))
        return self.found

    def tell(self, at: int, problem: str, remedy: str, *inside: str) -> None:
        """Tell a fault at the segment, inside a loop and a claim where they are known."""
        self.found.append(Fault(self._where(at, inside), problem, remedy))

    def remark(self, at: int, problem: str, remedy: str, *inside: str) -> None:
        """Record a remark about the segment, by which nothing is lost."""
        self.found.append(Remark(self._where(at, inside), problem, remedy))

    def report(self, trouble: Trouble, *inside: str) -> None:
        """Record the trouble as a fault, or as a remark if it is one."""
        record = self.remark if trouble.is_remark else self.tell
        record(trouble.number, trouble.problem, trouble.remedy, *inside)

    def _where(self, at: int, inside: Iterable[str]) -> str:
        return ", ".join([self.name, *([f"segment {at}"] if at else []), *inside])

    def _report_all(self, troubles: Iterable[Trouble]) -> None:
        for trouble in troubles:
            self.report(trouble)

    def _begin(self, delimiters: Delimiters, at: int) -> None:
        """A new interchange, with delimiters of its own."""
        self._tell_stray()
        self.elements = Elements(delimiters.component)
        self.separator, self._component = delimiters.element, delimiters.component
        self._header_at = at
        self._turn_to({})

    def _turn_to(self, inside: dict[str, Act], *, is_refused: bool = False) -> None:
        """From now on, segments are taken by these acts and those of the envelopes."""
        self._is_outside, self._is_refused = not inside, is_refused
        self._is_passing = False
        envelopes: dict[str, Act] = {
            **dict.fromkeys(_OPENING, self._enter),
            **dict.fromkeys(_CLOSING, self._leave),
        }
        self._acts.clear()
        for tag, act in {**inside, **envelopes}.items():
            self._acts[f"{tag}{self.separator}"[:3]] = act

    def _enter(self, segment: str, at: int) -> None:
        elements = segment.split(self.separator)
        # NOTE: the tag may be longer than the three characters that led here.
        if elements[0] not in _OPENING:
            self.strange(segment, at)
            return
        self.finish(at, whole=False)
        self._report_all(self.envelopes.enter(elements, at))
        self._turn_to({})
        if elements[0] == "ST":
            self._open(elements, at)

    def _open(self, elements: list[str], at: int) -> None:
        kind = elements[1] if len(elements) > 1 else ""
        version = (elements[3] if len(elements) > 3 else "") or self.envelopes.version
        if version != self.envelopes.version and self.envelopes.version:
            problem = f"ST03 says {guide(version)}, and GS08 {guide(self.envelopes.version)}"
            self.remark(at, problem, "Write the same guide in both; ST03 is taken.")
        inside = self.acts(version) if version else None
        self._transactions += 1
        if inside is None or kind != self.kind:
            self._turn_to({}, is_refused=True)
            self.tell(at, *self.refusal(kind, version))
        elif self._share.has(self._transactions):
            self._turn_to(inside)
        else:
            self._turn_to({**dict.fromkeys(inside), **self.passing()}, is_refused=True)
            self._is_passing = True

    def _leave(self, segment: str, at: int) -> None:
        elements = segment.split(self.separator)
        if elements[0] not in _CLOSING:
            self.strange(segment, at)
            return
        self.finish(at, whole=elements[0] == "SE")
        self._report_all(self.envelopes.leave(elements, at))
        self._turn_to({})

    def strange(self, segment: str, at: int) -> None:
        """Tell of a segment that no act is for: none of the guide, or in the wrong place.

        If only the blanks before it keep it from its act, it is read.
        """
        bare = segment.lstrip(BLANKS)
        if bare != segment:
            act = self._acts.get(bare[:3], self.strange)
            if act is not None:
                act(bare, at)
            return
        if self._is_refused or (not segment and self._is_outside):
            return
        if self._is_outside:
            self._is_refused = True
            problem = "the segment stands outside of a transaction, and so does what follows"
            self.tell(at, problem, "Write ST before it and SE behind.")
        elif not segment:
            self.remark(at, "the segment is empty", "Remove the terminator that is too many.")
        else:
            # NOTE: its text is not quoted: it may be the rest of a name.
            problem = f"the segment is none of those that an {self.kind} has"
            self.spoil(at, problem, "A terminator may stand in the wrong place, or be missing.")

    def _tell_stray(self) -> None:
        """Tell once where components are separated by another sign than the ISA says."""
        if self.elements.stray is not None:
            problem = (
                f"ISA16 says that {self._component!r} separates components, "
                f"and {self.elements.stray!r} does"
            )
            self.remark(self._header_at, problem, "Write it in ISA16; what was read stands.")
            self.elements.stray = None


def read(path: Path, reading: Reading[T]) -> Iterator[T | Fault]:
    """What the reading finds in the file, block by block; never raises for what is in it."""
    try:
        with open_regular(path, reading.name) as stream:
            yield from read_stream(stream, reading)
    except FaultError as error:
        yield from error.faults
    except OSError as error:
        yield read_problem(reading.name, error)


def read_stream(stream: BinaryIO, reading: Reading[T]) -> Iterator[T | Fault]:
    """What the reading finds in the stream."""
    for batch in read_segments(stream):
        yield from reading.take(batch)
    yield from reading.end()
