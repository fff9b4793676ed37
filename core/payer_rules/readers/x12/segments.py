"""The segments of an X12 stream, in batches and in constant memory."""

from __future__ import annotations

import re
from codecs import utf_8_decode
from collections.abc import Iterator
from typing import BinaryIO, Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.readers.x12.delimiters import (
    WIDEST_WRAPPED,
    Delimiters,
    begins_interchange,
    read_header,
    unwrapped,
)

_BLOCK: Final = 1 << 15
#: No segment of a claim is nearly as long; a longer one has lost its terminator.
LONGEST: Final = 1 << 16
#: Takes the place of a segment that cannot be read; its problem is reported.
UNREADABLE: Final = "\0"
#: An ISA, whose lines may break even in its tag, and the most characters of an incomplete match.
_ISA: Final = re.compile(r"I[\r\n]*S[\r\n]*A[\r\n]*[^\w\s]")
_PART_OF_ISA: Final = 12
#: Characters between segments that mean nothing.
BLANKS: Final = " \t"
#: A file may end with the end-of-file mark of old systems.
_BLANK: Final = " \t\r\n\x1a"
#: For segments with names, addresses and notes: the number of first elements that hold only these.
_NAMES: Final = {"NM1": 7, "N1": 2, "N2": 9, "N3": 9, "N4": 9, "PER": 9, "NTE": 9, "K3": 9}
_AS_TEXT: Final = "Save the file as plain text in UTF-8."


@attrs.frozen
class SegmentProblem:
    """A problem at a segment, or of the whole file if the number is 0.

    It is a remark if nothing is lost because of it. ``loop`` is that of the segment, if it is
    known.
    """

    number: int
    message: str
    remedy: str
    is_remark: bool = False
    loop: str = ""
    code: ErrorCode = ErrorCode.X12_ELEMENT


@attrs.frozen
class Batch:
    """Consecutive segments, with the number of the first in the file.

    With ``delimiters`` an interchange begins: the batch is its ISA alone.
    """

    first: int
    segments: list[str]
    delimiters: Delimiters | None = None
    problems: tuple[SegmentProblem, ...] = ()


def read_segments(stream: BinaryIO) -> Iterator[Batch]:
    """Yield the segments of the stream in batches; never raise for its content."""
    splitter = _Splitter()
    for text, last in _texts(stream):
        # NOTE: every second byte of Latin letters in UTF-16 is NUL.
        if splitter.number == 0 and text[:8].count(UNREADABLE) > 2:
            message = "the file is written in UTF-16 or UTF-32"
            wide = SegmentProblem(0, message, _AS_TEXT, code=ErrorCode.NOT_UTF8)
            yield Batch(1, [], problems=(wide,))
            return
        yield from splitter.split(text, last=last)


def _texts(stream: BinaryIO) -> Iterator[tuple[str, bool]]:
    """Yield the text of each block; bytes that are not UTF-8 become U+FFFD, reported later."""
    rest = b""
    while block := stream.read(_BLOCK):
        text, used = utf_8_decode(rest + block, "replace", False)
        rest = (rest + block)[used:]
        yield text, False
    yield utf_8_decode(rest, "replace", True)[0], True


@attrs.define
class _Splitter:
    """The text that is not split yet; it always begins where a segment does."""

    text: str = ""
    number: int = 0
    delimiters: Delimiters | None = None
    is_lost: bool = False
    is_skipping: bool = False
    #: Whether bytes that are not UTF-8 were reported: of names (``True``), of facts (``False``).
    is_garbled: set[bool] = attrs.Factory(set)

    def split(self, text: str, *, last: bool) -> Iterator[Batch]:
        """Yield the segments that are complete with the new text, or all that is left."""
        if self.delimiters is not None and self.delimiters.is_by_lines:
            text = text.replace("\r", "\n")
        self.text += text
        while True:
            if self.delimiters is not None and not self.is_skipping:
                # NOTE: the first character shows of most segments that they are no ISA.
                start = self.text[:1]
                if (start == "I" or start.isspace()) and begins_interchange(self.text.lstrip()):
                    self.delimiters = None
            if self.delimiters is None:
                batch = self._header(last=last)
            else:
                batch = self._body(self.delimiters)
            if batch is None:
                break
            yield batch
        if last:
            yield from self._ended()

    def _header(self, *, last: bool) -> Batch | None:
        """Return the next ISA; ``None`` if there is none yet."""
        self.text = self.text.lstrip("\ufeff \r\n\t" if self.number == 0 else " \r\n\t")
        if len(self.text) < WIDEST_WRAPPED and not last:
            return None
        if not self.text:
            return None
        if not begins_interchange(self.text):
            return self._seek()
        header = read_header(self.text)
        if header is None:
            self.is_lost = False
            message = "the ISA has not its sixteen elements, or no delimiters"
            return self._skip(message, "Write the ISA in full: it declares how to read the rest.")
        self.delimiters, self.is_lost = header.delimiters, False
        self.text = self.text[header.length :]
        if header.delimiters.is_by_lines:
            # NOTE: the lines of a file may end in different ways.
            self.text = self.text.replace("\r", "\n")
        self.number += 1
        remedy = "Fill each element of the ISA up to its width."
        odd = tuple(
            SegmentProblem(self.number, each, remedy, is_remark=True, code=ErrorCode.X12_HEADER)
            for each in header.oddities()
        )
        return Batch(self.number, [header.text], header.delimiters, odd)

    def _seek(self) -> Batch | None:
        """Report once what is before the next ISA, and skip it."""
        # NOTE: letters are not quoted: they may be a name.
        met = self.text[:3]
        met = "text" if met[0].isalnum() and met != "ISA" else repr(met)
        message = f"{met} is here, and an X12 interchange begins with ISA"
        return self._skip(message, "Give a file as it was sent: ISA, GS, ST and so on.")

    def _skip(self, message: str, remedy: str) -> Batch | None:
        found = _ISA.search(self.text, 1)
        problem = SegmentProblem(self.number + 1, message, remedy, code=ErrorCode.X12_HEADER)
        problems = () if self.is_lost else (problem,)
        self.is_lost = True
        # NOTE: the tag may be split between two blocks.
        self.text = self.text[found.start() :] if found else self.text[1:][-_PART_OF_ISA:]
        return Batch(self.number + 1, [], problems=problems) if found or problems else None

    def _body(self, delimiters: Delimiters) -> Batch | None:
        """Return all complete segments up to the next ISA."""
        end = self.text.rfind(delimiters.terminator)
        if end < 0:
            if len(self.text) > LONGEST:
                self.text, self.is_skipping = "", True
            return None
        body = _flat(self.text[:end], delimiters)
        if "ISA" in body:
            end = self._end_before_isa(delimiters.terminator, end)
            body = _flat(self.text[:end], delimiters)
        self.text = self.text[end + 1 :]
        if self.is_skipping:
            # NOTE: the rest of a segment that is too long counts as a segment, even if it is empty.
            body = UNREADABLE + body
        segments = _split(body, delimiters)
        first, self.number = self.number + 1, self.number + len(segments)
        problems = tuple(self._problems_of(body, segments, first))
        if self.is_skipping:
            segments[0], self.is_skipping = UNREADABLE, False
            problems = (_too_long(first), *(each for each in problems if each.number != first))
        return Batch(first, segments, problems=problems)

    def _end_before_isa(self, terminator: str, last: int) -> int:
        """Return the end of the last segment before the next ISA, at most ``last``."""
        found = re.search(rf"{re.escape(terminator)}\s*{_ISA.pattern}", self.text)
        return found.start() if found else last

    def _problems_of(self, body: str, segments: list[str], first: int) -> Iterator[SegmentProblem]:
        if UNREADABLE in body:
            for at, segment in enumerate(segments):
                if UNREADABLE in segment:
                    segments[at] = UNREADABLE
                    message = "the segment holds the character NUL"
                    yield SegmentProblem(first + at, message, _AS_TEXT, code=ErrorCode.X12_SEGMENT)
        if len(body) > LONGEST:
            for at, segment in enumerate(segments):
                if len(segment) > LONGEST:
                    segments[at] = UNREADABLE
                    yield _too_long(first + at)
        if "\ufffd" in body:
            for at, segment in enumerate(segments):
                if "\ufffd" in segment:
                    yield from self._garbled(segment, first + at)

    def _garbled(self, segment: str, number: int) -> Iterator[SegmentProblem]:
        """Yield the problem of bytes that are not UTF-8, once for names and once for facts."""
        assert self.delimiters is not None
        is_name = _is_in_name(segment.split(self.delimiters.element))
        if is_name not in self.is_garbled:
            self.is_garbled.add(is_name)
            where = "in a name or note, " if is_name else ""
            message = f"the segment holds bytes that are not UTF-8, {where}the first of the file"
            yield SegmentProblem(
                number, message, _AS_TEXT, is_remark=is_name, code=ErrorCode.X12_SEGMENT
            )

    def _ended(self) -> Iterator[Batch]:
        """Yield what is left at the end of the file: nothing, or a segment without its end."""
        if self.delimiters is None:
            if self.number == 0 and not self.is_lost:
                message, remedy = "the file is empty", "Give a file that begins with ISA."
                problem = SegmentProblem(0, message, remedy, code=ErrorCode.UNKNOWN_FORMAT)
                yield Batch(1, [], problems=(problem,))
            return
        left = _flat(self.text, self.delimiters).strip(_BLANK)
        if not left and not self.is_skipping:
            return
        if self.delimiters.is_by_lines:
            # NOTE: the end of the file ends the line, too.
            self.text = f"{left}\n"
            batch = self._body(self.delimiters)
            assert batch is not None
            yield batch
            return
        self.number += 1
        message = (
            f"the file ends before the segment does: there is no {self.delimiters.terminator!r}"
        )
        # NOTE: nothing can be missing after an IEA.
        is_whole = left.startswith("IEA") and not self.is_skipping
        remedy = "End the last segment as the others end, or get the whole file."
        problem = SegmentProblem(
            self.number, message, remedy, is_remark=is_whole, code=ErrorCode.X12_SEGMENT
        )
        if self.is_skipping:
            problem = _too_long(self.number)
        yield Batch(self.number, [left if is_whole else UNREADABLE], problems=(problem,))


def _is_in_name(elements: list[str]) -> bool:
    """Return True if only names, which are not read, have bytes that are not UTF-8."""
    read = elements[1 + _NAMES.get(elements[0], 0) :]
    return not any("\ufffd" in each for each in [elements[0], *read])


def _flat(text: str, delimiters: Delimiters) -> str:
    """Return the text without the line breaks that end no segment."""
    return text if delimiters.is_by_lines else unwrapped(text)


def _split(body: str, delimiters: Delimiters) -> list[str]:
    """Return the segments of the body, without the blanks after them.

    Blanks before a segment are removed where it is read. Empty lines are no segments.
    """
    sign = delimiters.terminator
    segments = body.split(sign)
    # NOTE: most files have no blanks there, and searching costs less than stripping.
    if f" {sign}" in body or "\t" in body or body[-1:] == " ":
        segments = [segment.rstrip(BLANKS) for segment in segments]
    return [*filter(str.strip, segments)] if delimiters.is_by_lines else segments


def _too_long(number: int) -> SegmentProblem:
    message = f"the segment is longer than {LONGEST} characters"
    remedy = "A terminator is missing: end each segment as the ISA does."
    return SegmentProblem(number, message, remedy, code=ErrorCode.TOO_LARGE)
