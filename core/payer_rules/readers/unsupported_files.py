"""Files that are given by mistake, recognized by how they begin: archives, databases, XML."""

from __future__ import annotations

from typing import Final

__all__ = ["unsupported"]

#: So many of the first bytes show whether characters have two or four bytes; the shares of NUL
#: among every second byte, for text in UTF-16 and UTF-32.
_WIDE_START: Final = 64
_SELDOM: Final = 0.6
_MOSTLY: Final = 0.9
_PARQUET: Final = b"PAR1"
_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
_SQLITE: Final = b"SQLite format 3\0"
_UNPACK: Final = "Unpack it and give the files in it."
#: By the first bytes: what the file is, and what to do.
_OTHERS: Final = (
    (b"\x1f\x8b", "the file is compressed with gzip", _UNPACK),
    (b"PK\x03\x04", "the file is a ZIP archive or a workbook", _UNPACK),
    (b"BZh", "the file is compressed with bzip2", _UNPACK),
    (b"\xfd7zXZ", "the file is compressed with xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "the file is compressed with zstd", _UNPACK),
    (b"%PDF", "the file is a PDF", "Give the file that it was made from."),
    (b"<", "the file is XML or HTML", "Claims are read from X12, JSON, CSV, Parquet and TOML."),
)


def unsupported(start: bytes, path: str, *, is_named: bool) -> tuple[str, str] | None:
    """Return what a file is that begins like no file of claims, and what to do about it.

    Where the user named the format, only the encoding and databases are looked at.
    """
    if start.startswith(_SQLITE):
        return "the file is a SQLite database", f"A history store: --history sqlite:///{path}."
    if _is_wide(start[:_WIDE_START]):
        return "the file is written in UTF-16 or UTF-32", "Save it in UTF-8."
    if is_named:
        return None
    bare = start.lstrip()
    return next(((what, remedy) for mark, what, remedy in _OTHERS if bare.startswith(mark)), None)


def _is_wide(start: bytes) -> bool:
    """Return True if the file is text in UTF-16 or UTF-32, with a byte order mark or without."""
    if start.startswith(_MARKS):
        return True
    # NOTE: of the signs that formats begin with, every second byte, or three of four, are NUL.
    end = len(start) // 4 * 4
    shares = sorted(half.count(0) / (len(half) or 1) for half in (start[:end:2], start[1:end:2]))
    return shares[0] < _SELDOM and shares[1] > _MOSTLY and not start.startswith(_PARQUET)
