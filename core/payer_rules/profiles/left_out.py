"""Rows of sources that no rule covers, with the reasons: the file ``left-out.toml``."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from typing import Final

import attrs

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem
from payer_rules.profiles.reader import ProfileReader
from payer_rules.system.files import is_no_folder
from payer_rules.text.quoting import quoted
from payer_rules.toml_files.document import read

#: The name of the file in a folder of profiles.
LEFT_OUT: Final = "left-out.toml"

_WHY: Final = (
    "Write the reason: 'ROW' = '…', or 'ROW' = { rest = '…' } for a row that is covered in part."
)


@attrs.frozen(order=True)
class LeftOut:
    """A row of a payer's sources that no rule covers, or only in part (``is_rest``), and why.

    The payer may have no profile.
    """

    payer: str
    row: str
    why: str
    is_rest: bool = False


def left_out_in(
    folder: pathlib.Path | Traversable,
) -> tuple[tuple[LeftOut, ...], tuple[Problem, ...]]:
    """Return the rows in the folder's ``left-out.toml``, and its problems.

    Each table of the file is for a payer, each key a row, each value the reason. For a row that
    rules cover in part, the value is ``{ rest = "…" }``.
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
        for row, why in reader.table(payer).items():
            told = why["rest"] if isinstance(why, dict) and set(why) == {"rest"} else why
            if isinstance(told, str) and told.strip():
                yield LeftOut(payer, row, told, is_rest=told is not why)
            else:
                message = f"{row} is left out because of {quoted(why)}"
                reader.report((payer, row), message, _WHY, ErrorCode.LEFT_OUT_REASON)
