"""The audit log: who asked by which rules, a record a line, each with the hash of the one before.

1. `AuditLog` appends records; several processes may share a file, which is locked meanwhile.
2. `verify_audit` finds the first record that was changed, removed, added or moved.

A record is on the disk before its answer is sent. A line that was cut off, because the process was
killed or the disk was full, belongs to no answer: the next record closes it with its digest.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple, TypeAlias

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.system.atomic_files import try_lock, write_error

#: A record: a JSON object with its ``number``, the hash of the ``previous`` one, and its ``hash``.
Record: TypeAlias = dict[str, Any]
#: The hash before the first record.
START: Final = "0" * 64
_BLOCK: Final = 1 << 16
#: So many seconds another process may hold the file.
_PATIENCE: Final = 10.0


class AuditState(NamedTuple):
    """The number of records of an audit log, the hash of the last one, and of lines cut off."""

    records: int
    head: str
    torn: int = 0


class AuditLog:
    """An audit log to which records are appended; it is created if it does not exist.

    A new file may be read by its owner alone. Raises `InputError` if it cannot be written, or if
    what follows its last record is neither nothing nor a line that was cut off.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, Lock()
        with self._opened() as descriptor:
            _end_of(descriptor, path)
            os.fsync(descriptor)

    def append(self, facts: Record) -> None:
        """Write a record with the facts to the disk; raises `InputError` if that fails."""
        with self._lock, self._opened() as descriptor:
            size = os.fstat(descriptor).st_size
            state, torn, ending = _end_of(descriptor, self._path)
            content = ending
            if torn is not None:
                line, state = _next_line(state, {"torn": _digest(torn)})
                content += line
            content += _next_line(state, facts)[0]
            try:
                while content:
                    content = content[os.write(descriptor, content) :]
                os.fsync(descriptor)
            except OSError:
                # NOTE: the answer is not sent, so neither is its record kept.
                os.ftruncate(descriptor, size)
                raise

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """Open the file for this process alone; the context is its descriptor."""
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                until = time.monotonic() + _PATIENCE
                while not try_lock(descriptor):
                    if time.monotonic() > until:
                        raise TimeoutError(0, "another program has locked it")
                    time.sleep(0.001)
                yield descriptor
            finally:
                os.close(descriptor)
        except OSError as error:
            raise write_error("--audit", f"the audit log {str(self._path)!r}", error) from error


def verify_audit(path: Path, head: str | None = None) -> AuditState:
    """Return the state of an audit log whose records are all in order.

    ``head`` is the hash of a record that was the last one at some time: it is looked for, since
    records that were removed at the end leave no other trace. Raises `InputError` with the first
    record that was changed, removed, added or moved.
    """
    state, is_found = AuditState(0, START), head in (None, START)
    pieces: list[bytes] = []
    torn = 0
    try:
        with path.open("rb") as file:
            for number, text in enumerate(file, 1):
                record = _parsed(text.removesuffix(b"\n"))
                if record is None:
                    pieces.append(text.removesuffix(b"\n"))
                    continue
                fault = _fault(record, state, b"\n".join(pieces) if pieces else None)
                if fault:
                    raise _altered(path, number, fault)
                torn += bool(pieces)
                pieces.clear()
                state = AuditState(record["number"], record["hash"])
                is_found = is_found or state.head == head
    except OSError as error:
        message, remedy = f"it cannot be read: {error.strerror}", "Check the path."
        raise InputError([Problem(path.name, message, remedy, ErrorCode.AUDIT)]) from error
    if not is_found:
        message = f"no record has the hash {head!r}: records were removed at the end"
        raise InputError([Problem(path.name, message, _REMEDY, ErrorCode.AUDIT)])
    return state._replace(torn=torn + bool(pieces))


_REMEDY: Final = "Compare the file with a copy from before."


def _altered(path: Path, line: int, message: str) -> InputError:
    return InputError([Problem(f"{path.name}:{line}", message, _REMEDY, ErrorCode.AUDIT)])


def _fault(record: Record, before: AuditState, torn: bytes | None) -> str:
    """Return what is wrong with a record after those before it; nothing if it follows them."""
    number = record.get("number")
    name = f"record {number}" if isinstance(number, int) else "the record"
    if record.get("hash") != _hash(record):
        return f"{name} was changed: it does not have its hash"
    expected = before.records + 1
    if not isinstance(number, int) or number < expected:
        return f"{name} is where record {expected} should be: it was added or moved"
    if number > expected:
        return f"record {expected} is missing before {name}: it was removed, moved or changed"
    if record.get("previous") != before.head:
        return f"{name} does not have the hash of the one before it: one of them was replaced"
    if record.get("torn") != (None if torn is None else _digest(torn)):
        return f"what is before {name} is no record: a line was changed, added or removed"
    return ""


def _end_of(descriptor: int, path: Path) -> tuple[AuditState, bytes | None, bytes]:
    """Return the last record, the text that was cut off after it, and what ends the last line."""
    size, length = os.fstat(descriptor).st_size, _BLOCK
    while True:
        start = max(size - length, 0)
        os.lseek(descriptor, start, os.SEEK_SET)
        lines = _read(descriptor, size - start).split(b"\n")
        ending = b"\n" if lines[-1] else b""
        if not lines[-1]:
            lines.pop()
        for count, text in enumerate(reversed(lines if start == 0 else lines[1:])):
            record = _parsed(text)
            if record is None:
                continue
            if record.get("hash") != _hash(record) or not isinstance(record.get("number"), int):
                message = "its last record was changed"
                remedy = "See payer-rules audit verify; name another file."
                raise InputError([Problem(path.name, message, remedy, ErrorCode.AUDIT)])
            torn = b"\n".join(lines[len(lines) - count :]) if count else None
            return AuditState(record["number"], record["hash"]), torn, ending
        if start == 0:
            return AuditState(0, START), b"\n".join(lines) if lines else None, ending
        length *= 4


def _read(descriptor: int, size: int) -> bytes:
    parts = []
    while size > 0 and (part := os.read(descriptor, size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _next_line(before: AuditState, facts: Record) -> tuple[bytes, AuditState]:
    """Return the line of the record that follows, and the state after it."""
    record = {"number": before.records + 1, **facts, "previous": before.head}
    record["hash"] = _hash(record)
    line = json.dumps(record).encode() + b"\n"
    return line, AuditState(record["number"], record["hash"])


def _parsed(text: bytes) -> Record | None:
    """Return the JSON object of a line; ``None`` for any other text, such as one cut off."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _hash(record: Record) -> str:
    """Return the hash of a record: that of its JSON with sorted keys, without the hash."""
    facts = {name: value for name, value in record.items() if name != "hash"}
    return _digest(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
