"""The file ``practice.toml``: found in the working directory or above it, and read as a whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs

from payer_rules.errors import FieldError, InputError, InvalidValueError
from payer_rules.practice.practice import Practice
from payer_rules.toml_files.document import TomlDocument, read
from payer_rules.values.checked import form_error
from payer_rules.values.structure import structure
from payer_rules.vocabularies.formats import NPI

#: The name of the file, and the environment variable that names another.
NAME: Final = "practice.toml"
VARIABLE: Final = "PAYER_RULES_PRACTICE"


def find_practice(named: Path | None = None) -> Path | None:
    """Return the practice file that is named, or else the nearest one; ``None`` if there is none.

    It is named by the option or by ``PAYER_RULES_PRACTICE``. Otherwise it is looked for in the
    working directory and the folders above it.
    """
    if named is not None:
        return named
    if variable := os.environ.get(VARIABLE):
        return Path(variable)
    if Path(NAME).is_file():
        return Path(NAME)
    above = (folder / NAME for folder in Path.cwd().parents)
    return next((path for path in above if path.is_file()), None)


def read_practice(path: Path) -> tuple[Practice, TomlDocument]:
    """Return the practice in the file, and the document; raises `InputError` with all problems."""
    document = read(path, name=str(path))
    field_errors = [*_errors_of_keys(document.data.get("providers"))]
    try:
        practice = structure(Practice, document.data)
    except InvalidValueError as error:
        field_errors += error.field_errors
    if field_errors:
        located = sorted((document.line(each.path), each) for each in field_errors)
        raise InputError(each.at(document.place(each.path)) for _, each in located)
    return attrs.evolve(practice, file=path), document


def _errors_of_keys(providers: object) -> Iterator[FieldError]:
    """Yield the errors of providers whose key is no NPI."""
    for npi in providers if isinstance(providers, dict) else ():
        if NPI.canonical(npi) != npi:
            yield form_error(("providers", npi), NPI, npi, repr)
