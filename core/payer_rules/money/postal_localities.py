"""The localities of ZIP codes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import attrs


@attrs.frozen(kw_only=True)
class PostalRange:
    """ZIP codes of five digits in one locality, the first and the last included.

    ``needs_plus_four`` is True if the last four digits can lead to another locality.
    """

    first: str
    last: str
    locality: str
    needs_plus_four: bool = False


def locality_of(zip_code: str, ranges: Sequence[PostalRange]) -> PostalRange | None:
    """Return the range that has the ZIP code, or None. The ranges are sorted and do not overlap."""
    at = bisect_right(ranges, zip_code, key=lambda each: each.first) - 1
    return ranges[at] if at >= 0 and zip_code <= ranges[at].last else None
