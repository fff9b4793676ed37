"""Files of plain arrays under one JSON head, read through a memory map."""

from __future__ import annotations

import json
import mmap
import os
import sys
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from payer_rules.errors import Fault, FaultError

_MAGIC: Final = b"payer-rules table 1\n"
_ALIGN: Final = 8


@attrs.frozen
class Blob:
    """The head of a file and its arrays, which lie in the file until they are read."""

    head: Mapping[str, Any]
    arrays: Mapping[str, Sequence[int]]

    @classmethod
    def open(cls, path: Path) -> Blob:
        """The file at the path; raises `FaultError` if it is not one that `write` made here."""
        try:
            with path.open("rb") as file:
                mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except FileNotFoundError as error:
            raise _gone(path) from error
        except (OSError, ValueError) as error:
            raise _unusable(path) from error
        try:
            return cls._of(mapped)
        except (ValueError, KeyError, TypeError) as error:
            raise _unusable(path) from error

    @classmethod
    def _of(cls, mapped: memoryview) -> Blob:
        """What lies in the memory; raises `ValueError` and its like where that is no table."""
        start = len(_MAGIC) + 8
        if bytes(mapped[: len(_MAGIC)]) != _MAGIC:
            raise ValueError(_MAGIC)
        size = int.from_bytes(mapped[len(_MAGIC) : start], "little")
        head = json.loads(bytes(mapped[start : start + size]))
        if head["byte_order"] != sys.byteorder:
            raise ValueError(head["byte_order"])
        arrays: dict[str, Sequence[int]] = {}
        for name, (code, at, length) in head["arrays"].items():
            if at + length > len(mapped):
                raise ValueError(name)
            arrays[name] = mapped[at : at + length].cast(code)
        return cls(head, arrays)

    @property
    def codes(self) -> list[str]:
        """The procedure codes of the head, in order: one text, five characters each."""
        text = self.head["codes"]
        return [text[at : at + 5] for at in range(0, len(text), 5)]


def write(path: Path, head: Mapping[str, object], arrays: Mapping[str, array[int]]) -> None:
    """Write a file of arrays, and see it on the disk before returning."""
    places: dict[str, tuple[str, int, int]] = {}
    sized = {name: len(values) * values.itemsize for name, values in arrays.items()}
    # NOTE: where the arrays begin depends on the length of the head that tells it: leave room.
    room = len(json.dumps(head)) + 64 * (len(arrays) + 1)
    at = _aligned(len(_MAGIC) + 8 + room)
    for name, values in arrays.items():
        places[name] = (values.typecode, at, sized[name])
        at = _aligned(at + sized[name])
    text = json.dumps({**head, "byte_order": sys.byteorder, "arrays": places}).encode()
    with path.open("wb") as file:
        file.write(_MAGIC + len(text).to_bytes(8, "little") + text)
        for name, values in arrays.items():
            file.write(bytes(places[name][1] - file.tell()))
            values.tofile(file)
        file.flush()
        os.fsync(file.fileno())


def numbers(values: Sequence[int]) -> array[int]:
    """The values in the narrowest array that holds them."""
    most = max(values, default=0)
    return array("H" if most < 1 << 16 else "I", values)


def _aligned(at: int) -> int:
    return -(-at // _ALIGN) * _ALIGN


def _gone(path: Path) -> FaultError:
    problem = "the table is gone: an import has replaced it, or somebody deleted it"
    remedy = "Try again; if it stays so, import CMS's files again."
    return FaultError([Fault(str(path), problem, remedy)])


def _unusable(path: Path) -> FaultError:
    remedy = "Delete it, and import CMS's files again."
    return FaultError([Fault(str(path), "this is not a table that can be read here", remedy)])
