"""How believable a claim is as an example, and how similar it is to another one."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import Final

import attrs

from payer_rules.claims import Claim, ServiceLine, Session

#: Modalities that few services have.
_RARE_MODALITIES: Final = ("asynchronous", "audio")
#: What a line more or less counts in a comparison, against a field that differs.
_A_LINE: Final = 3


def oddity(claim: Claim) -> int:
    """Return how much of the claim a reader would wonder about; 0 for an ordinary claim.

    This counts codes again on the same day, several units, modifiers and rare modalities.
    """
    lines = claim.lines
    repeated = Counter((line.code, line.date_from) for line in lines)
    again = sum(count - 1 for count in repeated.values())
    several = sum(line.units > 1 for line in lines)
    modifiers = sum(len(line.modifiers) for line in lines)
    rare = sum(line.modality in _RARE_MODALITIES for line in lines)
    return again + several + modifiers + rare


def distance(one: Claim, other: Claim) -> int:
    """Return in how many facts the claims differ; a line that only one of them has counts more."""
    total = _fields_apart(one, other, "lines")
    for line, opposite in zip_longest(one.lines, other.lines):
        total += _A_LINE if line is None or opposite is None else _lines_apart(line, opposite)
    return total


def _lines_apart(one: ServiceLine, other: ServiceLine) -> int:
    modifiers = set(one.modifiers) ^ set(other.modifiers)
    return _fields_apart(one, other, "modifiers") + len(modifiers)


def _fields_apart(one: attrs.AttrsInstance, other: attrs.AttrsInstance, apart: str) -> int:
    names = (field.name for field in attrs.fields(type(one)) if field.name != apart)
    return sum(_apart(getattr(one, name), getattr(other, name)) for name in names)


def _apart(one: object, other: object) -> int:
    """Return 0 if the values are equal; for two sessions, in how many facts they differ."""
    if isinstance(one, Session) and isinstance(other, Session):
        return _fields_apart(one, other, "")
    return int(one != other)
