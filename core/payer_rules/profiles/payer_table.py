"""The payer of a profile, read without the profile's rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from payer_rules.errors import InputError, InvalidValueError
from payer_rules.profiles.profile import ProfileVocabulary
from payer_rules.rules import Payer
from payer_rules.system.files import content_of
from payer_rules.toml_files.document import parse
from payer_rules.values.structure import structure

if TYPE_CHECKING:
    import pathlib
    from importlib.resources.abc import Traversable

#: How the keys of a payer begin that cite sources.
_CITING: Final = ("ncci", "baseline")
_NAMES: Final = ("payer", "vocabulary")
#: A table at the top of a file: its name, and its lines up to the next table.
_TABLE: Final = re.compile(r"^\[(payer|vocabulary)\][ \t]*\n((?:(?!\[).*(?:\n|\Z))*)", re.MULTILINE)
#: What may make the text of another value look like a table.
_LONG_TEXTS: Final = ('"""', "'''")


def payer_table(path: pathlib.Path | Traversable) -> Payer | None:
    """Return the payer of the profile, without its statements on NCCI edits, baseline and topics.

    Those statements cite sources, which are read with the rules. Return None if the tables are
    written in a way that this short reading does not cover, or if something is wrong with them:
    then the whole profile has to be read, and what is wrong is reported.
    """
    try:
        text = content_of(path, path.name).decode("utf-8").replace("\r\n", "\n")
    except (InputError, UnicodeDecodeError):
        return None
    tables = dict(_TABLE.findall(text))
    if "payer" not in tables or any(mark in text for mark in _LONG_TEXTS):
        return None
    try:
        values, names = (_values(tables.get(name, ""), path.name) for name in _NAMES)
        known = {key: value for key, value in values.items() if not key.startswith(_CITING)}
        payer = structure(Payer, known)
        own = structure(ProfileVocabulary, names)
        return own.put_on(payer)
    except (InputError, InvalidValueError):
        return None


def _values(table: str, name: str) -> dict[str, object]:
    return parse(table.encode(), name).data
