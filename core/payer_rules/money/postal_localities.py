"""The localities of ZIP codes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import attrs

_ZIP_CODE: Final = re.compile(r"[0-9]{5}(?:-?[0-9]{4})?")


@attrs.frozen(kw_only=True)
class PostalRange:
    """ZIP codes of five digits in one locality, the first and the last included.

    ``needs_plus_four`` is True if the last four digits can lead to another locality.
    """

    first: str
    last: str
    locality: str
    needs_plus_four: bool = False


def is_zip_code(text: str) -> bool:
    """Return True for five digits, or nine with or without a hyphen, and nothing else."""
    return _ZIP_CODE.fullmatch(text) is not None


def locality_of(zip_code: str, ranges: Sequence[PostalRange]) -> PostalRange | None:
    """Return the range that has the ZIP code, or None; a text of another form is in no range.

    The ranges are sorted and do not overlap.
    """
    if not is_zip_code(zip_code):
        return None
    digits = zip_code[:5]
    at = bisect_right(ranges, digits, key=lambda each: each.first) - 1
    return ranges[at] if at >= 0 and digits <= ranges[at].last else None
