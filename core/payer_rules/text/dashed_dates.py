"""Dates that people write in options, parameters and forms."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_is_dashed: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


def dashed_date(text: str) -> date | None:
    """Return the date of a text such as 2024-08-15; None for any other form, or for no day."""
    # NOTE: Python accepts dates without hyphens and of weeks, too.
    try:
        return date.fromisoformat(text) if _is_dashed(text) else None
    except ValueError:
        return None
