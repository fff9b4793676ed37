"""The members of a run, and those of whom no earlier service is known."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import attrs

from payer_rules.summaries.tally import MANY_CLAIMS


@attrs.define
class RunMembers:
    """The number of members, and of those without an earlier service, with the first of these."""

    count: int = 0
    without_earlier: int = 0
    sample: tuple[str, ...] = ()

    @classmethod
    def of(cls, members: Iterable[str], known: Collection[str]) -> RunMembers:
        """Return the members of a part of the run; ``known`` have earlier services."""
        found = set(members)
        without = sorted(member for member in found if member not in known)
        return cls(len(found), len(without), tuple(without[:MANY_CLAIMS]))

    def add(self, other: RunMembers) -> None:
        """Add the members of another part of the run, which has none of these."""
        self.count += other.count
        self.without_earlier += other.without_earlier
        self.sample = tuple(sorted((*self.sample, *other.sample))[:MANY_CLAIMS])
