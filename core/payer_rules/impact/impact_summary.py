"""Counts of changed lines and their charges: by direction, payer, rule, topic and code family."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, Literal, TypeAlias, get_args

import attrs

from payer_rules.claims import is_revenue_line
from payer_rules.impact.changed_lines import ChangedLine
from payer_rules.impact.directions import DIRECTIONS, Direction
from payer_rules.tables.changes import family_of

#: What the lines of a group have in common.
Grouping: TypeAlias = Literal["payer", "rule", "topic", "family"]
GROUPINGS: Final[tuple[Grouping, ...]] = get_args(Grouping)


@attrs.define
class ChangeCount:
    """The number of changed decisions and lines, and the charges of the lines.

    A claim that several payers answer counts once for each.
    """

    claims: int = 0
    lines: int = 0
    charges: Decimal = Decimal(0)

    def add(self, lines: Iterable[ChangedLine]) -> None:
        """Count lines of one decision."""
        self.claims += 1
        for line in lines:
            self.lines += 1
            self.charges += Decimal(line.billed.charge or 0)


@attrs.define
class ChangeGroup:
    """The changed lines of one payer, rule, topic or family: all of them, and by direction."""

    total: ChangeCount = attrs.Factory(ChangeCount)
    directions: dict[Direction, ChangeCount] = attrs.Factory(dict)

    def add(self, lines: Iterable[ChangedLine]) -> None:
        """Count lines of one decision."""
        lines = tuple(lines)
        self.total.add(lines)
        for direction in {line.direction for line in lines}:
            count = self.directions.setdefault(direction, ChangeCount())
            count.add(line for line in lines if line.direction == direction)

    def in_order(self) -> Iterator[tuple[Direction, ChangeCount]]:
        """Yield the counts of the directions that there are, in the order of reports."""
        for direction in DIRECTIONS:
            if direction in self.directions:
                yield direction, self.directions[direction]


@attrs.define
class ImpactSummary:
    """The counts of a comparison: of all changed lines, and of each group.

    A line with several rules or topics is in the group of each.
    """

    whole: ChangeGroup = attrs.Factory(ChangeGroup)
    groups: dict[Grouping, dict[str, ChangeGroup]] = attrs.Factory(
        lambda: {grouping: {} for grouping in GROUPINGS}
    )

    def count(self, lines: Iterable[ChangedLine]) -> None:
        """Count the changed lines of one decision."""
        lines = tuple(lines)
        self.whole.add(lines)
        for grouping, groups in self.groups.items():
            found: dict[str, list[ChangedLine]] = {}
            for line in lines:
                for name in names_of(line, grouping):
                    found.setdefault(name, []).append(line)
            for name, own in found.items():
                groups.setdefault(name, ChangeGroup()).add(own)

    def ranked(self, grouping: Grouping) -> list[tuple[str, ChangeGroup]]:
        """Return the groups, those of most dollars first, then those of most lines."""
        found = self.groups[grouping].items()
        return sorted(found, key=lambda item: (*_rank(item[1]), item[0]))


def names_of(line: ChangedLine, grouping: Grouping) -> tuple[str, ...]:
    """Return the groups in which the line is."""
    if grouping == "payer":
        return (line.payer,)
    if grouping == "family":
        code = line.billed.code
        return ("revenue codes" if is_revenue_line(code) else family_of(code),)
    return line.rules if grouping == "rule" else line.topics


def _rank(group: ChangeGroup) -> tuple[Decimal, int]:
    return -group.total.charges, -group.total.lines
