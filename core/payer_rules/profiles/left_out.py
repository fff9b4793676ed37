"""Rows of sources that no rule covers, with the reasons: the file ``left-out.toml``."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from typing import Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem, nearest
from payer_rules.profiles.reader import ProfileReader
from payer_rules.rules import TOPICS, Topic
from payer_rules.system.files import is_no_folder
from payer_rules.text.quoting import quoted
from payer_rules.toml_files.document import read

#: The name of the file in a folder of profiles.
LEFT_OUT: Final = "left-out.toml"

_REMEDY: Final = (
    "Write 'ROW' = { topic = 'frequency', why = '…' }, or rest = '…' in place of why for a row that"
    " is covered in part."
)


@attrs.frozen(order=True)
class LeftOut:
    """A row of a payer's sources that no rule covers, or only in part (``is_rest``), and why.

    The payer may have no profile. ``topic`` is the topic of the row. ``concept`` is what a profile
    would need to say the row, if it could not be said.
    """

    payer: str
    row: str
    topic: Topic
    why: str
    is_rest: bool = False
    concept: str = ""


def left_out_in(
    folder: pathlib.Path | Traversable,
) -> tuple[tuple[LeftOut, ...], tuple[Problem, ...]]:
    """Return the rows in the folder's ``left-out.toml``, and its problems.

    Each table of the file is for a payer, and each key a row. Its value is the topic with the
    reason: ``{ topic = "frequency", why = "…" }``. For a row that rules cover in part, the reason
    is ``rest``. A row that no profile can say yet names the missing ``concept``, too.
    """
    path = folder / LEFT_OUT
    if not is_no_folder(path):
        return (), ()
    try:
        reader = ProfileReader(read(path))
    except InputError as error:
        return (), error.problems
    found = tuple(sorted(_rows(reader)))
    return found, reader.problems


def _rows(reader: ProfileReader) -> Iterator[LeftOut]:
    for payer in reader.document.data:
        for row, data in reader.table(payer).items():
            value = data if isinstance(data, dict) else {}
            is_rest, topic = "rest" in value, value.get("topic")
            why = value.get("rest" if is_rest else "why")
            concept = value.get("concept", "")
            keys = len(value) - ("concept" in value)
            is_whole = keys == len(("topic", "why")) and _is_text(why)
            is_whole = is_whole and ("concept" not in value or _is_text(concept))
            if is_whole and topic in TOPICS:
                yield LeftOut(payer, row, topic, str(why), is_rest=is_rest, concept=str(concept))
            elif is_whole:
                message = f"{row} has the topic {quoted(topic)}"
                remedy = nearest(str(topic), TOPICS)
                reader.report((payer, row), message, remedy, ErrorCode.UNKNOWN_WORD)
            else:
                message = f"{row} is left out because of {quoted(data)}"
                reader.report((payer, row), message, _REMEDY, ErrorCode.LEFT_OUT_REASON)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
