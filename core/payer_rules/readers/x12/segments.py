"""A stream of bytes as the segments of its interchanges, batch by batch, in constant memory."""

from __future__ import annotations

import re
from codecs import utf_8_decode
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, Final

import attrs

from payer_rules.readers.x12.delimiters import (
    WIDEST,
    Delimiters,
    begins_interchange,
    read_header,
)

_BLOCK: Final = 1 << 15
#: No segment of a claim comes near it; more is a terminator that was lost.
LONGEST: Final = 1 << 16
#: Stands for a segment that cannot be read; what it held is told as a trouble.
SPOILT: Final = "\0"
_ISA: Final = re.compile(r"ISA[^\w\s]")
#: A file may end with the end-of-file mark of old systems.
_BLANK: Final = " \t\r\n\x1a"
_AS_TEXT: Final = "Save the file as plain text in UTF-8."


@attrs.frozen
class Trouble:
    """What is wrong at a segment, or with the whole file where the number is 0."""

    number: int
    problem: str
    remedy: str


@attrs.frozen
class Batch:
    """Some segments in their order, the first of them with its number in the file.

    With ``delimiters`` a new interchange begins: the batch is its ISA alone.
    """

    first: int
    segments: list[str]
    delimiters: Delimiters | None = None
    troubles: tuple[Trouble, ...] = ()


def read_segments(stream: BinaryIO) -> Iterator[Batch]:
    """The segments of the stream; it is read in blocks, and never raises for what is in it."""
    cutter = _Cutter()
    for text, last in _texts(stream):
        # NOTE: every second byte of Latin letters in UTF-16 is NUL.
        if cutter.number == 0 and text[:8].count(SPOILT) > 2:
            wide = Trouble(0, "the file is written in UTF-16 or UTF-32", _AS_TEXT)
            yield Batch(1, [], troubles=(wide,))
            return
        yield from cutter.cut(text, last=last)


def _texts(stream: BinaryIO) -> Iterator[tuple[str, bool]]:
    """The text of each block; bytes that are not UTF-8 become U+FFFD, which is told later."""
    rest = b""
    while block := stream.read(_BLOCK):
        text, used = utf_8_decode(rest + block, "replace", False)
        rest = (rest + block)[used:]
        yield text, False
    yield utf_8_decode(rest, "replace", True)[0], True


@attrs.define
class _Cutter:
    """The text that is not cut yet, which always begins where a segment does."""

    text: str = ""
    number: int = 0
    delimiters: Delimiters | None = None
    is_lost: bool = False
    is_skipping: bool = False
    is_garbled: bool = False

    def cut(self, text: str, *, last: bool) -> Iterator[Batch]:
        """The segments that are whole with the new text; all that is left where it is the last."""
        self.text += text
        while True:
            if self.delimiters is not None and not self.is_skipping:
                start = self.text[:16].lstrip()
                if begins_interchange(start):
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
        """The next ISA; ``None`` where there is none yet."""
        self.text = self.text.lstrip("\ufeff \r\n\t" if self.number == 0 else " \r\n\t")
        if len(self.text) < WIDEST and not last:
            return None
        if not self.text:
            return None
        if not begins_interchange(self.text):
            return self._seek()
        header = read_header(self.text)
        if header is None:
            self.is_lost = False
            problem = "the ISA has not its sixteen elements, or no delimiters"
            return self._skip(problem, "Write the ISA in full: it declares how to read the rest.")
        self.delimiters, self.is_lost = header.delimiters, False
        self.text = self.text[header.length :]
        self.number += 1
        remedy = "Fill each element of the ISA up to its width."
        odd = tuple(Trouble(self.number, each, remedy) for each in header.oddities())
        return Batch(self.number, [header.text], header.delimiters, odd)

    def _seek(self) -> Batch | None:
        """What stands before the next ISA is told once and left."""
        # NOTE: letters are not told: a name may stand here.
        met = self.text[:3]
        met = "text" if met[0].isalnum() and met != "ISA" else repr(met)
        problem = f"here stands {met}, and an X12 interchange begins with ISA"
        return self._skip(problem, "Give a file as it was sent: ISA, GS, ST and so on.")

    def _skip(self, problem: str, remedy: str) -> Batch | None:
        found = _ISA.search(self.text, 1)
        told = () if self.is_lost else (Trouble(self.number + 1, problem, remedy),)
        self.is_lost = True
        # NOTE: the tag may lie across two blocks.
        self.text = self.text[found.start() :] if found else self.text[1:][-3:]
        return Batch(self.number + 1, [], troubles=told) if found or told else None

    def _body(self, delimiters: Delimiters) -> Batch | None:
        """All segments that are whole, up to the next ISA."""
        terminator = delimiters.terminator
        end = self._next_interchange(terminator)
        if end < 0:
            end = self.text.rfind(terminator)
        if end < 0:
            if len(self.text) > LONGEST:
                self.text, self.is_skipping = "", True
            return None
        body, self.text = self.text[:end], self.text[end + 1 :]
        if not delimiters.is_by_lines:
            body = body.replace("\n", "")
        segments = body.replace("\r", "").split(terminator)
        first, self.number = self.number + 1, self.number + len(segments)
        troubles = tuple(self._troubles(body, segments, first))
        if self.is_skipping:
            segments[0], self.is_skipping = SPOILT, False
            troubles = (_too_long(first), *(each for each in troubles if each.number != first))
        return Batch(first, segments, troubles=troubles)

    def _next_interchange(self, terminator: str) -> int:
        """Where the segment before the next ISA ends; -1 where none begins here."""
        if "ISA" not in self.text:
            return -1
        found = re.search(rf"{re.escape(terminator)}[\r\n]*ISA[^\w\s]", self.text)
        return found.start() if found else -1

    def _troubles(self, body: str, segments: list[str], first: int) -> Iterator[Trouble]:
        if SPOILT in body:
            for at, segment in enumerate(segments):
                if SPOILT in segment:
                    segments[at] = SPOILT
                    yield Trouble(first + at, "the segment holds the character NUL", _AS_TEXT)
        if len(body) > LONGEST:
            for at, segment in enumerate(segments):
                if len(segment) > LONGEST:
                    segments[at] = SPOILT
                    yield _too_long(first + at)
        if "\ufffd" in body and not self.is_garbled:
            # NOTE: none may be left, where what holds them is spoilt for another reason.
            held = (at for at, segment in enumerate(segments) if "\ufffd" in segment)
            for at in islice(held, 1):
                self.is_garbled = True
                problem = "the segment holds bytes that are not UTF-8, the first of the file"
                yield Trouble(first + at, problem, _AS_TEXT)

    def _ended(self) -> Iterator[Batch]:
        """What is left when the file ends: nothing, or a segment without its end."""
        if self.delimiters is None:
            if self.number == 0 and not self.is_lost:
                problem, remedy = "the file is empty", "Give a file that begins with ISA."
                yield Batch(1, [], troubles=(Trouble(0, problem, remedy),))
            return
        left = self.text.strip(_BLANK)
        if not left and not self.is_skipping:
            return
        self.number += 1
        problem = (
            f"the file ends before the segment does: there is no {self.delimiters.terminator!r}"
        )
        told = Trouble(self.number, problem, "Get the whole file: its end was cut off.")
        if self.is_skipping:
            told = _too_long(self.number)
        # NOTE: of an IEA nothing follows that could be missing.
        whole = left.startswith("IEA") and not self.is_skipping
        yield Batch(self.number, [left if whole else SPOILT], troubles=(told,))


def _too_long(number: int) -> Trouble:
    problem = f"the segment is longer than {LONGEST} characters"
    return Trouble(number, problem, "A terminator is missing: end each segment as the ISA does.")
