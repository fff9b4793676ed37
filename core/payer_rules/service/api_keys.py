"""Keys of the service: a file with a salted digest of each, and the comparison with a request.

A key is ``pr_ID_SECRET``. Its secret is 256 random bits and is nowhere but with whom it was given
to; a digest that is fast to compute is enough, because nobody can try so many.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, InvalidValueError, Problem
from payer_rules.json_forms.plain_data import plain, text_of
from payer_rules.readers.documents import read_document
from payer_rules.system.atomic_files import replace_file, write_error
from payer_rules.values.structure import structure

#: What a key may ask: about claims, about rules, and for the numbers of the service.
Scope: TypeAlias = Literal["claims", "rules", "metrics"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)

_parts: Final = re.compile(r"pr_([0-9a-f]{8})_([A-Za-z0-9_-]{43})").fullmatch
_OWNER_ONLY: Final = 0o600


@attrs.frozen(kw_only=True)
class ApiKey:
    """A key as its file has it: whose it is, what it may ask, until when, and its digest."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    salt: str
    digest: str
    created: date
    until: date | None = None

    def has_ended(self, today: date) -> bool:
        """Return True after the last day of the key."""
        return self.until is not None and self.until < today

    def is_of(self, secret: str) -> bool:
        """Return True for the secret of the key; it takes as long for any other."""
        return hmac.compare_digest(self.digest.encode(), _digest(self.salt, secret).encode())


#: The key against which a secret with an unknown id is compared, so that it takes as long.
_NOBODY: Final = ApiKey(
    id="", name="", scopes=(), salt="00" * 16, digest="0" * 64, created=date.min
)


@attrs.frozen
class KeyFile:
    """The keys in a file."""

    keys: tuple[ApiKey, ...] = ()

    def key_of(self, text: str) -> ApiKey | None:
        """Return the key that the text is, if there is one; it may have ended."""
        parts = _parts(text)
        if parts is None:
            return None
        found = next((key for key in self.keys if key.id == parts[1]), _NOBODY)
        return found if found.is_of(parts[2]) and found is not _NOBODY else None

    def with_new(
        self, name: str, scopes: Iterable[Scope], *, today: date, until: date | None = None
    ) -> tuple[KeyFile, str]:
        """Return the file with one more key, and the text of the key, which is not kept.

        The new key is the last of the file.
        """
        key_id, salt = secrets.token_hex(4), secrets.token_hex(16)
        secret = secrets.token_urlsafe(32)
        key = ApiKey(
            id=key_id,
            name=name,
            scopes=tuple(scopes),
            salt=salt,
            digest=_digest(salt, secret),
            created=today,
            until=until,
        )
        return KeyFile((*self.keys, key)), f"pr_{key_id}_{secret}"

    def with_id(self, key_id: str) -> ApiKey:
        """Return the key with the id; raises `InputError` if there is none."""
        found = next((key for key in self.keys if key.id == key_id), None)
        if found is None:
            message, remedy = f"there is no key {key_id!r}", "payer-rules keys list shows the ids."
            raise InputError([Problem("ID", message, remedy, ErrorCode.OPTION_VALUE)])
        return found

    def ending(self, key_id: str, last: date | None) -> KeyFile:
        """Return the file with the key ending after that day; without it if there is no day.

        Raises `InputError` if there is no such key.
        """
        self.with_id(key_id)
        kept = [
            attrs.evolve(key, until=last) if key.id == key_id else key
            for key in self.keys
            if key.id != key_id or last is not None
        ]
        return KeyFile(tuple(kept))


def read_keys(path: Path) -> KeyFile:
    """Return the keys in the file; raises `InputError` if it cannot be read."""
    document = read_document(path)
    try:
        return structure(KeyFile, document.data)
    except InvalidValueError as error:
        problems = [each.at(document.place(each.path)) for each in error.field_errors]
        raise InputError(problems) from None


def write_keys(path: Path, keys: KeyFile) -> None:
    """Replace the file, which nobody but its owner may read if it is new.

    Raises `InputError` if it cannot be written, or has a name under which it would not be read.
    """
    if path.suffix.lower() != ".json":
        message, remedy = f"{path.name!r} does not end in .json", "Name it keys.json."
        raise InputError([Problem("--keys", message, remedy, ErrorCode.OPTION_VALUE)])
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, _OWNER_ONLY))
    except OSError as error:
        raise write_error("--keys", f"the file of keys {str(path)!r}", error) from error
    replace_file(path, f"{text_of(plain(keys))}\n", "--keys", f"the file of keys {str(path)!r}")


def _digest(salt: str, secret: str) -> str:
    return hashlib.sha256(f"{salt}{secret}".encode()).hexdigest()
