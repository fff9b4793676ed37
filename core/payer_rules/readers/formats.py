"""Which reader a file needs: told, or seen from how the file begins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Final, TypeAlias

import attrs

from payer_rules.claims import ServiceLine
from payer_rules.errors import InputError, Problem, Remark, nearest
from payer_rules.history import History, HistoryLine
from payer_rules.readers.claim_documents import (
    FiledClaim,
    UncodedClaim,
    read_claims,
    read_history_file,
)
from payer_rules.readers.file_shares import WHOLE, Share
from payer_rules.readers.joined_histories import joined
from payer_rules.readers.size_limits import limit_problems, special_file
from payer_rules.system.files import read_problem
from payer_rules.text.quoting import named

__all__ = ["FORMATS", "ReadOptions", "read_filed", "read_store", "read_stores"]

FORMATS: Final = ("toml", "json", "x12", "fhir", "table")
#: Medicare, the oldest of the programs, was enacted in 1965; windows of rules reach years back
#: and ahead, and must not leave the calendar of Python.
_FIRST: Final = date(1900, 1, 1)
_LAST: Final = date(2199, 12, 31)
#: As much of a file as tells its format.
_START: Final = 8192
#: As much as tells whether its characters are of two bytes or four, and how many of them are.
_WIDE_START: Final = 64
_SELDOM: Final = 0.6
_MOSTLY: Final = 0.9
_UNPACK: Final = "Unpack it, and give the files that it holds."
_WIDE: Final = ("the file is written in UTF-16 or UTF-32", "Save it in UTF-8.")
#: How files begin that are given in place of claims: what each is, and what to do.
_OTHERS: Final = (
    (b"\x1f\x8b", "the file is compressed with gzip", _UNPACK),
    (b"PK\x03\x04", "the file is a ZIP archive, or a workbook", _UNPACK),
    (b"BZh", "the file is compressed with bzip2", _UNPACK),
    (b"\xfd7zXZ", "the file is compressed with xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "the file is compressed with zstd", _UNPACK),
    (b"%PDF", "the file is a PDF", "Give the file that it was made of."),
    (b"<", "the file is XML or HTML", "Claims are read from X12, JSON, CSV, Parquet and TOML."),
)

Claims: TypeAlias = Iterator[FiledClaim | UncodedClaim | Problem]


@attrs.frozen(kw_only=True)
class ReadOptions:
    """What is said of files beside their names.

    ``format`` is one of `FORMATS`, or ``None`` where the file itself tells. ``setting`` is that of
    claims that do not say theirs. ``mapping`` gives a table's own names of our columns. With
    ``validate`` the format's own checker looks at the file first: pyx12, or ``fhir.resources``.
    ``share`` is what falls to this one of several readers.
    """

    format: str | None = None
    setting: str | None = None
    mapping: Mapping[str, str] | None = None
    validate: bool = False
    share: Share = WHOLE

    def __attrs_post_init__(self) -> None:
        if self.format is not None and self.format not in FORMATS:
            message = f"there is no format {self.format!r}"
            raise InputError([Problem("--format", message, nearest(self.format, FORMATS))])


def read_filed(path: Path, form: ReadOptions) -> Claims:
    """The claims in the file and every fault in it, as they come; nothing in it raises.

    Several readers share the transactions of an X12 file; another file falls to the first of them.
    A fault of the file itself may be told by each.
    """
    try:
        kind = _kind_of(path, form)
    except InputError as error:
        return iter(error.problems)
    is_first = form.share.has(0)
    if not (is_first or kind == "x12"):
        return iter(())
    claims = (_dated(_settled(each, form.setting)) for each in _CLAIMS[kind](path, form))
    checked = _validated(path, kind) if form.validate and is_first else iter(())
    return chain(limit_problems(checked, path.name), limit_problems(claims, path.name))


def read_store(path: Path, form: ReadOptions) -> tuple[History | None, list[Problem]]:
    """Return the history that the file holds, and every fault in it."""
    return read_stores([path], form)


def read_stores(paths: Iterable[Path], form: ReadOptions) -> tuple[History | None, list[Problem]]:
    """Return the history that the files hold together, and every fault in them.

    It is ``None`` where no file can be read. Of remittances, explanations of benefit and tables it
    is not known what they leave out: their lines are known, and that there are no others is not.
    Nor is it where anything in the files cannot be read. Remittances are settled together.
    """
    problems: list[Problem] = []
    timeless: list[Problem] = []
    histories: list[tuple[str, History]] = []
    remittances: list[Path] = []
    for path in paths:
        try:
            kind = _kind_of(path, form)
        except InputError as error:
            problems += error.problems
            continue
        if kind == "x12":
            remittances.append(path)
        elif kind in _HISTORIES:
            found = limit_problems(_HISTORIES[kind](path, form), path.name)
            lines = _lines(found, path.name, problems, timeless)
            histories.append((path.name, History.unknown(lines)))
        else:
            store, broken = read_history_file(path)
            problems += broken
            if store is not None:
                lines = _lines(store.lines, path.name, problems, timeless)
                histories.append((path.name, attrs.evolve(store, lines=lines)))
    if remittances:
        name = ", ".join(path.name for path in remittances)
        lines = _lines(_settled_remittances(remittances), name, problems, timeless)
        histories.append((name, History.unknown(lines)))
    if not histories:
        return None, problems
    history, conflicts = joined(histories)
    problems += conflicts
    if any(not isinstance(problem, Remark) for problem in problems):
        history = attrs.evolve(history, covers_from=date.max)
    return history, [*problems, *timeless]


def _lines(
    found: Iterable[HistoryLine | Problem],
    name: str,
    problems: list[Problem],
    timeless: list[Problem],
) -> tuple[HistoryLine, ...]:
    """Return the lines that rules can speak of, and add what is wrong to the faults.

    Lines of days of which no rule can speak are ``timeless``: nothing else is in doubt for them.
    """
    lines = []
    for each in found:
        if isinstance(each, Problem):
            problems.append(each)
        elif _is_of_our_time(each):
            lines.append(each)
        else:
            timeless.append(_of_no_time(name, each.claim))
    return tuple(lines)


def _kind_of(path: Path, form: ReadOptions) -> str:
    """The format of the file, told or seen; raises `InputError` where there is no file of any."""
    try:
        missing = special_file(path)
        if missing is None and _is_wide(path):
            raise InputError([Problem(path.name, *_WIDE)])
        kind = form.format if form.format or missing else _format_of(path, form)
    except OSError as error:
        raise InputError([read_problem(path.name, error)]) from error
    if missing is not None or kind is None:
        raise InputError([missing or _of_no_format(path)])
    return kind


def _is_wide(path: Path) -> bool:
    """Return True if the file is text in UTF-16 or UTF-32, with a byte order mark or without."""
    with path.open("rb") as file:
        start = file.read(_WIDE_START)
    if start.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return True
    # NOTE: of the signs that formats begin with, every second byte, or three of four, are NUL.
    halves = start[: len(start) // 4 * 4 : 2], start[1 : len(start) // 4 * 4 : 2]
    few, many = sorted(half.count(0) / (len(half) or 1) for half in halves)
    return few < _SELDOM and many > _MOSTLY and start[:4] != b"PAR1"


def _format_of(path: Path, form: ReadOptions) -> str | None:
    """The format that is seen from how the file begins, else from its suffix."""
    from payer_rules.readers.fhir import file_is_fhir, is_fhir, is_json
    from payer_rules.readers.line_tables import is_line_table
    from payer_rules.readers.x12 import is_x12

    with path.open("rb") as file:
        start = file.read(_START)
    if other := next((told for mark, *told in _OTHERS if start.lstrip().startswith(mark)), None):
        raise InputError([Problem(path.name, *other)])
    if is_x12(start):
        return "x12"
    is_toml = path.suffix.lower() == ".toml"
    if is_fhir(start) or (not is_toml and is_json(start) and file_is_fhir(path)):
        return "fhir"
    if path.suffix.lower() in (".toml", ".json"):
        return "toml"
    is_table = path.suffix.lower() in (".csv", ".parquet") or is_line_table(start, form.mapping)
    return "table" if is_table else None


def _of_no_format(path: Path) -> Problem:
    remedy = "Claims are read from X12 (837), FHIR in JSON, CSV, Parquet, TOML and JSON."
    if not path.stat().st_size:
        return Problem(path.name, "the file is empty", remedy)
    told = f"{remedy} If it is one of these, say which with --format."
    return Problem(path.name, "the file begins like none of the formats known here", told)


def _dated(each: FiledClaim | UncodedClaim | Problem) -> FiledClaim | UncodedClaim | Problem:
    """The claim, where its days and those of its history are of a time that rules can speak of."""
    if not isinstance(each, FiledClaim):
        return each
    claim, earlier = each.claim, each.history.lines if each.history else ()
    lines = (*claim.lines, *earlier) if earlier else claim.lines
    is_sound = _FIRST <= (claim.received or _FIRST) <= _LAST and all(map(_is_of_our_time, lines))
    return each if is_sound else _of_no_time(each.file, claim.id)


def _is_of_our_time(line: ServiceLine) -> bool:
    return line.date_from >= _FIRST and line.date_to <= _LAST


def _of_no_time(file: str, claim: str) -> Problem:
    message = f"a day lies before {_FIRST} or after {_LAST}"
    return Problem(f"{file}, claim {named(claim)}", message, "Write the days of the services.")


def _settled(
    each: FiledClaim | UncodedClaim | Problem, setting: str | None
) -> FiledClaim | UncodedClaim | Problem:
    if not isinstance(each, FiledClaim) or setting is None or each.claim.setting is not None:
        return each
    return attrs.evolve(each, claim=attrs.evolve(each.claim, setting=setting))


def _validated(path: Path, kind: str) -> Iterator[Problem]:
    """The faults by the format's own rules; of formats that are ours the reader tells them all."""
    if kind == "x12":
        from payer_rules.readers.x12.validation import validated

        yield from validated(path, path.name)
    elif kind == "fhir":
        from payer_rules.readers.fhir import validated_fhir

        yield from validated_fhir(path, path.name)


def _documents(path: Path, form: ReadOptions) -> Claims:
    read = read_claims(path)
    yield from read.claims
    yield from read.problems


def _x12(path: Path, form: ReadOptions) -> Claims:
    from payer_rules.readers.x12 import read_x12_claims

    return read_x12_claims(path, setting=form.setting, share=form.share)


def _fhir(path: Path, form: ReadOptions) -> Claims:
    from payer_rules.readers.fhir import read_fhir_claims

    return read_fhir_claims(path)


def _table(path: Path, form: ReadOptions) -> Claims:
    from payer_rules.readers.line_tables import read_claim_table

    return read_claim_table(path, mapping=form.mapping)


def _settled_remittances(paths: Iterable[Path]) -> Iterator[HistoryLine | Problem]:
    from payer_rules.readers.x12 import read_x12_payments, settled_history

    return settled_history(
        each for path in paths for each in limit_problems(read_x12_payments(path), path.name)
    )


def _benefits(path: Path, form: ReadOptions) -> Iterator[HistoryLine | Problem]:
    from payer_rules.readers.fhir import read_fhir_history

    return read_fhir_history(path)


def _history_table(path: Path, form: ReadOptions) -> Iterator[HistoryLine | Problem]:
    from payer_rules.readers.line_tables import read_history_table

    return read_history_table(path, mapping=form.mapping)


# NOTE: each brings in its reader when it is first needed.
_CLAIMS: Final[Mapping[str, Callable[[Path, ReadOptions], Claims]]] = {
    "toml": _documents,
    "json": _documents,
    "x12": _x12,
    "fhir": _fhir,
    "table": _table,
}
_HISTORIES: Final[Mapping[str, Callable[[Path, ReadOptions], Iterator[HistoryLine | Problem]]]] = {
    "fhir": _benefits,
    "table": _history_table,
}
