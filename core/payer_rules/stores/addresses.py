"""Addresses of history stores: ``sqlite:///FILE`` and ``postgresql://HOST/NAME``."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem

StoreKind: TypeAlias = Literal["sqlite", "postgresql"]

_SQLITE: Final = "sqlite:///"
_POSTGRES: Final = ("postgresql://", "postgres://")
_FORMS: Final = "Write sqlite:///FILE or postgresql://USER@HOST/DATABASE."


@attrs.frozen
class StoreAddress:
    """The address of a history store: its kind, and the file or the URL of the database.

    ``name`` is printed in messages; it contains neither a user nor a password.
    """

    kind: StoreKind
    target: str = attrs.field(repr=False)
    name: str

    @property
    def path(self) -> Path:
        """The file of a SQLite database."""
        return Path(self.target)


def is_store_address(text: str) -> bool:
    """Return True if the text is an address rather than the path of a file."""
    return "://" in text


def parse_address(text: str, folder: Path | None = None, option: str = "--store") -> StoreAddress:
    """Return the address that the text states; raises `InputError` if it states none.

    The file of a SQLite database is relative to the folder, or to the working directory.
    ``option`` is the option or key that has the text.
    """
    if text.startswith(_SQLITE) and len(text) > len(_SQLITE):
        path = Path(text.removeprefix(_SQLITE))
        return StoreAddress("sqlite", str(folder / path if folder else path), path.name)
    if text.startswith(_POSTGRES):
        name = _database_name(text)
        if name is not None:
            return StoreAddress("postgresql", text, name)
    scheme = text.partition("://")[0]
    message = f"the address of the history store begins with {scheme!r} and is not complete"
    if not text.startswith((_SQLITE, *_POSTGRES)):
        message = f"{scheme!r} is not the address of a history store"
    raise InputError([Problem(option, message, _FORMS, ErrorCode.OPTION_VALUE)])


def _database_name(text: str) -> str | None:
    """Return host and database of the URL without user and password; ``None`` if it has none."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or "localhost"
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    return f"{host}{port}{parts.path}" if len(parts.path) > 1 else None
