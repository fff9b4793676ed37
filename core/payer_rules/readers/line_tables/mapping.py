"""Mapping files: the names that a table has for our columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path as FilePath

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import FieldError, InputError, nearest
from payer_rules.readers.documents import read_document
from payer_rules.readers.line_tables.columns import CLAIM_COLUMNS, HISTORY_COLUMNS
from payer_rules.text.quoting import redacted


def read_mapping(path: FilePath) -> dict[str, str]:
    """Return the table's names by our column names; raises `InputError` with all problems.

    The file is TOML or JSON: ``code = "HCPCS_CD"``.
    """
    document = read_document(path)
    field_errors = [*_field_errors(document.data)]
    if field_errors:
        raise InputError(
            field_error.at(document.place(field_error.path)) for field_error in field_errors
        )
    return {
        column_name: header_name
        for column_name, header_name in document.data.items()
        if isinstance(header_name, str)
    }


def _field_errors(data: Mapping[str, object]) -> Iterator[FieldError]:
    # NOTE: the file may be a claim file given by mistake, so values are not quoted.
    known: Iterable[str] = sorted({*CLAIM_COLUMNS, *HISTORY_COLUMNS})
    for column_name, header_name in data.items():
        if column_name not in known:
            yield FieldError(
                (column_name,),
                f"there is no column of the name {column_name!r}",
                nearest(column_name, known),
                ErrorCode.TABLE_COLUMN,
            )
        if not isinstance(header_name, str) or not header_name:
            message = (
                f"{column_name} is {redacted(header_name)}, and the name of a column belongs here"
            )
            remedy = f'Write {column_name} = "THEIR NAME".'
            yield FieldError((column_name,), message, remedy, ErrorCode.WRONG_TYPE)
