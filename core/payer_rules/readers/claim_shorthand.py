"""Expansion of the shorthand that claim documents allow.

A document may write ``date`` for a single day, and a default once for all lines; here both are
written out. What is wrong is returned with its path, so that the rest of the document is still
read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Final, TypeAlias

import attrs

from payer_rules.claims import Claim, Provider, ServiceLine
from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InvalidValueError, Path
from payer_rules.history import HistoryLine
from payer_rules.readers.size_limits import MOST_LINES
from payer_rules.text.quoting import REDACTED, redacted
from payer_rules.values.checked import Checked, of_form
from payer_rules.values.structure import structure, unknown_keys
from payer_rules.vocabularies import PLACES_OF_SERVICE

Table: TypeAlias = dict[str, object]
FieldErrors: TypeAlias = tuple[FieldError, ...]


@attrs.frozen(kw_only=True)
class LineDefaults(Checked):
    """Values that a claim states once for all its lines."""

    place_of_service: str | None = attrs.field(default=None, metadata=of_form(PLACES_OF_SERVICE))
    rendering_provider: Provider | None = None


@attrs.frozen
class ExpandedTable:
    """A table without shorthand, the errors in it, and the line defaults of a claim."""

    table: Table
    field_errors: FieldErrors = ()
    defaults: LineDefaults = LineDefaults()


def _names(cls: type[attrs.AttrsInstance]) -> frozenset[str]:
    return frozenset(field.name for field in attrs.fields(cls))


_DEFAULTS: Final = _names(LineDefaults)
_CLAIM: Final = _names(Claim) | _DEFAULTS
_LINE: Final = _names(ServiceLine) | {"date"}
#: The words and codes of a claim itself, such as its setting.
_WORDS: Final = frozenset(
    field.name for field in attrs.fields(Claim) if "form" in field.metadata and field.name != "id"
)
#: What a line must have, while the faults in the rest of it are sought.
_STAND_INS: Final[Table] = {"code": "00000", "date_from": date.min, "claim": "-", "member": "-"}
_BEYOND: Final = 10**9
_HISTORY_LINE: Final = _names(HistoryLine) | {"date"}


def not_a_table(name: str, given: object) -> FieldError:
    """Return the error of a value that should be a table."""
    message = f"{name} is {redacted(given)}, and a table belongs here"
    return FieldError((), message, "Write keys with their values.", ErrorCode.WRONG_TYPE)


def expand_claim(given: Table, foreign_keys: Collection[str]) -> ExpandedTable:
    """Return the claim with its defaults written into its lines.

    ``foreign_keys`` are keys of the table that do not belong to the claim.
    """
    field_errors = [*unknown_keys(given, _CLAIM | set(foreign_keys), (), REDACTED)]
    claim = {key: value for key, value in given.items() if key in _CLAIM - _DEFAULTS}
    written = {key: given[key] for key in sorted(_DEFAULTS) if key in given}
    defaults = _defaults(written, field_errors)
    given_lines = given.get("lines")
    if isinstance(given_lines, list) and len(given_lines) > MOST_LINES:
        message = f"the claim has {len(given_lines)} lines, and at most {MOST_LINES} are read"
        remedy = "Write several claims."
        field_errors.append(FieldError(("lines",), message, remedy, ErrorCode.TOO_LARGE))
        claim["lines"] = []
    elif isinstance(given_lines, list):
        # NOTE: defaults that do not fit are left out: else each line would repeat the misfit.
        each = written if defaults else {}
        lines = [_claim_line(line, at, each) for at, line in enumerate(given_lines)]
        claim["lines"] = [line for line, _ in lines]
        field_errors += [field_error for _, found in lines for field_error in found]
    return ExpandedTable(claim, tuple(field_errors), defaults or LineDefaults())


def expand_history_line(given: Table, at: int, member: str) -> ExpandedTable:
    """Return the history line at the position; its member is the given one if it names none."""
    return _line(given, ("history", at), _HISTORY_LINE, {"member": member})


def _defaults(written: Table, field_errors: list[FieldError]) -> LineDefaults | None:
    try:
        return structure(LineDefaults, written, REDACTED)
    except InvalidValueError as error:
        field_errors.extend(error.field_errors)
        return None


def _claim_line(given: object, at: int, defaults: Table) -> tuple[object, FieldErrors]:
    if not isinstance(given, dict):
        return given, ()
    expanded = _line(given, ("lines", at), _LINE, {"number": at + 1, **defaults})
    return expanded.table, expanded.field_errors


def _line(
    given: Table, path: Path, known: Collection[str], defaults: Mapping[str, object]
) -> ExpandedTable:
    line = {**defaults, **{key: value for key, value in given.items() if key in known}}
    field_errors = [*unknown_keys(given, known, path, REDACTED), *_errors_of_dates(given, path)]
    if "date" in line:
        line.setdefault("date_from", line.pop("date"))
    # NOTE: any day will do where none is written, for the line's other faults to be found.
    line.setdefault("date_from", date.min)
    line.pop("date", None)
    return ExpandedTable(line, tuple(field_errors))


def _errors_of_dates(line: Table, path: Path) -> Iterator[FieldError]:
    spans = sorted(line.keys() & {"date_from", "date_to"})
    if "date" in line and spans:
        message = f"date is given together with {' and '.join(spans)}"
        remedy = "Write date for one day, date_from and date_to for several."
        yield FieldError((*path, "date"), message, remedy)
    if "date" not in line and "date_from" not in line:
        first = "date_from" if spans else "date"
        message = f"the key {first!r} is missing"
        yield FieldError(path, message, f"Add {first} = …", ErrorCode.MISSING_KEY)


def hidden_errors(claim: Table) -> Iterator[FieldError]:
    """Yield the errors in the words and lines of an expanded claim that others would hide."""
    lines = claim.get("lines")
    if not isinstance(lines, list):
        return
    for at, line in enumerate(lines):
        if isinstance(line, dict):
            yield from (
                field_error.under("lines", at) for field_error in all_errors(ServiceLine, line)
            )
    bare = [
        {"number": _number(line, at), "code": "00000", "date_from": date.min}
        for at, line in enumerate(lines)
    ]
    nobody = {"member": {"id": "-"}, "billing_provider": {"npi": "0000000000"}}
    words = {key: value for key, value in claim.items() if key in _WORDS}
    sound = {"id": "-", **nobody, "lines": bare, **words}
    yield from _field_errors(Claim, sound)


def all_errors(cls: type[ServiceLine], line: Table) -> FieldErrors:
    """Return every error of a line, with those that show only once other values are replaced."""
    first = _field_errors(cls, line)
    if not first:
        return ()
    stand_ins = {key: value for key, value in _STAND_INS.items() if key in _names(cls)}
    broken = {field_error.path[0] for field_error in first if field_error.path}
    sound = {key: value for key, value in line.items() if key not in broken}
    return (*first, *_field_errors(cls, {**stand_ins, **sound}))


def _field_errors(cls: type[Claim | ServiceLine], table: object) -> FieldErrors:
    try:
        structure(cls, table, REDACTED)
    except InvalidValueError as error:
        return error.field_errors
    return ()


def _number(line: object, at: int) -> int:
    number = line.get("number") if isinstance(line, dict) else None
    # NOTE: a number that is at fault itself must not seem to be used twice.
    return number if type(number) is int and number > 0 else _BEYOND + at
