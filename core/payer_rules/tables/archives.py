"""Zip archives of CMS's tables, opened with limits on what they unpack to."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import IO, TYPE_CHECKING, Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.tables.problem_log import SourceError
from payer_rules.tables.size_limits import check_size, too_large

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

#: The errors that `zipfile` raises for a damaged or hostile archive.
BROKEN: Final = (
    zipfile.BadZipFile,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    IndexError,
    struct.error,
)
#: The compression methods that are read; others can allocate gigabytes before the first byte.
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UNPACK: Final = "Unpack it, and import the unpacked file."
_ENCRYPTED: Final = 0x1
#: The most bytes of the list of members, enough for about five hundred names.
_LARGEST_LIST: Final = 1 << 16
_MOST_TABLES: Final = 64
_TEXTS: Final = (".txt", ".csv")
_add_ons: Final = re.compile(r"(?:.*/)?AOC_[^/]*-F-[^/]*\.txt", re.IGNORECASE).fullmatch
_SHOWN: Final = 5
#: The end of an archive: a mark, counts, the size of the list at this offset, and a comment.
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x07"
_SIZE_AT: Final = 12
_LONGEST_END: Final = (1 << 16) + 64


def open_archive(file: IO[bytes], *, all_members: bool = False) -> ZipFile:
    """Open an archive; raises one of `BROKEN` if it is damaged, encrypted or too large.

    ``all_members`` checks the size of all members, and not only of the tables.
    """
    _check_list(file)
    archive = zipfile.ZipFile(file)
    infos = archive.infolist() if all_members else _tables(archive)
    check_size(sum(info.file_size for info in infos))
    for info in infos:
        if info.flag_bits & _ENCRYPTED:
            raise SourceError(f"it contains the encrypted file {info.filename!r}", _UNPACK)
        if info.compress_type not in _METHODS:
            message = f"it contains {info.filename!r}, packed by method {info.compress_type}"
            raise SourceError(message, _UNPACK)
    return archive


def tables_in(archive: ZipFile, name: str) -> list[str]:
    """Return the names of the tables in an archive: the texts, or the workbooks if there are none.

    CMS publishes the same table as text and as workbook. Raises `InputError` if there is none.
    """
    found = [info.filename for info in _tables(archive)]
    if not found:
        names = sorted(archive.namelist())
        more = [f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
        files = ", ".join([*names[:_SHOWN], *more])
        message = (
            f"the archive contains no table, only {files}" if names else "the archive is empty"
        )
        remedy = "Use the archive as CMS publishes it."
        raise InputError([Problem(name, message, remedy, ErrorCode.SOURCE_FILE)])
    if len(found) > _MOST_TABLES:
        raise too_large(f"it holds {len(found)} tables")
    return found


def content_of_member(archive: ZipFile, member: str) -> IO[bytes]:
    """Return a member as a seekable file."""
    return io.BytesIO(archive.read(member))


def _tables(archive: ZipFile) -> list[ZipInfo]:
    infos = sorted(archive.infolist(), key=lambda info: info.filename)
    texts = [info for info in infos if info.filename.lower().endswith(_TEXTS)]
    workbooks = [info for info in infos if info.filename.lower().endswith(".xlsx")]
    # NOTE: CMS's text of add-on codes has columns of fixed width, whose places were not read.
    if workbooks and any(_add_ons(info.filename) for info in texts):
        return workbooks
    return texts or workbooks


def _check_list(file: IO[bytes]) -> None:
    """Raise `SourceError` if the list of members is longer than in any archive of CMS.

    NOTE: `zipfile` reads the whole list when it opens an archive.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _LONGEST_END))
    end = file.read()
    file.seek(0)
    at = end.rfind(_END)
    listed = int.from_bytes(end[at + _SIZE_AT : at + _SIZE_AT + 4], "little") if at >= 0 else 0
    if listed > _LARGEST_LIST or (at >= 0 and _END_64 in end[:at]):
        raise too_large("it holds more files than an archive of CMS")
