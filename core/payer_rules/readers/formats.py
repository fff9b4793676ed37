"""Which reader a file needs: told, or seen from how the file begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Final, TypeAlias

import attrs

from payer_rules.errors import Fault, FaultError, nearest
from payer_rules.history import History, HistoryLine
from payer_rules.readers.claim_files import Filed, Uncoded, read_claims, read_history_file
from payer_rules.readers.shares import WHOLE, Share

__all__ = ["FORMATS", "Form", "read_filed", "read_store"]

FORMATS: Final = ("toml", "json", "x12", "fhir", "table")
#: As much of a file as tells its format.
_START: Final = 8192

Claims: TypeAlias = Iterator[Filed | Uncoded | Fault]


@attrs.frozen(kw_only=True)
class Form:
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
            problem = f"there is no format {self.format!r}"
            raise FaultError([Fault("--format", problem, nearest(self.format, FORMATS))])


def read_filed(path: Path, form: Form) -> Claims:
    """The claims in the file and every fault in it, as they come; nothing in it raises.

    Several readers share the transactions of an X12 file; another file falls to the first of them.
    A fault of the file itself may be told by each.
    """
    try:
        kind = form.format or _format_of(path, form)
    except OSError as error:
        return iter([_unread(path, error)])
    is_first = form.share.has(0)
    if not (is_first or kind == "x12"):
        return iter(())
    claims = (_settled(each, form.setting) for each in _CLAIMS[kind](path, form))
    return chain(_validated(path, kind), claims) if form.validate and is_first else claims


def read_store(path: Path, form: Form) -> tuple[History | None, list[Fault]]:
    """The history that the file holds, and every fault in it.

    Of remittances, explanations of benefit and tables it is not known what they leave out: their
    lines are known, and that there are no others is not.
    """
    try:
        kind = form.format or _format_of(path, form)
    except OSError as error:
        return None, [_unread(path, error)]
    if kind not in _HISTORIES:
        store, broken = read_history_file(path)
        return store, list(broken)
    lines: list[HistoryLine] = []
    faults: list[Fault] = []
    for each in _HISTORIES[kind](path, form):
        if isinstance(each, Fault):
            faults.append(each)
        else:
            lines.append(each)
    return History.unknown(tuple(lines)), faults


def _format_of(path: Path, form: Form) -> str:
    """The format of the file; of what is none of them, the reader of documents tells."""
    from payer_rules.readers.fhir import is_fhir
    from payer_rules.readers.line_tables import is_line_table
    from payer_rules.readers.x12 import is_x12

    with path.open("rb") as file:
        start = file.read(_START)
    if is_x12(start):
        return "x12"
    if is_fhir(start):
        return "fhir"
    if path.suffix.lower() in (".toml", ".json"):
        return "toml"
    is_table = path.suffix.lower() in (".csv", ".parquet") or is_line_table(start, form.mapping)
    return "table" if is_table else "toml"


def _unread(path: Path, error: OSError) -> Fault:
    if isinstance(error, FileNotFoundError):
        return Fault(path.name, "there is no such file", "Check the path.")
    problem = f"the file cannot be read: {error.strerror}"
    return Fault(path.name, problem, "Name a file that can be read.")


def _settled(each: Filed | Uncoded | Fault, setting: str | None) -> Filed | Uncoded | Fault:
    if not isinstance(each, Filed) or setting is None or each.claim.setting is not None:
        return each
    return attrs.evolve(each, claim=attrs.evolve(each.claim, setting=setting))


def _validated(path: Path, kind: str) -> Iterator[Fault]:
    """The faults by the format's own rules; of formats that are ours the reader tells them all."""
    if kind == "x12":
        from payer_rules.readers.x12.validation import validated

        yield from validated(path, path.name)
    elif kind == "fhir":
        from payer_rules.readers.fhir import validated_fhir

        yield from validated_fhir(path, path.name)


def _documents(path: Path, form: Form) -> Claims:
    read = read_claims(path)
    yield from read.claims
    yield from read.faults


def _x12(path: Path, form: Form) -> Claims:
    from payer_rules.readers.x12 import read_x12_claims

    return read_x12_claims(path, setting=form.setting, share=form.share)


def _fhir(path: Path, form: Form) -> Claims:
    from payer_rules.readers.fhir import read_fhir_claims

    return read_fhir_claims(path)


def _table(path: Path, form: Form) -> Claims:
    from payer_rules.readers.line_tables import read_claim_table

    return read_claim_table(path, mapping=form.mapping)


def _remittances(path: Path, form: Form) -> Iterator[HistoryLine | Fault]:
    from payer_rules.readers.x12 import read_x12_payments, settled_history

    return settled_history(read_x12_payments(path))


def _benefits(path: Path, form: Form) -> Iterator[HistoryLine | Fault]:
    from payer_rules.readers.fhir import read_fhir_history

    return read_fhir_history(path)


def _history_table(path: Path, form: Form) -> Iterator[HistoryLine | Fault]:
    from payer_rules.readers.line_tables import read_history_table

    return read_history_table(path, mapping=form.mapping)


# NOTE: each brings in its reader when it is first needed.
_CLAIMS: Final[Mapping[str, Callable[[Path, Form], Claims]]] = {
    "toml": _documents,
    "json": _documents,
    "x12": _x12,
    "fhir": _fhir,
    "table": _table,
}
_HISTORIES: Final[Mapping[str, Callable[[Path, Form], Iterator[HistoryLine | Fault]]]] = {
    "x12": _remittances,
    "fhir": _benefits,
    "table": _history_table,
}
