"""TOML and JSON files as documents: their values, each with the line on which it is written."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources.abc import Traversable
from pathlib import Path as FilePath
from pathlib import PurePath
from typing import Final, Protocol

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Path, Problem
from payer_rules.readers import json_documents
from payer_rules.readers.size_limits import LARGEST_DOCUMENT, content_of
from payer_rules.text.quoting import REDACTED, QuotingStyle
from payer_rules.toml_files import document

__all__ = ["Document", "read_document"]


class Document(Protocol):
    """A parsed file."""

    @property
    def name(self) -> str:
        """The name of the file in messages."""

    @property
    def data(self) -> dict[str, object]:
        """The values in the file."""

    def line(self, path: Path) -> int:
        """Return the line of the value at the path, or of the nearest parent with a known line."""

    def place(self, path: Path) -> str:
        """Return the file's name and the line of the value at the path: ``claim.json:3``."""


_FORMATS: Final[dict[str, Callable[[bytes, str, QuotingStyle], Document]]] = {
    ".toml": document.parse,
    ".json": json_documents.parse,
}


def read_document(path: FilePath | Traversable, *, name: str | None = None) -> Document:
    """Return the document in the file; its format is shown by the suffix.

    ``name`` is the name of the file in messages (default: its own). Raises `InputError` with one
    problem if the file cannot be read, or with all problems of its syntax.
    """
    name = name or path.name
    suffix = PurePath(path.name).suffix
    parse = _FORMATS.get(suffix.lower())
    if parse is None:
        message = f"a file that ends in {suffix!r}" if suffix else "a file without a suffix"
        remedy = f"Claims are read from {' and '.join(sorted(_FORMATS))} files."
        message += " is of no format known here"
        raise InputError([Problem(name, message, remedy, ErrorCode.UNKNOWN_FORMAT)])
    return parse(content_of(path, name, LARGEST_DOCUMENT), name, REDACTED)
