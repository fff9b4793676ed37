"""The site of the body that a line treats, by its fields and its modifiers.

A side may be stated by a modifier: LT, RT, or 50 for both. Modifiers of eyelids (E1 to E4), fingers
(FA, F1 to F9) and toes (TA, T1 to T9) name a site by themselves.

Source: HCPCS Level II modifiers; CPT modifier 50.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from payer_rules.claims import BodySite, ServiceLine

#: A text that is no tooth, area or side: the line states that it has none.
_NO_PART: Final = ""
_SIDES: Final[dict[str, tuple[str, ...]]] = {
    "LT": ("left",),
    "RT": ("right",),
    "50": ("left", "right"),
}
_SITES: Final = frozenset(
    [
        *(f"E{n}" for n in range(1, 5)),
        *("FA", *(f"F{n}" for n in range(1, 10))),
        *("TA", *(f"T{n}" for n in range(1, 10))),
    ]
)


def part_of(line: ServiceLine, name: str) -> str | None:
    """Return the tooth or area of the line; empty if it states none, ``None`` if not known."""
    site = line.body_site
    if site is None:
        return None
    return (getattr(site, name) or _NO_PART) if isinstance(site, BodySite) else _NO_PART


def surfaces_of(line: ServiceLine) -> tuple[str, ...] | None:
    """Return the surfaces of the tooth; empty if the line states none, ``None`` if not known."""
    site = line.body_site
    if site is None:
        return None
    return site.surfaces if isinstance(site, BodySite) else ()


def sides_of(line: ServiceLine) -> tuple[str, ...] | None:
    """Return the sides of the body that the line treats; ``None`` if they are not known."""
    for modifier in line.modifiers:
        if modifier in _SIDES:
            return _SIDES[modifier]
    site = line.body_site
    if site is None:
        return None
    return (site.side,) if isinstance(site, BodySite) and site.side else ()


def site_of(line: ServiceLine) -> Hashable:
    """Return the one site of the line, to compare; ``None`` if it is not known, or is several.

    A line that states no site has the site of lines that state none.
    """
    named = sorted(_SITES.intersection(line.modifiers))
    if named:
        return named[0] if len(named) == 1 else None
    sides, site = sides_of(line), line.body_site
    if sides is None or len(sides) > 1:
        return None
    parts = (site.tooth, site.quadrant) if isinstance(site, BodySite) else (None, None)
    return (*parts, *sides)
