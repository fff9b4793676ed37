"""Records of conformance runs as JSON text, and back.

Each list has one entry on a line, so that two reports can be compared by line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final

import attrs

from payer_rules.conformance.run_record import RunRecord, SharedValues
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, InvalidValueError, Problem
from payer_rules.json_forms.plain_data import line_of, without_defaults
from payer_rules.json_forms.schema_files import CONFORMANCE
from payer_rules.values.structure import structure

_AGAIN: Final = "Make the report again: payer-rules conform --report json:FILE."
_DIGEST: Final = ',\n"digest": "'
_SHARED: Final = tuple(field.name for field in attrs.fields(SharedValues))


def text_of_record(record: RunRecord) -> Iterator[str]:
    """Yield the record as JSON, an entry of a list at a time, and the digest of all before it."""
    digest = hashlib.sha256()
    for part in _parts(record):
        digest.update(part.encode())
        yield part
    yield f'{_DIGEST}{digest.hexdigest()}"\n}}\n'


def digest_of(record: RunRecord) -> str:
    """Return the digest of the JSON text of a run that was compared with no other."""
    digest = hashlib.sha256()
    for part in _parts(attrs.evolve(record, earlier=None)):
        digest.update(part.encode())
    return digest.hexdigest()


def is_altered(content: bytes) -> bool:
    """Return True if the JSON text is not what was written: its digest is another one."""
    head, mark, digest = content.rpartition(_DIGEST.encode())
    return not mark or hashlib.sha256(head).hexdigest() != digest[:64].decode(errors="replace")


def _parts(record: RunRecord) -> Iterator[str]:
    yield f'{{"schema": {line_of(CONFORMANCE)}'
    for field in attrs.fields(RunRecord):
        if field.name != "shared":
            yield from _member(field.name, getattr(record, field.name))
    for name in _SHARED:
        yield from _member(name, getattr(record.shared, name))


def _member(name: str, value: object) -> Iterator[str]:
    """Yield a key of the record with its value."""
    yield f",\n{line_of(name)}: "
    if not isinstance(value, tuple | list):
        yield line_of(without_defaults(value))
        return
    yield "["
    for at, item in enumerate(value):
        yield f"{',' * bool(at)}\n{line_of(without_defaults(item))}"
    yield "]"


def record_from(content: bytes, where: str) -> RunRecord:
    """Return the record of the JSON text; raises `InputError` with the place ``where``."""
    data = _parsed(content, where)
    shared = SharedValues(**{name: _values(data.pop(name, None), name, where) for name in _SHARED})
    try:
        return attrs.evolve(structure(RunRecord, data, keys="json"), shared=shared)
    except InvalidValueError as error:
        places = (f"{where}: {'.'.join(map(str, m.path))}" for m in error.field_errors)
        errors = zip(error.field_errors, places, strict=True)
        raise InputError(each.at(place) for each, place in errors) from None


def _parsed(content: bytes, where: str) -> dict[str, Any]:
    """Return the object of the text without its schema; raises `InputError` if it has another."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        message = f"it is no complete JSON{f': it breaks off at line {line}' if line else ''}"
        raise _unusable(where, message) from None
    if not isinstance(data, dict) or data.pop("schema", None) != CONFORMANCE:
        raise _unusable(where, f"it has not the schema {CONFORMANCE!r}")
    data.pop("digest", None)
    return data


def _values(value: object, name: str, where: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise _unusable(where, f"{name!r} is not a list of objects")
    return value


def _unusable(where: str, message: str) -> InputError:
    return InputError([Problem(where, message, _AGAIN, ErrorCode.UNREADABLE_FILE)])
