"""The words for releases of tables and for the days for which texts were read."""

from __future__ import annotations

import re
from typing import Final

from payer_rules.text.lists import joined

_YEAR: Final = re.compile(r"\b(\d{4})-")
_RELEASE: Final = re.compile(r"\b(\d{4})q(\d)\b")


def release_text(release: str) -> str:
    """Return a release as CMS names it: ``2024 Q3`` for ``2024q3``."""
    return _RELEASE.sub(r"\1 Q\2", release)


def years_of(days: str | None) -> str:
    """Return the years of the days for which a text was read: ``2022``, ``2022 and 2024``."""
    years = _YEAR.findall(days or "")
    return joined(years, "and") if years else ""


def text_of_years(years: str) -> str:
    """Return a text with its years: ``text of 2022``."""
    return f"text of {years}" if years else "text without a date"
