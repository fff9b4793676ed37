"""The folder of imported tables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from payer_rules.error_codes import ErrorCode
from payer_rules.errors import InputError, Problem

#: The environment variable that names another folder.
VARIABLE: Final = "PAYER_RULES_TABLES"


def tables_folder(folder: Path | None = None) -> Path:
    """Return the folder given or named by ``PAYER_RULES_TABLES``, or the user's data folder."""
    if folder is not None:
        return folder
    if named := os.environ.get(VARIABLE):
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("payer-rules", appauthor=False) / "tables"


def existing(folder: Path | None) -> Path | None:
    """Return the folder that ``--tables`` names; raises `InputError` if it does not exist."""
    return None if folder is None else _existing(folder, "--tables")


def folder_in_use(folder: Path | None) -> Path:
    """Return the folder of `tables_folder`; raises `InputError` if a named one does not exist."""
    if folder is None and (named := os.environ.get(VARIABLE)):
        return _existing(Path(named), VARIABLE)
    return tables_folder(existing(folder))


def _existing(folder: Path, named_by: str) -> Path:
    if folder.is_dir():
        return folder
    there = f"{str(folder)!r} is not a folder"
    message = there if folder.exists() else f"there is no folder {str(folder)!r}"
    remedy = "Import tables into it: payer-rules tables import."
    raise InputError([Problem(named_by, message, remedy, ErrorCode.TABLES_FOLDER)])
