"""The envelopes around claims and payments: interchange, group, transaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.readers.x12.segments import SegmentProblem
from payer_rules.text.quoting import redacted

_LOST_REMEDY: Final = "A part of the file was lost on the way: get the file again."
_COUNT_REMEDY: Final = "Segments were added on the way, or the count is wrong: get the file again."
_NUMBER_REMEDY: Final = "Two files may have been mixed up: get the file again."


@attrs.frozen
class _EnvelopeKind:
    """A kind of envelope: the segments that open and close it, and what it counts."""

    opens: str
    closes: str
    number_at: int
    counts: str


_INTERCHANGE: Final = _EnvelopeKind("ISA", "IEA", 13, "groups")
_GROUP: Final = _EnvelopeKind("GS", "GE", 6, "transactions")
_TRANSACTION: Final = _EnvelopeKind("ST", "SE", 2, "segments")
#: From the outermost to the innermost.
_KINDS: Final = (_INTERCHANGE, _GROUP, _TRANSACTION)


@attrs.define
class _OpenEnvelope:
    """An open envelope: its control number, where it began, and its count so far."""

    kind: _EnvelopeKind
    number: str
    at: int
    held: int = 0


@attrs.define
class EnvelopeStack:
    """The envelopes that are open at a place of the file, the outermost first."""

    _open: list[_OpenEnvelope] = attrs.Factory(list)
    #: GS08 of the group: the version of transactions without ST03.
    version: str = ""

    def enter(self, elements: list[str], at: int) -> Iterator[SegmentProblem]:
        """Yield what is wrong with an ISA, GS or ST at its place."""
        kind = next(each for each in _KINDS if each.opens == elements[0])
        depth = _KINDS.index(kind)
        yield from self._leave_open(depth, at)
        for missing in _KINDS[len(self._open) : depth]:
            message = f"{kind.opens} is outside of {missing.opens}"
            remedy = f"Write {missing.opens} before it, {missing.closes} after it."
            yield _problem(at, message, remedy, is_remark=True)
            self._open.append(_OpenEnvelope(missing, "", at))
        if self._open:
            self._open[-1].held += 1
        self._open.append(_OpenEnvelope(kind, _at(elements, kind.number_at), at))
        if kind is _GROUP:
            self.version = _at(elements, 8)

    def leave(self, elements: list[str], at: int) -> Iterator[SegmentProblem]:
        """Yield what is wrong with an SE, GE or IEA at its place, and with its counts."""
        depth = next(i for i, each in enumerate(_KINDS) if each.closes == elements[0])
        kind = _KINDS[depth]
        yield from self._leave_open(depth + 1, at)
        if len(self._open) <= depth:
            message, remedy = f"{kind.closes} closes nothing", f"Write {kind.opens} before it."
            yield _problem(at, message, remedy, is_remark=True)
            return
        own = self._open.pop()
        held = at - own.at + 1 if kind is _TRANSACTION else own.held
        yield from _field_errors(own, held, elements, at)

    def _leave_open(self, depth: int, at: int) -> Iterator[SegmentProblem]:
        """Yield the problems of inner envelopes that were never closed."""
        while len(self._open) > depth:
            kind = self._open.pop().kind
            message = f"the {kind.opens} before it is not closed by {kind.closes}"
            yield _problem(at, message, "A part of the file is missing: get the file again.")

    def end(self, at: int) -> Iterator[SegmentProblem]:
        """Yield the problems of envelopes that the end of the file leaves open."""
        left = [f"{each.kind.opens} of segment {each.at}" for each in self._open if each.at]
        if left:
            verb = "is" if len(left) == 1 else "are"
            message = f"the file ends, and {', '.join(left)} {verb} still open"
            closing = ", ".join(each.kind.closes for each in reversed(self._open))
            yield _problem(at, message, f"{closing} is missing: get the whole file.")


def _field_errors(
    own: _OpenEnvelope, held: int, elements: list[str], at: int
) -> Iterator[SegmentProblem]:
    kind = own.kind
    count, number = _at(elements, 1), _at(elements, 2)
    # NOTE: a count may have leading zeros.
    stated = int(count) if count.isascii() and count.isdigit() and len(count) <= 10 else None
    if stated != held:
        is_lost = stated is not None and stated > held
        message = f"there are {held} {kind.counts}, and {kind.closes} states {redacted(count)}"
        remedy = _LOST_REMEDY if is_lost else _COUNT_REMEDY
        yield _problem(at, message, remedy, is_remark=not is_lost)
    if own.number and number != own.number:
        message = (
            f"{kind.closes} has another control number ({redacted(number)}) "
            f"than {kind.opens} in segment {own.at} ({redacted(own.number)})"
        )
        yield _problem(at, message, _NUMBER_REMEDY, is_remark=True)


def _problem(at: int, message: str, remedy: str, *, is_remark: bool = False) -> SegmentProblem:
    return SegmentProblem(at, message, remedy, is_remark=is_remark, code=ErrorCode.X12_ENVELOPE)


def _at(elements: list[str], place: int) -> str:
    return elements[place].strip() if place < len(elements) else ""
