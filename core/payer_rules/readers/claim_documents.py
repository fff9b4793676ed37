"""Claims in a TOML or JSON document, each with its history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from importlib.resources.abc import Traversable
from pathlib import Path as FilePath
from typing import Final

import attrs

from payer_rules.claims import Claim
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InputError, InvalidValueError, Path, Problem
from payer_rules.history import History
from payer_rules.readers.claim_shorthand import (
    Table,
    expand_claim,
    hidden_errors,
    not_a_table,
)
from payer_rules.readers.documents import Document, read_document
from payer_rules.readers.filed_claims import FiledClaim
from payer_rules.readers.history_documents import (
    HISTORY_KEYS,
    HISTORY_SCHEMA,
    read_history,
    read_store,
)
from payer_rules.readers.size_limits import MOST_FAULTS
from payer_rules.text.quoting import REDACTED, quoted, redacted
from payer_rules.values.structure import structure, unknown_keys

__all__ = [
    "CLAIM_SCHEMA",
    "ClaimFile",
    "claims_of",
    "errors_of_schema",
    "history_of_document",
    "read_claims",
    "read_history_document",
    "without_schema",
]

#: The name that a document of claims may state as its ``schema``.
CLAIM_SCHEMA: Final = "urn:payer-rules:schema:claim:1"
_OURS: Final = "urn:payer-rules:"

_AS_HISTORY: Final = (
    "Give claim files without --history; a history file has [[history]] for each earlier line."
)
_FORMS: Final = "Write one claim as [claim], several as [[claims]]."


@attrs.frozen
class ClaimFile:
    """The contents of a claim document: its sound claims, and all its problems."""

    claims: tuple[FiledClaim, ...]
    problems: tuple[Problem, ...]


@attrs.frozen
class _ClaimEntry:
    """The data of a claim and the table that holds its history, each with its path."""

    claim: object
    claim_path: Path
    around: Table
    around_path: Path
    number: int

    @property
    def foreign_keys(self) -> frozenset[str]:
        """The keys in the claim's table that do not belong to the claim."""
        return HISTORY_KEYS if self.claim is self.around else frozenset()


def read_claims(
    path: FilePath | Traversable, *, name: str | None = None, setting: str | None = None
) -> ClaimFile:
    """Return the sound claims of the file and all its problems; raises for nothing in the file.

    ``setting`` is that of claims that do not state theirs.
    """
    try:
        document = read_document(path, name=name)
    except InputError as error:
        return ClaimFile((), error.problems)
    source = path if isinstance(path, FilePath) else None
    return ClaimFile(*claims_of(document, setting=setting, source=source))


def read_history_document(path: FilePath) -> tuple[History | None, tuple[Problem, ...]]:
    """Return the history that the file contains, and every problem; with a problem, no history."""
    try:
        document = read_document(path)
    except InputError as error:
        return None, error.problems
    return history_of_document(document)


def history_of_document(document: Document) -> tuple[History | None, tuple[Problem, ...]]:
    """Return the history of the document, and every problem; with a problem, no history."""
    for key in ("claim", "claims"):
        if key in document.data:
            return None, (
                _form_error(
                    (key,), "this is a claim file, and a history was expected", _AS_HISTORY
                ).at(document.place((key,))),
            )
    data = without_schema(document.data)
    field_errors = [*unknown_keys(data, HISTORY_KEYS, (), REDACTED)]
    field_errors += errors_of_schema(document.data, HISTORY_SCHEMA)
    if "history" not in document.data:
        field_errors.append(
            _form_error((), "the file has no history", "Write [[history]] for each line.")
        )
    try:
        store = read_store(document.data)
    except InvalidValueError as error:
        field_errors.extend(error.field_errors)
    return (None, _placed(field_errors, document)) if field_errors else (store, ())


def claims_of(
    document: Document,
    *,
    also: Collection[str] = frozenset(),
    setting: str | None = None,
    source: FilePath | None = None,
) -> tuple[tuple[FiledClaim, ...], tuple[Problem, ...]]:
    """Return the valid claims of the document and its problems, sorted by line.

    ``also`` are top-level keys that have nothing to do with claims. ``setting`` is that of claims
    that do not state theirs. ``source`` is the file.
    """
    field_errors = [*_errors_of_top(document.data, also)]
    filed: list[FiledClaim] = []
    for entry in _entries(document.data):
        try:
            claim, history = _read(entry, setting)
        except InvalidValueError as error:
            # NOTE: one more than are told shows that there are more.
            field_errors.extend(error.field_errors[: max(0, MOST_FAULTS + 1 - len(field_errors))])
        else:
            filed.append(
                FiledClaim(
                    claim,
                    history,
                    document.name,
                    entry.number,
                    source=source,
                    source_keys=entry.claim_path,
                )
            )
    return tuple(filed), _placed(field_errors, document)


def _errors_of_top(data: Table, also: Collection[str]) -> Iterator[FieldError]:
    known = {"claim", "claims", *HISTORY_KEYS, *also}
    unknown = [*unknown_keys(without_schema(data), known, (), REDACTED)]
    yield from unknown
    yield from errors_of_schema(data, CLAIM_SCHEMA)
    if "claim" in data and "claims" in data:
        yield _form_error(("claims",), "the file has claim and claims")
    elif "claims" in data:
        yield from _errors_of_several(data)
    elif isinstance(data.get("claim"), list):
        yield _form_error(("claim",), "claim is a list, and one table belongs here")
    elif "claim" not in data and not unknown:
        yield _form_error((), "the file has no claim")


def without_schema(data: Table) -> Table:
    """Return the keys of a document other than its schema."""
    return {key: value for key, value in data.items() if key != "schema"}


def errors_of_schema(data: Table, expected: str) -> Iterator[FieldError]:
    """Yield the error of a document that states a schema other than the expected one."""
    stated = data.get("schema", expected)
    if stated != expected:
        is_ours = str(stated).startswith(_OURS)
        message = f"the schema is {quoted(stated) if is_ours else redacted(stated)}"
        yield FieldError(("schema",), message, f"Write {expected!r}.")


def _errors_of_several(data: Table) -> Iterator[FieldError]:
    if not isinstance(data["claims"], list):
        message = f"claims is {redacted(data['claims'])}, and a list belongs here"
        yield _form_error(("claims",), message)
    for key in sorted(HISTORY_KEYS & data.keys()):
        message = f"{key} is given for several claims at once"
        remedy = f"Write claims.{key} into the claim that it belongs to."
        yield _form_error((key,), message, remedy)


def _form_error(path: Path, message: str, remedy: str = _FORMS) -> FieldError:
    """Return the error of a document whose claims or history are not in one of its forms."""
    return FieldError(path, message, remedy, ErrorCode.CLAIM_DOCUMENT)


def _entries(data: Table) -> Iterator[_ClaimEntry]:
    if "claim" in data and "claims" in data:
        return
    several = data.get("claims")
    if isinstance(several, list):
        for at, claim in enumerate(several):
            around = claim if isinstance(claim, dict) else {}
            yield _ClaimEntry(claim, ("claims", at), around, ("claims", at), at + 1)
    elif "claim" in data and not isinstance(data["claim"], list):
        yield _ClaimEntry(data["claim"], ("claim",), data, (), 1)


def _read(entry: _ClaimEntry, setting: str | None) -> tuple[Claim, History | None]:
    """Return the claim and its history; raises `InvalidValueError` with the errors of both."""
    if not isinstance(entry.claim, dict):
        raise InvalidValueError([not_a_table("the claim", entry.claim).under(*entry.claim_path)])
    field_errors: list[FieldError] = []
    expanded = expand_claim(entry.claim, entry.foreign_keys)
    field_errors += [field_error.under(*entry.claim_path) for field_error in expanded.field_errors]
    if setting is not None and expanded.table.get("setting") is None:
        expanded.table["setting"] = setting
    claim: Claim | None = None
    history: History | None = None
    try:
        claim = structure(Claim, expanded.table, REDACTED)
    except InvalidValueError as error:
        # NOTE: some show twice: what the claim says itself, and what is sought behind that.
        found = dict.fromkeys([*error.field_errors, *hidden_errors(expanded.table)])
        field_errors += [field_error.under(*entry.claim_path) for field_error in found]
    try:
        history = read_history(entry.around, claim, expanded.defaults.rendering_provider)
    except InvalidValueError as error:
        field_errors += [
            field_error.under(*entry.around_path) for field_error in error.field_errors
        ]
    if claim is None or field_errors:
        raise InvalidValueError(field_errors)
    return claim, history


def _placed(field_errors: Iterable[FieldError], document: Document) -> tuple[Problem, ...]:
    written = [attrs.evolve(m, path=_written(m.path, document.data)) for m in field_errors]
    written.sort(key=lambda field_error: document.line(field_error.path))
    return tuple(field_error.at(document.place(field_error.path)) for field_error in written)


def _written(path: Path, data: object) -> Path:
    """Return the path as it is in the file, where ``date_from`` may be written as ``date``."""
    if path[-1:] != ("date_from",):
        return path
    for part in path[:-1]:
        data = data[part]  # type: ignore[index]
    return path if isinstance(data, dict) and "date_from" in data else (*path[:-1], "date")
