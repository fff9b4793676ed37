"""Which entries of a report, and which of their details, have room on so many lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from payer_rules.reports.report_entries import Section

DENIALS_RANK: Final = 0
#: The rank of the first facts: findings have lower ones.
FIRST_FACTS_RANK: Final = 2


def fitted(parts: Sequence[Section], room: int) -> tuple[list[int], set[int]]:
    """Return the number of entries that each section shows, and those with details.

    Denials come first: other sections are a line each if these need the room. How to state the
    first facts comes before further facts, and the sources are the last.
    """
    least = _least_entries(parts, room)
    counts = _shown_entries(parts, room, least, FIRST_FACTS_RANK)
    advice = _with_details(parts, counts, room - _lines(parts, counts), only_advice=True)
    left = room - sum(
        entry.more_lines for section in parts for entry in section.entries if id(entry) in advice
    )
    counts = _shown_entries(parts, left, counts)
    left -= _lines(parts, counts)
    return counts, advice | _with_details(parts, counts, left, without=advice)


def _least_entries(parts: Sequence[Section], room: int) -> list[int]:
    """Return the number of entries that each section shows at least.

    Sections without denials, from the last on, show none if all denials have no room otherwise.
    """
    least = [section.least for section in parts]
    full = [len(section.entries) if _has_denials(section) else section.least for section in parts]
    for at in reversed(range(len(parts))):
        if not _has_denials(parts[at]) and _lines(parts, full) > room:
            least[at] = full[at] = 0
    return least


def _has_denials(section: Section) -> bool:
    return any(entry.rank == DENIALS_RANK for entry in section.entries)


def has_room(parts: Sequence[Section], room: int) -> bool:
    """Return True if there is room for all findings, and for the first facts with their advice."""
    counts, chosen = fitted(parts, room)
    return all(
        entry.rank > FIRST_FACTS_RANK
        or (number < count and (id(entry) in chosen or not entry.has_advice))
        for section, count in zip(parts, counts, strict=True)
        for number, entry in enumerate(section.entries)
    )


def _shown_entries(
    parts: Sequence[Section], room: int, least: Sequence[int], most: int | None = None
) -> list[int]:
    """Return the number of entries that each section shows, at least as many as before.

    Entries are added in the order of their ranks, up to the rank ``most``, while there is room:
    denials, then other findings, then the first facts, then further ones, then the age of texts.
    The first entry of a section needs no room.
    """
    counts = list(least)
    ranked = [
        (entry.rank, at, number)
        for at, section in enumerate(parts)
        for number, entry in enumerate(section.entries)
        if most is None or entry.rank <= most
    ]
    full: set[int] = set()
    for _, at, number in sorted(ranked):
        if number < counts[at] or at in full:
            continue
        more = [
            max(count, number + 1) if place == at else count for place, count in enumerate(counts)
        ]
        if _lines(parts, more) <= room:
            counts = more
        else:
            full.add(at)
    return counts


def _with_details(
    parts: Sequence[Section],
    counts: Sequence[int],
    left: int,
    *,
    only_advice: bool = False,
    without: Collection[int] = (),
) -> set[int]:
    """Return the shown entries whose details have room: first how to state facts, then sources."""
    shown = [
        entry
        for section, count in zip(parts, counts, strict=True)
        for entry in section.entries[:count]
        if entry.details and id(entry) not in without
    ]
    chosen: set[int] = set()
    for entry in sorted(shown, key=lambda entry: not entry.has_advice):
        if entry.more_lines <= left and (entry.has_advice or not only_advice):
            left -= entry.more_lines
            chosen.add(id(entry))
    return chosen


def _lines(parts: Sequence[Section], counts: Sequence[int]) -> int:
    """Return the number of lines that sections need to show so many entries without details."""
    total = 0
    for section, count in zip(parts, counts, strict=True):
        if not count:
            total += 2
            continue
        shown = section.entries[:count]
        total += 2 + sum(len(entry.without_details) for entry in shown)
        total += count < len(section.entries)
    return total
