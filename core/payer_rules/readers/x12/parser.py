"""The parser of X12: it dispatches segments to handlers, tracks envelopes, reports problems."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO, ClassVar, Final, Generic, Protocol, TypeAlias, TypeVar

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem, Remark
from payer_rules.readers.file_shares import WHOLE, Share
from payer_rules.readers.x12.delimiters import Delimiters
from payer_rules.readers.x12.element_values import ElementValues
from payer_rules.readers.x12.envelopes import EnvelopeStack
from payer_rules.readers.x12.segments import (
    BLANKS,
    UNREADABLE,
    Batch,
    SegmentProblem,
    read_segments,
)
from payer_rules.system.files import open_regular, read_problem

T = TypeVar("T")
#: A function that is called with a segment and its number; ``None``: the segment is skipped.
Handler: TypeAlias = Callable[[str, int], None] | None

_OPENING: Final = ("ISA", "GS", "ST")
_CLOSING: Final = ("SE", "GE", "IEA")
#: A claim in so many blocks of the file, 4 MB, has no end: one of 999 lines, the most of an 837I,
#: takes less than half of it.
_LONGEST: Final = 128
_REMEDY: Final = "Segments after it may be missing, or it is not a claim: get the file again."


def guide(version: str) -> str:
    """Return the guide of the version, quoted if it has the form of one."""
    is_one = re.fullmatch(r"[0-9]{6}X[0-9]{3}[A-Z0-9]{0,3}", version)
    return f"the guide {version!r}" if is_one else "an unknown guide"


class OpenRecord(Protocol):
    """A claim or payment that is being read."""

    def abandon(self, at: int, message: str, remedy: str, code: ErrorCode) -> None:
        """Mark it as invalid, and release what it holds."""


class Parser(ABC, Generic[T]):
    """A parser of one file, and what it has found so far.

    A kind of transaction is a subclass with its `handlers`. A segment goes to its handler by its
    first three characters, ``"CLM"`` or ``"N3*"``, so that segments that nobody needs are never
    split; that is where a reader's time goes. If several processes read one file, each skips the
    transactions that are not of its ``share``; what is outside of transactions is reported by all.
    """

    def __init__(self, name: str, share: Share = WHOLE) -> None:
        self.name = name
        self._share = share
        self._transactions = 0
        self.found: list[T | Problem] = []
        self.envelopes = EnvelopeStack()
        self.elements = ElementValues(":")
        self.separator = "*"
        # NOTE: always the same dict, because the loop over the segments holds its method.
        self._handlers: dict[str, Handler] = {}
        #: The rest of the batch: a handler may consume it.
        self._remaining: Iterator[tuple[int, str]] = iter(())
        self._at = 0
        #: The record that was current at the end of the last batch, and for how many batches.
        self._previous: OpenRecord | None = None
        self._batches_open = 0
        self._header_at = 0
        self._component = ":"
        #: The day in ISA09 of the interchange, if it is one.
        self.interchange_day: date | None = None
        #: Whether the parser is outside of a transaction; in one of another kind, or already
        #: reported.
        self._is_outside, self._is_refused = True, False
        #: Whether another process reads the transaction.
        self._is_skipping = False

    #: The kind of transaction, as ST01 names it.
    kind: ClassVar[str]

    @abstractmethod
    def handlers(self, version: str) -> dict[str, Handler] | None:
        """Return the handlers by tag for a transaction of the version, if it is of this kind."""

    @abstractmethod
    def wrong_transaction(self, kind: str, version: str) -> tuple[str, str]:
        """Return the message and remedy for a transaction of another kind."""

    def skipping_handlers(self) -> dict[str, Handler]:
        """Return the handlers in a transaction that another process reads."""
        return {}

    @abstractmethod
    def finish(self, at: int, *, whole: bool) -> None:
        """Conclude the current record: the transaction ends, with its SE or without."""

    @abstractmethod
    def reject(self, at: int, message: str, remedy: str, code: ErrorCode) -> None:
        """Mark the current record as invalid because of a segment that cannot be read."""

    @property
    @abstractmethod
    def current(self) -> OpenRecord | None:
        """The claim or payment that is being read."""

    def parse_batch(self, batch: Batch) -> list[T | Problem]:
        """Return what is found in the batch."""
        self.found = []
        self._parse_batch(batch)
        # NOTE: checked once a batch, for a single claim in many batches has no end.
        current = self.current
        self._batches_open = (
            self._batches_open + 1 if current is not None and current is self._previous else 0
        )
        self._previous = current
        if current is not None and self._batches_open > _LONGEST:
            message = "what began there does not end"
            current.abandon(self._at, message, _REMEDY, ErrorCode.X12_INCOMPLETE)
        return self.found

    def _parse_batch(self, batch: Batch) -> None:
        self._at = batch.first + len(batch.segments) - 1
        if batch.delimiters is not None:
            self._begin(batch.delimiters, batch.first)
        problems = {problem.number: problem for problem in batch.problems}
        if problems:
            self._parse_with_problems(batch, problems)
            return
        # NOTE: every segment of the file passes here.
        handler_of, handle_unknown = self._handlers.get, self.handle_unknown
        self._remaining = enumerate(batch.segments, batch.first)
        for at, segment in self._remaining:
            handler = handler_of(segment[:3], handle_unknown)
            if handler is not None:
                handler(segment, at)

    def _parse_with_problems(self, batch: Batch, problems: dict[int, SegmentProblem]) -> None:
        self._remaining = iter(())
        for at, segment in enumerate(batch.segments, batch.first):
            problem = problems.pop(at, None)
            if segment == UNREADABLE:
                assert problem is not None
                if not self._is_skipping:
                    self.reject(at, problem.message, problem.remedy, problem.code)
                continue
            if problem is not None and not self._is_skipping:
                self.report(problem)
            handler = self._handlers.get(segment[:3], self.handle_unknown)
            if handler is not None:
                handler(segment, at)
        for problem in problems.values():
            self.report(problem)

    def end(self) -> list[T | Problem]:
        """Return what is found at the end of the file."""
        self.found = []
        self._report_stray()
        self.finish(self._at, whole=False)
        self._report_all(self.envelopes.end(self._at))
        return self.found

    def report(self, problem: SegmentProblem, *inside: str) -> None:
        """Record the problem, within a loop and a claim if they are known.

        A remark costs no claim.
        """
        at = [f"segment {problem.number}"] if problem.number else []
        where = ", ".join([self.name, *at, *inside])
        record = Remark if problem.is_remark else Problem
        self.found.append(record(where, problem.message, problem.remedy, problem.code))

    def report_problem(self, at: int, message: str, remedy: str, code: ErrorCode) -> None:
        """Record a problem of the segment."""
        self.report(SegmentProblem(at, message, remedy, code=code))

    def report_remark(self, at: int, message: str, remedy: str, code: ErrorCode) -> None:
        """Record a remark about the segment, which costs no claim."""
        self.report(SegmentProblem(at, message, remedy, is_remark=True, code=code))

    def _report_all(self, problems: Iterable[SegmentProblem]) -> None:
        for problem in problems:
            self.report(problem)

    def _begin(self, delimiters: Delimiters, at: int) -> None:
        """Begin an interchange with delimiters of its own."""
        self._report_stray()
        self.elements = ElementValues(delimiters.component)
        self.separator, self._component = delimiters.element, delimiters.component
        self._header_at = at
        self._use_handlers({})

    def _use_handlers(self, inside: dict[str, Handler], *, is_refused: bool = False) -> None:
        """Use these handlers from now on, with those of the envelopes."""
        self._is_outside, self._is_refused = not inside, is_refused
        self._is_skipping = False
        envelopes: dict[str, Handler] = {
            **dict.fromkeys(_OPENING, self._enter),
            **dict.fromkeys(_CLOSING, self._leave),
        }
        self._handlers.clear()
        for tag, handler in {**inside, **envelopes}.items():
            self._handlers[f"{tag}{self.separator}"[:3]] = handler

    def _enter(self, segment: str, at: int) -> None:
        elements = segment.split(self.separator)
        # NOTE: the tag may be longer than the three characters of the key.
        if elements[0] not in _OPENING:
            self.handle_unknown(segment, at)
            return
        self.finish(at, whole=False)
        self._report_all(self.envelopes.enter(elements, at))
        self._use_handlers({})
        if elements[0] == "ISA":
            self.interchange_day = self.elements.days[f"20{elements[9]}"]
        elif elements[0] == "ST":
            self._open(elements, at)

    def _open(self, elements: list[str], at: int) -> None:
        kind = elements[1] if len(elements) > 1 else ""
        version = (elements[3] if len(elements) > 3 else "") or self.envelopes.version
        if version != self.envelopes.version and self.envelopes.version:
            message = f"ST03 names {guide(version)}, and GS08 {guide(self.envelopes.version)}"
            remedy = "Write the same guide in both; ST03 is taken."
            self.report_remark(at, message, remedy, ErrorCode.X12_ENVELOPE)
        inside = self.handlers(version) if version else None
        self._transactions += 1
        if inside is None or kind != self.kind:
            self._use_handlers({}, is_refused=True)
            self.report_problem(
                at, *self.wrong_transaction(kind, version), ErrorCode.X12_TRANSACTION
            )
        elif self._share.has(self._transactions):
            self._use_handlers(inside)
        else:
            self._use_handlers(
                {**dict.fromkeys(inside), **self.skipping_handlers()}, is_refused=True
            )
            self._is_skipping = True

    def _leave(self, segment: str, at: int) -> None:
        elements = segment.split(self.separator)
        if elements[0] not in _CLOSING:
            self.handle_unknown(segment, at)
            return
        self.finish(at, whole=elements[0] == "SE")
        self._report_all(self.envelopes.leave(elements, at))
        self._use_handlers({})

    def handle_unknown(self, segment: str, at: int) -> None:
        """Report a segment without a handler: not in the guide, or in the wrong place.

        If only blanks before it keep it from its handler, it is read.
        """
        bare = segment.lstrip(BLANKS)
        if bare != segment:
            handler = self._handlers.get(bare[:3], self.handle_unknown)
            if handler is not None:
                handler(bare, at)
            return
        if self._is_refused or (not segment and self._is_outside):
            return
        if self._is_outside:
            self._is_refused = True
            message = "the segment is outside of a transaction, and so is what follows"
            remedy = "Write ST before it and SE after it."
            self.report_problem(at, message, remedy, ErrorCode.X12_ORDER)
        elif not segment:
            remedy = "Remove the terminator that is too many."
            self.report_remark(at, "the segment is empty", remedy, ErrorCode.X12_SEGMENT)
        else:
            # NOTE: its text is not quoted: it may be the rest of a name.
            message = f"the guide of the {self.kind} has no such segment"
            remedy = "A terminator may be in the wrong place, or missing."
            self.reject(at, message, remedy, ErrorCode.X12_ORDER)

    def _report_stray(self) -> None:
        """Report once that components are separated by another sign than the ISA declares."""
        if self.elements.stray is not None:
            message = (
                f"ISA16 declares that {self._component!r} separates components, "
                f"and {self.elements.stray!r} does"
            )
            remedy = "Write it in ISA16; the file was read with it."
            self.report_remark(self._header_at, message, remedy, ErrorCode.X12_HEADER)
            self.elements.stray = None


def read(path: Path, parser: Parser[T]) -> Iterator[T | Problem]:
    """Yield what the parser finds in the file, block by block; never raise for its content."""
    try:
        with open_regular(path, parser.name) as stream:
            yield from read_stream(stream, parser)
    except InputError as error:
        yield from error.problems
    except OSError as error:
        yield read_problem(parser.name, error)


def read_stream(stream: BinaryIO, parser: Parser[T]) -> Iterator[T | Problem]:
    """Yield what the parser finds in the stream."""
    for batch in read_segments(stream):
        yield from parser.parse_batch(batch)
    yield from parser.end()
