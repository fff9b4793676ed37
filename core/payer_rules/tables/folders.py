"""Where imported tables lie when nobody says where."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

#: The environment variable that names another folder.
VARIABLE: Final = "PAYER_RULES_TABLES"


def tables_folder(given: Path | None = None) -> Path:
    """The folder given, else the one that ``PAYER_RULES_TABLES`` names, else the user's own."""
    if given is not None:
        return given
    if named := os.environ.get(VARIABLE):
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("payer-rules", appauthor=False) / "tables"
