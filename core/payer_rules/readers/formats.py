"""The formats of files: how each is recognized, and which functions read it.

A new format is one more entry of `FORMATS`. Each entry imports its reader when it is first used,
so that a run pays only for the formats that it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, TypeAlias

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem, nearest
from payer_rules.history import HistoryLine
from payer_rules.readers.claim_documents import read_claims
from payer_rules.readers.file_shares import WHOLE, Share
from payer_rules.readers.filed_claims import ClaimStream
from payer_rules.readers.size_limits import limit_problems, special_file
from payer_rules.readers.unsupported_files import unsupported
from payer_rules.system.files import read_problem

__all__ = ["FORMATS", "FileFormat", "ReadOptions", "format_of"]

#: So many of the first bytes of a file show its format.
_START: Final = 8192
_READ_FROM: Final = "Claims are read from X12 (837), FHIR in JSON, CSV, Parquet, TOML and JSON."

HistoryStream: TypeAlias = Iterator[HistoryLine | Problem]


@attrs.frozen(kw_only=True)
class ReadOptions:
    """The known facts of files apart from their content.

    ``format`` is a key of `FORMATS`, or ``None`` to recognize it. ``setting`` is that of claims
    that do not state theirs. ``mapping`` gives the names of our columns in a table. With
    ``validate`` the format's own checker reads the file first: pyx12, or ``fhir.resources``.
    ``share`` is the part of this process where several read the same files. With
    ``takes_pending_claims`` the claims of an 837 are a history that no payer has decided. If
    ``today`` is given, later services draw a remark.
    """

    format: str | None = None
    setting: str | None = None
    mapping: Mapping[str, str] | None = None
    validate: bool = False
    share: Share = WHOLE
    takes_pending_claims: bool = False
    today: date | None = None

    def __attrs_post_init__(self) -> None:
        if self.format is not None and self.format not in FORMATS:
            message = f"there is no format {self.format!r}"
            remedy = nearest(self.format, FORMATS)
            raise InputError([Problem("--format", message, remedy, ErrorCode.UNKNOWN_WORD)])


@attrs.frozen(kw_only=True)
class FileFormat:
    """A format of files with claims or history.

    ``recognizes`` returns True for a file of the format, given its path, its first bytes and the
    options. ``claims`` yields the claims of a file. ``history`` yields the lines of history in
    files of the format, which are settled together; it is ``None`` where the files are documents
    that state their own coverage. ``validated`` yields what the format's own checker finds wrong.
    ``is_shared`` is True where several processes share one file.
    """

    recognizes: Callable[[Path, bytes, ReadOptions], bool]
    claims: Callable[[Path, ReadOptions], ClaimStream]
    history: Callable[[Iterable[Path], ReadOptions], HistoryStream] | None = None
    validated: Callable[[Path], Iterator[Problem]] | None = None
    is_shared: bool = False


def format_of(path: Path, options: ReadOptions) -> FileFormat:
    """Return the format of the file; raises `InputError` if it has none or cannot be read."""
    try:
        problem = special_file(path)
        if problem is not None:
            raise InputError([problem])
        with path.open("rb") as file:
            start = file.read(_START)
        other = unsupported(start, str(path), is_named=options.format is not None)
        if other is not None:
            raise InputError([Problem(path.name, *other, ErrorCode.UNKNOWN_FORMAT)])
        if options.format is not None:
            return FORMATS[options.format]
        for known in FORMATS.values():
            if known.recognizes(path, start, options):
                return known
    except OSError as error:
        raise InputError([read_problem(path.name, error)]) from error
    if not start:
        raise InputError(
            [Problem(path.name, "the file is empty", _READ_FROM, ErrorCode.UNKNOWN_FORMAT)]
        )
    message = "the format of the file is not recognized"
    remedy = f"{_READ_FROM} If it is one of these, name it with --format."
    raise InputError([Problem(path.name, message, remedy, ErrorCode.UNKNOWN_FORMAT)])


def _is_x12(path: Path, start: bytes, options: ReadOptions) -> bool:
    from payer_rules.readers.x12 import is_x12

    return is_x12(start)


def _x12_claims(path: Path, options: ReadOptions) -> ClaimStream:
    from payer_rules.readers.x12 import read_x12_claims

    return read_x12_claims(path, setting=options.setting, share=options.share)


def _x12_history(paths: Iterable[Path], options: ReadOptions) -> HistoryStream:
    from payer_rules.readers.x12 import read_x12_payments, settled_history

    return settled_history(
        each for path in paths for each in limit_problems(read_x12_payments(path), path.name)
    )


def _x12_validated(path: Path) -> Iterator[Problem]:
    from payer_rules.readers.x12.validation import validated

    return validated(path, path.name)


def _is_fhir(path: Path, start: bytes, options: ReadOptions) -> bool:
    from payer_rules.readers.fhir import file_is_fhir, is_fhir, is_json

    is_toml = path.suffix.lower() == ".toml"
    return is_fhir(start) or (not is_toml and is_json(start) and file_is_fhir(path))


def _fhir_claims(path: Path, options: ReadOptions) -> ClaimStream:
    from payer_rules.readers.fhir import read_fhir_claims

    return read_fhir_claims(path, setting=options.setting)


def _fhir_history(paths: Iterable[Path], options: ReadOptions) -> HistoryStream:
    from payer_rules.readers.fhir import read_fhir_history

    for path in paths:
        yield from limit_problems(read_fhir_history(path), path.name)


def _fhir_validated(path: Path) -> Iterator[Problem]:
    from payer_rules.readers.fhir import validated_fhir

    return validated_fhir(path, path.name)


def _is_document(path: Path, start: bytes, options: ReadOptions) -> bool:
    return path.suffix.lower() in (".toml", ".json")


def _document_claims(path: Path, options: ReadOptions) -> ClaimStream:
    read = read_claims(path, setting=options.setting)
    yield from read.claims
    yield from read.problems


def _is_table(path: Path, start: bytes, options: ReadOptions) -> bool:
    from payer_rules.readers.line_tables import is_line_table

    is_named = path.suffix.lower() in (".csv", ".parquet")
    return is_named or is_line_table(start, options.mapping)


def _table_claims(path: Path, options: ReadOptions) -> ClaimStream:
    from payer_rules.readers.line_tables import read_claim_table

    return read_claim_table(path, mapping=options.mapping, setting=options.setting)


def _table_history(paths: Iterable[Path], options: ReadOptions) -> HistoryStream:
    from payer_rules.readers.line_tables import read_history_table

    for path in paths:
        yield from limit_problems(read_history_table(path, mapping=options.mapping), path.name)


_DOCUMENT: Final = FileFormat(recognizes=_is_document, claims=_document_claims)
#: By the name that ``--format`` takes, in the order in which they are tried.
FORMATS: Final[Mapping[str, FileFormat]] = {
    "x12": FileFormat(
        recognizes=_is_x12,
        claims=_x12_claims,
        history=_x12_history,
        validated=_x12_validated,
        is_shared=True,
    ),
    "fhir": FileFormat(
        recognizes=_is_fhir,
        claims=_fhir_claims,
        history=_fhir_history,
        validated=_fhir_validated,
    ),
    "toml": _DOCUMENT,
    "json": _DOCUMENT,
    "table": FileFormat(recognizes=_is_table, claims=_table_claims, history=_table_history),
}
