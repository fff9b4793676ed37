"""Lists of procedure codes in text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from payer_rules.engine.words import code_text
from payer_rules.rules import AnyCode, Codes
from payer_rules.text.lists import listed

_MANY: Final = 12
_RUN: Final = 3


def codes_text(codes: Codes) -> str:
    """Return the codes as a list, runs as ranges; of many codes the first, and how many more."""
    if isinstance(codes, AnyCode):
        what = "Any line" if codes.revenue_lines else "Any code"
        return f"{what} except {codes_text(codes.excluded)}" if codes.excluded else what
    parts = [code_text(part) for part in _runs(sorted(codes))]
    if len(parts) <= _MANY:
        return listed(parts)
    return f"{', '.join(parts[:_MANY])} and {len(parts) - _MANY} more codes"


def _runs(codes: list[str]) -> Iterator[str]:
    """Yield the codes; three and more that follow one another as a range."""
    at = 0
    while at < len(codes):
        end = at
        while end + 1 < len(codes) and _follows(codes[end], codes[end + 1]):
            end += 1
        if end - at + 1 < _RUN:
            end = at
        yield codes[at] if end == at else f"{codes[at]}-{codes[end]}"
        at = end + 1


def _follows(code: str, other: str) -> bool:
    return code.isdigit() and other.isdigit() and int(other) == int(code) + 1
