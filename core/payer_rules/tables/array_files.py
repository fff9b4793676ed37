"""Files of plain arrays under one JSON head, read through a memory map and checked by digests.

A file has three parts: a line that names the format, the head (its length, then JSON), and the
arrays. The head holds the SHA-256 of each 64 KB block of the arrays. The SHA-256 of everything
before the arrays is the digest in the catalog. A file is checked in two steps, neither of which
reads it whole:

1. `ArrayFile.open` compares the head with the catalog's digest, and checks that every array lies
   inside the file.
2. `ArrayFile.check` compares a block with its digest when it is first used, once per process.

No changed bit can affect an answer before one of the two steps has compared it. Files of the first
format have no block digests; they are compared as a whole when they are opened.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.system.files import open_regular

_WHOLE: Final = b"payer-rules table 1\n"
_BLOCKS: Final = b"payer-rules table 2\n"
_START: Final = len(_BLOCKS) + 8
_ALIGN: Final = 8
#: The bytes of a block. Smaller blocks need a larger head; larger ones make the first lookup of a
#: code slower: 64 KB take 30 to 150 microseconds.
_BLOCK: Final = 1 << 16
_TYPES: Final = ("H", "I")


@attrs.frozen(eq=False)
class ArrayFile:
    """The head of a file and its arrays, which stay in the file until they are used."""

    path: Path
    head: Mapping[str, Any]
    arrays: Mapping[str, Sequence[int]]
    _body: memoryview
    _places: Mapping[str, tuple[int, int]]
    _digests: Sequence[str]
    _checked: bytearray

    @classmethod
    def open(cls, path: Path, digest: str) -> ArrayFile:
        """Open the file that has this digest in the catalog.

        Raises `InputError` if the file is missing, damaged or another one.
        """
        try:
            with open_regular(path, str(path)) as file:
                mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except FileNotFoundError as error:
            raise _missing(path) from error
        except (OSError, ValueError) as error:
            raise damaged(path) from error
        try:
            return cls._of(path, mapped, digest)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise damaged(path) from error

    @classmethod
    def _of(cls, path: Path, mapped: memoryview, digest: str) -> ArrayFile:
        """Return the file mapped into memory; raises `ValueError` or the like if it is invalid."""
        is_whole = bytes(mapped[: len(_WHOLE)]) == _WHOLE
        end = _START + int.from_bytes(mapped[len(_BLOCKS) : _START], "little")
        if digest != _digest(mapped if is_whole else mapped[:end]):
            raise ValueError(digest)
        if not is_whole and bytes(mapped[: len(_BLOCKS)]) != _BLOCKS:
            raise ValueError(path)
        head = json.loads(bytes(mapped[_START:end]))
        if head["byte_order"] != sys.byteorder:
            raise _foreign(path)
        # NOTE: the first format counts offsets from the beginning of the file.
        body = mapped if is_whole else mapped[end:]
        digests = () if is_whole else head["blocks"]
        if not is_whole and (head["size"] != len(body) or len(digests) != _blocks(len(body))):
            raise ValueError(len(body))
        arrays = dict(_arrays(head["arrays"], body))
        places = {name: (at, values.itemsize) for name, (at, values) in arrays.items()}
        views = {name: values for name, (_, values) in arrays.items()}
        return cls(path, head, views, body, places, digests, bytearray(len(digests)))

    @property
    def codes(self) -> list[str]:
        """The procedure codes of the head, in order; five characters of a text are one code."""
        text = self.head["codes"]
        return [text[at : at + 5] for at in range(0, len(text), 5)]

    def check(self, name: str, first: int = 0, end: int | None = None) -> None:
        """Compare the blocks that hold these elements of an array with their digests.

        Raises `InputError` if one differs. Each block is compared once.
        """
        if not self._digests:
            return
        at, size = self._places[name]
        last = len(self.arrays[name]) if end is None else end
        for block in range((at + first * size) // _BLOCK, _blocks(at + last * size)):
            if not self._checked[block]:
                content = self._body[block * _BLOCK : (block + 1) * _BLOCK]
                if _digest(content) != self._digests[block]:
                    raise damaged(self.path)
                self._checked[block] = True

    def check_all(self) -> None:
        """Compare every block of every array."""
        for name in self.arrays:
            self.check(name)


def _arrays(
    places: Mapping[str, tuple[Any, Any, Any]], body: memoryview
) -> Iterator[tuple[str, tuple[int, memoryview]]]:
    """Yield each array with its offset; raises `ValueError` for one outside the file."""
    for name, (code, at, length) in places.items():
        size = array(code).itemsize if code in _TYPES else 0
        if not (isinstance(at, int) and isinstance(length, int) and size):
            raise ValueError(name)
        if at < 0 or at % _ALIGN or length < 0 or length % size or at + length > len(body):
            raise ValueError(name)
        yield name, (at, body[at : at + length].cast(code))


def write(path: Path, head: Mapping[str, object], arrays: Mapping[str, array[int]]) -> str:
    """Write a file of arrays, flush it to the disk, and return its digest."""
    body = bytearray()
    places: dict[str, tuple[str, int, int]] = {}
    for name, values in arrays.items():
        content = values.tobytes()
        places[name] = (values.typecode, len(body), len(content))
        body += content + bytes(-len(content) % _ALIGN)
    parts = memoryview(body)
    blocks = [_digest(parts[at : at + _BLOCK]) for at in range(0, len(body), _BLOCK)]
    written = {"byte_order": sys.byteorder, "arrays": places, "size": len(body), "blocks": blocks}
    text = json.dumps({**head, **written}).encode()
    # NOTE: arrays must be aligned; blanks after the JSON do not change its content.
    text += b" " * (-(_START + len(text)) % _ALIGN)
    begins = _BLOCKS + len(text).to_bytes(8, "little") + text
    with path.open("wb") as file:
        file.write(begins)
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    return _digest(begins)


def numbers(values: Sequence[int]) -> array[int]:
    """Return the values in the narrowest array that holds them."""
    most = max(values, default=0)
    return array("H" if most < 1 << 16 else "I", values)


def check_lengths(arrays: Mapping[str, Sequence[int]], names: Sequence[str], length: int) -> None:
    """Raise `ValueError` if one of these arrays has another length."""
    if any(len(arrays[name]) != length for name in names):
        raise ValueError(names)


def check_below(values: Sequence[int], limit: int) -> None:
    """Raise `ValueError` if one of the values is not below the limit."""
    if max(values, default=-1) >= limit:
        raise ValueError(limit)


def damaged(path: Path) -> InputError:
    """Return the error of a file that has changed since it was imported."""
    message = "this table is damaged: it has changed since it was imported"
    remedy = "Import CMS's files of this release again."
    return InputError([Problem(str(path), message, remedy, ErrorCode.IMPORTED_TABLE)])


def _blocks(size: int) -> int:
    """Return the number of blocks in this many bytes."""
    return -(-size // _BLOCK)


def _digest(content: bytes | memoryview) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _foreign(path: Path) -> InputError:
    message = "this table was imported on a machine with another byte order"
    remedy = "Import CMS's files again on this machine."
    return InputError([Problem(str(path), message, remedy, ErrorCode.IMPORTED_TABLE)])


def _missing(path: Path) -> InputError:
    message = "the table no longer exists: an import replaced it, or it was deleted"
    remedy = "Try again. If the problem remains, import CMS's files again."
    return InputError([Problem(str(path), message, remedy, ErrorCode.IMPORTED_TABLE)])
